"""Live pages: the whole state at once and at each change, few queries for many, nothing left behind."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from api_shop import Shop, open_shop
from asgi_loop import Caller, Conversation, running, scope_of
from django.db import connection
from test_front_health import nothing

from pinwheel.doors.front import hub, live
from pinwheel.doors.front.app import Front
from pinwheel.doors.front.hub import Hub, Watcher
from pinwheel.doors.front.snapshots import Snapshots
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.groups.settle import settle_activity

pytestmark = pytest.mark.database


@pytest.fixture
def front() -> Iterator[Caller]:
    with running(Front(nothing)) as caller:
        yield caller


class Page:
    """An open page: its events, one after another."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.text = ""
        self.head: dict[str, Any] = {}

    async def event(self, within: float = 10.0) -> str:
        """The next block: an event or a comment."""
        while "\n\n" not in self.text:
            message = await asyncio.wait_for(self.conversation.outbox.get(), within)
            if message is None or message.get("more_body") is False:
                raise EOFError
            if message["type"] == "http.response.start":
                self.head = {name.decode(): value.decode() for name, value in message["headers"]}
            self.text += message.get("body", b"").decode()
        block, _, self.text = self.text.partition("\n\n")
        return block

    async def state(self, within: float = 10.0) -> dict[str, Any]:
        """The next state; comments are passed over."""
        while not (block := await self.event(within)).startswith("event: activity\ndata: "):
            pass
        return json.loads(block.partition("data: ")[2])


@asynccontextmanager
async def opened(application: Any, path: str) -> AsyncIterator[Page]:
    request = {"type": "http.request", "body": b"", "more_body": False}
    conversation = Conversation(application, scope_of("GET", path), [request])
    try:
        yield Page(conversation)
    finally:
        conversation.go_away()
        await asyncio.wait_for(conversation.task, 5)


def address(shop: Shop) -> str:
    return f"/live/activities/{shop.activity_id}"


def fill(shop: Shop, *members: int) -> None:
    """Let members join and seat them, in the test's own thread."""
    for member in members:
        assert shop.join(member).status_code == 201
    settle_activity(shop.activity.pk, current_time())


def test_a_page_hears_the_state_at_once_and_every_change(shop, front):
    async def watch() -> None:
        async with opened(front.application, address(shop)) as page:
            assert await page.event() == "retry: 2000"
            first = await page.state()
            assert page.head["content-type"].startswith("text/event-stream")
            assert page.head["cache-control"] == "no-store" and page.head["x-accel-buffering"] == "no"
            assert (first["activity"], first["taken"], first["size"], first["finished"]) == (
                shop.activity_id,
                0,
                3,
                [],
            )
            await asyncio.to_thread(fill, shop, 0, 1)
            second = await page.state()
            assert (second["group"], second["taken"]) == (first["group"], 2)
            await asyncio.to_thread(fill, shop, 2)
            third = await page.state()
            assert third["finished"] == [first["group"]] and third["taken"] == 0
            assert third["group"] not in (first["group"], None)

    front.run(watch())
    assert front.application._parts.hub.count == 0 and not front.application._parts.hub.topics


def test_many_watchers_cost_one_query_a_change(shop, front, monkeypatch):
    asked = []
    of = Snapshots.of

    async def counted(self: Snapshots, activity_id: int) -> bytes | None:
        asked.append(activity_id)
        return await of(self, activity_id)

    monkeypatch.setattr(Snapshots, "of", counted)

    async def watch() -> None:
        pages = [opened(front.application, address(shop)) for _ in range(100)]
        entered = [await page.__aenter__() for page in pages]
        await asyncio.gather(*(page.state() for page in entered))
        await asyncio.sleep(0.6)
        asked.clear()
        await asyncio.to_thread(fill, shop, 0)
        states = await asyncio.gather(*(page.state() for page in entered))
        assert {state["taken"] for state in states} == {1} and len(asked) == 1
        for page in pages:
            await page.__aexit__(None, None, None)

    front.run(watch(), 60)


