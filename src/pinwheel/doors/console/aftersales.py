"""After-sales answered, debts of reversals, and invoices."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.forms import ReasonForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import member_link, order_link, page_url
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.order_parcel import aftersale_facts, debt_table, parcel_facts
from pinwheel.doors.console.page import Action, Notice, Page, Section, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import AFTERSALE_KINDS, AFTERSALE_STATES, asset_word
from pinwheel.market.aftersales import services
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.aftersales.restock import pieces_to_judge
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.extras import extra_names
from pinwheel.market.delivery.models import Delivery, Invoice
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.refusals import Refused

State = AfterSale.State
RIGHT = "console.answer_aftersale"


class RestockForm(forms.Form):
    """Which pieces that are in the shop again go back on sale; all, unless one says otherwise."""

    on_sale = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Back on sale"),
        required=False,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy(
            "What is ticked is in stock again with the refund. Untick what is damaged or did not come."
        ),
    )

    def __init__(self, pieces: Sequence[Sku], *arguments: Any) -> None:
        super().__init__(*arguments)
        names = extra_names([sku.pk for sku in pieces], in_chinese())
        field: Any = self.fields["on_sale"]
        field.choices = [(sku.pk, f"{names[sku.pk]} · {sku.code}") for sku in pieces]
        field.widget.choices = field.choices
        field.initial = [sku.pk for sku in pieces]

    def kept_off_sale(self) -> set[int]:
        """The variants whose piece is not to be sold again."""
        return set(self.fields["on_sale"].initial) - set(self.cleaned_data["on_sale"])


@admin.register(AfterSale, site=SITE)
class AfterSaleAdmin(ReadOnlyAdmin):
    """After-sales, newest first."""

    list_display = ("number", "order", "member", "kind_word", "amount_figure", "state_word", "asked")
    list_filter = (
        number_filter(gettext_lazy("state"), "state", words_of(AFTERSALE_STATES)),
        number_filter(gettext_lazy("kind"), "kind", AFTERSALE_KINDS),
    )
    pages = {"approve": "approve_page", "refund": "refund_page", "refuse": "refuse_page"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("approved_by", "ended_by")

    def attach(self, rows: Sequence[Any]) -> None:
        names = member_names(one.member_id for one in rows)
        for one in rows:
            one.member_name = names.get(one.member_id, "")

    def page_title(self, found: AfterSale) -> str:
        return f"{_('After-sale')} {to_text(ORDER, found.order_id)}"

    def sections(self, request: HttpRequest, found: AfterSale) -> Sequence[Section]:
        parcel = Delivery.objects.get(pk=found.order_id)
        sections: list[Section] = [aftersale_facts(found), parcel_facts(parcel)]
        debts = list(found.debts.all())
        return [*sections, debt_table(debts)] if debts else sections

    def page_actions(self, request: HttpRequest, found: AfterSale) -> Sequence[Action]:
        if not found.is_open or not request.user.has_perm(RIGHT):
            return []
        actions = []
        if found.state == State.ASKED:
            url = page_url(AfterSale, found.pk, "approve")
            actions.append(Action(_("Approve…"), url, "task_alt", "primary"))
        is_own = found.needs_second_person and found.approved_by_id == request.user.pk
        if found.state in (State.APPROVED, State.SENT_BACK) and not is_own:
            url = page_url(AfterSale, found.pk, "refund")
            word = _("Goods arrived: refund…") if found.state == State.SENT_BACK else _("Confirm and refund…")
            actions.append(Action(word, url, "undo", "primary"))
        actions.append(Action(_("Refuse…"), page_url(AfterSale, found.pk, "refuse"), "block"))
        return actions

    def approve_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Agree to an after-sale."""
        return self.decide(request, object_id, services.approve, _("Approve an after-sale"), _("Approved."))

    def refund_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The goods arrived, or a second person agrees."""
        return self.decide(request, object_id, services.refund, _("Refund an after-sale"), _("Refunded."))

    def decide(
        self, request: HttpRequest, object_id: str, service: Callable[..., AfterSale], title: str, said: str
    ) -> HttpResponse:
        """Ask once, then let the service do it; a refusal becomes a message on the page."""
        needs(request, RIGHT)
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        back, pieces = page_url(AfterSale, found.pk), pieces_to_judge(found)
        form = RestockForm(pieces, request.POST if request.method == "POST" else None) if pieces else None
        if request.method == "POST" and (form is None or form.is_valid()):
            kept_off_sale = form.kept_off_sale() if form else set()
            try:
                done = service(found.pk, request.user, current_time(), kept_off_sale)
            except Refused as refused:
                messages.error(request, refusal_text(refused))
            else:
                record(request, done, said)
                messages.success(request, str(AFTERSALE_STATES[done.state][0]))
            return HttpResponseRedirect(back)
        page = Page(title, [Notice(what_follows(found), "warning"), aftersale_facts(found)])
        return ask(request, page, title, back, self, form, is_danger=True)

    def refuse_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Turn an after-sale down, with a reason that the member reads."""
        needs(request, RIGHT)
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        back, form = page_url(AfterSale, found.pk), ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                done = services.refuse(found.pk, request.user, form.cleaned_data["reason"], current_time())  # type: ignore[arg-type]
            except Refused as refused:
                messages.error(request, refusal_text(refused))
            else:
                record(request, done, f"{_('Refused.')} {done.answer}")
                messages.success(request, _("Refused."))
            return HttpResponseRedirect(back)
        notice = Notice(_("Nothing moves. The member reads the reason."))
        page = Page(_("Refuse an after-sale"), [notice, aftersale_facts(found)])
        return ask(request, page, _("Refuse"), back, self, form)

    @admin.display(description=gettext_lazy("Number"))
    def number(self, one: AfterSale) -> SafeString:
        return text.code(str(one.pk))

    @admin.display(description=gettext_lazy("Order"))
    def order(self, one: AfterSale) -> SafeString:
        return order_link(one.order_id)

    @admin.display(description=gettext_lazy("Member"))
    def member(self, one: Any) -> SafeString:
        return member_link(one.member_id, one.member_name)

    @admin.display(description=gettext_lazy("Kind"))
    def kind_word(self, one: AfterSale) -> object:
        return AFTERSALE_KINDS[one.kind]

    @admin.display(description=gettext_lazy("Amount"))
    def amount_figure(self, one: AfterSale) -> SafeString:
        return text.amount(one.amount)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, one: AfterSale) -> SafeString:
        return text.state_label(AFTERSALE_STATES, one.state)

    @admin.display(description=gettext_lazy("Asked"))
    def asked(self, one: AfterSale) -> SafeString:
        return text.moment_cell(one.asked_at)


