"""Joins, orders, and payments asked for again."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.joins import (
    SCOPE,
    asked_balance_payment,
    asked_payment,
    join_answer,
    join_request,
    number_of,
)
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_id
from pinwheel.doors.api.routes.common import (
    ActivityPath,
    IdempotencyKey,
    OrderPath,
    as_response,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.schemas.common import MemberId, Page
from pinwheel.doors.api.schemas.orders import (
    BalanceBody,
    BalancePaidOut,
    JoinBody,
    JoinedOut,
    OrderOut,
    PaymentOut,
    order_out,
)
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, MEMBER, ORDER
from pinwheel.market.orders.desk import DESK
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.refusals import Refused

router = Router(tags=["joins and orders"])


class OrdersQuery(PageQuery):
    """Whose orders."""

    member: MemberId = Field(description="Whose orders")


@router.post(
    "/activities/{activity}/joins",
    auth=BearerKey(SCOPE, body=True, once=True),
    response=writes(201, JoinedOut),
    operation_id="join",
    summary="Join a group",
)
def join(
    request: HttpRequest, activity: ActivityPath, body: JoinBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Join the public queue, a leader's group, or open a group.

    Paid from the balance the order is `paid` at once and takes its seat within moments; paid from outside it
    is `unpaid` until the provider confirms. A replay answers with the order as it stands then.
    """
    asked = join_request(caller_of(request).name, idempotency_key, activity, body)
    result = DESK.join(asked)
    payment = asked_payment(result.order_id, current_time()) if body.pay == "external" else None
    return as_response(join_answer(result, payment))


@router.get(
    "/orders",
    auth=BearerKey("orders:read", ("member", *PAGE)),
    response=reads(Page[OrderOut]),
    operation_id="listOrders",
    summary="List a member's orders",
)
def list_orders(request: HttpRequest, query: Query[OrdersQuery]) -> Page[OrderOut]:
    rows = Order.objects.filter(member_id=number_of(MEMBER, query.member))
    orders, cursor = page_by_id(rows, ORDER, query)
    versions = plan_versions({order.activity_id for order in orders})
    presold = [order.pk for order in orders if order.deposit]
    balances = Balance.objects.in_bulk(presold) if presold else {}
    items = [
        order_out(order, terms_of(versions[order.activity_id]), balances.get(order.pk)) for order in orders
    ]
    return Page[OrderOut](items=items, next_cursor=cursor)


@router.get(
    "/activities/{activity}/orders",
    auth=BearerKey("orders:read", PAGE),
    response=reads(Page[OrderOut]),
    operation_id="listActivityOrders",
    summary="List an activity's orders with their results",
)
def list_activity_orders(
    request: HttpRequest, activity: ActivityPath, query: Query[PageQuery]
) -> Page[OrderOut]:
    """Every order of an activity, newest first, with group, seat, outcome and refund."""
    number = number_of(ACTIVITY, activity)
    on_sale = Activity.objects.exclude(state=Activity.State.DRAFT).filter(pk=number)
    version = on_sale.values_list("plan_version_id", flat=True).first()
    if version is None:
        raise Refused("not_found")
    orders, cursor = page_by_id(Order.objects.filter(activity_id=number), ORDER, query)
    items = [order_out(order, terms_of(version)) for order in orders]
    return Page[OrderOut](items=items, next_cursor=cursor)


@router.get(
    "/orders/{order}",
    auth=BearerKey("orders:read"),
    response=reads(OrderOut),
    operation_id="getOrder",
    summary="Read an order",
)
def get_order(request: HttpRequest, order: OrderPath) -> OrderOut:
    return shown_order(number_of(ORDER, order))


def shown_order(order_id: int) -> OrderOut:
    """Raises: Refused not_found."""
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        raise Refused("not_found")
    balance = Balance.objects.filter(pk=order_id).first() if found.deposit else None
    return order_out(found, terms_of(plan_versions({found.activity_id})[found.activity_id]), balance)


@router.post(
    "/orders/{order}/payments",
    auth=BearerKey(SCOPE, once=True),
    response=writes(200, PaymentOut),
    operation_id="askPayment",
    summary="Ask for an order's payment again",
)
def ask_for_payment(request: HttpRequest, order: OrderPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """The payment of an order that is paid from outside, with the address of its cashier. Takes no body."""
    now, order_id = current_time(), number_of(ORDER, order)
    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/orders/{order}/payments", None),
        200,
        PaymentOut,
        lambda: asked_payment(order_id, now),
        now,
    )
    return handled_response(200, handled)


@router.post(
    "/orders/{order}/balance",
    auth=BearerKey(SCOPE, body=True, once=True),
    response=writes(200, BalancePaidOut),
    operation_id="payBalance",
    summary="Pay the balance of a presale order",
)
def pay_the_balance(
    request: HttpRequest, order: OrderPath, body: BalanceBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Pay what is left of an order whose group is full.

    From the balance the order settles at once, and one that is paid already is answered as it stands: it is
    never paid twice. From outside the answer has the payment to be made; a balance that is confirmed too late
    goes back at once.
    """
    now, order_id = current_time(), number_of(ORDER, order)
    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/orders/{order}/balance", body),
        200,
        BalancePaidOut,
        lambda: balance_paid(order_id, body, now),
        now,
    )
    return handled_response(200, handled)


def balance_paid(order_id: int, body: BalanceBody, now: datetime) -> BalancePaidOut:
    """Pay from the balance, or ask for the payment. Raises: Refused, Problem external_payment_off."""
    payment = None
    if body.pay == "external":
        payment = asked_balance_payment(order_id, now)
    else:
        member = Order.objects.filter(pk=order_id).values_list("member_id", flat=True).first()
        pay_balance(order_id, member or 0, now)
    return BalancePaidOut(order=shown_order(order_id), payment=payment)


def plan_versions(activity_ids: set[int]) -> dict[int, int]:
    """The plan version of each activity."""
    rows = Activity.objects.filter(pk__in=activity_ids).values_list("pk", "plan_version_id")
    return dict(rows)
