"""Between the event loop and the join desk: joins cross together, and so do their answers.

One transaction of the desk costs almost the same for one join as for thirty, so it pays to let it take many.
While the desk is at work joins are held back here; when its answers are out, those who were answered together
are likely to come again together: the next crossing waits for as many, but no longer than LINGER. A lone
caller never waits.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable

from pinwheel.market.orders.desk import AT_ONCE, DESK, JoinDesk
from pinwheel.market.orders.desk import Answer as DeskAnswer
from pinwheel.market.orders.requests import JoinRequest

LINGER = 0.005  # seconds
Waiting = asyncio.Future[DeskAnswer]


class Ferry:
    """Takes joins to the desk and brings answers back, for one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, desk: JoinDesk = DESK) -> None:
        self.loop = loop
        self.desk = desk
        self.mailbox = Mailbox(loop, self.returned)
        self.held: list[tuple[JoinRequest, Waiting]] = []
        self.away = 0  # joins at the desk
        self.expected = 1  # joins that the next crossing waits for
        self.departure: asyncio.TimerHandle | None = None

    def send(self, request: JoinRequest) -> Waiting:
        """Hand in a join; the future brings its answer: a result, or the exception that it is."""
        future: Waiting = self.loop.create_future()
        self.held.append((request, future))
        if len(self.held) >= AT_ONCE or (not self.away and len(self.held) >= self.expected):
            self.cross()
        elif not self.away and self.departure is None:
            self.departure = self.loop.call_later(LINGER, self.cross)
        return future

    def cross(self) -> None:
        """Give everything that is held to the desk."""
        if self.departure is not None:
            self.departure.cancel()
            self.departure = None
        held, self.held = self.held, []
        self.away += len(held)
        for request, future in held:
            self.desk.submit(request, lambda answer, future=future: self.mailbox.put(future, answer))  # type: ignore[misc]

    def returned(self, answers: int) -> None:
        """So many answers are out; the next crossing may be prepared."""
        self.away -= answers
        if self.away:
            return
        self.expected = min(answers + len(self.held), AT_ONCE)
        if self.held:
            self.departure = self.loop.call_later(LINGER, self.cross)


class Mailbox:
    """Brings answers from the desk's thread to the event loop: one wakeup for all that came meanwhile."""

    def __init__(self, loop: asyncio.AbstractEventLoop, delivered: Callable[[int], None]) -> None:
        self.loop = loop
        self.delivered = delivered
        self.lock = threading.Lock()
        self.letters: deque[tuple[Waiting, DeskAnswer]] = deque()
        self.is_called = False

    def put(self, future: Waiting, answer: DeskAnswer) -> None:
        """Called in the desk's thread."""
        with self.lock:
            self.letters.append((future, answer))
            if self.is_called:
                return
            self.is_called = True
        try:
            self.loop.call_soon_threadsafe(self.deliver)
        except RuntimeError:  # the loop has been closed: nobody waits any more
            self.is_called = False

    def deliver(self) -> None:
        with self.lock:
            letters, self.letters = self.letters, deque()
            self.is_called = False
        for future, answer in letters:
            if not future.done():  # its caller may have gone
                future.set_result(answer)
        self.delivered(len(letters))
