"""Files of parcels: a template, lists of what is to be shipped and invoiced, tracking numbers taken in."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.forms import ImportForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, order_link, page_url
from pinwheel.doors.console.page import Action, Notice, Page, Table, ask, show
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import refusal_text
from pinwheel.doors.console.words import IMPORT_RESULTS
from pinwheel.market.clock import business_day, current_time
from pinwheel.market.delivery.exports import invoice_lines, to_ship_lines
from pinwheel.market.delivery.files import LOST, MOST_BYTES, TOO_LARGE, read_file, template_xlsx
from pinwheel.market.delivery.imports import REFUSED, TAKEN, RowResult, import_rows
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.ids import EXCHANGE, ORDER, from_text, to_text
from pinwheel.market.pool.models import ExchangeParcel
from pinwheel.market.refusals import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_page(request: HttpRequest) -> HttpResponse:
    """Upload a file of tracking numbers; every row says what became of it."""
    needs(request, "console.ship_order")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > MOST_BYTES:
                raise Refused("bad_file", {"what": TOO_LARGE})
            results = import_rows(read_file(sent.read()), request.user, current_time())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error("file", refusal_text(refused))
        else:
            return results_page(request, results)
    notice = Notice(
        _(
            "CSV (UTF-8 or GBK) or XLSX, first row: order, carrier, tracking number. Each row is taken by "
            "itself; the same file sent twice has the effect of once."
        )
    )
    actions = [
        Action(_("Template (XLSX)"), reverse("admin:parcel_template"), "download"),
        Action(_("What is to be shipped (CSV)"), reverse("admin:parcel_export"), "download"),
    ]
    if request.user.has_perm("delivery.view_invoice"):
        actions.append(Action(_("Invoices (CSV)"), reverse("admin:invoice_export"), "download"))
    page = Page(_("Import tracking numbers"), [notice], actions)
    return ask(request, page, _("Import"), list_url(Delivery), form=form)


def results_page(request: HttpRequest, results: list[RowResult]) -> HttpResponse:
    """What became of each row, refused ones first."""
    taken = sum(result.result == TAKEN for result in results)
    refused = sum(result.result == REFUSED for result in results)
    said = _("%(taken)s rows taken, %(refused)s refused, of %(all)s.")
    messages.info(request, said % {"taken": taken, "refused": refused, "all": len(results)})
    rows = [
        (
            text.count(result.row.line),
            order_cell(result.row.order),
            result.row.carrier or text.NOTHING,
            shown(result.row.number),
            text.label(*IMPORT_RESULTS[result.result]),
            why(result),
        )
        for result in sorted(results, key=lambda result: (result.result != REFUSED, result.row.line))
    ]
    headers = [_("Line"), _("Order"), _("Carrier"), _("Tracking number"), _("Result"), _("Why")]
    actions = [
        Action(_("Import another file"), reverse("admin:parcel_import"), "upload", "primary"),
        Action(_("Parcels"), list_url(Delivery), "local_shipping"),
    ]
    table = Table(_("What became of each row"), headers, rows, right=[0])
    return show(request, Page(_("Import tracking numbers"), [table], actions))


def why(result: RowResult) -> object:
    """Why a row was refused; of a parcel that left with another number, with the way to correct it."""
    if result.refusal is None:
        return text.NOTHING
    said = refusal_text(result.refusal)
    number = from_text(ORDER, result.row.order.upper())
    if result.refusal.code != "shipped_otherwise" or number is None:
        return text.wide(said)
    return text.lines(
        [text.wide(said), text.link(page_url(Delivery, number, "correct"), _("Correct the number…"))]
    )


def order_cell(said: str) -> object:
    """A link to the order or the goods for points that a row means, else what the row says."""
    exchange = from_text(EXCHANGE, said.upper())
    if exchange is not None:
        return text.link(page_url(ExchangeParcel, exchange), text.code(to_text(EXCHANGE, exchange)))
    number = from_text(ORDER, said.upper())
    return order_link(number) if number is not None else shown(said)


def shown(said: str) -> str:
    """What a cell said; one that lost digits is not shown as if it were whole."""
    return _("(digits lost)") if said == LOST else said or text.NOTHING


def template_file(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the headers."""
    needs(request, "console.ship_order")
    return as_file(HttpResponse(template_xlsx(), content_type=XLSX), "tracking-numbers.xlsx")


def to_ship_file(request: HttpRequest) -> HttpResponse:
    """What is to be shipped, as CSV."""
    needs(request, "console.ship_order")
    return csv_file(to_ship_lines(), "to-ship")


def invoice_file(request: HttpRequest) -> HttpResponse:
    """What shall stand on invoices, as CSV."""
    needs(request, "delivery.view_invoice")
    return csv_file(invoice_lines(), "invoices")


def csv_file(lines: Iterator[str], name: str) -> HttpResponse:
    """Lines sent as they are read."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return as_file(response, f"{name}-{business_day(current_time()).isoformat()}.csv")  # type: ignore[arg-type]


def as_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
