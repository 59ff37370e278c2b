"""The audit of parcels and after-sales: who has one, what went back, and what is still owed."""

from collections.abc import Iterator
from typing import Any

import psycopg

from pinwheel.ledger.audit import AT_MOST, Finding
from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.prizes.services import goods_of

Cursor = psycopg.Cursor[Any]

# Reasons: rules/reasons.py; states: models of delivery and aftersales.
DELIVERY_QUERIES: dict[str, tuple[str, str]] = {
    "corrections_lead_to_the_parcel": (
        "parcel whose tracking number was corrected has a number that no correction led to",
        "SELECT p.order_id FROM delivery_parcel p WHERE EXISTS"
        " (SELECT FROM delivery_tracking_correction c WHERE c.parcel_id = p.order_id) AND NOT EXISTS"
        " (SELECT FROM delivery_tracking_correction c WHERE c.parcel_id = p.order_id"
        " AND c.new_carrier = p.carrier AND c.new_number = p.tracking_number)",
    ),
    "exchanges_have_their_parcel": (
        "exchange of points for goods has no parcel of its member",
        "SELECT e.id FROM pool_exchange e LEFT JOIN pool_exchange_parcel p ON p.exchange_id = e.id"
        " AND p.member_id = e.member_id AND p.made_at = e.at WHERE p.exchange_id IS NULL",
    ),
    "exchange_parcels_have_their_moments": (
        "parcel of goods for points lacks a moment of its state, or was received before it was shipped",
        "SELECT exchange_id FROM pool_exchange_parcel WHERE (state > 1) <> (shipped_at IS NOT NULL)"
        " OR (state > 1) <> (carrier <> '' AND tracking_number <> '' AND receiver <> '')"
        " OR (state = 2) <> (due_at IS NOT NULL) OR (state = 3) <> (received_at IS NOT NULL)"
        " OR shipped_at < made_at OR due_at < shipped_at OR received_at < shipped_at"
        " OR (is_received_by_clock AND state < 3)",
    ),
    "refunds_are_within_payment": (
        "parcel's refunds are not those of its after-sales and of the books, or exceed the payment",
        "SELECT p.order_id FROM delivery_parcel p JOIN orders_order o ON o.id = p.order_id"
        " LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM aftersales_aftersale WHERE state = 4"
        " GROUP BY 1) a ON a.order_id = p.order_id"
        " LEFT JOIN presale_balance b ON b.order_id = p.order_id"
        " LEFT JOIN (SELECT about, sum(amount) FILTER (WHERE reason = 30) AS balance,"
        " sum(amount) FILTER (WHERE reason = 31) AS outside FROM ledger_transfer"
        " WHERE reason IN (30, 31) GROUP BY 1) t ON t.about = p.order_id"
        " WHERE p.refunded > p.paid OR p.paid <> o.price - o.discount OR p.refunded <> coalesce(a.amount, 0)"
        # Of a presale the balance goes back first, then the deposit, each by its route.
        " OR coalesce(t.balance, 0) <> CASE WHEN b.route = 0 THEN least(p.refunded, b.amount) ELSE 0 END"
        " + CASE WHEN o.route = 0 THEN greatest(p.refunded - coalesce(b.amount, 0), 0) ELSE 0 END"
        " OR coalesce(t.outside, 0) <> CASE WHEN b.route = 1 THEN least(p.refunded, b.amount) ELSE 0 END"
        " + CASE WHEN o.route = 1 THEN greatest(p.refunded - coalesce(b.amount, 0), 0) ELSE 0 END",
    ),
    "refunds_are_of_parcels": (
        "after-sale, or a transfer of one, is about an order without a parcel",
        "SELECT d.about FROM (SELECT order_id AS about FROM aftersales_aftersale UNION"
        " SELECT about FROM ledger_transfer WHERE reason IN (30, 31, 32, 33)) d"
        " LEFT JOIN delivery_parcel p ON p.order_id = d.about WHERE p.order_id IS NULL",
    ),
    "open_aftersales_hold_their_parcel": (
        "parcel moved on while its after-sale was open, or is held by none",
        "SELECT p.order_id FROM delivery_parcel p LEFT JOIN"
        " (SELECT order_id, parcel_state FROM aftersales_aftersale WHERE state < 4) a"
        " ON a.order_id = p.order_id WHERE p.is_disputed <> (a.order_id IS NOT NULL)"
        " OR a.parcel_state <> p.state",
    ),
    "parcels_wait_for_choices": (
        "parcel waits for a choice that was made, or does not wait for one that is open",
        "SELECT c.order_id FROM prizes_choice c JOIN delivery_parcel p ON p.order_id = c.order_id"
        " WHERE (c.state = 0) <> (p.state = 0) OR (c.state = 2 AND p.state <> 4)"
        " OR (c.state <> 2 AND p.product_id <> c.product_id)",
    ),
    "debts_fell_by_what_was_taken": (
        "debts of an order fell by another amount than was taken for it",
        'SELECT coalesce(d.order_id, t.about) FROM (SELECT order_id, asset, sum(amount - "left") AS taken'
        " FROM aftersales_debt GROUP BY 1, 2) d FULL JOIN (SELECT about, asset, sum(amount) AS taken"
        " FROM ledger_transfer WHERE reason = 33 GROUP BY 1, 2) t"
        " ON t.about = d.order_id AND t.asset = d.asset"
        " WHERE coalesce(d.taken, 0) <> coalesce(t.taken, 0)",
    ),
}

