"""Live states for many watchers: one LISTEN connection a process, one query an event and activity."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog

from pinwheel.doors.front.snapshots import Snapshots, connect
from pinwheel.market.wake import LIVE_CHANNEL

log = structlog.get_logger("pinwheel.live")
PAUSE = 0.25  # seconds between two states of an activity
MOST_WATCHERS = 400  # a process; each takes one of the requests that granian serves at a time
FIRST_BACKOFF, LAST_BACKOFF = 0.2, 10.0  # seconds
Read = Callable[[int], Awaitable[bytes | None]]


class Watcher:
    """One open page. It holds the newest state only, so a slow one never falls behind further."""

    def __init__(self) -> None:
        self.state: bytes | None = None
        self.is_closing = False
        self.news = asyncio.Event()

    def tell(self, state: bytes) -> None:
        if state != self.state:
            self.state = state
            self.news.set()

    def close(self) -> None:
        self.is_closing = True
        self.news.set()


class Topic:
    """One activity that is watched."""

    def __init__(self) -> None:
        self.watchers: set[Watcher] = set()
        self.is_stale = False
        self.state: bytes | None = None
        self.read_at = 0.0
        self.task: asyncio.Task[None] | None = None


class Hub:
    """Fans the states of activities out to their watchers."""

    def __init__(self, snapshots: Snapshots | None = None) -> None:
        self.snapshots = snapshots or Snapshots()
        self.topics: dict[int, Topic] = {}
        self.count = 0
        self.listener: asyncio.Task[None] | None = None
        self.is_closing = False

    @property
    def is_full(self) -> bool:
        return self.count >= MOST_WATCHERS or self.is_closing

    async def first_state(self, activity_id: int) -> bytes | None:
        """The state of an activity for a page that comes: read anew only if the last is older than PAUSE.

        None: there is no such activity. Raises: psycopg.Error, OSError.
        """
        now = asyncio.get_running_loop().time()
        topic = self.topics.get(activity_id)
        if topic is not None and topic.state is not None and now < topic.read_at + PAUSE:
            return topic.state
        state = await self.snapshots.of(activity_id)
        topic = self.topics.get(activity_id)
        if topic is not None and state is not None:
            topic.state, topic.read_at = state, now
        return state

    def watch(self, activity_id: int) -> Watcher:
        """A new watcher: it is told each new state. Give it back by `leave`."""
        watcher = Watcher()
        topic = self.topics.setdefault(activity_id, Topic())
        topic.watchers.add(watcher)
        self.count += 1
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self.listen())
        self.mark(activity_id)
        return watcher

    def leave(self, activity_id: int, watcher: Watcher) -> None:
        """Forget a watcher; a second call changes nothing."""
        topic = self.topics.get(activity_id)
        if topic is None or watcher not in topic.watchers:
            return
        topic.watchers.discard(watcher)
        self.count -= 1
        if not topic.watchers:
            del self.topics[activity_id]

    def mark(self, activity_id: int) -> None:
        """Say that an activity has changed; its watchers are told within PAUSE."""
        topic = self.topics.get(activity_id)
        if topic is not None:
            topic.is_stale = True
            if topic.task is None:
                topic.task = asyncio.create_task(self.publish(activity_id, topic))

    async def publish(self, activity_id: int, topic: Topic) -> None:
        """Tell the watchers until nothing changes any more, never faster than PAUSE."""
        try:
            while topic.is_stale and topic.watchers:
                topic.is_stale = False
                try:
                    state = await self.snapshots.of(activity_id)
                except (psycopg.Error, OSError) as error:
                    log.warning("no live state from the database", error=type(error).__name__)
                    topic.is_stale = True
                    await asyncio.sleep(1.0)
                    continue
                if state is not None:
                    topic.state, topic.read_at = state, asyncio.get_running_loop().time()
                    for watcher in topic.watchers:
                        watcher.tell(state)
                await asyncio.sleep(PAUSE)
        finally:
            topic.task = None

    async def listen(self) -> None:
        """Hear notices as long as anybody watches; after a lost connection everything counts as changed."""
        backoff = FIRST_BACKOFF
        while self.topics and not self.is_closing:
            try:
                async with await connect() as connection:
                    await connection.execute(f"LISTEN {LIVE_CHANNEL}")
                    backoff = FIRST_BACKOFF
                    for activity_id in list(self.topics):
                        self.mark(activity_id)
                    while self.topics:
                        async for notice in connection.notifies(timeout=5.0):
                            self.hear(notice.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("live notices interrupted; trying again", error=type(error).__name__)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, LAST_BACKOFF)

    def hear(self, payload: str) -> None:
        if payload.isascii() and payload.isdigit():
            self.mark(int(payload))

    def end_pages(self) -> None:
        """End all pages and take no more; a second call changes nothing."""
        self.is_closing = True
        for topic in list(self.topics.values()):
            for watcher in topic.watchers:
                watcher.close()

    async def close(self) -> None:
        """End all watching."""
        self.end_pages()
        if self.listener is not None:
            self.listener.cancel()
            await asyncio.gather(self.listener, return_exceptions=True)
        await self.snapshots.close()
