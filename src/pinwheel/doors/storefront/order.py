"""A member's orders: the list, and what happened to each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from pinwheel.config.environment import environment
from pinwheel.doors.storefront import (
    coupon_selectors,
    delivery_selectors,
    order_selectors,
    prize_selectors,
    statement_selectors,
)
from pinwheel.doors.storefront.public_value_selectors import PublicValueView, public_value_view
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.ledger.statements import lines_about
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.cashier.providers import provider
from pinwheel.market.cashier.services import ask_payment
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ORDER, from_text
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import Refused

TAB_NAMES = {
    "all": _("All"),
    "unpaid": _("To pay"),
    "forming": _("Forming"),
    "balance": _("Balance due"),
    "to_ship": _("To ship"),
    "to_receive": _("To receive"),
    "aftersale": _("After-sale"),
}


@require_safe
@members_only
def orders(request: HttpRequest, member: Member) -> HttpResponse:
    """One page of the member's orders."""
    chosen = request.GET.get("tab", "all")
    before = from_text(ORDER, request.GET["before"]) if "before" in request.GET else None
    if chosen not in order_selectors.TABS or ("before" in request.GET and before is None):
        raise Http404
    views, more = order_selectors.own_orders(member.pk, chosen, before)
    counts = order_selectors.counts(member.pk)
    context = {
        "orders": views,
        "more": more,
        "tabs": [(key, name, counts.get(key, 0)) for key, name in TAB_NAMES.items()],
        "chosen": chosen,
        "now": current_time(),
        "tab": "orders",
    }
    return render(request, "storefront/orders.html", context)


@require_safe
@members_only
def order(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """The whole page of one order."""
    return render(request, "storefront/order.html", live_context(member, order_id))


@require_safe
@members_only
def order_live(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """The part of the page that changes until the order is over."""
    return render(request, "storefront/parts/order_live.html", live_context(member, order_id))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def pay(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """Go to the cashier of an unpaid order."""
    found = order_selectors.own_order(member.pk, order_id)
    if found is None:
        raise Http404
    if request.method != "POST" or found.situation != "unpaid":
        return redirect("shop:order", order_id)
    wanted = request.POST.get("pay_by") or environment().payment_providers[0]
    try:
        payment = ask_payment(order_id, wanted, current_time())
        return HttpResponseRedirect(provider(payment.provider).cashier_url(payment))
    except Refused as refused:
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
        return redirect("shop:order", order_id)


def refund_batches(order_id: int) -> list[int]:
    """The batches of an order's after-sales that were refunded."""
    done = AfterSale.objects.filter(order_id=order_id, batch__gt=0)
    return list(done.order_by("batch").values_list("batch", flat=True))


def public_value_of(group_id: int) -> PublicValueView | None:
    """The public value that a member's group waits for or was drawn with."""
    group = Group.objects.filter(pk=group_id).first() if group_id else None
    if group is None or group.filled_at is None:
        return None
    version = Activity.objects.values_list("plan_version_id", flat=True).get(pk=group.activity_id)
    return public_value_view(group, terms_of(version).plan)


def live_context(member: Member, order_id: int) -> dict[str, Any]:
    """What the changing part shows. Raises: Http404, also for somebody else's order."""
    found = order_selectors.own_order(member.pk, order_id)
    if found is None:
        raise Http404
    lines = [
        line
        for batch in dict.fromkeys((found.paid_batch, found.settled_batch, *refund_batches(order_id)))
        if batch
        for line in lines_about(member.pk, batch, order_id)
    ]
    now = current_time()
    is_settled = found.situation in ("kept", "refunded_outcome")
    return {
        "order": found,
        "public_value": public_value_of(found.group_id),
        "prize": prize_selectors.prize_view(member.pk, order_id, now) if is_settled else None,
        "coupons": coupon_selectors.of_order(order_id) if is_settled else [],
        "delivery": delivery_selectors.delivery_view(member.pk, order_id) if is_settled else None,
        "carriers": delivery_selectors.carrier_choices(),
        "lines": statement_selectors.line_views(member.pk, lines),
        "now": now,
        "tab": "orders",
    }
