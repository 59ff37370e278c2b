"""What each business day brought, run by run: read only, with shares and transfers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin, is_key
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.lookups import member_of
from pinwheel.doors.console.page import Action, Page, Section, show
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.run_page import has_pool, left_over, run_facts, run_progress, shares
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.transfers import TransferTable, transfers_of_run
from pinwheel.doors.console.words import RUN_KINDS, RUN_STATES
from pinwheel.market.days.models import DayRun
from pinwheel.market.pool.models import Profit

LINES = 100
FROM_THE_START = (0, -1)


@admin.register(DayRun, site=SITE)
class DayRunAdmin(ReadOnlyAdmin):
    """Runs, newest first."""

    list_display = (
        "day_text",
        "plan_id",
        "kind_word",
        "state_word",
        "members_figure",
        "paid_figure",
        "pool_figure",
        "left_figure",
        "ended",
    )
    list_filter = (
        number_filter(gettext_lazy("kind"), "kind", RUN_KINDS),
        number_filter(gettext_lazy("state"), "state", words_of(RUN_STATES)),
    )
    search_fields = ("plan",)
    search_help_text = gettext_lazy("date (2026-11-02) or plan id")
    pages = {"transfers": "transfers_page"}

    def search(self, queryset: Any, term: str) -> Any:
        try:
            return queryset.filter(day=date.fromisoformat(term))
        except ValueError:
            return queryset.filter(plan__startswith=term)

    def page_title(self, found: DayRun) -> str:
        return f"{found.day.isoformat()} · {RUN_KINDS.get(found.kind, found.kind)}"

    def page_actions(self, request: HttpRequest, found: DayRun) -> Sequence[Action]:
        actions = []
        if request.user.has_perm("ledger.view_transfer"):
            url = page_url(DayRun, found.pk, "transfers")
            actions.append(Action(_("Its transfers in the ledger"), url, "receipt_long"))
        entry = None
        if found.kind == DayRun.Kind.MONTHLY_DIVIDEND and request.user.has_perm("pool.view_profit"):
            entry = Profit.objects.filter(run_id=found.pk).first()
        if entry is not None:
            actions.append(Action(_("The month's profit"), page_url(Profit, entry.pk), "savings"))
        return actions

    def show_object(self, request: HttpRequest, found: DayRun) -> HttpResponse:
        here, after = page_url(DayRun, found.pk), request.GET.get("after", "")
        term = request.GET.get("q", "").strip()
        member = member_of(term) if term else None
        if term and member is None:
            messages.warning(request, _("Nothing was found for “%s”.") % term)
            return HttpResponseRedirect(here)
        sections: list[Section] = []
        if member is None and not after:
            sections += [run_progress(found), run_facts(found, _("Run"))]
        sections.append(shares(found, int(after) if is_key(after) else 0, member, here))
        if member is not None and request.user.has_perm("ledger.view_transfer"):
            rows = transfers_of_run(found, FROM_THE_START, LINES, member)
            sections.append(TransferTable(rows).section(_("Transfers")))
        more = {"term": term, "search_hint": _("a member of this run: member id (M…) or phone")}
        page = Page(self.page_title(found), sections, self.page_actions(request, found), more)
        return show(request, page, self, "console/searched.html")

    def transfers_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every transfer about a run, in the order of the ledger."""
        needs(request, "ledger.view_transfer")
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        batch, _sep, line = request.GET.get("after", "").partition(".")
        after = (int(batch), int(line)) if is_key(batch) and is_key(line) else FROM_THE_START
        rows = transfers_of_run(found, after, LINES + 1)
        more = None
        if len(rows) > LINES:
            last = rows[LINES - 1]
            here = page_url(DayRun, found.pk, "transfers")
            more = (_("Next lines"), f"{here}?after={last.batch}.{last.line}")
        table = TransferTable(rows[:LINES]).section(_("Transfers"), more)
        actions = [Action(_("The run"), page_url(DayRun, found.pk), "today")]
        return show(request, Page(self.page_title(found), [table], actions), self)

    @admin.display(description=gettext_lazy("Date"))
    def day_text(self, run: DayRun) -> SafeString:
        return text.code(run.day.isoformat())

    @admin.display(description=gettext_lazy("Plan"))
    def plan_id(self, run: DayRun) -> SafeString:
        return text.code(run.plan)

    @admin.display(description=gettext_lazy("Kind"))
    def kind_word(self, run: DayRun) -> object:
        return RUN_KINDS.get(run.kind, str(run.kind))

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, run: DayRun) -> SafeString:
        return text.state_label(RUN_STATES, run.state)

    @admin.display(description=gettext_lazy("Members paid"))
    def members_figure(self, run: DayRun) -> SafeString:
        return text.count(run.members)

    @admin.display(description=gettext_lazy("Paid"))
    def paid_figure(self, run: DayRun) -> SafeString:
        return text.amount(run.paid)

    @admin.display(description=gettext_lazy("To be shared"))
    def pool_figure(self, run: DayRun) -> object:
        return text.amount(run.pool) if has_pool(run) else text.figure(text.NOTHING)

    @admin.display(description=gettext_lazy("Carried over"))
    def left_figure(self, run: DayRun) -> object:
        return text.figure(left_over(run))

    @admin.display(description=gettext_lazy("Finished"))
    def ended(self, run: DayRun) -> SafeString:
        return text.moment_cell(run.finished_at)
