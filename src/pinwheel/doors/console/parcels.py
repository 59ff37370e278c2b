"""Parcels: what is to be shipped, shipped one by one, and what became of each."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.forms import ShipForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import member_link, page_url
from pinwheel.doors.console.lookups import goods_names, member_names
from pinwheel.doors.console.order_parcel import carrier_word, parcel_sections
from pinwheel.doors.console.orders import narrowed
from pinwheel.doors.console.page import Action, Notice, Page, Section, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import PARCEL_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.extras import extra_names
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.services import ship
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused

State = Delivery.State


@admin.register(Delivery, site=SITE)
class DeliveryAdmin(ReadOnlyAdmin):
    """Parcels, the newest order first."""

    list_display = (
        "order",
        "member",
        "product",
        "state_word",
        "dispute",
        "carrier_name",
        "number",
        "shipped",
    )
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(PARCEL_STATES)),)
    search_fields = ("order_id",)
    search_help_text = gettext_lazy("order O…, member M…, group G…, activity A…, or phone")
    pages = {"ship": "ship_page", "correct": "correct_page"}

    def attach(self, rows: Sequence[Any]) -> None:
        members = member_names(parcel.member_id for parcel in rows)
        products = goods_names((parcel.pk, parcel.product_id) for parcel in rows)
        extras = extra_names((parcel.extra_sku_id for parcel in rows), in_chinese())
        for parcel in rows:
            parcel.member_name = members.get(parcel.member_id, "")
            parcel.product_name = products.get(parcel.pk, text.NOTHING)
            if parcel.extra_sku_id:
                parcel.product_name += f" + {extras[parcel.extra_sku_id]}"

    def search(self, queryset: Any, term: str) -> Any:
        orders = narrowed(Order.objects.all(), term)
        return queryset.filter(pk__in=orders.values("pk"))

    def page_title(self, found: Delivery) -> str:
        return f"{_('Parcel')} {to_text(ORDER, found.pk)}"

    def page_actions(self, request: HttpRequest, found: Delivery) -> Sequence[Action]:
        actions = [Action(_("Its order"), page_url(Order, found.pk), "receipt_long")]
        can_ship = found.state == State.TO_SHIP and not found.is_disputed
        if can_ship and request.user.has_perm("console.ship_order"):
            url = page_url(Delivery, found.pk, "ship")
            actions.insert(0, Action(_("Ship…"), url, "local_shipping", "primary"))
        if found.state == State.SHIPPED and request.user.has_perm("console.ship_order"):
            url = page_url(Delivery, found.pk, "correct")
            actions.insert(0, Action(_("Correct the number…"), url, "edit"))
        return actions

    def sections(self, request: HttpRequest, found: Delivery) -> Sequence[Section]:
        return parcel_sections(found)

    def ship_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note the carrier and the tracking number of one parcel."""
        return self.note_number(
            request, object_id, ship, _("Ship a parcel"), _("Note as shipped"), _("Shipped.")
        )

    def correct_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a wrong tracking number right; the member is told."""
        title, button, said = _("Correct a tracking number"), _("Correct the number"), _("Number corrected.")
        notice = Notice(
            _(
                "The member is told the new number, and the time after which the parcel counts as received "
                "begins again. The old number is kept."
            )
        )
        return self.note_number(request, object_id, correct_tracking, title, button, said, notice)

    def note_number(
        self,
        request: HttpRequest,
        object_id: str,
        service: Callable[..., Delivery],
        title: str,
        button: str,
        done: str,
        notice: Notice | None = None,
    ) -> HttpResponse:
        """Ask for carrier and number and let the service note them; a refusal stands on the form."""
        needs(request, "console.ship_order")
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        now = {"carrier": found.carrier, "tracking_number": found.tracking_number}
        form = ShipForm(request.POST or None, initial=now)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                noted = service(
                    found.pk, said["carrier"], said["tracking_number"], request.user, current_time()
                )
            except Refused as refused:
                form.add_error(None, refusal_text(refused))
            else:
                before = f" ({found.carrier} {found.tracking_number})" if found.carrier else ""
                record(request, noted, f"{done} {noted.carrier} {noted.tracking_number}{before}")
                messages.success(request, done)
                return HttpResponseRedirect(page_url(Delivery, found.pk))
        sections: list[Section] = [notice] if notice else []
        page = Page(title, [*sections, *parcel_sections(found)])
        return ask(request, page, button, page_url(Delivery, found.pk), self, form)

    @admin.display(description=gettext_lazy("Order"))
    def order(self, parcel: Delivery) -> SafeString:
        return text.code(to_text(ORDER, parcel.pk))

    @admin.display(description=gettext_lazy("Member"))
    def member(self, parcel: Any) -> SafeString:
        return member_link(parcel.member_id, parcel.member_name)

    @admin.display(description=gettext_lazy("Product"))
    def product(self, parcel: Any) -> str:
        return str(parcel.product_name)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, parcel: Delivery) -> SafeString:
        return text.state_label(PARCEL_STATES, parcel.state)

    @admin.display(description=gettext_lazy("After-sale"))
    def dispute(self, parcel: Delivery) -> SafeString | str:
        return text.label(_("open"), "warning") if parcel.is_disputed else text.NOTHING

    @admin.display(description=gettext_lazy("Carrier"))
    def carrier_name(self, parcel: Delivery) -> str:
        return carrier_word(parcel.carrier)

    @admin.display(description=gettext_lazy("Tracking number"))
    def number(self, parcel: Delivery) -> SafeString | str:
        return text.code(parcel.tracking_number) if parcel.tracking_number else text.NOTHING

    @admin.display(description=gettext_lazy("Shipped"))
    def shipped(self, parcel: Delivery) -> SafeString:
        return text.moment_cell(parcel.shipped_at)
