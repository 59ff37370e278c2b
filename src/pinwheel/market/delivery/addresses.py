"""Members' addresses: added, changed, deleted; one is the default; one may be chosen for an order."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.models import Address, Delivery, OrderAddress
from pinwheel.market.ids import new_id
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import read_phone
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused

MOST_ADDRESSES = 20
LONGEST_RECEIVER, LONGEST_STREET = 40, 120
BEFORE_SHIPPING = (Delivery.State.CHOOSING, Delivery.State.TO_SHIP)


class AddressText(NamedTuple):
    """An address as it was written down, unchecked. `area`: a district's code."""

    receiver: str
    phone: str
    area: str
    street: str


def checked(text: AddressText) -> AddressText:
    """The same, as it is kept. Raises: Refused invalid, unknown_area."""
    return AddressText(
        receiver=one_line(text.receiver, LONGEST_RECEIVER, ("收货人", "The receiver's name")),
        phone=read_phone(text.phone),
        area=place(text.area).code,
        street=one_line(text.street, LONGEST_STREET, ("详细地址", "The street and number")),
    )


def one_line(text: str, longest: int, what: tuple[str, str]) -> str:
    """Text on one line, without control characters. Raises: Refused invalid."""
    line = " ".join(text.split())
    if not 0 < len(line) <= longest or any(unicodedata.category(letter)[0] == "C" for letter in line):
        said = (f"{what[0]}须为 1 至 {longest} 个字。", f"{what[1]} must have 1 to {longest} characters.")
        raise Refused("invalid", {"what": said})
    return line


def lock_member(member_id: int) -> None:
    """Who changes addresses holds the member's row. Raises: Refused not_found."""
    if Member.objects.select_for_update(no_key=True).filter(pk=member_id).first() is None:
        raise Refused("not_found")


def add_address(member_id: int, text: AddressText, is_default: bool, now: datetime) -> Address:
    """Add an address; the first is the default.

    Raises: Refused not_found, invalid, unknown_area, too_many_addresses.
    """
    wanted = checked(text)
    with transaction.atomic():
        lock_member(member_id)
        have = Address.objects.filter(member_id=member_id).count()
        if have >= MOST_ADDRESSES:
            raise Refused("too_many_addresses", {"limit": MOST_ADDRESSES})
        if is_default:
            Address.objects.filter(member_id=member_id).update(is_default=False)
        return Address.objects.create(
            id=new_id(now),
            member_id=member_id,
            is_default=is_default or have == 0,
            made_at=now,
            **wanted._asdict(),
        )


def change_address(member_id: int, address_id: int, text: AddressText, is_default: bool) -> Address:
    """Change an address; what was shipped keeps its copy. A default stays one until another is.

    Raises: Refused not_found, invalid, unknown_area.
    """
    wanted = checked(text)
    with transaction.atomic():
        lock_member(member_id)
        address = own_address(member_id, address_id)
        if is_default and not address.is_default:
            Address.objects.filter(member_id=member_id).update(is_default=False)
        address.is_default |= is_default
        for name, value in wanted._asdict().items():
            setattr(address, name, value)
        address.save()
    return address


def delete_address(member_id: int, address_id: int) -> None:
    """Delete an address; where it was the default, the newest other becomes it. Raises: Refused not_found."""
    with transaction.atomic():
        lock_member(member_id)
        address = own_address(member_id, address_id)
        address.delete()
        heir = Address.objects.filter(member_id=member_id).first() if address.is_default else None
        if heir is not None:
            heir.is_default = True
            heir.save(update_fields=["is_default"])


def own_address(member_id: int, address_id: int) -> Address:
    """Raises: Refused not_found, also for somebody else's."""
    address = Address.objects.filter(pk=address_id, member_id=member_id).first()
    if address is None:
        raise Refused("not_found")
    return address


def choose_address(order_id: int, member_id: int, address_id: int) -> None:
    """Choose where an order goes, until it is shipped. Raises: Refused not_found, not_allowed_now."""
    with transaction.atomic():
        own_address(member_id, address_id)
        order = Order.objects.filter(pk=order_id, member_id=member_id).first()
        if order is None:
            raise Refused("not_found")
        parcel = Delivery.objects.select_for_update(no_key=True).filter(pk=order_id).first()
        if parcel is not None and parcel.state not in BEFORE_SHIPPING:
            raise Refused("not_allowed_now", {"state": ("已发货", "shipped")})
        OrderAddress.objects.update_or_create(
            order_id=order_id, defaults={"member_id": member_id, "address_id": address_id}
        )


def addresses_of(orders: Sequence[tuple[int, int]]) -> Mapping[int, Address]:
    """Where orders, given as (order, member), would go now: the chosen address, else the default."""
    chosen = dict(
        OrderAddress.objects.filter(order_id__in=[order for order, _ in orders]).values_list(
            "order_id", "address_id"
        )
    )
    found = Address.objects.in_bulk(set(chosen.values()))
    members = {member for _, member in orders}
    defaults = {
        address.member_id: address
        for address in Address.objects.filter(member_id__in=members, is_default=True)
    }
    goes_to: dict[int, Address] = {}
    for order, member in orders:
        address = found.get(chosen.get(order, 0))
        if address is None or address.member_id != member:
            address = defaults.get(member)
        if address is not None:
            goes_to[order] = address
    return goes_to
