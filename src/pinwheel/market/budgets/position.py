"""Where a plan stands: what it kept, less what goods and fees cost, less what it still owes.

A release turns credit owed into cash paid and leaves it as it is, so it falls only with the groups that
settle, and by no more than the worst case of the solvency report. Amounts in fen.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import psycopg

from pinwheel.ledger.accounts import plan_accounts
from pinwheel.market.activities.terms import terms_of
from pinwheel.plan.model import Plan
from pinwheel.plan.solvency import solvency
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT

Cursor = psycopg.Cursor[Any]

BALANCES = (
    "SELECT coalesce(sum(amount) FILTER (WHERE account_id = %s AND asset = %s), 0)::bigint,"
    " coalesce(sum(amount) FILTER (WHERE account_id = %s AND asset = %s), 0)::bigint"
    " FROM ledger_platform_balance WHERE account_id IN (%s, %s)"
)
GROUPS = (
    "SELECT a.plan_version_id, a.price, b.settled, b.dissolved, (SELECT coalesce(sum(g.taken), 0)::bigint"
    "  FROM groups_group g WHERE g.activity_id = a.id AND g.state = 3)"
    " FROM budgets_allotment b JOIN activities_activity a ON a.id = b.activity_id WHERE b.plan = %s"
)
VOUCHERS = (
    "SELECT a.plan_version_id, a.price, c.voucher_value, count(*) FROM prizes_choice c"
    " JOIN budgets_allotment b ON b.activity_id = c.activity_id"
    " JOIN activities_activity a ON a.id = b.activity_id"
    " WHERE b.plan = %s AND c.voucher_value > 0 AND c.state IN (0, 2) GROUP BY 1, 2, 3"
)
# What returns give back is no promise of the plan, and no budget is asked for it.
RETURNED = (
    "SELECT coalesce(sum(p.refunded), 0)::bigint FROM delivery_parcel p"
    " JOIN budgets_allotment b ON b.activity_id = p.activity_id WHERE b.plan = %s AND p.refunded > 0"
)
PROFITS = "SELECT coalesce(sum(profit), 0)::bigint FROM pool_profit WHERE plan = %s AND state = 1"


class Costs(NamedTuple):
    """What a full group costs and can lose, under one version at one price."""

    goods: int  # of a settled group, if all goods are the product ordered; with coupons given, all used
    goods_once: int  # beside that, of an activity in which any settled: prizes of its one draw
    goods_each: int
    fee_each: int  # of a seat
    size: int
    loss: int  # at most; 0: nothing, so no budget is asked for


class Position(NamedTuple):
    """Where a plan stands."""

    kept: (
        int  # captured less all cash paid out; profits distributed by the operator's own choice count as kept
    )
    owed: int  # shopping credit that members hold of it
    goods: int
    fees: int

    @property
    def left(self) -> int:
        """What is gained after everything that is owed, or, negative, what the budget has to bear."""
        return self.kept - self.owed - self.goods - self.fees

    @property
    def used(self) -> int:
        """What of the budget is used up."""
        return max(0, -self.left)


@lru_cache(maxsize=1024)
def costs_of(version_id: int, price: int) -> Costs:
    """The costs of a version's groups at a price. Published versions never change."""
    return costs_under(terms_of(version_id).plan, price)


def costs_under(plan: Plan, price: int) -> Costs:
    """The costs of a plan's groups at a price."""
    report = solvency(plan, price)
    # A promise that no group bounds loses at least something, so that it asks for the budget too.
    loss = -report.worst_accrual if report.loss is None else report.loss
    each = report.expected if report.further is None else report.further
    goods = each.goods + each.coupons
    return Costs(
        goods=goods,
        goods_once=report.expected.goods + report.expected.coupons - goods,
        goods_each=plan.offer.goods_cost,
        fee_each=report.worst.fee // plan.group.size,
        size=plan.group.size,
        loss=max(loss, 1) if report.needs_budget else 0,
    )


def position_of(cursor: Cursor, plan: str) -> Position:
    """Where a plan stands by what is committed and what this transaction has written."""
    accounts = plan_accounts(plan)
    facts = (-accounts.kept, CASH, -accounts.issued, SHOPPING_CREDIT, -accounts.kept, -accounts.issued)
    kept, issued = cursor.execute(BALANCES, facts).fetchone() or (0, 0)
    (shared,) = cursor.execute(PROFITS, (plan,)).fetchone() or (0,)
    (returned,) = cursor.execute(RETURNED, (plan,)).fetchone() or (0,)
    goods = fees = 0
    for version, price, settled, dissolved, unfilled in cursor.execute(GROUPS, (plan,)).fetchall():
        costs = costs_of(version, price)
        goods += settled * costs.goods + (costs.goods_once if settled else 0)
        fees += costs.fee_each * ((settled + dissolved) * costs.size + unfilled)
    for version, price, value, count in cursor.execute(VOUCHERS, (plan,)).fetchall():
        goods += count * max(0, value - costs_of(version, price).goods_each)
    return Position(kept + shared + returned, max(0, -issued), goods, fees)
