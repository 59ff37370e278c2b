"""Goods for points on their way: what is to be shipped, shipped one by one, and what became of each."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.forms import ShipForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import member_link, page_url
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.order_parcel import carrier_word
from pinwheel.doors.console.page import Action, Facts, Page, Section, ask
from pinwheel.doors.console.pool_lists import OfMembers, item_name
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import PARCEL_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.areas import place
from pinwheel.market.ids import EXCHANGE, from_text, to_text
from pinwheel.market.pool.models import Exchange, ExchangeParcel
from pinwheel.market.pool.parcels import address_for, ship_exchange
from pinwheel.market.refusals import Refused

State = ExchangeParcel.State
STATES = {state.value: PARCEL_STATES[state.value] for state in State}


@admin.register(ExchangeParcel, site=SITE)
class ExchangeParcelAdmin(OfMembers):
    """Goods for points, the newest exchange first. Who may see and ship parcels may do so here."""

    list_display = ("number", "member", "goods", "state_word", "carrier_name", "tracking", "shipped")
    list_select_related = ("exchange__item__product", "exchange__item__sku")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(STATES)),)
    search_help_text = gettext_lazy("exchange E…, member M…, or phone")
    pages = {"ship": "ship_page"}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("delivery.view_delivery"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def search(self, queryset: Any, term: str) -> Any:
        number = from_text(EXCHANGE, term.upper())
        return super().search(queryset, term) if number is None else queryset.filter(pk=number)

    def page_title(self, found: ExchangeParcel) -> str:
        return f"{_('Parcel')} {to_text(EXCHANGE, found.pk)}"

    def page_actions(self, request: HttpRequest, found: ExchangeParcel) -> Sequence[Action]:
        actions = []
        if found.state == State.TO_SHIP and request.user.has_perm("console.ship_order"):
            url = page_url(ExchangeParcel, found.pk, "ship")
            actions.append(Action(_("Ship…"), url, "local_shipping", "primary"))
        if request.user.has_perm("pool.view_exchange"):
            actions.append(Action(_("Its exchange"), page_url(Exchange, found.pk), "redeem"))
        return actions

    def sections(self, request: HttpRequest, found: ExchangeParcel) -> Sequence[Section]:
        return [exchange_parcel_facts(found)]

    def ship_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note the carrier and the tracking number; a refusal stands on the form."""
        needs(request, "console.ship_order")
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        form = ShipForm(
            request.POST or None,
            initial={"carrier": found.carrier, "tracking_number": found.tracking_number},
        )
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            by = (said["carrier"], said["tracking_number"], request.user, current_time())
            try:
                noted = ship_exchange(found.pk, *by)  # type: ignore[arg-type]
            except Refused as refused:
                form.add_error(None, refusal_text(refused))
            else:
                record(request, noted, f"{_('Shipped.')} {noted.carrier} {noted.tracking_number}")
                messages.success(request, _("Shipped."))
                return HttpResponseRedirect(page_url(ExchangeParcel, found.pk))
        page = Page(_("Ship a parcel"), [exchange_parcel_facts(found)])
        return ask(request, page, _("Note as shipped"), page_url(ExchangeParcel, found.pk), self, form)

    @admin.display(description=gettext_lazy("Exchange"))
    def number(self, parcel: ExchangeParcel) -> SafeString:
        return text.code(to_text(EXCHANGE, parcel.pk))

    @admin.display(description=gettext_lazy("Goods"))
    def goods(self, parcel: ExchangeParcel) -> str:
        return item_name(parcel.exchange.item)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, parcel: ExchangeParcel) -> SafeString:
        return text.state_label(STATES, parcel.state)

    @admin.display(description=gettext_lazy("Carrier"))
    def carrier_name(self, parcel: ExchangeParcel) -> str:
        return carrier_word(parcel.carrier)

    @admin.display(description=gettext_lazy("Tracking number"))
    def tracking(self, parcel: ExchangeParcel) -> SafeString | str:
        return text.code(parcel.tracking_number) if parcel.tracking_number else text.NOTHING

    @admin.display(description=gettext_lazy("Shipped"))
    def shipped(self, parcel: ExchangeParcel) -> SafeString:
        return text.moment_cell(parcel.shipped_at)


def exchange_parcel_facts(found: ExchangeParcel) -> Facts:
    """Where goods for points go or went, and by what."""
    name = member_names([found.member_id]).get(found.member_id, "")
    number = text.code(to_text(EXCHANGE, found.pk))
    return Facts(
        _("Parcel"),
        [
            (_("State"), text.state_label(STATES, found.state)),
            (_("Exchange"), text.link(page_url(Exchange, found.pk), number)),
            (_("Member"), member_link(found.member_id, name)),
            (_("Goods"), item_name(found.exchange.item)),
            (_("Address"), address_lines(found)),
            (_("Carrier"), carrier_word(found.carrier)),
            (_("Tracking number"), found.tracking_number or text.NOTHING),
            (_("Shipped"), text.moment_cell(found.shipped_at)),
            (_("Counts as received on"), text.moment_cell(found.due_at)),
            (_("Received"), text.moment_cell(found.received_at)),
            (_("Received by the clock"), _("yes") if found.is_received_by_clock else text.NOTHING),
        ],
    )


def address_lines(found: ExchangeParcel) -> object:
    """The address kept with the exchange; where there is none, the default one that it would go to now."""
    if found.receiver:
        where = f"{found.province} {found.city} {found.district} {found.street}"
        return text.lines([f"{found.receiver} {found.phone}", where])
    address = address_for(found.member_id, None)
    if address is None:
        return text.label(_("no address yet"), "warning")
    area = place(address.area)
    where = f"{area.province} {area.city} {area.district} {address.street}"
    return text.lines([f"{address.receiver} {address.phone}", where])
