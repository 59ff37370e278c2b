"""What a member had of the dividends, and what today's winners have put in so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db import connection

from pinwheel.doors.storefront.plan_selectors import terms_in_force, title_of
from pinwheel.doors.storefront.statement_selectors import plan_titles
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import ONE_DAY, day_start
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.days.prepare import SETTLED_SEATS
from pinwheel.rules.money import share

PAGE = 30
TOTALS_KEPT = 30  # seconds that today's totals are kept: they walk the day's groups

Won = list[tuple[int, int, int, int]]  # plan version, outcome class, price (fen), orders

OF_ALL = "SELECT a.plan_version_id, o.outcome, o.price, count(*)" + SETTLED_SEATS.replace(
    " WHERE", " JOIN orders_order o ON o.id = ANY(g.seats) WHERE"
)
OF_ONE = (
    "SELECT a.plan_version_id, o.outcome, o.price, count(*) FROM orders_order o"
    " JOIN groups_group g ON g.id = o.group_id JOIN activities_activity a ON a.id = g.activity_id"
    " JOIN plans_version v ON v.id = a.plan_version_id WHERE v.name = %s AND g.state = 2"
    " AND g.finished_at >= %s AND g.finished_at < %s AND o.member_id = %s AND o.outcome >= 0"
)
GROUPED = " GROUP BY 1, 2, 3"


@dataclass(frozen=True)
class ShareView:
    """A member's share of one dividend. Weights in hundredths, pool and amount in fen.

    Attributes:
        day: the day whose winners shared; of a monthly dividend a day of its month.
        is_paid: False while the run has not come to the member.
    """

    run_id: int
    plan_title: str
    day: date
    weight: int
    total: int
    pool: int
    amount: int
    is_paid: bool


@dataclass(frozen=True)
class Today:
    """What today's wins put into a plan's pool so far (fen), and the weights so far (hundredths)."""

    plan_title: str
    pool: int
    total: int
    own: int


def daily_shares(member_id: int, before: int | None = None) -> tuple[list[ShareView], int | None]:
    """A page of the member's daily dividends, the newest first; and where the next page begins."""
    shares = DayShare.objects.filter(
        member_id=member_id,
        run_id__in=DayRun.objects.filter(kind=DayRun.Kind.DAILY_DIVIDEND).values("id"),
    )
    if before is not None:
        shares = shares.filter(run_id__lt=before)
    page = list(shares.order_by("-run_id")[: PAGE + 1])
    return share_views(page[:PAGE]), page[PAGE - 1].run_id if len(page) > PAGE else None


def monthly_shares(member_id: int, plan: str) -> list[ShareView]:
    """The member's monthly dividends of a plan's pool, the newest first."""
    runs = DayRun.objects.filter(kind=DayRun.Kind.MONTHLY_DIVIDEND, plan=plan)
    shares = DayShare.objects.filter(member_id=member_id, run_id__in=runs.values("id"))
    return share_views(list(shares.order_by("-run_id")[:PAGE]))


def share_views(shares: list[DayShare]) -> list[ShareView]:
    runs = DayRun.objects.in_bulk({found.run_id for found in shares}) if shares else {}
    titles = plan_titles({run.plan for run in runs.values()})
    return [share_view(found, runs[found.run_id], titles) for found in shares]


def share_view(found: DayShare, run: DayRun, titles: dict[str, str]) -> ShareView:
    is_daily = run.kind == DayRun.Kind.DAILY_DIVIDEND
    return ShareView(
        run_id=run.pk,
        plan_title=titles.get(run.plan, run.plan),
        day=run.day - ONE_DAY if is_daily else run.day,
        weight=found.weight,
        total=run.weight,
        pool=run.pool,
        amount=found.amount,
        is_paid=run.state == DayRun.State.DONE or run.position >= found.member_id,
    )


def today_so_far(member_id: int, now: datetime) -> list[Today]:
    """For each plan with a daily dividend: what today's settled groups have brought so far."""
    found = []
    for plan, terms in terms_in_force(now).items():
        if terms.plan.dividends is None or terms.plan.dividends.daily is None:
            continue
        today = business_day(now)
        all_won = won_today(plan, today)
        own = rows(OF_ONE, (plan, day_start(today), day_start(today + ONE_DAY), member_id))
        found.append(Today(title_of(terms), put_in(all_won), weight_of(all_won), weight_of(own)))
    return found


def won_today(plan: str, today: date) -> Won:
    """All orders that settled today under a plan; at most TOTALS_KEPT seconds old."""
    key = f"shop-won-{connection.settings_dict['NAME']}-{plan}-{today}"
    known: Won | None = cache.get(key)
    if known is None:
        known = rows(OF_ALL, (plan, day_start(today), day_start(today + ONE_DAY)))
        cache.set(key, known, TOTALS_KEPT)
    return known


def rows(query: str, parameters: Sequence[str | int | datetime]) -> Won:
    with connection.cursor() as cursor:
        cursor.execute(query + GROUPED, parameters)
        return [(version, outcome, price, count) for version, outcome, price, count in cursor.fetchall()]


def weight_of(won: Won) -> int:
    """The weight in the day's dividend, as its run will weigh it."""
    shares = ((terms_of(version).plain.class_shares, outcome, price, n) for version, outcome, price, n in won)
    return sum(share(price, ppm[outcome]) * count for ppm, outcome, price, count in shares)


def put_in(won: Won) -> int:
    """What the winning orders among these put into the day's pool."""
    total = 0
    for version, outcome, price, count in won:
        terms = terms_of(version)
        daily = terms.plan.dividends.daily if terms.plan.dividends else None
        if terms.has_draw and daily is not None and outcome < len(terms.plan.outcomes) - 1:
            total += (daily.per_win.fixed + share(price, daily.per_win.ppm)) * count
    return total
