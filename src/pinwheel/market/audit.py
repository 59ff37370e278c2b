"""The audit of the whole market: the books, and that every paid order is where it should be.

Source: invariants of the architecture page. Each check is a query for what is wrong.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection, transaction

from pinwheel.ledger.audit import AT_MOST, LEDGER_CHECKS, Check, Finding
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.audit_budgets import BUDGET_QUERIES, budgets_hold
from pinwheel.market.audit_closing import closing_draws_hold, closing_orders_hold
from pinwheel.market.audit_coupons import COUPON_QUERIES, coupons_were_given
from pinwheel.market.audit_delivery import DELIVERY_QUERIES, parcels_are_of_goods, reversals_are_whole
from pinwheel.market.audit_presale import PRESALE_QUERIES, deposits_are_of_their_plans
from pinwheel.market.audit_promises import (
    PROMISE_QUERIES,
    counters_hold,
    days_have_their_runs,
    days_owe_what_was_won,
    prizes_are_of_winners,
    promoters_hold,
)
from pinwheel.market.audit_public_values import (
    PUBLIC_VALUE_QUERIES,
    groups_were_drawn_with_their_value,
    public_bytes,
    public_values_hold,
)
from pinwheel.market.audit_stock import STOCK_QUERIES
from pinwheel.market.groups.draws import draw_v1
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion
from pinwheel.rules.draw import HASH_BYTES, commitment
from pinwheel.rules.outcomes import NO_OUTCOME, assign_outcomes

Cursor = psycopg.Cursor[Any]

# name: (what it says of an offender, query for offenders' ids). States: the models of orders and groups.
QUERIES: dict[str, tuple[str, str]] = {
    "paid_orders_wait": (
        "order is paid but not in the queue",
        "SELECT o.id FROM orders_order o LEFT JOIN orders_waiting w ON w.order_id = o.id"
        " WHERE o.state = 1 AND w.order_id IS NULL",
    ),
    "waiting_orders_are_paid": (
        "order stands in the queue but is not paid, or stands there twice",
        "SELECT w.order_id FROM orders_waiting w LEFT JOIN orders_order o ON o.id = w.order_id"
        " GROUP BY w.order_id, o.state HAVING o.state IS DISTINCT FROM 1 OR count(*) > 1",
    ),
    "seats_hold_their_orders": (
        "group's seats and its orders do not agree",
        "SELECT g.id FROM groups_group g LEFT JOIN ("
        " SELECT group_id, array_agg(id ORDER BY seat) AS ids, array_agg(member_id ORDER BY seat) AS members,"
        " array_agg(seat::int ORDER BY seat) AS seats"
        " FROM orders_order WHERE seat > 0 GROUP BY group_id) o ON o.group_id = g.id"
        " WHERE g.seats IS DISTINCT FROM coalesce(o.ids, '{}')"
        " OR g.seat_members IS DISTINCT FROM coalesce(o.members, '{}') OR g.taken <> cardinality(g.seats)"
        " OR coalesce(o.seats, '{}') <> ARRAY(SELECT generate_series(1, g.taken))",
    ),
    "seated_orders_are_in_forming_groups": (
        "order is seated but its group is finished, or the other way round",
        "SELECT o.id FROM orders_order o JOIN groups_group g ON g.id = o.group_id"
        " WHERE o.seat > 0 AND (o.state IN (2, 6)) <> (g.state IN (0, 1))"
        # A presale's orders end one by one while their group is full.
        " AND NOT (o.deposit > 0 AND g.state = 1 AND o.state IN (3, 4))",
    ),
    "finished_orders_have_one_end": (
        "order was kept and refunded in part, or ended without its batch",
        "SELECT id FROM orders_order WHERE (state = 3 AND (refunded <> 0 OR settled_batch = 0))"
        " OR (state = 4 AND (settled_batch = 0"
        " OR refunded <> CASE WHEN deposit > 0 THEN deposit ELSE price - discount END))"
        " OR (state NOT IN (3, 4) AND (refunded <> 0 OR settled_batch <> 0))",
    ),
    "expired_groups_refunded": (
        "group ended without a draw and an order of it was not refunded",
        "SELECT g.id FROM groups_group g JOIN orders_order o ON o.group_id = g.id AND o.seat > 0"
        " WHERE g.state IN (3, 4, 5) AND o.state <> 4",
    ),
    "payments_moved_once": (
        "order's payment was not held, kept or refunded exactly once",
        "SELECT o.id FROM (SELECT id, state, route, price, deposit, discount, refunded, price_cut,"
        " CASE WHEN state IN (0, 5) THEN 0 WHEN deposit > 0 THEN deposit ELSE price - discount END AS paid"
        " FROM orders_order) o LEFT JOIN ("
        " SELECT about, sum(amount) FILTER (WHERE reason IN (1, 2, 40)) AS held,"
        " sum(amount) FILTER (WHERE reason = 40) AS deposits,"
        " sum(amount) FILTER (WHERE reason = 42) AS balances,"
        " sum(amount) FILTER (WHERE reason = 43) AS balances_outside,"
        " sum(amount) FILTER (WHERE reason = 3) AS captured,"
        " sum(amount) FILTER (WHERE reason IN (4, 41)) AS refunded,"
        " sum(amount) FILTER (WHERE reason = 41) AS deposits_back,"
        " sum(amount) FILTER (WHERE reason = 5) AS refunded_outside,"
        " sum(amount) FILTER (WHERE reason = 27) AS cut,"
        " sum(amount) FILTER (WHERE reason = 28) AS cut_outside"
        " FROM ledger_transfer WHERE reason BETWEEN 1 AND 5 OR reason BETWEEN 40 AND 43 OR reason IN (27, 28)"
        " GROUP BY about) t"
        " ON t.about = o.id LEFT JOIN presale_balance b ON b.order_id = o.id"
        " WHERE coalesce(t.held, 0) <> o.paid + o.price_cut"
        " OR coalesce(t.cut, 0) <> CASE WHEN o.route = 0 THEN o.price_cut ELSE 0 END"
        " OR coalesce(t.cut_outside, 0) <> CASE WHEN o.route = 1 THEN o.price_cut ELSE 0 END"
        " OR coalesce(t.deposits, 0) <> CASE WHEN o.route = 0 AND o.deposit > 0 THEN o.paid ELSE 0 END"
        " OR coalesce(t.deposits_back, 0)"
        " <> CASE WHEN o.route = 0 AND o.deposit > 0 THEN o.refunded ELSE 0 END"
        " OR coalesce(t.balances, 0)"
        " <> CASE WHEN o.state = 3 AND o.deposit > 0 AND b.route = 0 THEN o.price - o.deposit ELSE 0 END"
        " OR coalesce(t.balances_outside, 0) - coalesce(b.sent_back, 0)"
        " <> CASE WHEN o.state = 3 AND o.deposit > 0 AND b.route = 1 THEN o.price - o.deposit ELSE 0 END"
        " OR coalesce(t.captured, 0) <> CASE WHEN o.state = 3 THEN o.price ELSE 0 END"
        " OR coalesce(t.refunded, 0) <> CASE WHEN o.route = 0 THEN o.refunded ELSE 0 END"
        " OR coalesce(t.refunded_outside, 0) - coalesce(b.sent_back, 0)"
        " <> CASE WHEN o.route = 1 THEN o.refunded ELSE 0 END",
    ),
    "held_money_is_of_unfinished_orders": (
        "plan's held account is not the sum of its paid and seated orders",
        "SELECT a.id FROM ledger_platform_account a LEFT JOIN ("
        " SELECT account_id, sum(amount) AS amount FROM ledger_platform_balance WHERE asset = 0 GROUP BY 1) b"
        " ON b.account_id = a.id LEFT JOIN ("
        " SELECT v.name, sum(CASE WHEN o.deposit > 0 THEN o.deposit ELSE o.price END) AS amount"
        " FROM orders_order o"
        " JOIN activities_activity c ON c.id = o.activity_id JOIN plans_version v ON v.id = c.plan_version_id"
        " WHERE o.state IN (1, 2, 6) GROUP BY 1) o ON o.name = a.plan"
        " WHERE a.name = 'held' AND coalesce(b.amount, 0) <> coalesce(o.amount, 0)",
    ),
    "outside_refunds_are_sent": (
        "order was refunded to the outside without its refund, or the other way round",
        "SELECT coalesce(o.id, r.id) FROM (SELECT id, refunded + price_cut AS refunded FROM orders_order"
        " WHERE route = 1 AND (state = 4 OR price_cut > 0)"
        " UNION ALL SELECT a.id, a.amount FROM aftersales_aftersale a"
        " JOIN orders_order o ON o.id = a.order_id WHERE a.state = 4 AND o.route = 1 AND o.deposit = 0"
        # Of a presale the part that goes to the outside stands in the books alone.
        " UNION ALL SELECT a.id, t.amount FROM aftersales_aftersale a JOIN (SELECT about, batch,"
        " sum(amount) AS amount FROM ledger_transfer WHERE reason = 31 GROUP BY 1, 2) t"
        " ON t.about = a.order_id AND t.batch = a.batch"
        " JOIN orders_order o ON o.id = a.order_id AND o.deposit > 0 WHERE a.state = 4"
        " UNION ALL SELECT p.id, b.sent_back FROM presale_balance b"
        " JOIN cashier_payment p ON p.order_id = b.order_id AND p.part = 1 WHERE b.sent_back > 0) o"
        " FULL JOIN (SELECT CASE WHEN second_of > 0 THEN second_of ELSE id END AS id, sum(amount) AS amount"
        " FROM cashier_refund GROUP BY 1) r ON r.id = o.id WHERE o.refunded IS DISTINCT FROM r.amount",
    ),
    "groups_end_at_one_price": (
        "settled group's seats were sold at different prices",
        "SELECT group_id FROM orders_order WHERE seat > 0 AND state = 3 GROUP BY group_id"
        " HAVING min(price) <> max(price)",
    ),
    "unpaid_orders_are_remembered": (
        "order awaits payment and nobody waits for it, or the other way round",
        "SELECT coalesce(o.id, u.order_id) FROM (SELECT id FROM orders_order WHERE state = 0) o"
        " FULL JOIN orders_unpaid u ON u.order_id = o.id WHERE o.id IS NULL OR u.order_id IS NULL",
    ),
    "joins_are_counted": (
        "member's count of joins is not the number of paid orders",
        "SELECT coalesce(p.member_id, o.member_id) FROM orders_participation p FULL JOIN ("
        " SELECT member_id, activity_id, count(*) AS joins FROM orders_order WHERE paid_batch <> 0"
        " GROUP BY 1, 2) o"
        " ON o.member_id = p.member_id AND o.activity_id = p.activity_id"
        " WHERE p.joins_total IS DISTINCT FROM o.joins",
    ),
    "draw_numbers_have_no_gaps": (
        "activity's draw numbers have a gap",
        "SELECT activity_id FROM groups_group GROUP BY activity_id"
        " HAVING min(draw_number) <> 1 OR max(draw_number) <> count(*)",
    ),
    "stopped_activities_owe_nothing": (
        "activity was stopped and refunded, and an order of it is unpaid, waits or sits in a forming group",
        "SELECT s.activity_id FROM activities_stop s WHERE s.state = 2 AND ("
        " EXISTS (SELECT FROM orders_unpaid u WHERE u.activity_id = s.activity_id)"
        " OR EXISTS (SELECT FROM orders_waiting w WHERE w.activity_id = s.activity_id)"
        " OR EXISTS (SELECT FROM groups_group g WHERE g.activity_id = s.activity_id AND g.state = 0))",
    ),
    "stops_refunded_what_they_say": (
        "stop's count of refunded seats or its sum is not that of the groups it closed",
        "SELECT s.id FROM activities_stop s LEFT JOIN LATERAL ("
        " SELECT count(*) AS seats, sum(o.refunded) AS paid FROM groups_group g"
        " JOIN orders_order o ON o.group_id = g.id AND o.seat > 0"
        " WHERE g.activity_id = s.activity_id AND g.state = 3 AND g.finished_at > s.decided_at) d ON true"
        " WHERE s.state IN (1, 2) AND (s.seats_refunded < d.seats OR s.refunded < coalesce(d.paid, 0))",
    ),
    "stock_is_counted": (
        "product's stock in an activity is negative",
        'SELECT id FROM activities_activity_product WHERE "left" < 0',
    ),
}

QUERIES |= STOCK_QUERIES | DELIVERY_QUERIES | PRESALE_QUERIES
QUERIES |= PROMISE_QUERIES | BUDGET_QUERIES | COUPON_QUERIES | PUBLIC_VALUE_QUERIES


def query_check(name: str) -> Check:
    """The check of one of QUERIES."""
    message, query = QUERIES[name]

    def check(cursor: Cursor) -> Iterator[Finding]:
        cursor.execute(f"{query} LIMIT {AT_MOST}")
        for row in cursor.fetchall():
            yield Finding(name, str(row[0]), message)

    check.__name__ = name
    return check


def finished_groups() -> Iterator[tuple[Any, ...]]:
    """Id, draw id, order ids, commit, revealed seed and drawn order of every finished group."""
    groups = Group.objects.filter(finished_at__isnull=False).order_by("activity_id", "draw_number")
    names = ("id", "activity_id", "draw_number", "seats", "commit", "server_seed", "drawn_order")
    for number, activity, draw_number, *facts in groups.values_list(*names).iterator():
        yield number, draw_id(activity, draw_number), *facts


def seeds_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every finished group's revealed seed is the one that was committed."""
    for number, draw, _, commit, seed, _ in finished_groups():
        if len(seed or b"") != HASH_BYTES or commitment(draw, bytes(seed)) != bytes(commit):
            yield Finding("seeds_hold", str(number), "the revealed seed is not the committed one")


