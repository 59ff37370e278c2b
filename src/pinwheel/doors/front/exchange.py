"""One HTTP request and its response, as ASGI brings them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pinwheel.doors.api.answers import Answer, request_id_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Disconnected(Exception):
    """The client went away before its request was read."""


class Exchange:
    """A request with its headers by lower-case name, and what was answered."""

    __slots__ = ("_send", "headers", "method", "path", "receive", "request_id", "scope", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.receive = receive
        self._send = send
        self.headers = read_headers(scope["headers"])
        self.request_id = request_id_of(self.headers.get("x-request-id", ""))
        self.status = 0  # nothing sent yet

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    async def body(self, most: int) -> bytes:
        """The body; of one longer than `most` only a beginning longer than that. Raises: Disconnected."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        if not message.get("more_body"):
            return bytes(message.get("body", b""))
        read = bytearray(message.get("body", b""))
        while len(read) <= most and message.get("more_body"):
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            read += message.get("body", b"")
        return bytes(read)

    async def begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Send status and headers."""
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, body: bytes, more: bool = False) -> None:
        """Send a part of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def answer(self, answer: Answer) -> None:
        """Send a whole response. Of an answer to HEAD the body is left out."""
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
        headers += [
            (b"content-length", b"%d" % len(answer.body)),
            (b"x-request-id", self.request_id.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await self.begin(answer.status, headers)
        await self.write(b"" if self.method == "HEAD" else answer.body)


def read_headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; what comes several times is joined by commas, as WSGI does."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in headers:
            value = f"{headers[name]}; {value}" if name == "cookie" else f"{headers[name]},{value}"
        headers[name] = value
    return headers
