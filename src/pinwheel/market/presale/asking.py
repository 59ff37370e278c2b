"""A presale's group is full: every seat is asked for its balance, in the settlement's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.groups.seats import OpenGroup
from pinwheel.market.messages.events import Fact, groups_ended
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.plan.presale import Presale

Cursor = psycopg.Cursor[Any]


def ask_balances(
    cursor: Cursor, activity_id: int, presale: Presale, groups: Sequence[OpenGroup], now: datetime
) -> None:
    """Ask every order of groups that have just filled for its balance; their members are told."""
    if not groups:
        return
    asked = IntegerArray(sorted(order.id for group in groups for order in group.orders))
    cursor.execute(
        "INSERT INTO presale_balance (order_id, member_id, activity_id, group_id, amount, asked_at, due_at,"
        " state, route, batch, sent_back) SELECT id, member_id, activity_id, group_id, price - deposit,"
        " %s, %s, %s, 0, 0, 0 FROM orders_order WHERE id = ANY(%s)",
        (
            now,
            now + timedelta(seconds=presale.balance_within),
            Balance.State.DUE.value,
            asked,
        ),
    )
    cursor.execute(
        "UPDATE orders_order SET state = %s WHERE id = ANY(%s)",
        (Order.State.BALANCE_DUE.value, asked),
    )
    filled = [group.id for group in groups]
    groups_ended(cursor, activity_id, filled, [Fact.BALANCE_DUE] * len(groups), now)
