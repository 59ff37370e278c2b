"""The bridge to Django: bodies in, whole and streamed responses out, limits, HEAD, clients that leave."""

import asyncio
import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from wsgiref.util import FileWrapper

import pytest
from asgi_loop import Conversation, running, scope_of

from pinwheel.doors.front import bridge
from pinwheel.doors.front.app import Front

Environ = dict[str, Any]


class Streamed:
    """A streamed response as Django makes it: parts, and a close that must be called."""

    streaming = True

    def __init__(self, parts: Any) -> None:
        self.parts = parts
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        self.closed.set()


class Application:
    """A WSGI application that tells what it was asked, or does what the path says."""

    def __init__(self) -> None:
        self.streamed = Streamed([b"one", b"two", b"three"])
        self.threads: set[str] = set()
        self.begun = threading.Event()

    def __call__(self, environ: Environ, start_response: Any) -> Any:
        self.threads.add(threading.current_thread().name)
        what = environ["PATH_INFO"].rpartition("/")[2]
        if what == "breaks":
            raise RuntimeError("secret words")
        if what == "slow":
            time.sleep(0.3)
        kind = "text/plain" if what != "echo" else "application/json"
        start_response("200 OK", [("Content-Type", kind), ("Set-Cookie", " a=1"), ("Set-Cookie", "b=2")])
        if what == "streamed":
            return self.streamed
        if what == "endless":
            self.streamed.parts = self.endless()
            return self.streamed
        if what == "cut":
            self.streamed.parts = self.cut()
            return self.streamed
        if what == "file":
            return environ["wsgi.file_wrapper"](io.BytesIO(b"x" * 600_000))
        body = environ["wsgi.input"].read()
        if what == "echo":
            told = {name: value for name, value in environ.items() if isinstance(value, str)}
            return [json.dumps(told | {"body": body.decode("latin-1")}).encode()]
        return [b"hello ", b"world"]

    def endless(self) -> Iterator[bytes]:
        while True:
            self.begun.set()
            yield b"." * 1000
            time.sleep(0.01)

    def cut(self) -> Iterator[bytes]:
        yield b"first"
        raise RuntimeError("secret words")


@pytest.fixture
def wsgi() -> Application:
    return Application()


@pytest.fixture
def front(wsgi: Application) -> Iterator[Any]:
    with running(Front(wsgi)) as caller:
        yield caller


def test_a_request_arrives_as_it_was_sent(front):
    sent = {"Content-Type": "text/x", "Cookie": "a=1", "X-Two": "b", "X_Forged": "c", "X-Request-ID": "id-1"}
    answer = front.request("PUT", "/ä b/echo", sent, [b"one,", b"", b"two"], "x=%20&y=1")
    told = json.loads(answer.body)
    assert told["REQUEST_METHOD"] == "PUT" and told["body"] == "one,two" and told["CONTENT_LENGTH"] == "7"
    assert told["PATH_INFO"].encode("latin-1").decode() == "/ä b/echo" and told["QUERY_STRING"] == "x=%20&y=1"
    assert told["HTTP_COOKIE"] == "a=1" and told["HTTP_X_TWO"] == "b" and "HTTP_X_FORGED" not in told
    assert told["CONTENT_TYPE"] == "text/x" and told["HTTP_HOST"] == "localhost"
    assert told["REMOTE_ADDR"] == "127.0.0.1" and told["HTTP_X_REQUEST_ID"] == "id-1"
    assert answer.headers["x-request-id"] == "id-1" and answer.headers["set-cookie"] == "b=2"


def test_a_query_may_come_as_text(front):
    scope = scope_of("GET", "/echo") | {"query_string": "a=1"}

    async def call() -> list[dict[str, Any]]:
        conversation = Conversation(front.application, scope, [{"type": "http.request", "body": b""}])
        return [message async for message in conversation.sent()]

    body = front.run(call())[1]["body"]
    assert json.loads(body)["QUERY_STRING"] == "a=1"


