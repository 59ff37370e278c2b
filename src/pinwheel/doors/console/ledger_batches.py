"""Batches of the ledger: what was written together, and the hash chain that binds them."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.base import is_key
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import batch_link
from pinwheel.doors.console.page import Action, Facts, Page, Table, show
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.transfers import TransferTable, transfers_of_batch
from pinwheel.ledger.models import Batch

LATEST = 20
ON_A_PAGE = 50
LINES = 100


def batches(request: HttpRequest) -> HttpResponse:
    """Batches, newest first, page by page."""
    needs(request, "ledger.view_batch")
    here = reverse("admin:ledger_batches")
    before = request.GET.get("before", "")
    if before and not is_key(before):
        return HttpResponseRedirect(here)
    found = Batch.objects.filter(pk__lt=int(before)) if before else Batch.objects.all()
    rows = list(found.order_by("-pk")[: ON_A_PAGE + 1])
    more = None
    if len(rows) > ON_A_PAGE:
        more = (_("Older"), f"{here}?before={rows[ON_A_PAGE - 1].pk}")
    actions = [Action(_("Newest"), here, "first_page")] if before else []
    return show(request, Page(_("Batches"), [batch_table(rows[:ON_A_PAGE], more)], actions))


def latest_batches() -> Table:
    """The newest batches."""
    rows = list(Batch.objects.order_by("-pk")[:LATEST])
    return batch_table(rows, (_("All batches"), reverse("admin:ledger_batches")))


def batch_table(rows: list[Batch], more: tuple[str, str] | None) -> Table:
    headers = [_("Batch"), _("Time"), _("Transfers"), _("Chain"), _("Position"), _("Digest")]
    cells = [
        (
            batch_link(batch.pk),
            text.moment_cell(batch.at),
            text.count(batch.lines),
            text.count(batch.lane),
            text.count(batch.position),
            text.code(bytes(batch.digest).hex()[:16] + "…"),
        )
        for batch in rows
    ]
    return Table(_("Batches"), headers, cells, right=[2, 3, 4], more=more)


def batch_page(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: its place in the chain, and its transfers by line."""
    needs(request, "ledger.view_batch")
    needs(request, "ledger.view_transfer")
    batch = Batch.objects.filter(pk=number).first() if number < 1 << 63 else None
    if batch is None:
        raise Http404
    here = reverse("admin:ledger_batch_page", args=[number])
    after = request.GET.get("after", "")
    if after and (not is_key(after) or len(after) > 9):
        return HttpResponseRedirect(here)
    rows = transfers_of_batch(batch, int(after) if after else -1, LINES + 1)
    more = (_("Next lines"), f"{here}?after={rows[LINES - 1].line}") if len(rows) > LINES else None
    table = TransferTable(rows[:LINES]).section(_("Transfers"), more)
    actions = [Action(_("All batches"), reverse("admin:ledger_batches"), "link")]
    return show(request, Page(_("Batch %d") % number, [batch_facts(batch), table], actions))


def batch_facts(batch: Batch) -> Facts:
    """A batch's place in its hash chain."""
    around = dict(
        Batch.objects.filter(
            lane=batch.lane, position__in=(batch.position - 1, batch.position + 1)
        ).values_list("position", "pk")
    )
    before, after = around.get(batch.position - 1, 0), around.get(batch.position + 1, 0)
    return Facts(
        _("Batch"),
        [
            (_("Number"), text.code(str(batch.pk))),
            (_("Time"), text.moment_cell(batch.at)),
            (_("Transfers"), text.count(batch.lines)),
            (_("Chain and position"), text.figure(f"{batch.lane} / {batch.position:,}")),
            (
                _("Batch before in the chain"),
                batch_link(before) if before else _("none: the chain begins here"),
            ),
            (_("Batch after in the chain"), batch_link(after) if after else _("none yet")),
            (_("Digest before"), text.code(bytes(batch.previous).hex())),
            (_("Digest"), text.code(bytes(batch.digest).hex())),
        ],
    )
