"""The month's calendar of a plan's pool: what is allowed when, and when next."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import versions_on_sale
from pinwheel.market.refusals import Refused
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.rules.dividends import FROZEN, OPEN, pool_phase

JUST_NOW = timedelta(microseconds=1)


class PoolCalendar(NamedTuple):
    """The pool's calendar on a day.

    Attributes:
        phase: OPEN, IN_ONLY or FROZEN (rules/dividends.py).
        next_in, next_out: the first day from today on when points may move in, or out.
        frozen_from, opens: the days on which the pool freezes and opens both ways next; of a present
            phase its own beginning.
        step: hundredths; what moves is a multiple of it.
    """

    phase: int
    next_in: date
    next_out: date
    frozen_from: date
    opens: date
    step: int


def pool_terms(plan: str, now: datetime) -> tuple[Terms, MonthlyDividend]:
    """The plan's terms in force and its monthly dividend. Raises: Refused not_found.

    If a newer version has no pool any more, the last one that had: points that are in it must come out.
    """
    for version in versions_on_sale(plan, now + JUST_NOW):
        terms = terms_of(version)
        if terms.plan.dividends is not None and terms.plan.dividends.monthly is not None:
            return terms, terms.plan.dividends.monthly
    raise Refused("not_found")


def pool_calendar(monthly: MonthlyDividend, now: datetime) -> PoolCalendar:
    """The calendar today."""
    today = business_day(now)
    phase = pool_phase(today.day, monthly.in_and_out.last, monthly.in_only.last)
    next_month = first_of_next_month(today)
    return PoolCalendar(
        phase=phase,
        next_in=next_month if phase == FROZEN else today,
        next_out=today if phase == OPEN else next_month,
        frozen_from=today.replace(day=monthly.in_only.last + 1),
        opens=today.replace(day=1) if phase == OPEN else next_month,
        step=monthly.step,
    )


def first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
