"""Payments from outside and their refunds: read only."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin, is_key
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import order_link, page_url
from pinwheel.doors.console.page import Facts, Section
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import PAYMENT_STATES, REFUND_STATES
from pinwheel.market import ids
from pinwheel.market.cashier.models import Payment, Refund


@admin.register(Payment, site=SITE)
class PaymentAdmin(ReadOnlyAdmin):
    """What was asked of payment providers."""

    list_display = ("number", "order", "provider_name", "amount_figure", "state_word", "asked", "confirmed")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(PAYMENT_STATES)),)
    search_fields = ("id",)
    search_help_text = gettext_lazy("order id (O…) or payment number")

    def search(self, queryset: Any, term: str) -> Any:
        order = ids.from_text(ids.ORDER, term.upper())
        if order is not None:
            return queryset.filter(order_id=order)
        return queryset.filter(pk=int(term)) if is_key(term) else queryset.none()

    def page_title(self, found: Payment) -> str:
        return f"{_('Payment')} {found.pk}"

    def sections(self, request: HttpRequest, found: Payment) -> Sequence[Section]:
        rows = [
            (_("State"), text.state_label(PAYMENT_STATES, found.state)),
            (_("Number"), text.code(str(found.pk))),
            (_("Order"), order_link(found.order_id)),
            (_("Amount"), text.amount(found.amount)),
            (_("Provider"), found.provider),
            (_("Provider's reference"), text.code(found.provider_reference or text.NOTHING)),
            (_("Asked"), text.moment_cell(found.created_at)),
            (_("Confirmed"), text.moment_cell(found.confirmed_at)),
        ]
        rows += [
            (_("Refund"), text.link(page_url(Refund, refund.pk), text.amount_text(refund.amount)))
            for refund in found.refunds.all()
        ]
        return [Facts(_("Payment"), rows)]

    @admin.display(description=gettext_lazy("Number"))
    def number(self, payment: Payment) -> SafeString:
        return text.code(str(payment.pk))

    @admin.display(description=gettext_lazy("Order"))
    def order(self, payment: Payment) -> SafeString:
        return order_link(payment.order_id)

    @admin.display(description=gettext_lazy("Provider"))
    def provider_name(self, payment: Payment) -> str:
        return payment.provider

    @admin.display(description=gettext_lazy("Amount"))
    def amount_figure(self, payment: Payment) -> SafeString:
        return text.amount(payment.amount)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, payment: Payment) -> SafeString:
        return text.state_label(PAYMENT_STATES, payment.state)

    @admin.display(description=gettext_lazy("Asked"))
    def asked(self, payment: Payment) -> SafeString:
        return text.moment_cell(payment.created_at)

    @admin.display(description=gettext_lazy("Confirmed"))
    def confirmed(self, payment: Payment) -> SafeString:
        return text.moment_cell(payment.confirmed_at)


@admin.register(Refund, site=SITE)
class RefundAdmin(ReadOnlyAdmin):
    """What goes back by the route it was paid; one that waits is sent again and again until it is taken."""

    list_display = ("order", "amount_figure", "state_word", "provider_name", "asked", "finished")
    list_display_links = ("amount_figure",)
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(REFUND_STATES)),)
    list_select_related = ("payment",)
    search_fields = ("id",)
    search_help_text = gettext_lazy("order id (O…)")

    def search(self, queryset: Any, term: str) -> Any:
        order = ids.from_text(ids.ORDER, term.upper())
        return queryset.filter(pk=order) if order is not None else queryset.none()

    def page_title(self, found: Refund) -> str:
        return f"{_('Refund')} {ids.to_text(ids.ORDER, found.pk)}"

    def sections(self, request: HttpRequest, found: Refund) -> Sequence[Section]:
        rows = [
            (_("State"), text.state_label(REFUND_STATES, found.state)),
            (_("Order"), order_link(found.pk)),
            (_("Amount"), text.amount(found.amount)),
            (_("Payment"), text.link(page_url(Payment, found.payment_id), found.payment_id)),
            (_("Provider"), found.payment.provider),
            (_("Asked"), text.moment_cell(found.created_at)),
            (_("Done"), text.moment_cell(found.done_at)),
        ]
        return [Facts(_("Refund"), rows)]

    @admin.display(description=gettext_lazy("Order"))
    def order(self, refund: Refund) -> SafeString:
        return order_link(refund.pk)

    @admin.display(description=gettext_lazy("Amount"))
    def amount_figure(self, refund: Refund) -> SafeString:
        return text.amount(refund.amount)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, refund: Refund) -> SafeString:
        return text.state_label(REFUND_STATES, refund.state)

    @admin.display(description=gettext_lazy("Provider"))
    def provider_name(self, refund: Refund) -> str:
        return refund.payment.provider

    @admin.display(description=gettext_lazy("Asked"))
    def asked(self, refund: Refund) -> SafeString:
        return text.moment_cell(refund.created_at)

    @admin.display(description=gettext_lazy("Done"))
    def finished(self, refund: Refund) -> SafeString:
        return text.moment_cell(refund.done_at)