def draws_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every drawn order is what its seed and its list of orders give."""
    values = public_bytes()
    drawn = set(
        Order.objects.filter(seat=1, outcome__gte=0, activity_id__in=activities_that_draw()).values_list(
            "group_id", flat=True
        )
    )
    for number, draw, seats, _, seed, order in finished_groups():
        if order is None and number not in drawn:
            continue
        is_whole = order is not None and len(seed or b"") == HASH_BYTES
        value = values.get(number, b"")
        if not is_whole or [seat - 1 for seat in order] != draw_v1(draw, bytes(seed), seats, value):
            yield Finding("draws_hold", str(number), "the drawn order is not what the seed gives")
    for name in closing_orders_hold(cursor):
        yield Finding("draws_hold", name, "the drawn order is not what the seed gives")


def activities_that_draw() -> list[int]:
    """Activities whose groups are drawn one by one."""
    versions = [version.pk for version in PlanVersion.objects.all() if draws_groups(terms_of(version.pk))]
    return list(Activity.objects.filter(plan_version_id__in=versions).values_list("id", flat=True))


def draws_groups(terms: Terms) -> bool:
    """Whether each group has a draw of its own."""
    return terms.has_draw and not terms.draws_on_close


def outcomes_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every settled seat's outcome is what the drawn order and the bars give."""
    versions = dict(Activity.objects.values_list("id", "plan_version_id"))
    for group, activity, order, bars, got in settled_seats():
        tables = terms_of(versions[activity]).plain
        outcomes = [NO_OUTCOME] * len(got)
        drawn = [seat - 1 for seat in order]
        if sorted(drawn) != list(range(tables.size)) or len(got) != tables.size:
            continue  # other checks say so
        assign_outcomes(tables, 0, drawn, bars, outcomes)
        if outcomes != got:
            yield Finding("outcomes_hold", str(group), "its outcomes are not what its drawn order gives")


