"""What a new business day brings, plan by plan: credit released, dividends paid.

`run_days` may be started at any time, late, or twice at once. A day is closed first: from then on no
group is settled on it, so what it owes is fixed. Its runs then pay member by member in short
transactions, each of which locks the run, pays some members and notes how far it came. What a day owes
is computed from what was true when it began, so running late changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import transaction

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import (
    ONE_DAY,
    day_start,
    pays_daily,
    releases_daily,
    sold_plans,
    versions_on_sale,
    versions_sold,
)
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.days.pay import pay_dividends
from pinwheel.market.days.prepare import prepare_daily_dividend, prepare_release
from pinwheel.market.days.release import release_credit
from pinwheel.market.ids import new_id

Cursor = psycopg.Cursor[Any]
Kind, State = DayRun.Kind, DayRun.State
CHUNK = 2000  # members a transaction: their wallets are locked for a fraction of a second

PREPARES: dict[int, Callable[[Cursor, DayRun, datetime], None]] = {
    Kind.CREDIT_RELEASE: prepare_release,
    Kind.DAILY_DIVIDEND: prepare_daily_dividend,
}
PAYS: dict[int, Callable[[Cursor, DayRun, int, datetime], bool]] = {
    Kind.CREDIT_RELEASE: release_credit,
    Kind.DAILY_DIVIDEND: pay_dividends,
    Kind.MONTHLY_DIVIDEND: pay_dividends,
}


def run_days(now: datetime, chunk: int = CHUNK) -> None:
    """Do all days that have begun and are not done, in the order of dates, and finish what was begun."""
    for day, plan in days_due(now):
        run_day(plan, day, now, chunk)
    for run in DayRun.objects.exclude(state=State.DONE).filter(kind=Kind.MONTHLY_DIVIDEND).order_by("id"):
        finish_run(run.pk, now, chunk)


def days_due(now: datetime) -> list[tuple[date, str]]:
    """Days and plans that are not done, by date: plans that release the same credit go day by day."""
    due = []
    for plan in sold_plans(now):
        days, _ = PlanDays.objects.get_or_create(
            plan=plan.name,
            defaults={"closed_through": plan.first_day, "done_through": plan.first_day},
        )
        count = (business_day(now) - days.done_through).days
        due += [(days.done_through + number * ONE_DAY, plan.name) for number in range(1, count + 1)]
    return sorted(due)


def run_day(plan: str, day: date, now: datetime, chunk: int = CHUNK) -> None:
    """Do what the beginning of one day brings. Everything of the day before is done."""
    close_day(plan, day, now)
    for run in DayRun.objects.filter(plan=plan, day=day).exclude(state=State.DONE).order_by("kind"):
        finish_run(run.pk, now, chunk)
    PlanDays.objects.filter(plan=plan, done_through__lt=day).update(done_through=day)


def finish_run(run_id: int, now: datetime, chunk: int = CHUNK) -> None:
    """Pay a run to its end, a few members a transaction."""
    while not advance(run_id, now, chunk):
        pass


def close_day(plan: str, day: date, now: datetime) -> None:
    """Close the days before `day` and note what it brings.

    It waits for the settlements of the plan that are in hand; the next ones see that the day is closed.
    """
    with transaction.atomic():
        days = PlanDays.objects.select_for_update().get(pk=plan)
        if days.closed_through >= day:
            return
        raw_cursor().execute(
            "SELECT pg_advisory_xact_lock(2, hashint8(id)) FROM ("
            " SELECT a.id FROM activities_activity a JOIN plans_version v ON v.id = a.plan_version_id"
            " WHERE v.name = %s AND (a.state IN (1, 2) OR EXISTS ("
            " SELECT FROM orders_waiting w WHERE w.activity_id = a.id)) ORDER BY a.id) AS ours",
            (plan,),
        )
        versions = versions_on_sale(plan, day_start(day))
        if versions:
            version = versions[0]
            # Winners are owed what the version of their order says, also after it left the shelf.
            pays = any(pays_daily(terms_of(sold)) for sold in versions_sold(plan))
            kinds = [(Kind.CREDIT_RELEASE, releases_daily(terms_of(version))), (Kind.DAILY_DIVIDEND, pays)]
            for kind in [kind for kind, is_on in kinds if is_on]:
                DayRun.objects.create(
                    id=new_id(now), plan=plan, kind=kind, day=day, version_id=version, started_at=now
                )
        days.closed_through = day
        days.save(update_fields=["closed_through"])


def advance(run_id: int, now: datetime, chunk: int = CHUNK) -> bool:
    """Do the next part of a run in one transaction; True if it is done."""
    with transaction.atomic():
        run = DayRun.objects.select_for_update().get(pk=run_id)
        if run.state == State.DONE:
            return True
        cursor = raw_cursor()
        if run.state == State.NEW:
            PREPARES[run.kind](cursor, run, now)  # a monthly dividend is prepared when it is confirmed
            run.state = State.PAYING
        elif PAYS[run.kind](cursor, run, chunk, now):
            run.state, run.finished_at = State.DONE, now
        run.save()
        return run.state == State.DONE
