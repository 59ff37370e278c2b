"""The pool (积分池): a member's points in it, moves by the month's calendar, goods for points."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinwheel.doors.storefront import (
    delivery_selectors,
    dividend_selectors,
    exchange_selectors,
    pool_selectors,
)
from pinwheel.doors.storefront.delivery import read_number
from pinwheel.doors.storefront.exchanges import chosen_address
from pinwheel.doors.storefront.form_keys import fresh_key, wish_of
from pinwheel.doors.storefront.languages import capital, names_of_assets
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.doors.storefront.templatetags.shop import plain
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove
from pinwheel.market.pool.services import move_points
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import Unreadable, parse_amount

MONTHS_SHOWN = 6
POINTS_ALLOWED = ("请输入积分数，例如 100。", "Please enter a number of points, as 100.")
DIRECTION_MISSING = ("请选择转入或转出。", "Please choose in or out.")
MOST_DIGITS = 18


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def pool(request: HttpRequest, member: Member) -> HttpResponse:
    """The page of one plan's pool; a POST moves points."""
    plans = pool_selectors.pool_plans(current_time())
    chosen = request.POST.get("plan") or request.GET.get("plan", "")
    if chosen and chosen not in plans:
        raise Http404
    if not plans:
        return render(request, "storefront/pool.html", {"pool": None, "part": "pool", "tab": "assets"})
    plan = chosen or pool_selectors.first_plan(member.pk, plans)
    if request.method != "POST":
        return pool_page(request, member, plan)
    try:
        return move(request, member, plan)
    except Refused as refused:
        if refused.code == "idempotency_conflict":
            return already_done(request, plan)
        return pool_page(request, member, plan, refused)


def move(request: HttpRequest, member: Member, plan: str) -> HttpResponse:
    """Move points as the form says. Raises: Refused."""
    key = wish_of(request.POST, f"pool:{member.pk}")
    points = read_points(request.POST)
    was_done = PoolMove.objects.filter(request_key=key).exists()
    moved = move_points(plan, member.pk, points, key, current_time())
    if was_done:
        return already_done(request, plan)
    said = (
        _("Moved %(points)s into the pool.") if moved.points > 0 else _("Moved %(points)s out of the pool.")
    )
    messages.success(request, said % {"points": plain(abs(moved.points))})
    return HttpResponseRedirect(pool_url(plan))


def read_points(values: Any) -> int:
    """The points entered, in hundredths, negative where they are to go out. Raises: Refused invalid."""
    text = values.get("points", "").replace(",", "").replace("，", "").strip()
    try:
        points = parse_amount(text if len(text) <= MOST_DIGITS else "")
    except Unreadable:
        raise Refused("invalid", {"what": POINTS_ALLOWED}) from None
    direction = values.get("direction", "")
    if direction not in ("in", "out"):
        raise Refused("invalid", {"what": DIRECTION_MISSING})
    return points if direction == "in" else -points


def already_done(request: HttpRequest, plan: str) -> HttpResponse:
    messages.info(request, _("This form was sent before; nothing was done twice."))
    return HttpResponseRedirect(pool_url(plan))


def pool_url(plan: str) -> str:
    return f"{reverse('shop:pool')}?{urlencode({'plan': plan})}"


def pool_page(
    request: HttpRequest, member: Member, plan: str, refused: Refused | None = None
) -> HttpResponse:
    """The whole page, with what was entered and the reason if it was refused."""
    now = current_time()
    plans = pool_selectors.pool_plans(now)
    view = pool_selectors.pool_view(member.pk, plan, plans[plan][1], now)
    moves, more = pool_selectors.moves(member.pk, plan, read_before(request))
    points_name = names_of_assets()["dividend_points"]
    context = {
        "pool": view,
        "plans": [(name, title) for name, (title, _monthly) in plans.items()],
        "points_name": points_name,
        "points_title": capital(points_name),
        "moves": moves,
        "more": more,
        "goods": pool_selectors.goods_of(plan, view.free),
        "exchanges": exchange_selectors.exchanges(member.pk, plan, pool_selectors.PAGE),
        "has_address": bool(delivery_selectors.addresses(member.pk)),
        "months": dividend_selectors.monthly_shares(member.pk, plan)[:MONTHS_SHOWN],
        "entered": request.POST,
        "error": refused.sentence(get_language() or "zh-hans") if refused else "",
        "key": fresh_key(),
        "now": now,
        "part": "pool",
        "tab": "assets",
    }
    return render(request, "storefront/pool.html", context, status=422 if refused else 200)


def read_before(request: HttpRequest) -> int | None:
    """Where the page of moves begins. Raises: Http404."""
    text = request.GET.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS + 1):
        raise Http404
    return min(int(text), (1 << 63) - 1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def exchange_goods(request: HttpRequest, member: Member, item_id: int) -> HttpResponse:
    """Confirm an exchange; a POST makes it."""
    item = found_item(item_id)
    refused = None
    if request.method == "POST":
        try:
            return take_goods(request, member, item)
        except Refused as error:
            if error.code == "idempotency_conflict":
                return already_done(request, item.plan)
            refused = error
    now = current_time()
    monthly = pool_selectors.pool_plans(now)[item.plan][1]
    view = pool_selectors.pool_view(member.pk, item.plan, monthly, now)
    context = {
        "item": pool_selectors.goods(item, view.free),
        "pool": view,
        "addresses": delivery_selectors.addresses(member.pk),
        "chosen": read_number(request.POST.get("address", "")),
        "left_after": view.free - item.points,
        "points_name": names_of_assets()["dividend_points"],
        "error": refused.sentence(get_language() or "zh-hans") if refused else "",
        "key": fresh_key(),
        "tab": "assets",
    }
    return render(request, "storefront/exchange.html", context, status=422 if refused else 200)


def take_goods(request: HttpRequest, member: Member, item: ExchangeItem) -> HttpResponse:
    """Give the points and say so. Raises: Refused."""
    key = wish_of(request.POST, f"exchange:{member.pk}")
    was_done = Exchange.objects.filter(request_key=key).exists()
    shown = request.POST.get("points", "")
    points = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else 0
    if was_done:
        return already_done(request, item.plan)
    address = chosen_address(request, member)
    done = exchange(item.pk, points, member.pk, key, current_time(), address_id=address)
    given = {"points": plain(done.points), "name": names_of_assets()["dividend_points"]}
    messages.success(request, _("Exchanged for %(points)s %(name)s.") % given)
    return HttpResponseRedirect(f"{pool_url(item.plan)}#exchanges")


def found_item(item_id: int) -> ExchangeItem:
    """Goods on the list of a pool that there is now. Raises: Http404."""
    items = ExchangeItem.objects.filter(is_shown=True).select_related("product")
    item = items.prefetch_related("product__pictures").filter(pk=item_id).first()
    if item is None or item.plan not in pool_selectors.pool_plans(current_time()):
        raise Http404
    return item
