"""The ledger explorer: from a public id, a phone or a batch number to every transfer behind it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pinwheel.doors.console.base import is_key
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.ledger_batches import latest_batches
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.lookups import member_of
from pinwheel.doors.console.member_page import balances, statement_headers, statement_rows
from pinwheel.doors.console.page import Action, Page, Table, show
from pinwheel.doors.console.rights import needs
from pinwheel.ledger.models import Batch
from pinwheel.ledger.statements import BadCursor, statement
from pinwheel.market import ids
from pinwheel.market.groups.models import Group
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order

LINES = 50


def explorer(request: HttpRequest) -> HttpResponse:
    """Search the ledger, and its newest batches."""
    needs(request, "ledger.view_transfer")
    term = request.GET.get("q", "").strip()
    found = found_url(term) if term else None
    if found is not None:
        return HttpResponseRedirect(found)
    if term:
        messages.warning(request, _("Nothing was found for “%s”.") % term)
    hint = _("order O…, member M…, group G…, phone or batch number")
    page = Page(
        _("Ledger explorer"), [latest_batches()], more={"term": term, "search_hint": hint, "is_search": True}
    )
    return show(request, page, template="console/searched.html")


def found_url(term: str) -> str | None:
    """The page that a search term means, or None."""
    said = term.upper()
    order, group = ids.from_text(ids.ORDER, said), ids.from_text(ids.GROUP, said)
    if order is not None and Order.objects.filter(pk=order).exists():
        return page_url(Order, order)
    if group is not None:
        batch = Group.objects.filter(pk=group).values_list("settled_batch", flat=True).first()
        if batch is None:
            return None
        return reverse("admin:ledger_batch_page", args=[batch]) if batch else page_url(Group, group)
    member = member_of(term)
    if member is not None:
        return reverse("admin:ledger_member", args=[member])
    if is_key(term) and Batch.objects.filter(pk=int(term)).exists():
        return reverse("admin:ledger_batch_page", args=[int(term)])
    return None


def member_statement(request: HttpRequest, number: int) -> HttpResponse:
    """A member's transfers, newest first, page by page."""
    needs(request, "ledger.view_transfer")
    member = Member.objects.filter(pk=number).first()
    if member is None:
        raise Http404
    here = reverse("admin:ledger_member", args=[number])
    before = request.GET.get("before") or None
    try:
        lines, older = statement(number, before=before, limit=LINES)
    except BadCursor:
        return HttpResponseRedirect(here)
    more = (_("Older"), f"{here}?before={older}") if older else None
    table = Table(_("Transfers"), statement_headers(), statement_rows(lines), right=[2], more=more)
    actions = [Action(_("The member"), page_url(Member, number), "person")]
    if before:
        actions.append(Action(_("Newest"), here, "first_page"))
    sections = [table] if before else [balances(member), table]
    return show(request, Page(_("Statement of %s") % member, sections, actions))
