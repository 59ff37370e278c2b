"""Win counters and promoters, plan by plan: read only, found by member."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.base import is_key
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import member_link
from pinwheel.doors.console.lookups import member_names, member_of
from pinwheel.doors.console.page import Page, Table, show
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.words import Word
from pinwheel.market.clock import business_day, current_time
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.promoters.models import Promoter

ON_A_PAGE = 50
More = tuple[Word, str] | None


def win_counters(request: HttpRequest) -> HttpResponse:
    """What each member has won under each plan, as far as its seat rules count it."""
    needs(request, "groups.view_wincounter")
    rows, more = page_of(request, WinCounter, reverse("admin:win_counters"))
    names = member_names(row.member_id for row in rows)
    cells = [
        (member_link(row.member_id, names.get(row.member_id, "")), text.code(row.plan), *counter_cells(row))
        for row in rows
    ]
    headers = [_("Member"), _("Plan"), *counter_headers()]
    note = _("Counted at settlement, only under plans whose seat rules count. Nobody can edit them.")
    table = Table(_("Win counters"), headers, cells, right=range(2, len(headers)), more=more, note=note)
    return searched(request, _("Win counters"), table)


def promoters(request: HttpRequest) -> HttpResponse:
    """Until when each member is a promoter under each plan."""
    needs(request, "promoters.view_promoter")
    rows, more = page_of(request, Promoter, reverse("admin:promoters"))
    names = member_names(row.member_id for row in rows)
    cells = [
        (
            member_link(row.member_id, names.get(row.member_id, "")),
            text.code(row.plan),
            row.until.isoformat(),
            row.last_day.isoformat(),
            promoter_label(row),
        )
        for row in rows
    ]
    headers = [_("Member"), _("Plan"), _("Promoter until"), _("Last day with a join"), _("State")]
    return searched(request, _("Promoters"), Table(_("Promoters"), headers, cells, more=more))


def page_of(request: HttpRequest, model: Any, here: str) -> tuple[list[Any], More]:
    """One page of rows keyed by member and plan, the newest members first, or those of the member sought."""
    found = model.objects.order_by("-member_id", "plan")
    term = request.GET.get("q", "").strip()
    if term:
        member = member_of(term)
        if member is None:
            messages.warning(request, _("Nothing was found for “%s”.") % term)
            return [], None
        return list(found.filter(member_id=member)), None
    member_text, _sep, plan = request.GET.get("after", "").partition(".")
    if is_key(member_text):
        number = int(member_text)
        found = found.filter(Q(member_id__lt=number) | Q(member_id=number, plan__gt=plan))
    rows = list(found[: ON_A_PAGE + 1])
    if len(rows) <= ON_A_PAGE:
        return rows, None
    last = rows[ON_A_PAGE - 1]
    return rows[:ON_A_PAGE], (_("Older"), f"{here}?after={last.member_id}.{last.plan}")


def searched(request: HttpRequest, title: str, table: Table) -> HttpResponse:
    """The page with its field to search for a member."""
    term = request.GET.get("q", "").strip()
    more = {"term": term, "search_hint": _("member id (M…) or phone")}
    return show(request, Page(title, [table], more=more), template="console/searched.html")


def counter_headers() -> list[str]:
    return [
        _("Joins that cannot win"),
        _("Wins in a row"),
        _("Wins in all"),
        _("Wins in the window"),
        _("Joins in the window"),
    ]


def counter_cells(counter: WinCounter) -> list[object]:
    """A win counter's figures, in the order of their headers."""
    figures = (
        counter.sit_out,
        counter.row_wins,
        counter.all_wins,
        counter.window_wins,
        counter.window_joins,
    )
    return [text.count(figure) for figure in figures]


def promoter_label(promoter: Promoter) -> object:
    """Whether somebody is a promoter today."""
    if promoter.until >= business_day(current_time()):
        return text.label(_("promoter"), "success")
    return text.label(_("expired"), "default")
