"""Choosing a prize: once, after a confirmation; and the vouchers that were chosen."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pinwheel.doors.storefront import prize_selectors
from pinwheel.doors.storefront.prize_selectors import PrizeView
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.ids import PRODUCT, from_text
from pinwheel.market.members.models import Member
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.market.refusals import Refused

VOUCHER = "voucher"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def prize(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """Show once more what is to be taken; a POST takes it."""
    view = prize_selectors.prize_view(member.pk, order_id, current_time())
    if view is None:
        raise Http404
    values = request.POST if request.method == "POST" else request.GET
    wanted = values.get("take", "")
    product_id = None if wanted == VOUCHER else from_text(PRODUCT, wanted)
    error = ""
    if request.method == "POST":
        try:
            return take(request, member, order_id, wanted, product_id)
        except Refused as refused:
            view = prize_selectors.prize_view(member.pk, order_id, current_time())
            if view is None or is_same(view, wanted, product_id):  # the same form sent twice
                return redirect("shop:order", order_id)
            error = refused.sentence(get_language() or "zh-hans")
    return confirm_page(request, view, wanted, product_id, error)


def take(
    request: HttpRequest, member: Member, order_id: int, wanted: str, product_id: int | None
) -> HttpResponse:
    """Take the product or the voucher. Raises: Refused."""
    if wanted == VOUCHER:
        choose_voucher(order_id, member.pk, current_time())
    elif product_id is None:
        raise Refused("not_on_the_list")
    else:
        choose_product(order_id, member.pk, product_id, current_time())
    messages.success(request, _("Your choice is made."))
    return redirect("shop:order", order_id)


def is_same(view: PrizeView, wanted: str, product_id: int | None) -> bool:
    """Whether just this was chosen before."""
    if view.state == "product" and view.taken is not None:
        return view.taken.id == product_id
    return view.state == "voucher" and wanted == VOUCHER


def confirm_page(
    request: HttpRequest, view: PrizeView, wanted: str, product_id: int | None, error: str
) -> HttpResponse:
    """What is to be taken, once more; back to the order where there is nothing to confirm."""
    product = view.product(product_id)
    is_voucher = wanted == VOUCHER and view.voucher_value > 0
    if not error and (view.state != "open" or not (product or is_voucher)):
        return redirect("shop:order", view.order_id)
    context: dict[str, Any] = {
        "prize": view,
        "product": product,
        "is_voucher": is_voucher,
        "can_confirm": view.state == "open" and bool(product or is_voucher),
        "take": wanted,
        "error": error,
        "now": current_time(),
        "tab": "orders",
    }
    return render(request, "storefront/prize.html", context, status=422 if error else 200)


@require_safe
@members_only
def vouchers(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's vouchers."""
    context = {"vouchers": prize_selectors.vouchers(member.pk), "tab": "me"}
    return render(request, "storefront/vouchers.html", context)
