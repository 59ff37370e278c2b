"""The audit of presales: deposits as their plans say, balances with one end, groups over with the last."""

from collections.abc import Iterator
from typing import Any

import psycopg

from pinwheel.ledger.audit import AT_MOST, Finding
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.plan.presale import deposit_of

Cursor = psycopg.Cursor[Any]

# States of orders, groups and balances: their models; part 1 of a payment is a balance.
PRESALE_QUERIES: dict[str, tuple[str, str]] = {
    "balances_are_of_their_orders": (
        "presale order and its balance do not agree, or one lacks the other",
        "SELECT coalesce(o.id, b.order_id) FROM (SELECT id, member_id, activity_id, group_id, price, deposit,"
        " state, settled_batch FROM orders_order o WHERE deposit > 0 AND (state IN (3, 6) OR (state = 4 AND"
        " EXISTS (SELECT FROM groups_group g WHERE g.id = o.group_id AND o.seat > 0 AND g.state IN (1, 2)))))"
        " o FULL JOIN presale_balance b ON b.order_id = o.id WHERE o.id IS NULL OR b.order_id IS NULL"
        " OR b.amount <> o.price - o.deposit OR (b.member_id, b.activity_id, b.group_id)"
        " IS DISTINCT FROM (o.member_id, o.activity_id, o.group_id)"
        " OR o.state <> CASE b.state WHEN 0 THEN 6 WHEN 1 THEN 3 ELSE 4 END"
        " OR b.batch <> o.settled_batch",
    ),
    "groups_wait_for_their_balances": (
        "full group of a presale is over while a balance is awaited, or waits for none",
        "SELECT g.id FROM groups_group g JOIN (SELECT group_id, count(*) AS asked,"
        " count(*) FILTER (WHERE state = 0) AS due FROM presale_balance GROUP BY 1) b ON b.group_id = g.id"
        " WHERE g.state NOT IN (1, 2) OR (g.state = 1) <> (b.due > 0) OR b.asked <> g.size",
    ),
    "balances_were_paid_by_their_route": (
        "balance paid from outside without its one payment, or a payment that is neither taken nor sent back",
        "SELECT coalesce(b.order_id, p.order_id) FROM (SELECT order_id, amount, sent_back,"
        " state = 1 AND route = 1 AS is_taken FROM presale_balance) b"
        " FULL JOIN (SELECT order_id, amount, state = 1 AS is_paid FROM cashier_payment WHERE part = 1) p"
        " ON p.order_id = b.order_id WHERE b.order_id IS NULL OR b.amount IS DISTINCT FROM"
        " coalesce(p.amount, b.amount) OR (b.is_taken AND b.sent_back > 0)"
        " OR coalesce(p.is_paid, false) <> (b.is_taken OR b.sent_back > 0)",
    ),
    "refunds_are_within_their_payments": (
        "more went back by a payment from outside than it brought, or by one that was never paid",
        "SELECT p.id FROM cashier_payment p JOIN (SELECT payment_id, sum(amount) AS amount"
        " FROM cashier_refund GROUP BY 1) r ON r.payment_id = p.id"
        " WHERE r.amount > p.amount OR p.state <> 1",
    ),
}

DEPOSITS = (
    "SELECT o.id FROM unnest(%s::bigint[], %s::bigint[]) AS d (activity_id, deposit)"
    " JOIN orders_order o ON o.activity_id = d.activity_id WHERE o.deposit <> d.deposit LIMIT %s"
)


def deposits_are_of_their_plans(cursor: Cursor) -> Iterator[Finding]:
    """Every order was sold for the deposit that its plan says at its price; 0 where there is no presale."""
    activities = Activity.objects.values_list("id", "plan_version_id", "price")
    asked = {
        activity: deposit_of(terms_of(version).plan.presale, price) for activity, version, price in activities
    }
    found = cursor.execute(DEPOSITS, (list(asked), list(asked.values()), AT_MOST))
    for (order,) in found.fetchall():
        yield Finding(
            "deposits_are_of_their_plans", str(order), "its deposit is not what its plan says at its price"
        )
