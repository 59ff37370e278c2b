"""Doing things at the same moment."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

WAIT = 30.0  # seconds; nothing here may take as long


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Start every call at once, each in a thread with its own connection; return answers or exceptions."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = '{int(WAIT)}s'")
            gate.wait(WAIT)
            answers[number] = calls[number]()
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * WAIT)
        assert not thread.is_alive(), "a thread waits for ever"
    return answers


def of_kind(answers: Sequence[Any], kind: type) -> list[Any]:
    return [answer for answer in answers if isinstance(answer, kind)]


class Unlocked:
    """A cursor whose SELECTs lock nothing: what the code would be without its guard."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)

    def execute(self, query: str, *arguments: Any, **named: Any) -> Any:
        self.cursor.execute(query.replace("FOR NO KEY UPDATE", ""), *arguments, **named)
        return self


class Rendezvous:
    """Stops each thread once at a point, until all have come or the time is over: so a race is met.

    The test's own thread passes: what it prepares is no part of the race.
    All must come where a guard was taken away, however busy the machine is, hence the long time.
    Where a guard keeps some from coming, say a short one.
    """

    def __init__(self, parties: int, seconds: float = 20.0) -> None:
        self.barrier = threading.Barrier(parties)
        self.seconds = seconds
        self.seen = threading.local()

    def wait(self) -> None:
        if getattr(self.seen, "was_here", False) or threading.current_thread() is threading.main_thread():
            return
        self.seen.was_here = True
        with contextlib.suppress(threading.BrokenBarrierError):
            self.barrier.wait(self.seconds)
