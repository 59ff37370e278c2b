"""Members' addresses, and of an order its parcel, its receipt and its after-sales."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import WithJsonSchema

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_number
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    OrderPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.routes.members import found_member
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.delivery import (
    AddressBody,
    AddressOut,
    AfterSaleBody,
    AfterSaleOut,
    DeliveryOut,
    OrderAddressBody,
    address_out,
    aftersale_out,
    delivery_out,
)
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.services import ask
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.addresses import (
    AddressText,
    add_address,
    change_address,
    choose_address,
    delete_address,
    own_address,
)
from pinwheel.market.delivery.models import Address, Delivery
from pinwheel.market.delivery.services import receive
from pinwheel.market.ids import ORDER
from pinwheel.market.orders.requests import request_key
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import parse_amount

router = Router(tags=["delivery"])
WRITES = "delivery:write"
AFTERSALE_KINDS = {kind.label: kind.value for kind in AfterSale.Kind}
AddressPath = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "description": "An address's number",
            "pattern": "^[1-9][0-9]{0,17}$",
            "examples": ["91234567890123"],
        }
    ),
    Path(),
]


@router.get(
    "/members/{member}/addresses",
    auth=BearerKey("members:read", PAGE),
    response=reads(Page[AddressOut]),
    operation_id="listAddresses",
    summary="List a member's addresses",
)
def list_addresses(request: HttpRequest, member: MemberPath, query: Query[PageQuery]) -> Page[AddressOut]:
    rows = Address.objects.filter(member_id=found_member(member).pk)
    found, cursor = page_by_number(rows, "id", query)
    return Page[AddressOut](items=[address_out(address) for address in found], next_cursor=cursor)


@router.post(
    "/members/{member}/addresses",
    auth=BearerKey(WRITES, body=True, once=True),
    response=writes(201, AddressOut),
    operation_id="addAddress",
    summary="Add an address",
)
def post_address(
    request: HttpRequest, member: MemberPath, body: AddressBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """The member's first address is the default."""
    path = f"/members/{member}/addresses"

    def add(now: datetime) -> AddressOut:
        return address_out(add_address(found_member(member).pk, text_of(body), body.is_default, now))

    return once(request, idempotency_key, path, body, 201, AddressOut, add)


@router.post(
    "/members/{member}/addresses/{address}",
    auth=BearerKey(WRITES, body=True, once=True),
    response=writes(200, AddressOut),
    operation_id="changeAddress",
    summary="Change an address",
)
def post_change(
    request: HttpRequest,
    member: MemberPath,
    address: AddressPath,
    body: AddressBody,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:
    """What was shipped keeps the address as it was."""
    path = f"/members/{member}/addresses/{address}"

    def change(now: datetime) -> AddressOut:
        number, owner = read_number(address), found_member(member).pk
        return address_out(change_address(owner, number, text_of(body), body.is_default))

    return once(request, idempotency_key, path, body, 200, AddressOut, change)


@router.post(
    "/members/{member}/addresses/{address}/deletion",
    auth=BearerKey(WRITES, once=True),
    response=writes(200, AddressOut),
    operation_id="deleteAddress",
    summary="Delete an address",
)
def post_deletion(
    request: HttpRequest, member: MemberPath, address: AddressPath, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Answers with what was deleted. Takes no body."""
    path = f"/members/{member}/addresses/{address}/deletion"

    def delete(now: datetime) -> AddressOut:
        number, owner = read_number(address), found_member(member).pk
        gone = address_out(own_address(owner, number))
        delete_address(owner, number)
        return gone

    return once(request, idempotency_key, path, None, 200, AddressOut, delete)


@router.get(
    "/orders/{order}/delivery",
    auth=BearerKey("orders:read"),
    response=reads(DeliveryOut),
    operation_id="getDelivery",
    summary="Read an order's delivery",
)
def get_delivery(request: HttpRequest, order: OrderPath) -> DeliveryOut:
    """Not found where the order gives no goods, or its group is not settled yet."""
    return delivery_out(found_parcel(order))


@router.post(
    "/orders/{order}/address",
    auth=BearerKey(WRITES, body=True, once=True),
    response=writes(200, AddressOut),
    operation_id="chooseAddress",
    summary="Choose where an order goes",
)
def post_order_address(
    request: HttpRequest, order: OrderPath, body: OrderAddressBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """One of its member's addresses, until it is shipped; without a choice it is the default."""

    def choose(now: datetime) -> AddressOut:
        found = Address.objects.filter(pk=read_number(body.address)).first()
        if found is None:
            raise Refused("not_found")
        choose_address(number_of(ORDER, order), found.member_id, found.pk)
        return address_out(found)

    return once(request, idempotency_key, f"/orders/{order}/address", body, 200, AddressOut, choose)


@router.post(
    "/orders/{order}/receipt",
    auth=BearerKey(WRITES, once=True),
    response=writes(200, DeliveryOut),
    operation_id="confirmReceipt",
    summary="Confirm that the goods have come",
)
def post_receipt(request: HttpRequest, order: OrderPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Takes no body."""

    def confirm(now: datetime) -> DeliveryOut:
        parcel = found_parcel(order)
        return delivery_out(receive(parcel.pk, parcel.member_id, now))

    return once(request, idempotency_key, f"/orders/{order}/receipt", None, 200, DeliveryOut, confirm)


@router.post(
    "/orders/{order}/after-sales",
    auth=BearerKey(WRITES, body=True, once=True),
    response=writes(201, AfterSaleOut),
    operation_id="askAfterSale",
    summary="Ask for an after-sale",
)
def post_aftersale(
    request: HttpRequest, order: OrderPath, body: AfterSaleBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """An operator answers it; one order has one open after-sale at a time."""
    key = request_key(f"{caller_of(request).name} aftersale", idempotency_key)
    amount = parse_amount(body.amount) if body.amount is not None else None

    def wish(now: datetime) -> AfterSaleOut:
        parcel = found_parcel(order)
        kind = AFTERSALE_KINDS[body.kind]
        return aftersale_out(ask(parcel.pk, parcel.member_id, kind, amount, body.reason, key, now))

    return once(request, idempotency_key, f"/orders/{order}/after-sales", body, 201, AfterSaleOut, wish)


def once(
    request: HttpRequest,
    key: str,
    path: str,
    body: Any,
    status: int,
    document: Any,
    does: Callable[[datetime], Any],
) -> HttpResponse:
    """Do it once for the caller's key."""
    now = current_time()
    said = request_print("POST", path, body)
    handled = handle_once((caller_of(request).name, key), said, status, document, lambda: does(now), now)
    return handled_response(status, handled)


def text_of(body: AddressBody) -> AddressText:
    return AddressText(body.receiver, body.phone, body.area, body.street)


def found_parcel(order: str) -> Delivery:
    """Raises: Refused not_found."""
    parcel = Delivery.objects.filter(pk=number_of(ORDER, order)).first()
    if parcel is None:
        raise Refused("not_found")
    return parcel


def read_number(text: str) -> int:
    """An address's number; 0, which is none, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
