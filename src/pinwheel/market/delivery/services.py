"""Parcels: made with the settlement, shipped by an operator, received by the member or by the clock.

Locks: the choice of a prize, then the parcel, then its after-sale, then wallets.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.delivery.addresses import addresses_of
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.carriers import CARRIERS, read_carrier, read_tracking_number
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.states import refuse_disputed, refuse_state
from pinwheel.market.delivery.telling import tell_shipped
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

Cursor = psycopg.Cursor[Any]
State = Delivery.State

MAKE_PARCELS = (
    "INSERT INTO delivery_parcel (order_id, member_id, activity_id, product_id, extra_sku_id, paid, made_at,"
    " state) SELECT o.id, o.member_id, o.activity_id, o.product_id, coalesce(a.extra_sku_id, 0),"
    " o.price - o.discount, %s, made.state FROM unnest(%s, %s) AS made (order_id, state)"
    " JOIN orders_order AS o ON o.id = made.order_id JOIN activities_activity AS a ON a.id = o.activity_id"
)
# One that is locked is being decided on: the next run looks at it again.
RECEIVE_DUE = (
    "WITH due AS MATERIALIZED (SELECT order_id FROM delivery_parcel WHERE state = 2 AND NOT is_disputed"
    " AND due_at <= %s ORDER BY order_id FOR NO KEY UPDATE SKIP LOCKED)"
    " UPDATE delivery_parcel AS p SET state = 3, received_at = %s, is_received_by_clock = true, due_at = NULL"
    " FROM due WHERE p.order_id = due.order_id"
)


def make_parcels(cursor: Cursor, orders: Sequence[tuple[int, bool]], now: datetime) -> None:
    """Make the parcels of settled orders, given as (order, whether its holder chooses the goods)."""
    if orders:
        states = [State.CHOOSING.value if chooses else State.TO_SHIP.value for _, chooses in orders]
        made = (now, IntegerArray([order for order, _ in orders]), IntegerArray(states, "i2"))
        cursor.execute(MAKE_PARCELS, made, prepare=True)


def lock_parcel(order_id: int) -> Delivery:
    """The parcel of an order, locked. Raises: Refused not_found."""
    parcel = Delivery.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if parcel is None:
        raise Refused("not_found")
    return parcel


def goods_chosen(order_ids: Sequence[int], product_id: int | None = None) -> None:
    """The holder chose, or the time to choose is over: the parcel is to be shipped."""
    chosen = {} if product_id is None else {"product_id": product_id}
    waiting = Delivery.objects.filter(pk__in=order_ids, state=State.CHOOSING)
    waiting.update(state=State.TO_SHIP, **chosen)


def voucher_chosen(order_id: int, now: datetime) -> None:
    """The holder took a voucher: there is nothing to ship."""
    Delivery.objects.filter(pk=order_id, state=State.CHOOSING).update(state=State.CLOSED, closed_at=now)


def ship(order_id: int, carrier: str, tracking_number: str, operator: Operator, now: datetime) -> Delivery:
    """Note that a parcel was handed to a carrier; saying the same twice has the effect of once.

    Raises: Refused unknown_carrier, bad_tracking_number, not_found, shipped_otherwise, not_allowed_now,
        aftersale_open, address_missing.
    """
    code, number = read_carrier(carrier), read_tracking_number(tracking_number)
    with transaction.atomic():
        parcel = lock_parcel(order_id)
        if is_shipped_as(parcel, code, number):
            return parcel
        refuse_shipped(parcel)
        refuse_state(parcel, State.SHIPPED)
        refuse_disputed(parcel)
        copy_address(parcel)

        # After this point it must succeed.
        parcel.carrier, parcel.tracking_number = code, number
        parcel.state, parcel.shipped_at, parcel.shipped_by = State.SHIPPED, now, operator
        parcel.due_at = receipt_due(now)
        parcel.save()
        tell_shipped(parcel, now)
    return parcel


def is_shipped_as(parcel: Delivery, carrier: str, tracking_number: str) -> bool:
    """Whether just this was noted before."""
    said = (State.SHIPPED, carrier, tracking_number)
    return (parcel.state, parcel.carrier, parcel.tracking_number) == said


def refuse_shipped(parcel: Delivery) -> None:
    """Raises: Refused shipped_otherwise where another number was noted; correcting.py changes that."""
    if parcel.state == State.SHIPPED:
        names = CARRIERS[parcel.carrier]
        raise Refused("shipped_otherwise", {"carrier": names, "number": parcel.tracking_number})


def receipt_due(now: datetime) -> datetime:
    """When a parcel that leaves now counts as received."""
    return now + timedelta(days=environment().receipt_after_days)


def copy_address(parcel: Delivery) -> None:
    """Write into the parcel where it goes. Raises: Refused address_missing."""
    address = addresses_of([(parcel.order_id, parcel.member_id)]).get(parcel.order_id)
    if address is None:
        raise Refused("address_missing")
    area = place(address.area)
    parcel.receiver, parcel.phone, parcel.street = address.receiver, address.phone, address.street
    parcel.province, parcel.city, parcel.district = area.province, area.city, area.district


def receive(order_id: int, member_id: int, now: datetime) -> Delivery:
    """The member has the goods; saying so twice has the effect of once.

    Raises: Refused not_found, not_allowed_now, aftersale_open.
    """
    with transaction.atomic():
        parcel = lock_parcel(order_id)
        if parcel.member_id != member_id:
            raise Refused("not_found")
        if parcel.state == State.RECEIVED:
            return parcel
        refuse_state(parcel, State.RECEIVED)
        refuse_disputed(parcel)
        parcel.state, parcel.received_at, parcel.due_at = State.RECEIVED, now, None
        parcel.save(update_fields=["state", "received_at", "due_at"])
    return parcel


def receive_due(cursor: Cursor, now: datetime) -> int:
    """Count parcels as received whose time is over and about which there is no dispute; return how many."""
    cursor.execute(RECEIVE_DUE, (now, now))
    return cursor.rowcount