def what_follows(found: AfterSale) -> str:
    """What agreeing does now."""
    if found.state == State.ASKED and found.kind == AfterSale.Kind.RETURN_AND_REFUND:
        return _("No money moves yet: the member sends the goods back first.")
    if found.state == State.ASKED and found.needs_second_person:
        return _("No money moves yet: an amount like this needs a second person.")
    return _("The money goes back at once, and the order's rewards are reversed in proportion.")


@admin.register(Debt, site=SITE)
class DebtAdmin(ReadOnlyAdmin):
    """Debts of reversals, newest first."""

    list_display = ("order", "member", "asset_name", "amount_figure", "left_figure", "made")

    def sections(self, request: HttpRequest, found: Debt) -> Sequence[Section]:
        return [debt_table([found]), aftersale_facts(found.aftersale)]

    def attach(self, rows: Sequence[Any]) -> None:
        names = member_names(debt.member_id for debt in rows)
        for debt in rows:
            debt.member_name = names.get(debt.member_id, "")

    @admin.display(description=gettext_lazy("Order"))
    def order(self, debt: Debt) -> SafeString:
        return text.code(to_text(ORDER, debt.order_id))

    @admin.display(description=gettext_lazy("Member"))
    def member(self, debt: Any) -> SafeString:
        return member_link(debt.member_id, debt.member_name)

    @admin.display(description=gettext_lazy("Asset"))
    def asset_name(self, debt: Debt) -> object:
        return asset_word(debt.asset)

    @admin.display(description=gettext_lazy("Lacked"))
    def amount_figure(self, debt: Debt) -> SafeString:
        return text.amount(debt.amount)

    @admin.display(description=gettext_lazy("Still owed"))
    def left_figure(self, debt: Debt) -> SafeString:
        return text.amount(debt.left)

    @admin.display(description=gettext_lazy("Since"))
    def made(self, debt: Debt) -> SafeString:
        return text.moment_cell(debt.made_at)


@admin.register(Invoice, site=SITE)
class InvoiceAdmin(ReadOnlyAdmin):
    """What shall stand on invoices, newest order first."""

    list_display = ("order", "heading", "tax", "mail", "changed")

    def show_object(self, request: HttpRequest, found: Invoice) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[found.pk]))

    @admin.display(description=gettext_lazy("Order"))
    def order(self, invoice: Invoice) -> SafeString:
        return text.code(to_text(ORDER, invoice.pk))

    @admin.display(description=gettext_lazy("Title on the invoice"))
    def heading(self, invoice: Invoice) -> str:
        return invoice.title

    @admin.display(description=gettext_lazy("Tax number"))
    def tax(self, invoice: Invoice) -> str:
        return invoice.tax_number or text.NOTHING

    @admin.display(description=gettext_lazy("E-mail"))
    def mail(self, invoice: Invoice) -> str:
        return invoice.email

    @admin.display(description=gettext_lazy("Changed"))
    def changed(self, invoice: Invoice) -> SafeString:
        return text.moment_cell(invoice.changed_at)