# What an order gave as rewards, in proportion to what was refunded, is reversed or owed.
REVERSALS = (
    "SELECT p.order_id FROM delivery_parcel p LEFT JOIN (SELECT about, asset,"
    " sum(amount) FILTER (WHERE reason IN (6, 9, 10)) AS given,"
    " coalesce(sum(amount) FILTER (WHERE reason = 32), 0) AS reversed"
    " FROM ledger_transfer WHERE about IN (SELECT order_id FROM delivery_parcel WHERE refunded > 0)"
    " AND reason IN (6, 9, 10, 32) GROUP BY 1, 2) t ON t.about = p.order_id"
    " LEFT JOIN (SELECT order_id, asset, sum(amount) AS amount FROM aftersales_debt GROUP BY 1, 2) d"
    " ON d.order_id = p.order_id AND d.asset = t.asset"
    " WHERE p.refunded > 0 AND div(coalesce(t.given, 0)::numeric * p.refunded, p.paid)"
    " <> coalesce(t.reversed, 0) + coalesce(d.amount, 0) LIMIT %s"
)

PARCELS = (
    "WITH given AS (SELECT o.id FROM unnest(%s, %s) AS c (activity_id, outcome)"
    " JOIN orders_order o ON o.activity_id = c.activity_id AND o.outcome = c.outcome WHERE o.state IN (3, 4))"
    " SELECT coalesce(given.id, p.order_id) FROM given FULL JOIN delivery_parcel p ON p.order_id = given.id"
    " WHERE given.id IS NULL OR p.order_id IS NULL LIMIT %s"
)


def reversals_are_whole(cursor: Cursor) -> Iterator[Finding]:
    """Debts are what reversals lacked: together they are the refunded part of every reward."""
    for (order,) in cursor.execute(REVERSALS, (AT_MOST,)).fetchall():
        yield Finding(
            "reversals_are_whole", str(order), "what was reversed and what is owed are not its part"
        )


def parcels_are_of_goods(cursor: Cursor) -> Iterator[Finding]:
    """Every settled order whose class gives goods has its parcel, and no other order has one."""
    classes = [
        (activity, outcome)
        for activity, version in Activity.objects.exclude(plan_version_id=None).values_list(
            "id", "plan_version_id"
        )
        for outcome in goods_of(terms_of(version))
    ]
    found = cursor.execute(
        PARCELS,
        (
            IntegerArray([activity for activity, _ in classes]),
            IntegerArray([outcome for _, outcome in classes], "i2"),
            AT_MOST,
        ),
    )
    for (order,) in found.fetchall():
        yield Finding(
            "parcels_are_of_goods", str(order), "it has goods and no parcel, or a parcel and no goods"
        )
