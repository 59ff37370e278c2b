"""Refunds to the outside: written with the facts, sent by a job until the provider has taken them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.cashier.models import Refund
from pinwheel.market.ids import new_id

Cursor = psycopg.Cursor[Any]


def request_aftersale_refunds(
    cursor: Cursor, aftersale_id: int, order_id: int, parts: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Write the refunds of an after-sale of an order that was paid from outside.

    Args:
        parts: (part of the order, fen) of each payment that money goes back by; the first bears the
            after-sale's id.
    """
    for number, (part, amount) in enumerate(parts):
        refund_id, second_of = (new_id(now), aftersale_id) if number else (aftersale_id, 0)
        cursor.execute(
            "INSERT INTO cashier_refund (id, second_of, payment_id, amount, state, tries, created_at)"
            " SELECT %s, %s, id, %s, %s, 0, %s FROM cashier_payment WHERE order_id = %s AND part = %s",
            (refund_id, second_of, amount, Refund.State.WAITING.value, now, order_id, part),
        )
        if cursor.rowcount != 1:
            raise RuntimeError("an order paid from outside has no payment to refund")


def request_balance_refund(cursor: Cursor, payment_id: int, amount: int, now: datetime) -> None:
    """Write the refund (fen) of a balance that came too late, or twice; it bears its payment's id."""
    cursor.execute(
        "INSERT INTO cashier_refund (id, second_of, payment_id, amount, state, tries, created_at)"
        " VALUES (%s, 0, %s, %s, %s, 0, %s)",
        (payment_id, payment_id, amount, Refund.State.WAITING.value, now),
    )


def request_refunds(cursor: Cursor, orders: Sequence[tuple[int, int]], now: datetime) -> None:
    """Write a refund for each (order, fen) whose join was paid from outside; it bears the order's id."""
    cursor.execute(
        "INSERT INTO cashier_refund (id, payment_id, amount, state, tries, created_at)"
        " SELECT back.order_id, payment.id, back.amount, %s, 0, %s"
        " FROM unnest(%s, %s) AS back (order_id, amount)"
        " JOIN cashier_payment AS payment ON payment.order_id = back.order_id AND payment.part = 0",
        (
            Refund.State.WAITING.value,
            now,
            IntegerArray([order for order, _ in orders]),
            IntegerArray([amount for _, amount in orders]),
        ),
    )
    if cursor.rowcount != len(orders):
        raise RuntimeError("an order paid from outside has no payment to refund")


def request_cut_refunds(cursor: Cursor, cuts: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Write the refunds of price cuts of orders paid from outside, as (id of the refund, order, fen)."""
    if not cuts:
        return
    cursor.execute(
        "INSERT INTO cashier_refund (id, second_of, payment_id, amount, state, tries, created_at)"
        " SELECT back.id, back.order_id, payment.id, back.amount, %s, 0, %s"
        " FROM unnest(%s, %s, %s) AS back (id, order_id, amount)"
        " JOIN cashier_payment AS payment ON payment.order_id = back.order_id AND payment.part = 0",
        (
            Refund.State.WAITING.value,
            now,
            *(IntegerArray(list(column)) for column in zip(*cuts, strict=True)),
        ),
    )
    if cursor.rowcount != len(cuts):
        raise RuntimeError("an order paid from outside has no payment to refund")
