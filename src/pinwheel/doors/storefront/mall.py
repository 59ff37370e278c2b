"""The points mall: goods for consumer points, with cash or without; and what was exchanged."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pinwheel.doors.storefront import delivery_selectors, exchange_selectors, mall_selectors
from pinwheel.doors.storefront.delivery import read_number
from pinwheel.doors.storefront.exchanges import chosen_address
from pinwheel.doors.storefront.form_keys import fresh_key, wish_of
from pinwheel.doors.storefront.languages import capital, names_of_assets
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange
from pinwheel.market.refusals import Refused


@require_safe
@members_only
def mall(request: HttpRequest, member: Member) -> HttpResponse:
    """Everything that the mall has, and what the member had from it."""
    free, cash = mall_selectors.purse(member.pk)
    context = {
        "goods": mall_selectors.goods(free, cash),
        "exchanges": exchange_selectors.exchanges(member.pk, plan=""),
        "has_address": bool(delivery_selectors.addresses(member.pk)),
        "free": free,
        "points_name": names_of_assets()["consumer_points"],
        "points_title": capital(names_of_assets()["consumer_points"]),
        "part": "mall",
        "tab": "assets",
    }
    return render(request, "storefront/mall.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def mall_item(request: HttpRequest, member: Member, item_id: int) -> HttpResponse:
    """One of its goods, and the form to have it; a POST exchanges."""
    error = ""
    if request.method == "POST":
        try:
            return take(request, member, item_id)
        except Refused as refused:
            if refused.code == "idempotency_conflict":
                return redirect("shop:mall")
            error = refused.sentence(get_language() or "zh-hans")
    free, cash = mall_selectors.purse(member.pk)
    item = mall_selectors.item(item_id, free, cash)
    if item is None:
        raise Http404
    context = {
        "item": item,
        "addresses": delivery_selectors.addresses(member.pk),
        "chosen": read_number(request.POST.get("address", "")),
        "free": free,
        "cash": cash,
        "points_name": names_of_assets()["consumer_points"],
        "error": error,
        "key": fresh_key(),
        "tab": "assets",
    }
    return render(request, "storefront/mall_item.html", context, status=422 if error else 200)


def take(request: HttpRequest, member: Member, item_id: int) -> HttpResponse:
    """Exchange, and say so. Raises: Refused."""
    key = wish_of(request.POST, f"mall:{member.pk}")
    if Exchange.objects.filter(request_key=key, item_id=item_id, member_id=member.pk).exists():
        messages.info(request, _("This was exchanged already; nothing was given twice."))
        return redirect("shop:mall")
    points, cash = shown(request, "points"), shown(request, "cash")
    address = chosen_address(request, member)
    exchange(item_id, points, member.pk, key, current_time(), cash, address)
    messages.success(request, _("Exchanged."))
    return redirect("shop:mall")


def shown(request: HttpRequest, name: str) -> int:
    """What the form showed; 0 for what is no number."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
