"""A join through the API, from its JSON to its answer: shared by Django's operation and the event loop."""

from datetime import datetime
from urllib.parse import urljoin

from pinwheel.config.environment import environment
from pinwheel.doors.api.answers import Answer, document_answer
from pinwheel.doors.api.problems import Problem
from pinwheel.doors.api.schemas.common import amount, public_id
from pinwheel.doors.api.schemas.orders import (
    STATES,
    JoinBody,
    JoinedOrderOut,
    JoinedOut,
    PaymentOut,
    payment_out,
)
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import provider
from pinwheel.market.cashier.services import ask_balance_payment, ask_payment
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, PRODUCT, from_text, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import NO_COUPON, QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import parse_amount

SCOPE = "joins:write"
REPLAYED = {"Idempotency-Replayed": "true"}


def number_of(kind: str, text: str) -> int:
    """The number of a public id that the request names. Raises: Refused not_found."""
    number = from_text(kind, text)
    if not number:  # 0 stands for none
        raise Refused("not_found")
    return number


def join_request(caller: str, key: str, activity: str, body: JoinBody) -> JoinRequest:
    """What the market is asked for. Raises: Refused not_found, Problem external_payment_off."""
    if body.pay == "external":
        refuse_without_provider()
    return JoinRequest(
        activity_id=number_of(ACTIVITY, activity),
        member_id=number_of(MEMBER, body.member),
        request_key=request_key(caller, key),
        product_id=None if body.product is None else number_of(PRODUCT, body.product),
        group_id=QUEUE if body.group is None else number_of(GROUP, body.group),
        opens_group=body.open_group,
        sku_id=None if body.sku is None else int(body.sku),
        most=None if body.most is None else parse_amount(body.most),
        coupon_id=NO_COUPON if body.coupon is None else int(body.coupon),
        route=(Order.Route.BALANCE if body.pay == "balance" else Order.Route.EXTERNAL).value,
    )


def join_answer(result: JoinResult, payment: PaymentOut | None = None) -> Answer:
    """The answer to a join that was taken: 201, also when it is a replay."""
    document = JoinedOut(
        order=JoinedOrderOut(
            id=to_text(ORDER, result.order_id),
            activity=to_text(ACTIVITY, result.activity_id),
            member=to_text(MEMBER, result.member_id),
            group=public_id(GROUP, result.group_id),
            price=amount(result.price),
            discount=amount(result.discount),
            deposit=amount(result.deposit),
            state=STATES[result.state],
        ),
        payment=payment,
    )
    return document_answer(201, document, REPLAYED if result.is_replay else None)


def refuse_without_provider() -> None:
    """Raises: Problem external_payment_off."""
    if not environment().payment_providers:
        raise Problem("external_payment_off")


def asked_payment(order_id: int, now: datetime) -> PaymentOut:
    """The payment of an order paid from outside. Raises: Refused not_found, Problem external_payment_off."""
    refuse_without_provider()
    return payment_of(ask_payment(order_id, environment().payment_providers[0], now))


def asked_balance_payment(order_id: int, now: datetime) -> PaymentOut:
    """The payment from outside of a presale's balance.

    Raises: Refused not_found, balance_paid, balance_over, Problem external_payment_off.
    """
    refuse_without_provider()
    return payment_of(ask_balance_payment(order_id, environment().payment_providers[0], now))


def payment_of(payment: Payment) -> PaymentOut:
    url = provider(payment.provider).cashier_url(payment)
    return payment_out(payment, urljoin(environment().base_url, url))
