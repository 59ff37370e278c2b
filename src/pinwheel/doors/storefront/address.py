"""A member's addresses: the list, and the form to add or change one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinwheel.doors.storefront import delivery_selectors
from pinwheel.doors.storefront.sessions import members_only, safe_next
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.addresses import AddressText, add_address, change_address, delete_address
from pinwheel.market.delivery.areas import tree
from pinwheel.market.delivery.models import Address
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import Refused

FIELDS = ("receiver", "phone", "area", "street")


@require_safe
@members_only
def addresses(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's addresses."""
    context = {"addresses": delivery_selectors.addresses(member.pk), "tab": "me"}
    return render(request, "storefront/addresses.html", context)


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """The three lists to choose a district from, once a province or city is chosen."""
    return render(request, "storefront/parts/area.html", area_context(request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def address(request: HttpRequest, member: Member, address_id: int | None = None) -> HttpResponse:
    """The form of one address, new or old; a POST keeps it."""
    found = None
    if address_id is not None:
        found = Address.objects.filter(pk=address_id, member_id=member.pk).first()
        if found is None:
            raise Http404
    error = ""
    if request.method == "POST" and "pick" not in request.POST:
        try:
            keep(request, member, address_id)
            messages.success(request, _("The address is kept."))
            return HttpResponseRedirect(safe_next(request, reverse("shop:addresses")))
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    return form_page(request, member, found, error)


def keep(request: HttpRequest, member: Member, address_id: int | None) -> None:
    """Add or change what was entered. Raises: Refused."""
    text = AddressText(*(request.POST.get(name, "") for name in FIELDS))
    is_default = request.POST.get("is_default") == "1"
    if address_id is None:
        add_address(member.pk, text, is_default, current_time())
    else:
        change_address(member.pk, address_id, text, is_default)


def form_page(request: HttpRequest, member: Member, found: Address | None, error: str) -> HttpResponse:
    """The form with what was entered, else with what is kept, else empty with the member's number."""
    if request.method == "POST":
        entered: Any = request.POST
    elif found is not None:
        entered = {name: getattr(found, name) for name in FIELDS}
        entered["phone"] = found.phone.removeprefix("+86")
    else:
        entered = {"phone": member.phone.removeprefix("+86")}
    context = {
        "found": found,
        "entered": entered,
        "is_default": entered.get("is_default") == "1" or bool(found and found.is_default),
        "next": safe_next(request, reverse("shop:addresses")),
        "error": error,
        "tab": "me",
        **area_context(entered),
    }
    return render(request, "storefront/address.html", context, status=422 if error else 200)


def area_context(values: Any) -> dict[str, Any]:
    """Provinces, the cities of the chosen one, and the districts of the chosen city."""
    area = str(values.get("area", ""))
    province = str(values.get("province", "")) or area[:2].ljust(6, "0")
    city = str(values.get("city", "")) or area[:4].ljust(6, "0")
    cities = next((within for code, _name, within in tree() if code == province), [])
    if len(cities) == 1:
        city = cities[0][0]
    districts = next((within for code, _name, within in cities if code == city), [])
    return {
        "provinces": [(code, name) for code, name, _within in tree()],
        "province": province,
        "cities": [(code, name) for code, name, _within in cities],
        "city": city,
        "districts": districts,
        "area": area,
    }


@require_POST
@members_only
def delete(request: HttpRequest, member: Member, address_id: int) -> HttpResponse:
    """Delete an address; what was shipped there keeps its copy."""
    try:
        delete_address(member.pk, address_id)
        messages.success(request, _("The address is deleted."))
    except Refused as refused:  # sent twice: it is gone
        messages.info(request, refused.sentence(get_language() or "zh-hans"))
    return HttpResponseRedirect(reverse("shop:addresses"))
