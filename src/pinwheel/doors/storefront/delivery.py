"""What a member does with a settled order: where it goes, that it came, its invoice, and after-sales."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pinwheel.doors.storefront import delivery_selectors, order_selectors
from pinwheel.doors.storefront.form_keys import fresh_key, wish_of
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.aftersales import services as aftersales
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.addresses import choose_address
from pinwheel.market.delivery.invoices import state_invoice
from pinwheel.market.delivery.models import Invoice
from pinwheel.market.delivery.services import receive
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import Unreadable, parse_amount

KINDS = {kind.label: kind.value for kind in AfterSale.Kind}
INVOICE_KINDS = {kind.label: kind.value for kind in Invoice.Kind}
AMOUNT_ALLOWED = ("金额最多两位小数，例如 12.50。", "An amount has at most two decimals, as 12.50.")
MOST_DIGITS = 15


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def order_address(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """Choose where an order goes."""
    order = found_order(member, order_id)
    error = ""
    if request.method == "POST":
        try:
            choose_address(order_id, member.pk, read_number(request.POST.get("address", "")))
            messages.success(request, _("The order goes to this address."))
            return redirect("shop:order", order_id)
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    context = {
        "order": order,
        "addresses": delivery_selectors.addresses(member.pk),
        "error": error,
        "tab": "orders",
    }
    return render(request, "storefront/order_address.html", context, status=422 if error else 200)


@require_POST
@members_only
def receipt(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """The goods have come."""
    try:
        receive(order_id, member.pk, current_time())
        messages.success(request, _("Thank you: receipt is confirmed."))
    except Refused as refused:
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
    return redirect("shop:order", order_id)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def invoice(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """What shall stand on the order's invoice."""
    order = found_order(member, order_id)
    error = ""
    if request.method == "POST":
        try:
            keep_invoice(request, member, order_id)
            messages.success(request, _("The invoice data is kept."))
            return redirect("shop:order", order_id)
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    kept = Invoice.objects.filter(pk=order_id, member_id=member.pk).first()
    entered: Any = request.POST
    if request.method != "POST" and kept is not None:
        entered = {name: getattr(kept, name) for name in ("title", "tax_number", "email")}
        entered["kind"] = Invoice.Kind(kept.kind).label
    context = {"order": order, "entered": entered, "error": error, "tab": "orders"}
    return render(request, "storefront/invoice.html", context, status=422 if error else 200)


def keep_invoice(request: HttpRequest, member: Member, order_id: int) -> None:
    """Raises: Refused."""
    values = request.POST
    kind = INVOICE_KINDS.get(values.get("kind", ""), INVOICE_KINDS["person"])
    title, tax_number, email = (values.get(name, "") for name in ("title", "tax_number", "email"))
    state_invoice(order_id, member.pk, kind, title, tax_number, email, current_time())


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def aftersale(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """Ask for money back, with a reason."""
    order = found_order(member, order_id)
    error = ""
    if request.method == "POST":
        try:
            ask(request, member, order_id)
            messages.success(request, _("Your request is with the shop; you see its answer here."))
            return redirect("shop:order", order_id)
        except Refused as refused:
            if refused.code == "idempotency_conflict":
                return redirect("shop:order", order_id)
            error = refused.sentence(get_language() or "zh-hans")
    view = delivery_selectors.delivery_view(member.pk, order_id)
    if view is None or (not view.can_ask and not error):
        return redirect("shop:order", order_id)
    context = {
        "order": order,
        "delivery": view,
        "entered": request.POST,
        "error": error,
        "key": fresh_key(),
        "tab": "orders",
    }
    return render(request, "storefront/aftersale.html", context, status=422 if error else 200)


def ask(request: HttpRequest, member: Member, order_id: int) -> None:
    """Raises: Refused."""
    values = request.POST
    key = wish_of(values, f"aftersale:{member.pk}")
    kind = KINDS.get(values.get("kind", ""))
    if kind is None:
        raise Refused("invalid", {"what": ("请选择售后方式。", "Please choose what you want.")})
    amount = read_fen(values.get("amount", ""))
    aftersales.ask(order_id, member.pk, kind, amount, values.get("reason", ""), key, current_time())


def read_fen(text: str) -> int | None:
    """Fen of an amount as entered; None where none was. Raises: Refused invalid."""
    plain = text.replace(",", "").replace("，", "").strip()
    if not plain:
        return None
    try:
        return parse_amount(plain if len(plain) <= MOST_DIGITS else "")
    except Unreadable:
        raise Refused("invalid", {"what": AMOUNT_ALLOWED}) from None


@require_POST
@members_only
def withdraw(request: HttpRequest, member: Member, aftersale_id: int) -> HttpResponse:
    """Take the wish back."""
    found = found_aftersale(member, aftersale_id)
    try:
        aftersales.withdraw(found.pk, member.pk, current_time())
        messages.success(request, _("Your request is withdrawn."))
    except Refused as refused:
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
    return redirect("shop:order", found.order_id)


@require_POST
@members_only
def send_back(request: HttpRequest, member: Member, aftersale_id: int) -> HttpResponse:
    """Say by what the goods come back."""
    found = found_aftersale(member, aftersale_id)
    said = (request.POST.get("carrier", ""), request.POST.get("tracking_number", ""))
    try:
        aftersales.send_back(found.pk, member.pk, *said, now=current_time())
        messages.success(request, _("Thank you: the money goes back when the goods have arrived."))
    except Refused as refused:
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
    return redirect("shop:order", found.order_id)


def found_order(member: Member, order_id: int) -> order_selectors.OrderView:
    """Raises: Http404, also for somebody else's."""
    order = order_selectors.own_order(member.pk, order_id)
    if order is None:
        raise Http404
    return order


def found_aftersale(member: Member, aftersale_id: int) -> AfterSale:
    """Raises: Http404, also for somebody else's."""
    found = AfterSale.objects.filter(pk=aftersale_id, member_id=member.pk).first()
    if found is None:
        raise Http404
    return found


def read_number(text: str) -> int:
    """A number of ours; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
