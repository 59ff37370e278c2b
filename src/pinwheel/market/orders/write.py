"""The writes of an intake of joins. Everything was decided before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import psycopg

from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.ledger.binary import IntegerArray, copy_in, encode_rows, moment
from pinwheel.ledger.post import TRANSFER
from pinwheel.market.orders.decide import ActivityState, GroupState, group_expiry
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import COUPON_USED, DEPOSIT, HOLD

Cursor = psycopg.Cursor[Any]
SEAT_HOLD = timedelta(minutes=30)  # modes page, section 2: how long an unpaid order holds its seat

ORDER_COLUMNS = [
    ("id", "i8"),
    ("activity_id", "i8"),
    ("member_id", "i8"),
    ("product_id", "i8"),
    ("sku_id", "i8"),
    ("group_id", "i8"),
    ("price", "i8"),
    ("discount", "i8"),
    ("deposit", "i8"),
    ("refunded", "i8"),
    ("created_at", "i8"),
    ("request_key", "V16"),
    ("request_print", "i8"),
    ("paid_batch", "i8"),
    ("settled_batch", "i8"),
    ("state", "i2"),
    ("route", "i2"),
    ("flags", "i2"),
    ("seat", "i2"),
    ("outcome", "i2"),
    ("bars", "i2"),
]
WAITING_COLUMNS = [
    ("activity_id", "i8"),
    ("order_id", "i8"),
    ("member_id", "i8"),
    ("group_id", "i8"),
    ("price", "i8"),
    ("discount", "i8"),
    ("deposit", "i8"),
    ("paid_at", "i8"),
    ("route", "i2"),
    ("flags", "i2"),
]


class NewOrder(NamedTuple):
    """One order to be written."""

    id: int
    activity_id: int
    member_id: int
    product_id: int
    group_id: int
    price: int
    request_key: UUID
    request_print: int
    state: int
    route: int
    flags: int
    discount: int = 0  # fen of the price that a coupon pays
    deposit: int = 0  # fen paid first, in a presale; 0: all is paid at once
    coupon_id: int = 0
    sku_id: int = 0  # the variant; 0: the product has none


def write_orders(cursor: Cursor, orders: Sequence[NewOrder], now: datetime, paid_batch: int) -> None:
    """Insert the orders; `paid_batch` is 0 for those that are not paid yet."""
    values: dict[str, Any] = {
        name: np.array([getattr(order, name) for order in orders], dtype=np.int64)
        for name in NewOrder._fields
        if name != "request_key"
    }
    keys = b"".join(order.request_key.bytes for order in orders)
    values |= {
        "request_key": np.frombuffer(keys, dtype="V16"),
        "created_at": moment(now),
        "refunded": 0,
        "paid_batch": paid_batch,
        "settled_batch": 0,
        "seat": 0,
        "outcome": -1,
        "bars": 0,
    }
    columns = ORDER_COLUMNS
    if paid_batch:
        columns = [*ORDER_COLUMNS, ("paid_at", "i8")]
        values["paid_at"] = moment(now)
    copy_in(cursor, "orders_order", columns, encode_rows(columns, values, len(orders)))


def write_waiting(cursor: Cursor, orders: Sequence[NewOrder], now: datetime) -> None:
    """Put orders paid now into the queue, in their order."""
    values: dict[str, Any] = {
        name: np.array([getattr(order, name) for order in orders], dtype=np.int64)
        for name, _ in WAITING_COLUMNS
        if name not in ("order_id", "paid_at")
    }
    values["paid_at"] = moment(now)
    values["order_id"] = np.array([order.id for order in orders], dtype=np.int64)
    copy_in(cursor, "orders_waiting", WAITING_COLUMNS, encode_rows(WAITING_COLUMNS, values, len(orders)))


def write_unpaid(cursor: Cursor, orders: Sequence[NewOrder], now: datetime) -> None:
    """Remember orders that await an external payment, until their hold lapses."""
    cursor.executemany(
        "INSERT INTO orders_unpaid (order_id, member_id, activity_id, group_id, hold_until)"
        " VALUES (%s, %s, %s, %s, %s)",
        [(order.id, order.member_id, order.activity_id, order.group_id, now + SEAT_HOLD) for order in orders],
    )


def count_joins(cursor: Cursor, joins: Sequence[tuple[int, int]], day: date) -> None:
    """Count paid joins, given as (member, activity), on a business day."""
    counts = sorted(Counter(joins).items())
    cursor.execute(
        "INSERT INTO orders_participation AS p (member_id, activity_id, joins_total, joins_today, last_day)"
        " SELECT member_id, activity_id, count, count, %s"
        " FROM unnest(%s, %s, %s) AS joined (member_id, activity_id, count)"
        " ON CONFLICT (member_id, activity_id) DO UPDATE SET"
        " joins_total = p.joins_total + excluded.joins_total,"
        " joins_today = CASE WHEN p.last_day = excluded.last_day THEN p.joins_today ELSE 0 END"
        " + excluded.joins_today, last_day = greatest(p.last_day, excluded.last_day)",
        (
            day,
            IntegerArray([member for (member, _), _ in counts]),
            IntegerArray([activity for (_, activity), _ in counts]),
            IntegerArray([count for _, count in counts], "i4"),
        ),
        prepare=True,
    )


def write_held(
    cursor: Cursor, groups: Iterable[GroupState], activities: dict[int, ActivityState], now: datetime
) -> None:
    """Hold the new seats in leaders' groups, and open the groups that just got their leader."""
    for group in groups:
        if not group.newly_held:
            continue
        held = IntegerArray(group.newly_held)
        if group.is_opened:
            expiry = group_expiry(activities[group.activity_id], now)
            cursor.execute(
                "UPDATE groups_group SET held_members = %s, leader_id = %s, opened_at = %s, expires_at = %s"
                " WHERE id = %s",
                (held, group.leader_id, now, expiry, group.id),
            )
        else:
            cursor.execute(
                "UPDATE groups_group SET held_members = held_members || %s WHERE id = %s", (held, group.id)
            )


