"""A business day begins for a million members: their credit is released while joins go on."""

import time
from datetime import timedelta
from itertools import count
from pathlib import Path

from bench.ground import bench_database, connection, current_time, make_members, with_budget
from bench.intake import measure, settle_rest, shop
from bench.table import Row
from pinwheel.doors.api.keys import make_key
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import business_day
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.ids import new_id
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.load import playbook_text

MEMBERS = 1_000_000
CREDIT = "\ncredit: {static_release: 3‱, accelerated_release: 10‱}\n"
CLIENTS = 8
PATIENCE = 1800  # seconds


def releasing_activity() -> Activity:
    """National Group-Buy with a daily release, on sale since two days ago."""
    now = current_time()
    plan = playbook_text("national-group-buy").replace("joins_per_day: 20", "joins_per_day: 1000000")
    product = Product.objects.create(
        id=new_id(now), code="tea", name_zh="茶", name_en="Tea", price=100_00, created_at=now
    )
    version = publish_on_stage(with_budget(plan) + CREDIT, None, now)
    activity = create_activity(version, [product], now - timedelta(days=2), None, now)
    schedule(activity, now - timedelta(days=2))  # as if it had been put on sale then
    return activity


def set_done(plan: str, days_ago: int) -> None:
    """Say that all days up to then are done."""
    done = business_day(current_time()) - timedelta(days=days_ago)
    PlanDays.objects.update_or_create(plan=plan, defaults={"closed_through": done, "done_through": done})


def peak_memory(process_id: int) -> float:
    """The most memory that a process ever held, in MiB."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def is_done() -> bool:
    done = DayRun.objects.filter(kind=DayRun.Kind.CREDIT_RELEASE, state=DayRun.State.DONE)
    return bool(done.exists())


def run() -> list[Row]:
    """Joins without a day's run and beside one; how long the run took and what it held."""
    with bench_database():
        members = make_members(MEMBERS)
        activity = releasing_activity()
        plan = activity.plan_version.name
        key = make_key("bench", ["joins:write"], current_time())[1]
        set_done(plan, 0)
        first = count(members[0], 25_000)
        with shop() as (_, worker):
            measure(key, CLIENTS, next(first), "warm-up", [activity])
            [quiet] = measure(key, CLIENTS, next(first), "quiet", [activity])
            before = peak_memory(worker)
            set_done(plan, 1)
            started = time.monotonic()
            while not DayRun.objects.exists():
                time.sleep(0.05)
            started = time.monotonic()
            beside: list[Row] = []
            while not is_done() and time.monotonic() - started < PATIENCE:
                beside += measure(key, CLIENTS, next(first), f"beside-{len(beside)}", [activity])
            while not is_done():
                time.sleep(0.1)
            took = time.monotonic() - started
            held = peak_memory(worker)
            settle_rest()
        done = DayRun.objects.get(kind=DayRun.Kind.CREDIT_RELEASE)
        wrong = wrong_releases()
    worst = min(beside, key=lambda row: row.value)
    return [
        quiet._replace(name=f"joins, {CLIENTS} clients, no run"),
        worst._replace(
            name="joins beside the run, the slowest of its loads",
            note=f"{worst.value / quiet.value:.0%} of without; {worst.note}",
        ),
        Row("the run, at most", took, "s", f"{done.members} members paid; looked after each load of joins"),
        Row("worker's memory at its peak", held, "MiB", f"before the run {before:.0f} MiB"),
        Row("members with a wrong release", wrong, "", "who did not join: 3 of 10 000 of 500.00"),
    ]


def wrong_releases() -> int:
    """Members without a join whose credit is not what the static release leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_wallet w WHERE w.shopping_credit <> 50000 - 15"
            " AND NOT EXISTS (SELECT FROM orders_participation p WHERE p.member_id = w.member_id)"
        )
        return int(cursor.fetchone()[0])
