"""Is the process alive, and is it ready to serve: for load balancers and process managers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from django.db import close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pinwheel.doors.api.answers import JSON, Answer, dump
from pinwheel.market.orders.desk import DESK, JoinDesk

PATIENCE = 2.0  # seconds until a check counts as failed
KEPT_FOR = 1.0  # seconds that a result is used again: probes cannot load the database


def alive() -> Answer:
    """/healthz: the event loop turns."""
    return Answer(200, {"Content-Type": JSON}, dump({"status": "ok"}))


class Readiness:
    """/readyz: the database answers, its migrations are applied, and the join desk is at work."""

    def __init__(
        self, database_check: "Callable[[], dict[str, str]] | None" = None, desk: JoinDesk = DESK
    ) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self.check = database_check or check_database
        self.desk = desk
        self.lock = asyncio.Lock()
        self.kept: tuple[float, Answer] | None = None

    async def answer(self) -> Answer:
        """200 if all is well, else 503; which check failed stands in the body."""
        loop = asyncio.get_running_loop()
        async with self.lock:
            if self.kept is None or loop.time() > self.kept[0] + KEPT_FOR:
                self.kept = (loop.time(), await self.ask(loop))
            return self.kept[1]

    async def ask(self, loop: asyncio.AbstractEventLoop) -> Answer:
        try:
            checks = await asyncio.wait_for(loop.run_in_executor(self.thread, self.check), PATIENCE)
        except TimeoutError:
            checks = {"database": "slow", "migrations": "unknown"}
        checks["join_desk"] = "ok" if is_at_work(self.desk) else "dead"
        is_ready = all(result == "ok" for result in checks.values())
        body = {"status": "ready" if is_ready else "not_ready", "checks": checks}
        return Answer(200 if is_ready else 503, {"Content-Type": JSON}, dump(body))


def is_at_work(desk: JoinDesk) -> bool:
    """Whether the desk's thread runs, or has not been needed yet."""
    return desk._thread is None or desk._thread.is_alive()


def check_database() -> dict[str, str]:
    """In a thread: what the database says."""
    try:
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = shipped_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except Exception:
        connection.close()
        return {"database": "down", "migrations": "unknown"}
    return {"database": "ok", "migrations": "missing" if missing else "ok"}


@lru_cache(maxsize=1)
def shipped_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this version ships with."""
    return frozenset(MigrationLoader(None).disk_migrations)
