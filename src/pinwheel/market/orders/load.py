"""What the intake of joins reads, and what it locks: always products, then groups, then wallets."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.wallets import LockedWallets, lock_wallets
from pinwheel.market.activities import door
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.orders.decide import ActivityState, GroupState, MemberState
from pinwheel.plan.ladder import tiers_of
from pinwheel.rules.assets import CASH

Cursor = psycopg.Cursor[Any]


def orders_of_keys(cursor: Cursor, keys: Sequence[UUID]) -> dict[UUID, tuple[int, ...]]:
    """Orders taken under these request keys: print, id, activity, member, group, price, state, discount,
    deposit."""
    cursor.execute(
        "SELECT request_key, request_print, id, activity_id, member_id, group_id, price, state, discount,"
        " deposit"
        " FROM orders_order WHERE request_key = ANY(%s)",
        (list(keys),),
        prepare=True,
    )
    return {row[0]: row[1:] for row in cursor.fetchall()}


def activities(cursor: Cursor, ids: Collection[int]) -> dict[int, ActivityState]:
    """Activities with their terms and products; the rows of products with limited stock are locked.

    Nobody ends one of them until the transaction is over.
    """
    door.hold_open(cursor, ids)
    cursor.execute(
        "SELECT a.id, a.state, a.price, a.starts_at, a.ends_at, a.plan_version_id, a.takes_coupons,"
        ' p.product_id, coalesce(p.sku_id, 0), p."left" IS NOT NULL FROM activities_activity a'
        " LEFT JOIN activities_activity_product p ON p.activity_id = a.id"
        " WHERE a.id = ANY(%s) ORDER BY p.position, p.id",
        (IntegerArray(sorted(ids)),),
        prepare=True,
    )
    found: dict[int, ActivityState] = {}
    is_limited = False
    ladders = []
    for row in cursor.fetchall():
        number, state, price, starts_at, ends_at, version, takes, product, sku, limited = row
        if number not in found:
            found[number] = ActivityState(
                number, state, price, starts_at, ends_at, terms_of(version), {}, takes
            )
            if tiers_of(found[number].terms.plan):
                ladders.append(number)
        if product is not None:
            found[number].left[product, sku] = None
            is_limited |= limited
    lock_ladders(cursor, ladders)
    if is_limited:
        lock_products(cursor, found)
    return found


def lock_ladders(cursor: Cursor, activity_ids: Sequence[int]) -> None:
    """One intake at a time for each ladder: the price of a join depends on the joins before it."""
    for activity_id in sorted(activity_ids):
        cursor.execute("SELECT pg_advisory_xact_lock(9, hashint8(%s))", (activity_id,), prepare=True)


def open_ladder_groups(cursor: Cursor, activity_ids: Sequence[int]) -> list[int]:
    """Forming groups of the public queue of these ladders in which somebody sits or holds a seat."""
    if not activity_ids:
        return []
    cursor.execute(
        "SELECT id FROM groups_group WHERE activity_id = ANY(%s) AND state = 0 AND leader_id = 0"
        " AND (taken > 0 OR held_members <> '{}') AND taken + cardinality(held_members) < size ORDER BY id",
        (IntegerArray(sorted(activity_ids)),),
        prepare=True,
    )
    return [row[0] for row in cursor.fetchall()]


def count_paid(cursor: Cursor, groups: Collection[GroupState]) -> None:
    """Note in groups of ladders how many paid orders each has; they are locked, so none is seated meanwhile.

    A payment that arrives from outside may add one unseen: who joins then pays the higher price and gets the
    difference back with the seat.
    """
    if not groups:
        return
    by_id = {group.id: group for group in groups}
    cursor.execute(
        "SELECT g.id, g.taken + (SELECT count(*) FROM orders_waiting w"
        " WHERE w.activity_id = g.activity_id AND w.group_id = g.id)"
        " FROM groups_group g WHERE g.id = ANY(%s)",
        (IntegerArray(sorted(by_id)),),
        prepare=True,
    )
    for number, paid in cursor.fetchall():
        by_id[number].paid = paid


def lock_products(cursor: Cursor, activities: dict[int, ActivityState]) -> None:
    """Lock the activities' products whose stock is limited, and note how much is left."""
    cursor.execute(
        'SELECT activity_id, product_id, coalesce(sku_id, 0), "left" FROM activities_activity_product'
        ' WHERE activity_id = ANY(%s) AND "left" IS NOT NULL ORDER BY id FOR NO KEY UPDATE',
        (IntegerArray(sorted(activities)),),
        prepare=True,
    )
    for activity_id, product_id, sku_id, left in cursor.fetchall():
        activities[activity_id].left[product_id, sku_id] = left


