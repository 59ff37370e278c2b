"""My coupons, and the list from which coupons are taken."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pinwheel.doors.storefront import coupon_selectors
from pinwheel.doors.storefront.form_keys import fresh_key, wish_of
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.services import take_coupon
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import Refused

STATES = {"unused": gettext_lazy("Unused"), "used": gettext_lazy("Used"), "expired": gettext_lazy("Expired")}


@require_safe
@members_only
def coupons(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's coupons by state."""
    state = request.GET.get("state", "unused")
    state = state if state in STATES else "unused"
    context = {
        "states": STATES.items(),
        "state": state,
        "coupons": coupon_selectors.own_coupons(member.pk, state, current_time()),
        "tab": "me",
    }
    return render(request, "storefront/coupons.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def coupon_list(request: HttpRequest, member: Member) -> HttpResponse:
    """Coupons to be taken; a POST takes one."""
    error = ""
    if request.method == "POST":
        wanted = request.POST.get("coupon", "")
        try:
            number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
            take_coupon(number, member.pk, wish_of(request.POST, f"coupon:{member.pk}"), current_time())
            messages.success(request, _("The coupon is yours."))
            return redirect("shop:coupons")
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    context = {
        "templates": [(one, fresh_key()) for one in coupon_selectors.public_list(member.pk, current_time())],
        "error": error,
        "tab": "me",
    }
    return render(request, "storefront/coupon_list.html", context, status=422 if error else 200)