def test_whole_streamed_and_file_responses(front, wsgi):
    whole = front.request("GET", "/whole")
    assert (whole.status, whole.body, len(whole.parts)) == (200, b"hello world", 1)
    streamed = front.request("GET", "/streamed")
    assert streamed.parts == [b"one", b"two", b"three"] and wsgi.streamed.closed.is_set()
    file = front.request("GET", "/file")
    assert len(file.body) == 600_000 and len(file.parts) == 3
    assert issubclass(bridge.LargeFileWrapper, FileWrapper)


def test_head_has_no_body(front, wsgi):
    for path in ("/whole", "/streamed", "/file", "/endless"):
        answer = front.request("HEAD", path)
        assert (answer.status, answer.body) == (200, b"")
    assert wsgi.streamed.closed.is_set()


def test_bodies_have_a_limit(front, monkeypatch):
    monkeypatch.setattr(bridge, "MOST_BODY", 1000)
    assert front.request("POST", "/echo", body=[b"x" * 500, b"x" * 500]).status == 200
    stated = front.request("POST", "/echo", {"Content-Length": "1001"})
    sent = front.request("POST", "/echo", {"Accept-Language": "en"}, [b"x" * 500, b"x" * 501])
    for answer in (stated, sent):
        assert answer.status == 413 and json.loads(answer.body)["code"] == "body_too_large"
    assert "1000 bytes" in json.loads(sent.body)["detail"]


def test_large_bodies_wait_in_a_file(front):
    body = [b"x" * 700_000] * 3
    assert len(json.loads(front.request("POST", "/echo", body=body).body)["body"]) == 2_100_000


def test_requests_run_beside_each_other(front, wsgi):
    async def eight() -> None:
        await asyncio.gather(*(front.exchange("GET", "/slow", None, b"", "") for _ in range(8)))

    begun = time.monotonic()
    front.run(eight())
    assert time.monotonic() - begun < 8 * 0.3 and len(wsgi.threads) > 1


def test_too_many_waiting_requests_are_turned_away(front, monkeypatch):
    monkeypatch.setattr(bridge, "MOST_WAITING", 2)

    async def five() -> list[int]:
        calls = (front.exchange("GET", "/slow", None, b"", "") for _ in range(5))
        return sorted(answer.status for answer in await asyncio.gather(*calls))

    assert front.run(five()) == [200, 200, 503, 503, 503]
    assert front.request("GET", "/whole").status == 200


def test_what_breaks_says_nothing_of_itself(front):
    answer = front.request("GET", "/breaks")
    assert answer.status == 500 and json.loads(answer.body)["code"] == "internal_error"
    assert b"secret" not in answer.body
    with pytest.raises(RuntimeError):
        front.request("GET", "/cut")  # the status is out: the server breaks the connection off
    assert front.request("GET", "/whole").status == 200


def test_a_client_that_leaves_ends_its_stream(front, wsgi):
    async def leave() -> int:
        request = {"type": "http.request", "body": b"", "more_body": False}
        conversation = Conversation(front.application, scope_of("GET", "/endless"), [request])
        seen = 0
        async for _ in conversation.sent():
            seen += 1
            if seen == 5:
                conversation.go_away()
        return seen

    assert 5 <= front.run(leave()) < 50
    assert wsgi.streamed.closed.is_set()


def test_a_client_that_leaves_before_its_body_came_is_forgotten(front, wsgi):
    async def leave() -> list[Any]:
        messages = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
        conversation = Conversation(front.application, scope_of("POST", "/echo"), messages)
        return [message async for message in conversation.sent()]

    assert front.run(leave()) == [] and not wsgi.threads


def test_other_protocols_are_not_spoken(front):
    async def websocket() -> list[Any]:
        conversation = Conversation(front.application, {"type": "websocket"}, [])
        return [message async for message in conversation.sent()]

    assert front.run(websocket()) == [{"type": "websocket.close", "code": 1000}]
