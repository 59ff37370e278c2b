"""A month's profit to be shared: entered by one operator, confirmed by another, paid by points."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.clock import business_day
from pinwheel.market.days.models import DayRun
from pinwheel.market.days.prepare import prepare_monthly_dividend
from pinwheel.market.ids import new_id
from pinwheel.market.pool.calendar import pool_calendar, pool_terms
from pinwheel.market.pool.models import PoolShare, Profit
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.plan.values import MOST_FEN
from pinwheel.rules.dividends import FROZEN

MOST_PROFIT = 100 * MOST_FEN  # fen; more is a slip of the hand
State = Profit.State


def enter_profit(plan: str, month: date, profit: int, operator: Operator, now: datetime) -> Profit:
    """Enter the profit (fen) of the month that a day lies in. Moves nothing yet.

    Raises: Refused not_found, profit_out_of_range, month_not_frozen, profit_entered, pool_empty.
    """
    refuse_month(plan, month, now)
    refuse_profit(profit, PoolShare.objects.filter(plan=plan, points__gt=0).exists())
    try:
        with transaction.atomic():
            return Profit.objects.create(
                id=new_id(now),
                plan=plan,
                month=month.replace(day=1),
                profit=profit,
                entered_by=operator,
                entered_at=now,
            )
    except IntegrityError:
        raise Refused("profit_entered", {"month": f"{month:%Y-%m}"}) from None


def confirm_profit(profit_id: int, operator: Operator, now: datetime) -> DayRun:
    """Confirm a profit: it is weighed by the points in the pool now, and from here paid.

    Only another person than who entered it may.

    Raises: Refused not_found, already_decided, same_person, month_not_frozen.
    """
    with transaction.atomic():
        entry = lock_profit(profit_id)
        if operator.pk == entry.entered_by_id:
            raise Refused("same_person")
        refuse_month(entry.plan, entry.month, now)
        terms, _ = pool_terms(entry.plan, now)
        run = DayRun.objects.create(
            id=new_id(now),
            plan=entry.plan,
            kind=DayRun.Kind.MONTHLY_DIVIDEND,
            day=business_day(now),
            version_id=terms.version_id,
            state=DayRun.State.PAYING,
            funded=entry.profit,
            pool=entry.profit,
            started_at=now,
        )
        # Weighed now, while nobody can move points: a worker that comes late shares by the same weights.
        prepare_monthly_dividend(raw_cursor(), run, now)
        run.save()
        entry.state, entry.decided_by, entry.decided_at = State.CONFIRMED, operator, now
        entry.run_id = run.pk
        entry.save(update_fields=["state", "decided_by", "decided_at", "run_id"])
    return run


def reject_profit(profit_id: int, operator: Operator, now: datetime) -> Profit:
    """Turn an entered profit down; who entered it may take it back so. Raises: Refused already_decided."""
    with transaction.atomic():
        entry = lock_profit(profit_id)
        entry.state, entry.decided_by, entry.decided_at = State.REJECTED, operator, now
        entry.save(update_fields=["state", "decided_by", "decided_at"])
    return entry


def lock_profit(profit_id: int) -> Profit:
    """The entry, locked and not decided. Raises: Refused not_found, already_decided."""
    entry = Profit.objects.select_for_update().filter(pk=profit_id).first()
    if entry is None:
        raise Refused("not_found")
    if entry.state != State.ENTERED:
        raise Refused("already_decided")
    return entry


def refuse_profit(profit: int, has_points: bool) -> None:
    """`has_points`: whether there are any in the pool. Raises: Refused profit_out_of_range, pool_empty."""
    if not 0 < profit <= MOST_PROFIT:
        raise Refused("profit_out_of_range", {"most": format_amount(MOST_PROFIT)})
    if not has_points:
        raise Refused("pool_empty")


def refuse_month(plan: str, month: date, now: datetime) -> None:
    """Raises: Refused not_found, month_not_frozen."""
    _, monthly = pool_terms(plan, now)
    refuse_open_month(monthly, month, now)


def refuse_open_month(monthly: MonthlyDividend, month: date, now: datetime) -> None:
    """A month's profit is shared on its frozen days, when nobody can move points.

    Raises: Refused month_not_frozen.
    """
    calendar = pool_calendar(monthly, now)
    if month.replace(day=1) != business_day(now).replace(day=1) or calendar.phase != FROZEN:
        raise Refused("month_not_frozen", {"next": calendar.frozen_from.isoformat()})
