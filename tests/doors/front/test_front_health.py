"""Health and readiness, the access log, and an orderly stop."""

import asyncio
import json
import threading
import time
from types import SimpleNamespace

import pytest
from asgi_loop import running
from django.db import connection

from pinwheel.doors.front import health
from pinwheel.doors.front.access_log import AccessLog
from pinwheel.doors.front.app import Front
from pinwheel.doors.front.health import Readiness, check_database, is_at_work
from pinwheel.market.orders.desk import JoinDesk


def nothing(environ, start_response):
    start_response("204 No Content", [])
    return []


def ask(readiness: Readiness) -> tuple[int, dict]:
    answer = asyncio.run(readiness.answer())
    return answer.status, json.loads(answer.body)


def test_alive_needs_no_database():
    with running(Front(nothing)) as front:
        answer = front.request("GET", "/healthz")
        assert (answer.status, answer.body) == (200, b'{"status":"ok"}')
        assert answer.headers["cache-control"] == "no-store"
        assert front.request("HEAD", "/healthz").body == b""


@pytest.mark.database
def test_ready_with_a_migrated_database(database):
    with running(Front(nothing)) as front:
        answer = front.request("GET", "/readyz")
        checks = {"database": "ok", "migrations": "ok", "join_desk": "ok"}
        assert answer.status == 200 and json.loads(answer.body) == {"status": "ready", "checks": checks}


@pytest.mark.database
def test_not_ready_before_the_migrations(database):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders'")
    assert check_database() == {"database": "ok", "migrations": "missing"}


def test_not_ready_while_the_database_is_down(monkeypatch):
    """A process of its own thread: the check's connection leads nowhere."""
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    with running(Front(nothing)) as front:
        begun = time.monotonic()
        answer = front.request("GET", "/readyz")
        assert answer.status == 503 and time.monotonic() - begun < 4
        assert json.loads(answer.body)["checks"]["database"] == "down"
        assert front.request("GET", "/healthz").status == 200


def test_a_slow_database_counts_as_not_ready(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    status, body = ask(Readiness(lambda: time.sleep(0.3) or {}))
    assert status == 503 and body["checks"]["database"] == "slow"


def test_probes_do_not_load_the_database():
    asked = []
    readiness = Readiness(lambda: asked.append(1) or {"database": "ok", "migrations": "ok"})

    async def many() -> None:
        await asyncio.gather(*(readiness.answer() for _ in range(50)))

    asyncio.run(many())
    assert len(asked) == 1


def test_a_dead_desk_is_not_ready():
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    assert is_at_work(JoinDesk()) and not is_at_work(SimpleNamespace(_thread=dead))
    desk = JoinDesk()
    desk._thread = dead
    status, body = ask(Readiness(lambda: {"database": "ok", "migrations": "ok"}, desk))
    assert status == 503 and body == {
        "status": "not_ready",
        "checks": {"database": "ok", "migrations": "ok", "join_desk": "dead"},
    }


def test_access_lines_are_structured_and_say_nothing_private(capsys):
    front = Front(nothing)
    front.access = AccessLog("json", "INFO")
    with running(front) as caller:
        sent = {"Authorization": "Bearer pk_secret", "X-Request-ID": "r-1"}
        caller.request("GET", "/a\nb\x1b[31m" + "x" * 500, sent, query="phone=13800138000")
    lines = [line for line in capsys.readouterr().err.splitlines() if '"pinwheel.access"' in line]
    line = json.loads(lines[0])
    assert line.pop("path").startswith("/a\nb") and line.pop("ms") >= 0 and line.pop("timestamp")
    assert line == {
        "event": "request",
        "request_id": "r-1",
        "method": "GET",
        "status": 204,
        "level": "info",
        "logger": "pinwheel.access",
    }
    assert "138001" not in lines[0] and "secret" not in lines[0] and len(lines[0]) < 500


def test_the_access_log_can_be_off(capsys):
    front = Front(nothing)
    front.access = AccessLog("console", "WARNING")
    with running(front) as caller:
        caller.request("GET", "/")
    assert "pinwheel.access" not in capsys.readouterr().err


def test_people_read_the_console_form(capsys):
    front = Front(nothing)
    front.access = AccessLog("console", "INFO")
    with running(front) as caller:
        caller.request("GET", "/shop")
    error = capsys.readouterr().err
    assert "path=/shop" in error and "status=204" in error


def test_stopping_waits_for_the_answers_at_hand():
    begun, done = threading.Event(), []

    def slow(environ, start_response):
        begun.set()
        time.sleep(0.5)
        start_response("200 OK", [])
        return [b"done"]

    with running(Front(slow)) as front:
        call = asyncio.run_coroutine_threadsafe(front.exchange("GET", "/", None, b"", ""), front.loop)
        call.add_done_callback(done.append)
        begun.wait(5)
    assert done and done[0].result().body == b"done"