def categories_of(cursor: Cursor, products: Collection[int]) -> dict[int, list[int]]:
    """The categories of products, both levels, asked for only where a coupon is of categories."""
    cursor.execute(
        "SELECT p.id, c.id, c.parent_id FROM catalogue_product p JOIN catalogue_category c"
        " ON c.id = p.category_id WHERE p.id = ANY(%s)",
        (IntegerArray(sorted(products)),),
    )
    return {product: [one for one in both if one is not None] for product, *both in cursor.fetchall()}


def lock_groups(cursor: Cursor, ids: Collection[int]) -> dict[int, GroupState]:
    """Groups by id, locked in ascending order."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT id, activity_id, state, size, expires_at, seat_members || held_members, leader_id = 0"
        " FROM groups_group WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        (IntegerArray(sorted(ids)),),
        prepare=True,
    )
    return {
        number: GroupState(number, activity, state, size, expires_at, members, is_public)
        for number, activity, state, size, expires_at, members, is_public in cursor.fetchall()
    }


def lock_empty_groups(cursor: Cursor, activity_ids: Sequence[int]) -> dict[int, list[GroupState]]:
    """For each activity named, as often as it is named, an empty group open in advance; locked."""
    found: dict[int, list[GroupState]] = {}
    for activity_id in sorted(set(activity_ids)):
        cursor.execute(
            "SELECT id, activity_id, state, size FROM groups_group WHERE activity_id = %s AND state = 0"
            " AND leader_id = 0 AND taken = 0 AND held_members = '{}' ORDER BY draw_number DESC LIMIT %s"
            " FOR NO KEY UPDATE SKIP LOCKED",
            (activity_id, activity_ids.count(activity_id)),
            prepare=True,
        )
        found[activity_id] = [
            GroupState(number, activity, state, size, None, [])
            for number, activity, state, size in cursor.fetchall()
        ]
    return found


def lock_members(
    cursor: Cursor, ids: Collection[int], leaders: Collection[int]
) -> tuple[LockedWallets, dict[int, MemberState]]:
    """Members' wallets, locked, and their counts; who is no member is left out.

    `leaders`: those whose open groups are to be counted.
    """
    members = IntegerArray(sorted(ids))
    wallets = lock_wallets(cursor, members.values)
    states = {
        member: MemberState(cash=cash, is_frozen=False)
        for member, cash in zip(wallets.members.tolist(), wallets.balances[:, CASH].tolist(), strict=True)
    }
    read_counts(cursor, members, states)
    if leaders:
        cursor.execute(
            "SELECT leader_id, activity_id, count(*) FROM groups_group"
            " WHERE leader_id = ANY(%s) AND state = 0 GROUP BY 1, 2",
            (IntegerArray(sorted(leaders)),),
            prepare=True,
        )
        for member, activity, count in cursor.fetchall():
            if member in states:
                states[member].leads[activity] = count
    return wallets, states


# One question for all that is known of members: joins, orders that await payment, and who is frozen.
COUNTS = """
    SELECT 0 AS kind, member_id, activity_id, joins_total, joins_today, last_day
        FROM orders_participation WHERE member_id = ANY(%(members)s)
    UNION ALL SELECT 1, member_id, activity_id, count(*)::int, 0, NULL
        FROM orders_unpaid WHERE member_id = ANY(%(members)s) GROUP BY member_id, activity_id
    UNION ALL SELECT 2, id, 0, 0, 0, NULL FROM members_member WHERE id = ANY(%(members)s) AND is_frozen
"""


def read_counts(cursor: Cursor, members: IntegerArray, states: dict[int, MemberState]) -> None:
    """Fill in counts of paid joins and of orders that await payment, and who is frozen."""
    cursor.execute(COUNTS, {"members": members}, prepare=True)
    for kind, member, activity, total, today, day in cursor.fetchall():
        state = states.get(member)
        if state is None:
            continue
        if kind == 0:
            state.joins[activity] = (total, today, day)
            state.has_joined = True
            if state.last_day is None or day > state.last_day:
                state.last_day = day
        elif kind == 1:
            state.unpaid[activity] = total
        else:
            state.is_frozen = True


def flags_of_join(state: MemberState, day: date) -> int:
    """The flags of a member's next paid join; see rules/bars.py."""
    is_first_today = state.last_day is None or state.last_day < day
    return (1 if is_first_today else 0) | (0 if state.has_joined else 2)


def is_first_today(state: MemberState, activity_id: int, day: date) -> bool:
    """Whether the member's next paid join in the activity is the first there on this day."""
    return activity_id not in state.joins or state.joins[activity_id][2] < day


def count_join(state: MemberState, activity_id: int, day: date) -> None:
    """Count one paid join in the state, as the database will."""
    total, today, last = state.joins.get(activity_id, (0, 0, day))
    state.joins[activity_id] = (total + 1, (today if last == day else 0) + 1, day)
    state.has_joined = True
    state.last_day = day
