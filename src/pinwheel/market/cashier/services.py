"""Payments from outside: asked for, confirmed once, refunded by the route they came."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.cashier.providers import Callback, provider
from pinwheel.market.ids import new_id
from pinwheel.market.messages.events import Fact, orders_met
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.payment import take_payment
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import refuse_over, take_balance
from pinwheel.market.refusals import Refused

log = structlog.get_logger("pinwheel.cashier")


def ask_payment(order_id: int, provider_name: str, now: datetime) -> Payment:
    """The payment of an unpaid order, made when it is first asked for. Raises: Refused not_found."""
    provider(provider_name)
    order = Order.objects.filter(pk=order_id, route=Order.Route.EXTERNAL).first()
    if order is None:
        raise Refused("not_found")
    payment, _ = Payment.objects.get_or_create(
        order_id=order.pk,
        part=Payment.Part.JOIN,
        defaults={
            "id": new_id(now),
            "provider": provider_name,
            "amount": order.to_pay,
            "created_at": now,
        },
    )
    return payment


def ask_balance_payment(order_id: int, provider_name: str, now: datetime) -> Payment:
    """The payment from outside of a presale order's balance, made when it is first asked for.

    Raises: Refused not_found, balance_over, balance_paid.
    """
    provider(provider_name)
    balance = Balance.objects.filter(pk=order_id).first()
    if balance is None:
        raise Refused("not_found")
    if balance.state == Balance.State.PAID:
        raise Refused("balance_paid")
    refuse_over(balance, now)
    payment, _ = Payment.objects.get_or_create(
        order_id=order_id,
        part=Payment.Part.BALANCE,
        defaults={
            "id": new_id(now),
            "provider": provider_name,
            "amount": balance.amount,
            "created_at": now,
        },
    )
    return payment


def hear_callback(provider_name: str, fields: dict[str, str], now: datetime) -> Payment:
    """Take a provider's callback: verified, and with the effect of once however often it comes.

    A payment once confirmed stays so, whatever a later or belated callback says.
    Raises: Refused bad_signature, not_found, invalid (another amount).
    """
    callback = provider(provider_name).read_callback(fields)
    with transaction.atomic():
        payment = (
            Payment.objects.select_for_update().filter(pk=callback.payment_id, provider=provider_name).first()
        )
        if payment is None:
            raise Refused("not_found")
        refuse_other_amount(payment, callback)
        if payment.state == Payment.State.PAID:
            return payment
        payment.provider_reference = callback.reference
        payment.state = Payment.State.PAID if callback.is_paid else Payment.State.FAILED
        payment.confirmed_at = now
        payment.save(update_fields=["provider_reference", "state", "confirmed_at"])
        if callback.is_paid and payment.part == Payment.Part.BALANCE:
            take_balance(payment, now)
        elif callback.is_paid:
            take_payment(payment.order_id, now)
    return payment


def refuse_other_amount(payment: Payment, callback: Callback) -> None:
    """Raises: Refused invalid."""
    if callback.amount != payment.amount:
        log.warning("callback with another amount", payment=payment.pk, said=callback.amount)
        raise Refused("invalid", {"what": ("金额与订单不符。", "The amount is not the order's.")})


def send_waiting_refunds(now: datetime, at_most: int = 500) -> int:
    """Send refunds that wait; return how many went out. One that fails waits for the next run."""
    sent = 0
    waiting = Refund.objects.filter(state=Refund.State.WAITING).select_related("payment")
    for refund in waiting.order_by("tries", "id")[:at_most]:
        try:
            provider(refund.payment.provider).refund(refund, now)
        except Exception:
            log.exception("refund could not be sent", refund=refund.pk)
            Refund.objects.filter(pk=refund.pk).update(tries=F("tries") + 1)
            continue
        with transaction.atomic():
            still_waits = Refund.objects.filter(pk=refund.pk, state=Refund.State.WAITING)
            if still_waits.update(state=Refund.State.DONE, done_at=now):  # another may have sent it meanwhile
                orders_met(raw_cursor(), Fact.REFUND_SENT, [refund.pk], now)
                sent += 1
    return sent
