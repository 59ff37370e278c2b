"""Joining: confirm and pay. One rendered form is one join, however often it is sent."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from pinwheel.config.environment import environment
from pinwheel.doors.storefront import (
    activity_selectors,
    coupon_selectors,
    delivery_selectors,
    group_selectors,
    standing_selectors,
)
from pinwheel.doors.storefront.delivery import read_number
from pinwheel.doors.storefront.form_keys import TOO_OLD, fresh_key, key_of
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.ledger.models import Wallet
from pinwheel.market.cashier.providers import PROVIDERS, provider
from pinwheel.market.cashier.services import ask_payment
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.addresses import choose_address
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import GROUP, PRODUCT, from_text, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders.desk import DESK
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import NO_COUPON, QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.market.refusals import Refused

BALANCE = "balance"


@dataclass(frozen=True)
class Choice:
    """What a member wants to join. `group_id` QUEUE: the public queue, unless a group is opened."""

    product_id: int | None
    group_id: int
    opens_group: bool
    pay_by: str
    key: str
    coupon_id: int = NO_COUPON
    sku_id: int | None = None
    address_id: int = 0  # where goods would go; 0: none chosen
    most: int | None = None  # fen: the price that was shown

    @property
    def product(self) -> str:
        return to_text(PRODUCT, self.product_id) if self.product_id is not None else ""

    @property
    def group(self) -> str:
        return to_text(GROUP, self.group_id) if self.group_id != QUEUE else ""


def read_choice(values: Any) -> Choice:
    """The choice that a form or a link makes. Raises: Refused not_found."""
    product, group = values.get("product", ""), values.get("group", "")
    product, _point, sku = product.partition(".")
    product_id = from_text(PRODUCT, product)
    group_id = from_text(GROUP, group) if group else QUEUE
    if (product and product_id is None) or group_id is None:
        raise Refused("not_found")
    return Choice(
        product_id=product_id,
        group_id=group_id,
        opens_group=values.get("opens") == "1",
        pay_by=values.get("pay_by", ""),
        key=key_of(values),
        coupon_id=number_in(values.get("coupon", "")) or NO_COUPON,
        sku_id=number_in(sku),
        address_id=read_number(values.get("address", "")),
        most=number_in(values.get("most", "")),
    )


def number_in(text: str) -> int | None:
    """The number that a form names; None for none. Raises: Refused not_found for what is no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused("not_found")
    return int(text)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def join(request: HttpRequest, member: Member, activity_id: int) -> HttpResponse:
    """Show what is to be confirmed; a POST joins and pays."""
    try:
        choice = read_choice(request.POST if request.method == "POST" else request.GET)
    except Refused:
        raise Http404 from None
    if request.method != "POST":
        return confirm_page(request, member, activity_id, choice)
    try:
        return take(request, member, activity_id, choice)
    except Refused as refused:
        return refused_page(request, member, activity_id, choice, refused)


def take(request: HttpRequest, member: Member, activity_id: int, choice: Choice) -> HttpResponse:
    """Hand the join to the desk and go to its order, or to where it is paid. Raises: Refused."""
    if not choice.key:
        raise Refused("invalid", {"what": TOO_OLD})
    if choice.pay_by != BALANCE:
        provider(choice.pay_by)
    asked = JoinRequest(
        activity_id=activity_id,
        member_id=member.pk,
        request_key=request_key(f"member:{member.pk}", choice.key),
        product_id=choice.product_id,
        group_id=choice.group_id,
        opens_group=choice.opens_group,
        route=Order.Route.BALANCE if choice.pay_by == BALANCE else Order.Route.EXTERNAL,
        coupon_id=choice.coupon_id,
        sku_id=choice.sku_id,
        most=choice.most,
    )
    return answer(request, DESK.join(asked), choice)


def answer(request: HttpRequest, result: JoinResult, choice: Choice) -> HttpResponse:
    """Where a taken join leads; goods go to the address chosen with it."""
    if choice.address_id and not result.is_replay:
        with suppress(Refused):  # the address is gone: one can be given later
            choose_address(result.order_id, result.member_id, choice.address_id)
    if result.is_replay:
        messages.info(request, _("This join was already taken; nothing was paid twice."))
    if result.state != Order.State.UNPAID or choice.pay_by == BALANCE:
        return redirect("shop:order", result.order_id)
    payment = ask_payment(result.order_id, choice.pay_by, current_time())
    return HttpResponseRedirect(provider(payment.provider).cashier_url(payment))


def refused_page(
    request: HttpRequest, member: Member, activity_id: int, choice: Choice, refused: Refused
) -> HttpResponse:
    """The same form again with the reason; or the order that this form made before."""
    if refused.code == "idempotency_conflict":
        key = request_key(f"member:{member.pk}", choice.key)
        order = Order.objects.filter(request_key=key, member_id=member.pk).first()
        if order is not None:
            messages.info(request, _("This join was already taken; nothing was paid twice."))
            return redirect("shop:order", order.pk)
    sentence = refused.sentence(get_language() or "zh-hans")
    return confirm_page(request, member, activity_id, choice, sentence)


def confirm_page(
    request: HttpRequest, member: Member, activity_id: int, choice: Choice, error: str = ""
) -> HttpResponse:
    """The form to confirm and pay, with a fresh key: a sheet over the activity's page, or a page."""
    now = current_time()
    activity = activity_selectors.activity_view(activity_id, now)
    if activity is None:
        raise Http404
    if activity.phase != "open" and not error:  # its page says since when or until when
        page = reverse("shop:activity", args=[activity_id])
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)  # type: ignore[attr-defined]
    offers = [
        offer
        for offer in activity.offers
        if offer.product_id == choice.product_id and choice.sku_id in (None, offer.sku_id)
    ]
    offer = offers[0] if offers else activity.first_free
    group = Group.objects.filter(pk=choice.group_id, activity_id=activity_id).first()
    if group is not None or choice.opens_group:
        activity = activity_selectors.with_seats(activity, group.taken if group else 0)
    wallet = Wallet.objects.filter(pk=member.pk).first()
    cash = wallet.cash if wallet else 0
    coupons = coupon_selectors.usable(member.pk, activity_id, offer.product_id, now)
    least = activity.to_pay - max((coupon.template.discount for coupon in coupons), default=0)
    context = {
        "activity": activity,
        "offer": offer,
        "choice": choice,
        "product": offer.value,
        "group": group_selectors.group_lines([group], member.pk)[0] if group else None,
        "cash": cash,
        "has_enough": cash >= least,
        "coupons": coupons,
        "providers": [name for name in environment().payment_providers if name in PROVIDERS],
        "pay_by": choice.pay_by or (BALANCE if cash >= least else ""),
        "addresses": delivery_selectors.addresses(member.pk),
        "key": fresh_key(),
        "error": error,
        "standing": standing_selectors.own_standing(member.pk, activity_id, now),
        "tab": "home",
        "now": now,
    }
    template = "storefront/parts/confirm.html" if request.htmx else "storefront/join.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if error else 200)
