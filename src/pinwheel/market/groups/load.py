"""What a settlement reads and locks: the activity first, then groups; wallets are locked after the draw."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.binary import IntegerArray, fetch_columns
from pinwheel.market.activities.terms import Terms
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.seats import OpenGroup, SeatedOrder
from pinwheel.rules.counters import Counters
from pinwheel.rules.tables import has_counters

Cursor = psycopg.Cursor[Any]

WAITING = [
    ("position", "i8"),
    ("group_id", "i8"),
    ("paid_at", "i8"),
    ("order_id", "i8"),
    ("member_id", "i8"),
    ("price", "i8"),
    ("route", "i2"),
    ("flags", "i2"),
    ("discount", "i8"),
    ("deposit", "i8"),
]
GROUP_COLUMNS = "id, draw_number, leader_id, size, expires_at, opened_at, sealed_seed, held_members, seats"


def lock_activity(cursor: Cursor, activity_id: int, wait: bool = True) -> bool:
    """One settler at a time per activity, until the transaction ends. False: another has it (no wait)."""
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(2, hashint8(%s))", (activity_id,), prepare=True)
        return True
    row = cursor.execute(
        "SELECT pg_try_advisory_xact_lock(2, hashint8(%s))", (activity_id,), prepare=True
    ).fetchone()
    return row == (True,)


def lock_products(cursor: Cursor, activity_id: int) -> None:
    """Lock the activity's limited stock, before groups and wallets as everywhere."""
    cursor.execute(
        'SELECT FROM activities_activity_product WHERE activity_id = %s AND "left" IS NOT NULL'
        " ORDER BY id FOR NO KEY UPDATE",
        (activity_id,),
    )


def count_waiting(cursor: Cursor, activity_id: int, at_most: int) -> int:
    """How many paid orders of the activity wait for a seat, counted up to `at_most`."""
    row = cursor.execute(
        "SELECT count(*) FROM (SELECT 1 FROM orders_waiting WHERE activity_id = %s LIMIT %s) AS waiting",
        (activity_id, at_most),
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else 0


class Waiter(NamedTuple):
    """One place in the queue; `group_id` 0 is the public queue, `paid_at` as ledger/binary.py counts."""

    position: int
    group_id: int
    paid_at: int
    order: SeatedOrder


def waiting_orders(cursor: Cursor, activity_id: int, at_most: int) -> list[Waiter]:
    """The first places of the queue, in the order of payment."""
    names = ", ".join(name for name, _ in WAITING)
    columns = fetch_columns(
        cursor,
        f"SELECT {names} FROM orders_waiting WHERE activity_id = %s ORDER BY position LIMIT %s",
        WAITING,
        (activity_id, at_most),
    )
    rows = zip(*(columns[name].tolist() for name, _ in WAITING), strict=True)
    return [
        Waiter(position, group_id, paid_at, SeatedOrder(*order))
        for position, group_id, paid_at, *order in rows
    ]


def count_begun_with(cursor: Cursor, activity_id: int, members: Collection[int]) -> int:
    """How many forming groups of the public queue hold one of these members already."""
    row = cursor.execute(
        "SELECT count(*) FROM groups_group WHERE activity_id = %s AND state = 0 AND leader_id = 0"
        " AND taken > 0 AND seat_members && %s",
        (activity_id, IntegerArray(sorted(members))),
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else 0


COUNTERS = [("member_id", "i8"), *((name, "i4") for name in Counters._fields)]


def counters_of(cursor: Cursor, terms: Terms, members: NDArray[np.int64]) -> Counters:
    """Columns of the members' counters under the plan, all 0 where there is none yet.

    The members' wallets are locked, and with them the counters: whoever changes one holds the other.
    """
    if not has_counters(terms.tables):
        return Counters([], [], [], [], [])
    names = ", ".join(name for name, _ in COUNTERS)
    found = fetch_columns(
        cursor,
        f"SELECT {names} FROM groups_win_counter WHERE plan = %s AND member_id = ANY(%s)",
        COUNTERS,
        (terms.plan_name, IntegerArray(members)),
    )
    rows = np.searchsorted(members, found["member_id"])
    columns = []
    for name in Counters._fields:
        column = np.zeros(len(members), dtype=np.int64)
        column[rows] = found[name]
        columns.append(column.tolist())
    return Counters(*columns)


def lock_queue_groups(cursor: Cursor, activity_id: int, at_most: int) -> list[OpenGroup]:
    """The forming groups of the public queue in the order of opening, so many that `at_most` can fill."""
    cursor.execute(
        f"SELECT {GROUP_COLUMNS} FROM groups_group WHERE activity_id = %s AND state = 0 AND leader_id = 0"
        " ORDER BY (taken = 0), draw_number LIMIT %s FOR NO KEY UPDATE",
        (activity_id, at_most),
        prepare=True,
    )
    return with_orders(cursor, cursor.fetchall())


def lock_groups(
    cursor: Cursor, ids: Collection[int], state: Group.State = Group.State.FORMING
) -> list[OpenGroup]:
    """Groups in one state by id, locked in ascending order."""
    if not ids:
        return []
    cursor.execute(
        f"SELECT {GROUP_COLUMNS} FROM groups_group WHERE id = ANY(%s) AND state = %s ORDER BY id"
        " FOR NO KEY UPDATE",
        (IntegerArray(sorted(ids)), state.value),
        prepare=True,
    )
    return with_orders(cursor, cursor.fetchall())


def with_orders(cursor: Cursor, rows: list[tuple[Any, ...]]) -> list[OpenGroup]:
    """Groups with the orders in their seats."""
    order_ids = [order_id for row in rows for order_id in row[-1]]
    orders: dict[int, SeatedOrder] = {}
    if order_ids:
        cursor.execute(
            "SELECT id, member_id, price, route, flags, discount, deposit FROM orders_order"
            " WHERE id = ANY(%s)",
            (IntegerArray(order_ids),),
            prepare=True,
        )
        orders = {row[0]: SeatedOrder(*row) for row in cursor.fetchall()}
    groups = []
    for number, draw, leader, size, expires_at, opened_at, seed, held, seats in rows:
        seated = [orders[order_id] for order_id in seats]
        groups.append(
            OpenGroup(number, draw, leader, size, expires_at, opened_at, seed, held, seated, len(seated))
        )
    return groups
