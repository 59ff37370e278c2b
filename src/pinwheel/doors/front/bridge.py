"""Django's WSGI application behind ASGI: threads run it, and only whole or streamed bytes cross over."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple
from wsgiref.util import FileWrapper

import structlog

from pinwheel.doors.api.answers import Answer, error_answer
from pinwheel.doors.api.problems import Problem
from pinwheel.doors.front.exchange import Disconnected, Exchange
from pinwheel.market.clock import current_time

log = structlog.get_logger("pinwheel.front")
WsgiApp = Callable[..., Iterable[bytes]]
THREADS = 16
MOST_WAITING = 512  # requests in threads and before them; more are turned away
MOST_BODY = 32 * 1024 * 1024
IN_MEMORY = 1024 * 1024  # a longer body waits in a temporary file
FILE_BLOCK = 256 * 1024
PATIENCE = 60.0  # seconds for a client to take one part of a streamed response


class Whole(NamedTuple):
    """A response that is complete."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class LargeFileWrapper(FileWrapper):
    """Files leave in large blocks."""

    def __init__(self, filelike: Any, blksize: int = FILE_BLOCK) -> None:
        super().__init__(filelike, max(blksize, FILE_BLOCK))


class Bridge:
    """Runs a WSGI application in threads."""

    def __init__(self, application: WsgiApp) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="django")
        self.waiting = 0

    async def serve(self, exchange: Exchange, body: bytes | None = None) -> None:
        """Answer one request. `body`: where it has been read already."""
        if self.waiting >= MOST_WAITING:
            await exchange.answer(refusal(exchange, Problem("unavailable", headers={"Retry-After": "2"})))
            return
        self.waiting += 1
        try:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
                length = await receive_body(exchange, file, body)
                if length is None:
                    await exchange.answer(refusal(exchange, Problem("body_too_large", {"most": MOST_BODY})))
                    return
                await self.run(exchange, environ_of(exchange, file, length))
        finally:
            self.waiting -= 1

    async def run(self, exchange: Exchange, environ: dict[str, Any]) -> None:
        """Run the application in a thread and send what it makes."""
        loop = asyncio.get_running_loop()
        streamer = Streamer(exchange, loop)
        call = loop.run_in_executor(self.threads, respond, self.application, environ, exchange, streamer)
        try:
            whole = await asyncio.shield(call)
        except asyncio.CancelledError:
            streamer.is_gone = True
            await call
            raise
        finally:
            streamer.stop_watching()
        if whole is not None:
            await exchange.begin(whole.status, whole.headers)
            await exchange.write(b"" if exchange.method == "HEAD" else whole.body)


class Streamer:
    """Lets the application's thread send parts of a response, one after another, until the client is gone."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        self.exchange = exchange
        self.loop = loop
        self.is_gone = False
        self._watch: asyncio.Task[None] | None = None

    def begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._wait(self._begin(status, headers))

    def write(self, body: bytes, more: bool = True) -> None:
        self._wait(self.exchange.write(body, more))

    async def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._watch = asyncio.ensure_future(self._watch_client())
        await self.exchange.begin(status, headers)

    async def _watch_client(self) -> None:
        while (await self.exchange.receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True

    def stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    def _wait(self, sending: Any) -> None:
        asyncio.run_coroutine_threadsafe(sending, self.loop).result(PATIENCE)


def respond(
    application: WsgiApp, environ: dict[str, Any], exchange: Exchange, streamer: Streamer
) -> Whole | None:
    """In a thread: the whole response, or None once it has been streamed."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        head[:] = [int(status.split(" ", 1)[0]), wire_headers(headers, exchange.request_id)]

    with structlog.contextvars.bound_contextvars(request_id=exchange.request_id):
        result = application(environ, start_response)
        try:
            if not getattr(result, "streaming", isinstance(result, FileWrapper)):
                return Whole(head[0], head[1], b"".join(result))
            streamer.begin(*head)
            for part in result if exchange.method != "HEAD" else ():
                if streamer.is_gone:
                    return None
                streamer.write(part)
            streamer.write(b"", more=False)
            return None
        finally:
            if hasattr(result, "close"):
                result.close()


def wire_headers(headers: list[tuple[str, str]], request_id: str) -> list[tuple[bytes, bytes]]:
    """Headers in bytes, with the request's id unless the application has set it."""
    sent = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
    if not any(name == b"x-request-id" for name, _ in sent):
        sent.append((b"x-request-id", request_id.encode()))
    return sent


async def receive_body(exchange: Exchange, file: IO[bytes], read: bytes | None) -> int | None:
    """Write the body to a file; return its length, or None if it is too long. Raises: Disconnected."""
    stated = exchange.header("content-length")
    if stated.isdigit() and int(stated) > MOST_BODY:
        return None
    length, more = 0, read is None
    if read is not None:
        length = file.write(read)
    while more:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        length += file.write(message.get("body", b""))
        if length > MOST_BODY:
            return None
        more = message.get("more_body", False)
    file.seek(0)
    return length


def environ_of(exchange: Exchange, body: IO[bytes], length: int) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333)."""
    scope = exchange.scope
    query = scope.get("query_string", b"")
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": wsgi_text(scope.get("root_path", "")),
        "PATH_INFO": wsgi_text(exchange.path),
        "QUERY_STRING": query if isinstance(query, str) else query.decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": LargeFileWrapper,
    }
    for name, value in exchange.headers.items():
        if "_" not in name:  # it could pass for another header
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(length)
    environ["HTTP_X_REQUEST_ID"] = exchange.request_id
    return environ


def wsgi_text(text: str) -> str:
    """UTF-8 bytes as WSGI writes them: each byte a letter."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def refusal(exchange: Exchange, problem: Problem) -> Answer:
    """A problem that the bridge itself answers."""
    return error_answer(problem, exchange.header("accept-language"), exchange.request_id, current_time())
