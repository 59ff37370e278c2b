"""Everything that a member had for points, and saying that it has come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pinwheel.doors.storefront import delivery_selectors, exchange_selectors
from pinwheel.doors.storefront.delivery import read_number
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.pool.models import ExchangeParcel
from pinwheel.market.pool.parcels import receive_exchange
from pinwheel.market.refusals import Refused


@require_safe
@members_only
def exchanges(request: HttpRequest, member: Member) -> HttpResponse:
    """The whole history, of the mall and of every pool."""
    context = {
        "exchanges": exchange_selectors.exchanges(member.pk),
        "has_address": bool(delivery_selectors.addresses(member.pk)),
        "tab": "assets",
    }
    return render(request, "storefront/exchanges.html", context)


@require_POST
@members_only
def exchange_receipt(request: HttpRequest, member: Member, exchange_id: int) -> HttpResponse:
    """The goods have come; sent twice it has the effect of once."""
    received = ExchangeParcel.State.RECEIVED
    was_done = ExchangeParcel.objects.filter(pk=exchange_id, member_id=member.pk, state=received).exists()
    try:
        receive_exchange(exchange_id, member.pk, current_time())
        if not was_done:
            messages.success(request, _("Thank you: receipt is confirmed."))
    except Refused as refused:
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
    return redirect("shop:exchanges")


def chosen_address(request: HttpRequest, member: Member) -> int | None:
    """The address that a form names; None, the default one, where it names none.

    Raises: Refused address_missing for a member without any.
    """
    if not delivery_selectors.addresses(member.pk):
        raise Refused("address_missing")
    return read_number(request.POST["address"]) if "address" in request.POST else None
