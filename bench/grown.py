"""The same joins with a million members and ten million transfers already there, and a statement's time."""

import time
import urllib.request
from statistics import median

from bench.ground import FIRST_MEMBER, bench_database, connection, current_time, make_members
from bench.intake import PORT, measure_all, shop
from bench.table import Row
from pinwheel.doors.api.keys import make_key
from pinwheel.market.ids import MEMBER, to_text

MEMBERS = 1_000_000
TRANSFERS = 10_000_000
ROUNDS = 30


def fill_ledger(members: range) -> None:
    """Transfers of past months, ten for each member, by set statements."""
    with connection.cursor() as cursor:
        for month in range(3):
            cursor.execute("SELECT ledger_ensure_month(now() - make_interval(months => %s))", (month,))
        cursor.execute(
            "INSERT INTO ledger_transfer"
            " (batch, at, from_account, to_account, amount, about, line, asset, reason)"
            " SELECT -1 - n / 5000, now() - make_interval(secs => (%s - n) * 0.6), -1,"
            " %s + (n * 7919) %% %s, 500, n, n %% 5000, n %% 4, 6 FROM generate_series(1::bigint, %s) AS n",
            (TRANSFERS, members[0], len(members), TRANSFERS),
        )
        # A shop that has grown over months is not in the middle of writing all its pages out.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def statement_times(key: str) -> list[float]:
    """Seconds that a member's statement page takes, over HTTP."""
    times = []
    for number in range(ROUNDS):
        member = to_text(MEMBER, FIRST_MEMBER + number * 31_337)
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/api/v1/members/{member}/statement",
            headers={"Authorization": f"Bearer {key}"},
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
        times.append(time.perf_counter() - started)
    return times


def run() -> list[Row]:
    """Empty and grown in one run, so that the two can be compared."""
    with bench_database():
        empty = measure_all(make_members(200_000))
    with bench_database():
        members = make_members(MEMBERS)
        fill_ledger(members)
        grown = measure_all(members)
        key = make_key("bench-read", ["statements:read"], current_time())[1]
        with shop():
            times = statement_times(key)
    rows = [row._replace(name=f"empty: {row.name}") for row in empty]
    rows += [
        row._replace(name=f"grown: {row.name}", note=f"{row.value / before.value:.0%} of empty; {row.note}")
        for row, before in zip(grown, empty, strict=True)
    ]
    rows.append(
        Row(
            "a statement page",
            1000 * median(times),
            "ms",
            f"median of {ROUNDS}; a fresh process's first {1000 * times[0]:.0f} ms,"
            f" the others at most {1000 * max(times[1:]):.0f} ms",
        )
    )
    return rows
