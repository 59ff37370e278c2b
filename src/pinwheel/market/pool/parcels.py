"""Goods that were had for points: shipped by an operator, received by the member or by the clock.

The parcel's row is locked by whoever changes it, and nothing else with it. Carriers, numbers and the time
after which it counts as received are those of the parcels of orders.
"""

from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.carriers import CARRIERS, read_carrier, read_tracking_number
from pinwheel.market.delivery.models import Address
from pinwheel.market.delivery.services import receipt_due
from pinwheel.market.delivery.states import IN_WORDS
from pinwheel.market.messages.events import Facts, tell
from pinwheel.market.pool.models import Exchange, ExchangeParcel
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

Cursor = psycopg.Cursor[Any]
State = ExchangeParcel.State

MAY_FOLLOW: dict[int, frozenset[int]] = {
    State.TO_SHIP: frozenset({State.SHIPPED}),
    State.SHIPPED: frozenset({State.RECEIVED}),
    State.RECEIVED: frozenset(),
}
# One that is locked is being decided on: the next run looks at it again.
RECEIVE_DUE = (
    "WITH due AS MATERIALIZED (SELECT exchange_id FROM pool_exchange_parcel WHERE state = 2"
    " AND due_at <= %s ORDER BY exchange_id FOR NO KEY UPDATE SKIP LOCKED)"
    " UPDATE pool_exchange_parcel AS p SET state = 3, received_at = %s, is_received_by_clock = true,"
    " due_at = NULL FROM due WHERE p.exchange_id = due.exchange_id"
)


def address_for(member_id: int, address_id: int | None) -> Address | None:
    """The member's address of that number; of None the default address, if there is one.

    Raises: Refused address_missing where the number is not one of the member's addresses.
    """
    own = Address.objects.filter(member_id=member_id)
    if address_id is None:
        return own.filter(is_default=True).first()
    found = own.filter(pk=address_id).first()
    if found is None:
        raise Refused("address_missing")
    return found


def make_parcel(exchange: Exchange, address: Address | None) -> ExchangeParcel:
    """The parcel of a new exchange, with the address as it is now."""
    parcel = ExchangeParcel(exchange=exchange, member_id=exchange.member_id, made_at=exchange.at)
    if address is not None:
        copy_address(parcel, address)
    parcel.save(force_insert=True)
    return parcel


def copy_address(parcel: ExchangeParcel, address: Address) -> None:
    """Write an address into a parcel; changing the address later does not change the parcel."""
    area = place(address.area)
    parcel.receiver, parcel.phone, parcel.street = address.receiver, address.phone, address.street
    parcel.province, parcel.city, parcel.district = area.province, area.city, area.district


def lock_parcel(exchange_id: int) -> ExchangeParcel:
    """The parcel of an exchange, locked. Raises: Refused not_found."""
    parcels = ExchangeParcel.objects.select_for_update(no_key=True, of=("self",))
    parcel = parcels.filter(pk=exchange_id).first()
    if parcel is None:
        raise Refused("not_found")
    return parcel


def refuse_state(parcel: ExchangeParcel, wanted: int) -> None:
    """Raises: Refused not_allowed_now unless the parcel's state may be followed by the wanted one."""
    if wanted not in MAY_FOLLOW[parcel.state]:
        raise Refused("not_allowed_now", {"state": IN_WORDS[parcel.state]})


def ship_exchange(
    exchange_id: int, carrier: str, tracking_number: str, operator: Operator, now: datetime
) -> ExchangeParcel:
    """Note that the goods were handed to a carrier; saying the same twice has the effect of once.

    Raises: Refused unknown_carrier, bad_tracking_number, not_found, not_allowed_now, address_missing.
    """
    code, number = read_carrier(carrier), read_tracking_number(tracking_number)
    with transaction.atomic():
        parcel = lock_parcel(exchange_id)
        if (parcel.state, parcel.carrier, parcel.tracking_number) == (State.SHIPPED, code, number):
            return parcel
        refuse_state(parcel, State.SHIPPED)
        if not parcel.receiver:
            address = address_for(parcel.member_id, None)
            if address is None:
                raise Refused("address_missing")
            copy_address(parcel, address)

        # After this point it must succeed.
        parcel.carrier, parcel.tracking_number = code, number
        parcel.state, parcel.shipped_at, parcel.shipped_by = State.SHIPPED, now, operator
        parcel.due_at = receipt_due(now)
        parcel.save()
        tell_shipped(parcel, now)
    return parcel


def tell_shipped(parcel: ExchangeParcel, now: datetime) -> None:
    """The goods have left; told once an exchange."""
    product = parcel.exchange.item.product
    facts: Facts = {
        "product": (product.name_zh, product.name_en),
        "carrier": CARRIERS[parcel.carrier],
        "tracking": parcel.tracking_number,
    }
    tell(raw_cursor(), "exchange_shipped", [parcel.member_id], parcel.pk, now, facts)


def receive_exchange(exchange_id: int, member_id: int, now: datetime) -> ExchangeParcel:
    """The member has the goods; saying so twice has the effect of once.

    Raises: Refused not_found, not_allowed_now.
    """
    with transaction.atomic():
        parcel = lock_parcel(exchange_id)
        if parcel.member_id != member_id:
            raise Refused("not_found")
        if parcel.state == State.RECEIVED:
            return parcel
        refuse_state(parcel, State.RECEIVED)
        parcel.state, parcel.received_at, parcel.due_at = State.RECEIVED, now, None
        parcel.save(update_fields=["state", "received_at", "due_at"])
    return parcel


def receive_due_exchanges(cursor: Cursor, now: datetime) -> int:
    """Count goods for points as received whose time is over; return how many."""
    cursor.execute(RECEIVE_DUE, (now, now))
    return cursor.rowcount
