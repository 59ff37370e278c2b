"""What the pool's page says: the month's calendar, a member's points, moves, goods and exchanges."""

import calendar as months
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from pinwheel.doors.storefront.languages import page_language
from pinwheel.doors.storefront.plan_selectors import terms_in_force, title_of
from pinwheel.ledger.models import Wallet
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import day_start
from pinwheel.market.pool.calendar import pool_calendar, pool_terms
from pinwheel.market.pool.models import ExchangeItem, PoolMove, PoolShare
from pinwheel.market.pool.services import points_in_pool
from pinwheel.market.refusals import Refused
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.rules.dividends import FROZEN, IN_ONLY, OPEN, pool_phase

PAGE = 20
PHASE_NAMES = {OPEN: "open", IN_ONLY: "in_only", FROZEN: "frozen"}


@dataclass(frozen=True)
class Day:
    """A day of the month as the calendar shows it. `phase`: open, in_only or frozen."""

    number: int
    phase: str
    is_today: bool


@dataclass(frozen=True)
class Span:
    """Days of the month of one phase, both included."""

    phase: str
    first: int
    last: int
    is_now: bool


@dataclass(frozen=True)
class PoolView:
    """A plan's pool and what a member has in it, in hundredths of a point.

    Attributes:
        blanks: days of the week before the month's first; weeks begin on Monday.
        phase, next_phase, changes_at: what is allowed now, what next, and from when on.
        next_in, next_out, opens: the next dates on which points may move in, move out, be exchanged.
    """

    plan: str
    month: date
    blanks: range
    days: list[Day]
    spans: list[Span]
    phase: str
    next_phase: str
    changes_at: datetime
    next_in: date
    next_out: date
    opens: date
    step: int
    free: int
    inside: int

    @property
    def can_exchange(self) -> bool:
        return self.phase == "open"

    @property
    def most_in(self) -> int:
        """The most that can be moved in now: whole steps of what is free."""
        return self.free - self.free % self.step

    @property
    def most_out(self) -> int:
        return self.inside - self.inside % self.step


@dataclass(frozen=True)
class Goods:
    """Goods for points (hundredths). `missing`: the points that the member lacks."""

    id: int
    name: str
    about: str
    picture: str
    points: int
    left: int
    missing: int


def pool_plans(now: datetime) -> dict[str, tuple[str, MonthlyDividend]]:
    """Plan id: title and monthly dividend, of the plans that have a pool now."""
    found = {}
    for plan in terms_in_force(now):
        with suppress(Refused):
            terms, monthly = pool_terms(plan, now)
            found[plan] = (title_of(terms), monthly)
    return found


def first_plan(member_id: int, plans: dict[str, tuple[str, MonthlyDividend]]) -> str:
    """The plan to begin with: where the member has points, else the first."""
    held = PoolShare.objects.filter(member_id=member_id, plan__in=plans, points__gt=0).order_by("-points")
    return held.values_list("plan", flat=True).first() or next(iter(plans))


def pool_view(member_id: int, plan: str, monthly: MonthlyDividend, now: datetime) -> PoolView:
    """A pool's month and the member's points."""
    today = business_day(now)
    calendar = pool_calendar(monthly, now)
    spans = list(spans_of(monthly, today))
    place = next(index for index, span in enumerate(spans) if span.is_now)
    following = spans[(place + 1) % len(spans)]
    changes_on = calendar.opens if following.phase == "open" else today.replace(day=following.first)
    wallet = Wallet.objects.filter(pk=member_id).first()
    return PoolView(
        plan=plan,
        month=today.replace(day=1),
        blanks=range(today.replace(day=1).weekday()),
        days=[
            Day(number, span.phase, number == today.day)
            for span in spans
            for number in range(span.first, span.last + 1)
        ],
        spans=spans,
        phase=PHASE_NAMES[calendar.phase],
        next_phase=following.phase,
        changes_at=day_start(changes_on),
        next_in=calendar.next_in,
        next_out=calendar.next_out,
        opens=calendar.opens,
        step=calendar.step,
        free=wallet.dividend_points if wallet else 0,
        inside=points_in_pool(plan, member_id),
    )


def spans_of(monthly: MonthlyDividend, today: date) -> Iterator[Span]:
    """The month's three spans; the last one goes on to the month's end."""
    both, inward = monthly.in_and_out, monthly.in_only
    end = months.monthrange(today.year, today.month)[1]
    phase = pool_phase(today.day, both.last, inward.last)
    for number, first, last in (
        (OPEN, both.first, both.last),
        (IN_ONLY, inward.first, inward.last),
        (FROZEN, inward.last + 1, end),
    ):
        yield Span(PHASE_NAMES[number], first, last, number == phase)


def moves(member_id: int, plan: str, before: int | None) -> tuple[list[PoolMove], int | None]:
    """A page of the member's moves, the newest first; and where the next page begins."""
    found = PoolMove.objects.filter(member_id=member_id, plan=plan)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def goods_of(plan: str, free: int) -> list[Goods]:
    """What the plan gives for points, the cheapest first. `free`: the member's points."""
    items = ExchangeItem.objects.filter(plan=plan, is_shown=True).select_related("product")
    return [goods(item, free) for item in items.prefetch_related("product__pictures")]


def goods(item: ExchangeItem, free: int) -> Goods:
    product, is_chinese = item.product, page_language() == "zh"
    pictures = list(product.pictures.all())
    return Goods(
        id=item.pk,
        name=product.name_zh if is_chinese else product.name_en,
        about=product.about_zh if is_chinese else product.about_en,
        picture=pictures[0].image.url if pictures else "",
        points=item.points,
        left=item.left,
        missing=max(item.points - free, 0),
    )
