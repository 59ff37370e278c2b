"""GET /live/activities/{A}: an activity's groups as server-sent events.

Each event `activity` is the whole state, so a page that reconnects needs nothing from before.
"""

import asyncio

import psycopg

from pinwheel.doors.api.answers import Answer, error_answer
from pinwheel.doors.api.problems import Problem
from pinwheel.doors.front.exchange import Exchange
from pinwheel.doors.front.hub import Hub, Watcher
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, from_text
from pinwheel.market.refusals import Refused

PREFIX = "/live/activities/"
HEARTBEAT = 15.0  # seconds
RETRY = b"retry: 2000\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def serve_live(exchange: Exchange, hub: Hub) -> None:
    """Send events until the client goes away or the server stops."""
    try:
        activity_id, first = await first_state(exchange, hub)
    except (Problem, Refused, psycopg.Error, OSError) as error:
        await exchange.answer(turned_down(exchange, error))
        return
    if exchange.method == "HEAD":
        await exchange.begin(200, HEADERS)
        await exchange.write(b"")
        return
    watcher = hub.watch(activity_id)
    gone = asyncio.ensure_future(until_gone(exchange, watcher))
    try:
        await exchange.begin(200, [*HEADERS, (b"x-request-id", exchange.request_id.encode())])
        await exchange.write(RETRY + event(first), more=True)
        await tell(exchange, watcher, first)
    finally:
        hub.leave(activity_id, watcher)
        gone.cancel()


async def first_state(exchange: Exchange, hub: Hub) -> tuple[int, bytes]:
    """The activity and its state now. Raises: Problem, Refused, psycopg.Error."""
    if exchange.method not in ("GET", "HEAD"):
        raise Problem("method_not_allowed", {"allowed": "GET, HEAD"}, headers={"Allow": "GET, HEAD"})
    activity_id = from_text(ACTIVITY, exchange.path[len(PREFIX) :])
    if not activity_id:
        raise Refused("not_found")
    if hub.is_full:
        raise Problem("unavailable", headers={"Retry-After": "10"})
    state = await hub.first_state(activity_id)
    if state is None:
        raise Refused("not_found")
    return activity_id, state


async def tell(exchange: Exchange, watcher: Watcher, told: bytes) -> None:
    """Send each new state, and a comment when nothing has changed for long."""
    while not watcher.is_closing:
        try:
            await asyncio.wait_for(watcher.news.wait(), HEARTBEAT)
        except TimeoutError:
            await exchange.write(b": still here\n\n", more=True)
            continue
        watcher.news.clear()
        if watcher.state is not None and watcher.state != told and not watcher.is_closing:
            told = watcher.state
            await exchange.write(event(told), more=True)
    await exchange.write(b"", more=False)


async def until_gone(exchange: Exchange, watcher: Watcher) -> None:
    """Close the watcher when its client goes away."""
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
    watcher.close()


def event(state: bytes) -> bytes:
    return b"event: activity\ndata: " + state + b"\n\n"


def turned_down(exchange: Exchange, error: Exception) -> Answer:
    if isinstance(error, psycopg.Error | OSError):
        error = Problem("unavailable", headers={"Retry-After": "2"})
    return error_answer(error, exchange.header("accept-language"), exchange.request_id, current_time())
