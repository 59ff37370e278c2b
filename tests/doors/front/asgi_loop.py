"""An ASGI application in an event loop of its own thread, called as a server calls it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

HEADERS = dict[str, str]


class Response(NamedTuple):
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    parts: list[bytes]


class Conversation:
    """One request: its messages go in one after another, what is sent comes out."""

    def __init__(self, application: Any, scope: dict[str, Any], messages: list[dict[str, Any]]) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in messages:
            self.inbox.put_nowait(message)
        self.outbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.task = asyncio.ensure_future(self.run(application, scope))

    async def run(self, application: Any, scope: dict[str, Any]) -> None:
        try:
            await application(scope, self.inbox.get, self.outbox.put)
        finally:
            await self.outbox.put(None)

    def go_away(self) -> None:
        """The client disconnects."""
        self.inbox.put_nowait({"type": "http.disconnect"})

    async def sent(self) -> AsyncIterator[dict[str, Any]]:
        """Messages of the response, until the application returns."""
        while (message := await self.outbox.get()) is not None:
            yield message


class Caller:
    """Calls the application from the test's thread."""

    def __init__(self, application: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.application = application
        self.loop = loop

    def run(self, work: Any, within: float = 30.0) -> Any:
        """The result of a coroutine in the application's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(within)

    def request(
        self,
        method: str,
        path: str,
        headers: HEADERS | None = None,
        body: bytes | list[bytes] = b"",
        query: str = "",
    ) -> Response:
        """A whole request and its whole response. `body` as a list: sent in these parts."""
        return self.run(self.exchange(method, path, headers, body, query))

    async def exchange(
        self, method: str, path: str, headers: HEADERS | None, body: bytes | list[bytes], query: str
    ) -> Response:
        parts = body if isinstance(body, list) else [body]
        messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        messages[-1]["more_body"] = False
        conversation = Conversation(self.application, scope_of(method, path, headers, query), messages)
        status, found, written = 0, {}, []
        async for message in conversation.sent():
            if message["type"] == "http.response.start":
                status = message["status"]
                found = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
            else:
                written.append(message.get("body", b""))
        await conversation.task
        return Response(status, found, b"".join(written), [part for part in written if part])


def scope_of(method: str, path: str, headers: HEADERS | None = None, query: str = "") -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in ({"Host": "localhost"} | (headers or {})).items()
        ],
        "client": ("127.0.0.1", 4711),
        "server": ("127.0.0.1", 8000),
    }


@contextmanager
def running(application: Any) -> Iterator[Caller]:
    """The application between the start and the stop of its lifespan."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    caller = Caller(application, loop)
    lifespan = caller.run(begin_lifespan(application))
    try:
        yield caller
    finally:
        caller.run(end_lifespan(lifespan))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def begin_lifespan(application: Any) -> Conversation:
    conversation = Conversation(application, {"type": "lifespan"}, [{"type": "lifespan.startup"}])
    assert await conversation.outbox.get() == {"type": "lifespan.startup.complete"}
    return conversation


async def end_lifespan(conversation: Conversation) -> None:
    conversation.inbox.put_nowait({"type": "lifespan.shutdown"})
    assert await conversation.outbox.get() == {"type": "lifespan.shutdown.complete"}
    await conversation.task
