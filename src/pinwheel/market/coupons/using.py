"""Using coupons: locked after everything else, in ascending order; decided; written; given back.

A coupon belongs to one member and is used by one order at a time. Two orders that want the same coupon meet
at its row; behind the lock the database refuses a second live use.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount

Cursor = psycopg.Cursor[Any]
Scope = CouponTemplate.Scope


@dataclass(slots=True)
class CouponState:
    """A coupon, locked. Money in fen."""

    id: int
    member_id: int
    state: int
    starts_at: datetime
    expires_at: datetime
    threshold: int
    discount: int  # 0: a link, which is used elsewhere
    scope: int
    scope_ids: list[int]


def lock_coupons(cursor: Cursor, ids: Collection[int]) -> dict[int, CouponState]:
    """Coupons with what their templates say, locked in ascending order."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT c.id, c.member_id, c.state, c.starts_at, c.expires_at, t.threshold, t.discount, t.scope,"
        " t.scope_ids FROM coupons_coupon c JOIN coupons_template t ON t.id = c.template_id"
        " WHERE c.id = ANY(%s) ORDER BY c.id FOR NO KEY UPDATE OF c",
        (IntegerArray(sorted(ids)),),
        prepare=True,
    )
    return {row[0]: CouponState(*row) for row in cursor.fetchall()}


def refuse_coupon(
    coupon: CouponState | None,
    member_id: int,
    price: int,
    within: dict[int, Collection[int]],
    now: datetime,
) -> int:
    """What the coupon takes off the price, in fen.

    Args:
        within: for each scope but `all`: the ids that the join stands for (its activity, its product, the
            product's categories).
    Raises: Refused not_found, coupon_used, coupon_expired, coupon_out_of_scope, coupon_below_threshold.
    """
    if coupon is None or coupon.member_id != member_id or coupon.discount == 0:
        raise Refused("not_found")
    if coupon.state == Coupon.State.USED:
        raise Refused("coupon_used")
    if coupon.state == Coupon.State.EXPIRED or now >= coupon.expires_at or now < coupon.starts_at:
        raise Refused("coupon_expired")
    if coupon.scope != Scope.ALL and not set(coupon.scope_ids) & set(within.get(coupon.scope, ())):
        raise Refused("coupon_out_of_scope")
    if price < coupon.threshold:
        raise Refused("coupon_below_threshold", {"threshold": format_amount(coupon.threshold)})
    return coupon.discount


def use_coupons(cursor: Cursor, uses: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Write that orders use coupons, given as (order, coupon, discount); the coupons are locked."""
    if not uses:
        return
    orders, coupons, discounts = (IntegerArray(list(column)) for column in zip(*uses, strict=True))
    cursor.execute(
        "UPDATE coupons_coupon AS c SET state = 1, order_id = u.order_id"
        " FROM unnest(%s, %s) AS u (order_id, coupon_id) WHERE c.id = u.coupon_id AND c.state = 0",
        (orders, coupons),
    )
    if cursor.rowcount != len(uses):
        raise RuntimeError("a locked coupon was not found unused again")
    cursor.execute(
        "INSERT INTO coupons_use (order_id, coupon_id, discount, used_at, is_live)"
        " SELECT order_id, coupon_id, discount, %s, true"
        " FROM unnest(%s, %s, %s) AS u (order_id, coupon_id, discount)"
        " ON CONFLICT (order_id) DO UPDATE SET is_live = true, ended_at = NULL",
        (now, orders, coupons, discounts),
    )


def give_back_coupons(cursor: Cursor, order_ids: Sequence[int], now: datetime) -> None:
    """The coupons of orders whose payment went back, or never came, are free again while they are valid."""
    if not order_ids:
        return
    orders = IntegerArray(sorted(order_ids))
    cursor.execute(
        "SELECT FROM coupons_coupon WHERE id IN (SELECT coupon_id FROM coupons_use"
        " WHERE order_id = ANY(%s) AND is_live) ORDER BY id FOR NO KEY UPDATE",
        (orders,),
    )
    cursor.execute(
        "WITH ended AS (UPDATE coupons_use SET is_live = false, ended_at = %s"
        " WHERE order_id = ANY(%s) AND is_live RETURNING coupon_id)"
        " UPDATE coupons_coupon AS c SET order_id = 0, state = CASE WHEN c.expires_at <= %s THEN 2 ELSE 0 END"
        " FROM ended WHERE c.id = ended.coupon_id",
        (now, orders, now),
    )


def take_coupon_again(cursor: Cursor, order_id: int, discount: int, now: datetime) -> bool:
    """For a late payment whose order gave its coupon back: use it again; False if it is used or expired."""
    row = cursor.execute(
        "SELECT c.id, c.state, c.expires_at FROM coupons_coupon c JOIN coupons_use u ON u.coupon_id = c.id"
        " WHERE u.order_id = %s FOR NO KEY UPDATE OF c",
        (order_id,),
    ).fetchone()
    if row is None or row[1] != Coupon.State.UNUSED or row[2] <= now:
        return False
    use_coupons(cursor, [(order_id, row[0], discount)], now)
    return True


def expire_coupons(now: datetime, at_most: int = 5000) -> int:
    """Mark unused coupons whose time is over; return how many. Nothing waits for it: time decides alone."""
    due = Coupon.objects.filter(state=Coupon.State.UNUSED, expires_at__lte=now).order_by("id")
    return Coupon.objects.filter(
        pk__in=list(due.values_list("id", flat=True)[:at_most]), state=Coupon.State.UNUSED
    ).update(state=Coupon.State.EXPIRED)
