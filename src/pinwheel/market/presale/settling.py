"""A presale order settles by itself, as soon as its balance is paid; its group is over with its last one.

Everything here runs under the activity's lock, with its groups, and then its wallets, locked.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import TRANSFER, post
from pinwheel.ledger.wallets import LockedWallets
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.aftersales.debts import take_debts, with_debts, write_takings
from pinwheel.market.coupons.giving import coupons_given, give_coupons
from pinwheel.market.groups import load, write
from pinwheel.market.groups.finish import apply_rules
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id, unseal
from pinwheel.market.groups.seats import Drawn, OpenGroup, SeatedOrder
from pinwheel.market.groups.transfers import batch_transfers
from pinwheel.market.messages.events import Fact, orders_met
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.rules.assets import CASH
from pinwheel.rules.counters import Counters
from pinwheel.rules.reasons import BALANCE, BALANCE_EXTERNAL
from pinwheel.rules.tables import PlanTables

Cursor = psycopg.Cursor[Any]


def seated_order(order: Order) -> SeatedOrder:
    """The order as settlements and refunds take it."""
    return SeatedOrder(
        order.pk, order.member_id, order.price, order.route, order.flags, order.discount, order.deposit
    )


def terms_of_one(terms: Terms) -> Terms:
    """The terms for one order by itself: a presale has one class, and what it gives is by the seat."""

    def of_one(tables: PlanTables, counts: Any) -> PlanTables:
        return tables._replace(size=1, seats_per_group=1, class_counts=counts)

    return terms._replace(
        tables=of_one(terms.tables, np.array([1], np.int64)), plain=of_one(terms.plain, [1])
    )


def settle_order(
    cursor: Cursor,
    activity: Activity,
    terms: Terms,
    order: Order,
    balance: Balance,
    route: Order.Route,
    wallets: LockedWallets,
    now: datetime,
) -> None:
    """Take the balance and settle the order: the whole price is captured, goods and rewards are given.

    Args:
        wallets: the member's, locked, with enough cash where the balance is paid from it.
    """
    one = terms_of_one(terms)
    seat = seated_order(order)
    group = OpenGroup(balance.group_id, 0, 0, 1, None, None, b"", [], [seat])
    drawn = [Drawn(group, b"")]
    settled = apply_rules(one, order.price, drawn, wallets, {}, Counters([], [], [], [], []), None)
    takings = take_debts(cursor, settled)
    source = order.member_id if route == Order.Route.BALANCE else terms.accounts.outside
    reason = BALANCE if route == Order.Route.BALANCE else BALANCE_EXTERNAL
    paid = np.array([(source, terms.accounts.held, CASH, balance.amount, reason, order.pk)], dtype=TRANSFER)
    given = with_debts(batch_transfers(terms.accounts, settled, []), takings)

    # After this point it must succeed.
    batch = post(cursor, now, np.concatenate([paid, given]), wallets)
    order.state, order.outcome, order.settled_batch = Order.State.SETTLED, settled.outcomes[0], batch
    order.save(update_fields=["state", "outcome", "settled_batch"])
    balance.state, balance.route, balance.ended_at, balance.batch = Balance.State.PAID, route, now, batch
    balance.save(update_fields=["state", "route", "ended_at", "batch"])
    write.make_parcels(cursor, one, settled, now)
    write_takings(cursor, takings)
    give_coupons(cursor, 1, coupons_given(terms, now), settled, now)
    orders_met(cursor, Fact.BALANCE_PAID, [order.pk], now)
    finish_groups_that_are_over(cursor, activity.pk, [balance.group_id], batch, now)


def finish_groups_that_are_over(
    cursor: Cursor, activity_id: int, groups: Collection[int], batch: int, now: datetime
) -> None:
    """Finish those of these filled groups that wait for no balance any more; their seeds are revealed."""
    waiting = set(
        Balance.objects.filter(group_id__in=groups, state=Balance.State.DUE).values_list(
            "group_id", flat=True
        )
    )
    found = Group.objects.filter(pk__in=set(groups) - waiting, state=Group.State.FILLED).order_by("pk")
    for group in found:
        group.state, group.finished_at, group.settled_batch = Group.State.SETTLED, now, batch
        group.server_seed = unseal(bytes(group.sealed_seed), draw_id(activity_id, group.draw_number))
        group.save(update_fields=["state", "finished_at", "settled_batch", "server_seed"])


def lock_filled_groups(cursor: Cursor, groups: Collection[int]) -> None:
    """Lock groups in ascending order, before wallets as everywhere."""
    cursor.execute(
        "SELECT FROM groups_group WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        (IntegerArray(sorted(groups)),),
    )


def lock_stock(cursor: Cursor, activity: Activity) -> bool:
    """Lock the activity's stock where it is limited; whether it is."""
    is_limited = activity.offers.filter(left__isnull=False).exists()
    if is_limited:
        load.lock_products(cursor, activity.pk)
    return is_limited