def settled_seats() -> Iterator[tuple[int, int, list[int], list[int], list[int]]]:
    """Of every drawn and settled group: id, activity, drawn order, and its seats' bars and outcomes."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT g.id, g.activity_id, g.drawn_order, array_agg(o.bars::int ORDER BY o.seat),"
            " array_agg(o.outcome::int ORDER BY o.seat) FROM groups_group g"
            " JOIN orders_order o ON o.group_id = g.id AND o.seat > 0"
            " WHERE g.state = 2 AND g.drawn_order IS NOT NULL GROUP BY g.id"
        )
        yield from cursor


def plans_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every published plan still has the hash under which it was published."""
    for version in PlanVersion.objects.all():
        if hashlib.sha256(version.canonical.encode()).hexdigest() != version.hash:  # as stored, not as kept
            yield Finding("plans_hold", f"{version.name} v{version.version}", "its content has another hash")


CHECKS: list[Check] = [
    *LEDGER_CHECKS,
    *(query_check(name) for name in QUERIES),
    seeds_hold,
    draws_hold,
    outcomes_hold,
    closing_draws_hold,
    public_values_hold,
    groups_were_drawn_with_their_value,
    plans_hold,
    days_have_their_runs,
    days_owe_what_was_won,
    prizes_are_of_winners,
    counters_hold,
    promoters_hold,
    budgets_hold,
    coupons_were_given,
    parcels_are_of_goods,
    reversals_are_whole,
    deposits_are_of_their_plans,
]


def audit(checks: list[Check] = CHECKS) -> Iterator[tuple[str, list[Finding]]]:
    """Run the checks on one snapshot of the database; yield each check's name and what it found."""
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for check in checks:
            yield check.__name__, list(check(cursor))