Piece = tuple[int, int, int]  # of an activity: a product and its variant, 0 for none
OF_PIECE = "activity_id = %s AND product_id = %s AND coalesce(sku_id, 0) = %s"
LIMITED = f'{OF_PIECE} AND "left" IS NOT NULL'


def take_stock(cursor: Cursor, pieces: Sequence[Piece]) -> None:
    """Take these pieces of offers whose stock is limited; the rows are locked."""
    cursor.executemany(
        f'UPDATE activities_activity_product SET "left" = "left" - %s WHERE {LIMITED}',
        [(count, *piece) for piece, count in sorted(Counter(pieces).items())],
    )


def take_piece(cursor: Cursor, piece: Piece) -> bool:
    """Take one piece again for an order whose own was given back; False if none is left."""
    cursor.execute(
        f'UPDATE activities_activity_product SET "left" = "left" - 1 WHERE {OF_PIECE}'
        ' AND ("left" IS NULL OR "left" > 0)',
        piece,
    )
    return cursor.rowcount == 1


def give_back_pieces(cursor: Cursor, pieces: Sequence[Piece]) -> None:
    """Give these pieces back to offers whose stock is limited, locked in the usual order."""
    cursor.execute(
        'SELECT FROM activities_activity_product WHERE activity_id = ANY(%s) AND "left" IS NOT NULL'
        " ORDER BY id FOR NO KEY UPDATE",
        (IntegerArray(sorted({activity for activity, _, _ in pieces})),),
    )
    cursor.executemany(
        f'UPDATE activities_activity_product SET "left" = "left" + %s WHERE {LIMITED}',
        [(count, *piece) for piece, count in sorted(Counter(pieces).items())],
    )


def hold_transfers(
    orders: Sequence[NewOrder], accounts: Sequence[PlanAccounts], reason: int, source: Any
) -> Any:
    """Transfers that hold the orders' money for their groups: what members pay, and what coupons pay.

    A presale's deposit from the balance has a reason of its own: members read it as such.

    Args:
        accounts: (orders,) of each one's plan.
        source: account the members' money comes from: (orders,) members, or one account for all.
    """
    transfers = np.zeros(len(orders), dtype=TRANSFER)
    transfers["from_account"] = source
    transfers["to_account"] = [of_plan.held for of_plan in accounts]
    transfers["amount"] = [order.deposit or order.price - order.discount for order in orders]
    transfers["reason"] = [DEPOSIT if order.deposit and reason == HOLD else reason for order in orders]
    transfers["about"] = [order.id for order in orders]
    lines = [
        (of_plan.coupons, of_plan.held, CASH, order.discount, COUPON_USED, order.id)
        for order, of_plan in zip(orders, accounts, strict=True)
        if order.discount
    ]
    return np.concatenate([transfers, np.array(lines, dtype=TRANSFER)]) if lines else transfers
