"""Refunds to the outside: written with the facts, sent by a job until the provider has taken them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.cashier.models import Refund

Cursor = psycopg.Cursor[Any]


def request_refunds(cursor: Cursor, orders: Sequence[tuple[int, int]], now: datetime) -> None:
    """Write a refund for each (order, amount in fen) that was paid from outside."""
    cursor.execute(
        "INSERT INTO cashier_refund (id, payment_id, amount, state, tries, created_at)"
        " SELECT back.order_id, payment.id, back.amount, %s, 0, %s"
        " FROM unnest(%s, %s) AS back (order_id, amount)"
        " JOIN cashier_payment AS payment ON payment.order_id = back.order_id",
        (
            Refund.State.WAITING.value,
            now,
            IntegerArray([order for order, _ in orders]),
            IntegerArray([amount for _, amount in orders]),
        ),
    )
    if cursor.rowcount != len(orders):
        raise RuntimeError("an order paid from outside has no payment to refund")
