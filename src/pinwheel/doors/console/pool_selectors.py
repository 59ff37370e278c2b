"""Figures of the monthly pools: which plans have one, its calendar, what is in it and what was left over."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Sum

from pinwheel.doors.console.language import in_chinese
from pinwheel.ledger.models import PlatformAccount, PlatformBalance
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import business_day
from pinwheel.market.days.models import DayRun
from pinwheel.market.pool.calendar import PoolCalendar, pool_calendar, pool_terms
from pinwheel.market.pool.models import PoolShare, Profit
from pinwheel.market.refusals import Refused
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.rules.assets import CASH


class PoolPlan(NamedTuple):
    """A plan with a monthly pool, by the version in force."""

    name: str
    title: str
    monthly: MonthlyDividend
    calendar: PoolCalendar


class PoolFigures(NamedTuple):
    """Hundredths of points in the pool, members who have some, and fen left over of months before."""

    points: int
    members: int
    left_over: int


def pool_plan(name: str, now: datetime) -> PoolPlan | None:
    """The plan's pool; None if its version in force has none."""
    try:
        terms, monthly = pool_terms(name, now)
    except Refused:
        return None
    title = terms.plan.title
    return PoolPlan(name, title.zh if in_chinese() else title.en, monthly, pool_calendar(monthly, now))


def pool_plans(now: datetime) -> Iterator[PoolPlan]:
    """Every plan on sale so far that has a pool, by name."""
    sold = Activity.objects.exclude(state=Activity.State.DRAFT).filter(starts_at__lte=now)
    names = sold.order_by("plan_version__name").values_list("plan_version__name", flat=True).distinct()
    for name in names:
        plan = pool_plan(name, now)
        if plan is not None:
            yield plan


def pool_figures(plan: str) -> PoolFigures:
    """What a plan's pool holds."""
    sums = PoolShare.objects.filter(plan=plan, points__gt=0).aggregate(
        points=Sum("points"), members=Count("member_id")
    )
    return PoolFigures(int(sums["points"] or 0), sums["members"], left_over(plan))


def left_over(plan: str) -> int:
    """Fen that earlier months left in the pool; of a month that is being paid: what came into it."""
    run = DayRun.objects.filter(
        plan=plan, kind=DayRun.Kind.MONTHLY_DIVIDEND, state=DayRun.State.PAYING
    ).first()
    if run is not None:
        return run.pool - run.funded
    accounts = PlatformAccount.objects.filter(plan=plan, name="monthly_pool").values("pk")
    balance = PlatformBalance.objects.filter(account_id__in=accounts, asset=CASH)
    return int(balance.aggregate(sum=Sum("amount"))["sum"] or 0)


def profit_of_month(plan: str, now: datetime) -> Profit | None:
    """The profit entered for this month that was not rejected."""
    month = business_day(now).replace(day=1)
    entries = Profit.objects.filter(plan=plan, month=month).exclude(state=Profit.State.REJECTED)
    return entries.select_related("entered_by", "decided_by").first()
