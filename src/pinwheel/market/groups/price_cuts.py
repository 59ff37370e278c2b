"""The writes of price cuts: an order's lower price, and what goes back to the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.cashier.refunds import request_cut_refunds
from pinwheel.market.groups.seats import PriceCut
from pinwheel.market.ids import new_ids
from pinwheel.market.orders.models import Order

Cursor = psycopg.Cursor[Any]


def write_cuts(cursor: Cursor, cuts: Sequence[PriceCut], now: datetime) -> None:
    """Lower the orders' prices by what they get back, and send back what was paid from outside."""
    if not cuts:
        return
    cursor.execute(
        "UPDATE orders_order AS o SET price = o.price - d.cut, price_cut = o.price_cut + d.cut"
        " FROM unnest(%s, %s) AS d (id, cut) WHERE o.id = d.id",
        (IntegerArray([cut.order.id for cut in cuts]), IntegerArray([cut.amount for cut in cuts])),
        prepare=True,
    )
    external = [cut for cut in cuts if cut.order.route == Order.Route.EXTERNAL]
    refunds = zip(new_ids(now, len(external)), external, strict=True)
    request_cut_refunds(cursor, [(number, cut.order.id, cut.amount) for number, cut in refunds], now)
