"""Joins over HTTP: load generator, web, worker and database share the machine; every join is then counted."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from bench.ground import bench_database, connection, current_time, make_activities, make_members
from bench.table import Row
from pinwheel.doors.api.keys import make_key
from pinwheel.market.activities.models import Activity
from pinwheel.market.audit import audit
from pinwheel.market.ids import ACTIVITY, to_text

CLIENTS = (1, 8, 32)
SECONDS = 5
MEMBERS = 200_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = free_port()


@contextmanager
def shop() -> Iterator[tuple[int, int]]:
    """The web and the worker process, as in production, until the block ends; their process ids."""
    quiet = os.environ | {"PINWHEEL_LOG_LEVEL": "WARNING"}
    processes = [
        subprocess.Popen([sys.executable, "-m", "pinwheel", "serve", "--port", str(PORT)], env=quiet),
        subprocess.Popen([sys.executable, "-m", "pinwheel", "worker"], env=quiet),
    ]
    try:
        wait_until_ready()
        yield processes[0].pid, processes[1].pid
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)


def wait_until_ready() -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


class LagWatch(threading.Thread):
    """Looks ten times a second how long the oldest paid join has waited for its seat."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.lags: list[float] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT extract(epoch FROM clock_timestamp() - o.created_at) FROM orders_waiting w"
                    " JOIN orders_order o ON o.id = w.order_id ORDER BY w.position LIMIT 1"
                )
                row = cursor.fetchone()
                self.lags.append(float(row[0]) if row else 0.0)
        connection.close()

    def finish(self) -> tuple[float, float]:
        """Median and greatest lag in seconds."""
        self.stopping.set()
        self.join()
        ordered = sorted(self.lags)
        return ordered[len(ordered) // 2], ordered[-1]


def measure(key: str, clients: int, first_member: int, name: str, activities: list[Activity]) -> list[Row]:
    """One load; its rows. Raises: RuntimeError if a join was refused, lost or doubled."""
    before = joins_taken()
    watch = LagWatch()
    watch.start()
    printed = subprocess.run(
        [
            *(sys.executable, "-m", "bench.load", str(PORT), key, str(clients), str(SECONDS)),
            *(str(first_member), name, *(to_text(ACTIVITY, activity.pk) for activity in activities)),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    load = json.loads(printed)
    middle, greatest = watch.finish()
    taken = joins_taken() - before
    if load["refused"] or taken != load["taken"]:
        raise RuntimeError(
            f"{name}: refused {load['refused']}, answered {load['taken']}, in the books {taken}"
        )
    note = f"p50 {load['p50_ms']:.1f} ms, p99 {load['p99_ms']:.1f} ms"
    lag = f"paid to settled: median {middle:.2f} s, at most {greatest:.2f} s"
    where = "1 activity" if len(activities) == 1 else f"{len(activities)} activities"
    return [Row(f"{clients} clients, {where}", load["rate"], "joins/s", f"{note}; {lag}")]


def joins_taken() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        return int(cursor.fetchone()[0])


def measure_all(members: range, clients: tuple[int, ...] = CLIENTS) -> list[Row]:
    """All loads on the present database."""
    one, ten = make_activities(1), make_activities(10)
    key = make_key("bench", ["joins:write", "statements:read"], current_time())[1]
    rows = []
    first = members[0]
    with shop():
        measure(key, 8, first, "warm-up", one)
        first += 20_000
        for activities in (one, ten):
            for number in clients:
                rows += measure(key, number, first, f"{number}-{len(activities)}", activities)
                first += 25_000
        settle_rest()
    return rows


def settle_rest() -> None:
    """Wait until nothing waits."""
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM orders_waiting")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.2)
    raise RuntimeError("paid joins still wait after a minute")


def run() -> list[Row]:
    """Joins over HTTP on an empty shop; the audit runs at the end."""
    with bench_database():
        rows = measure_all(make_members(MEMBERS))
        # The members' money was put in by set statements, so the checks of balances do not apply.
        ours = ("payments_moved_once", "seats_hold_their_orders", "paid_orders_wait", "draws_hold")
        wrong = sum(len(findings) for name, findings in audit() if name in ours)
        rows.append(Row("audit findings after it", wrong, "", ", ".join(ours)))
    return rows