def test_bursts_are_told_at_most_four_times_a_second(shop, front):
    async def watch() -> float:
        async with opened(front.application, address(shop)) as page:
            await page.state()
            burst = asyncio.create_task(asyncio.to_thread(notify, shop, 200))
            await burst
            begun, told = time.monotonic(), 0
            await asyncio.to_thread(fill, shop, 0)
            while (await page.state())["taken"] != 1:
                told += 1
            assert told <= 4 * (time.monotonic() - begun) + 1
            return time.monotonic() - begun

    assert front.run(watch()) < 5


def notify(shop: Shop, count: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute("SELECT pg_notify('pinwheel_live', %s)", [str(shop.activity.pk)])
        cursor.execute("SELECT pg_notify('pinwheel_live', 'nonsense'), pg_notify('pinwheel_live', '')")
    connection.close()


def test_a_lost_listener_comes_back_and_nothing_was_missed(shop, front):
    async def watch() -> None:
        async with opened(front.application, address(shop)) as page:
            await page.state()
            await asyncio.sleep(0.5)
            await asyncio.to_thread(cut_connections)
            await asyncio.to_thread(fill, shop, 0, 1)
            assert (await page.state())["taken"] == 2
            await asyncio.to_thread(fill, shop, 2)
            assert (await page.state())["taken"] == 0

    front.run(watch())


def cut_connections() -> None:
    """End every other connection to the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def test_a_quiet_page_hears_a_heartbeat(shop, front, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)

    async def watch() -> str:
        async with opened(front.application, address(shop)) as page:
            await page.state()
            return await page.event()

    assert front.run(watch()) == ": still here"


def test_a_slow_page_gets_the_newest_state_only(database):
    async def watch() -> None:
        watcher = Watcher()
        for number in range(1000):
            watcher.tell(b"%d" % number)
        assert watcher.state == b"999" and watcher.news.is_set()

    asyncio.run(watch())


def test_what_cannot_be_watched_is_a_problem(shop, front, monkeypatch):
    for path in (
        "/live/activities/",
        "/live/activities/x",
        "/live/activities/A0000000000001",
        "/live/activities/A" + "0" * 13,
    ):
        answer = front.request("GET", path)
        assert answer.status == 404 and json.loads(answer.body)["code"] == "not_found"
    refused = front.request("POST", address(shop))
    assert refused.status == 405 and refused.headers["allow"] == "GET, HEAD"
    assert front.request("HEAD", address(shop)).body == b""
    Activity.objects.update(state=Activity.State.DRAFT)
    assert front.request("GET", address(shop)).status == 404
    monkeypatch.setattr(hub, "MOST_WATCHERS", 0)
    full = front.request("GET", address(shop), {"Accept-Language": "en"})
    assert full.status == 503 and full.headers["retry-after"] == "10"


def test_a_database_that_is_away_is_said_so(shop, front, monkeypatch):
    async def away(self: Snapshots, activity_id: int) -> bytes | None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(Snapshots, "of", away)
    answer = front.request("GET", address(shop))
    assert answer.status == 503 and json.loads(answer.body)["code"] == "unavailable"


def test_stopping_ends_the_pages(database):
    shop = open_shop()
    application = Front(nothing)

    async def watch() -> Conversation:
        request = {"type": "http.request", "body": b"", "more_body": False}
        conversation = Conversation(application, scope_of("GET", address(shop)), [request])
        await Page(conversation).state()
        return conversation

    with running(application) as front:
        conversation = front.run(watch())
    assert conversation.task.done() and conversation.task.exception() is None


def test_the_newest_finished_come_first_and_are_twenty(database):
    shop = open_shop("ordinary-group", members=3, cash=10_000_000)
    for _ in range(25):
        fill(shop, 0, 1, 2)

    async def state() -> dict[str, Any]:
        snapshots = Snapshots()
        found = json.loads(await snapshots.of(shop.activity.pk) or b"")
        await snapshots.close()
        return found

    finished = asyncio.run(state())["finished"]
    groups = shop.get(f"/activities/{shop.activity_id}/groups?state=settled").json()["items"]
    newest = sorted(groups, key=lambda group: group["finished_at"], reverse=True)[:20]
    assert finished == [group["id"] for group in newest] and len(finished) == 20


def test_a_hub_that_stops_takes_nobody_in(database):
    async def stop() -> bool:
        stopped = Hub()
        await stopped.close()
        return stopped.is_full

    assert asyncio.run(stop())
