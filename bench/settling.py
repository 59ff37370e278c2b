"""Settlement against pgbench: paid joins to settled ones, with the real ledger, everything durable.

Two settlers work on two activities, as two workers would; pgbench has the same two cores. The rounds
alternate, so that a machine whose speed drifts does not favour one.
"""

import subprocess
import sys
import time
from statistics import median

from bench.ground import (
    bench_database,
    connection,
    current_time,
    make_activities,
    make_members,
    reserve,
)
from bench.limit import limit_rate
from bench.table import Row
from bench.yardstick import prepare, simple_update, tpcb
from pinwheel.market.activities.models import Activity
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.requests import JoinRequest, request_key

MEMBERS = 20_000
JOINS = 20_000  # a round and activity
ROUNDS = 4
BATCHES = (2000, 500)


def queue_joins(activity: Activity, members: range, round_number: int) -> None:
    """Put paid joins into the queue through the real intake."""
    for start in range(0, JOINS, 500):
        requests = [
            JoinRequest(
                activity.pk,
                members[(start + offset) % len(members)],
                request_key("bench", f"{activity.pk} {round_number} {start + offset}"),
            )
            for offset in range(500)
        ]
        answers = take_joins(requests, current_time())
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        if refused:
            raise RuntimeError(str(refused[0]))


def settle_rate(activities: list[Activity], batch: int) -> float:
    """Joins settled per second by one settler process per activity, started together."""
    settlers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.settler", str(activity.pk), str(batch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for activity in activities
    ]
    for settler in settlers:
        assert settler.stdout is not None
        settler.stdout.readline()  # ready
    started = time.perf_counter()
    for settler in settlers:
        assert settler.stdin is not None
        settler.stdin.write("go\n")
        settler.stdin.flush()
    handled = [int(settler.communicate()[0]) for settler in settlers]
    return sum(handled) / (time.perf_counter() - started)


def run() -> list[Row]:
    """Alternate pgbench and settlement; return their rates and ratios."""
    rows = []
    with bench_database() as database:
        prepare(database)
        members = make_members(MEMBERS)
        round_number = 0
        for batch in BATCHES:
            ours, theirs, ratios = [], [], []
            for _ in range(ROUNDS):
                activities = make_activities(2)
                for activity in activities:
                    queue_joins(activity, members, round_number)
                    reserve(activity, JOINS // 10 + 50, current_time())
                round_number += 1
                with connection.cursor() as cursor:
                    cursor.execute("CHECKPOINT")
                theirs.append(tpcb(database))
                ours.append(settle_rate(activities, batch))
                ratios.append(ours[-1] / theirs[-1])
            rows.append(Row("pgbench TPC-B, 4 clients", median(theirs), "transactions/s"))
            rows.append(
                Row(
                    f"settlement, batches of {batch}",
                    median(ours),
                    "joins/s",
                    f"{min(ratios):.1f} to {max(ratios):.1f} times TPC-B",
                )
            )
        simple = simple_update(database)
        rows.append(Row("pgbench simple-update, 8 clients", simple, "transactions/s"))
        limit = limit_rate(database)
        rows.append(Row("bare COPY and set update of the same rows", limit, "joins/s"))
        rows.append(
            Row("settlement's share of that limit", 100 * rows[1].value / limit, "%", "batches of 2000")
        )
    return rows
