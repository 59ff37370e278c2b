"""Profits of months: entered by one operator, confirmed or rejected by another, then paid by points."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Table, ask
from pinwheel.doors.console.pool_selectors import pool_figures
from pinwheel.doors.console.record import record
from pinwheel.doors.console.run_page import run_facts, run_progress
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import PROFIT_STATES, RUN_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.days.models import DayRun
from pinwheel.market.pool.models import Profit
from pinwheel.market.pool.profit import confirm_profit, refuse_month, reject_profit
from pinwheel.market.refusals import Refused

State = Profit.State
MONTHS = 24  # shown on a plan's page; the list goes on


@admin.register(Profit, site=SITE)
class ProfitAdmin(ReadOnlyAdmin):
    """Every month's profit, newest first. They begin at the page of a plan's pool."""

    list_display = ("number", "plan_id", "month_text", "profit_figure", "state_word", "by", "at", "run")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(PROFIT_STATES)),)
    search_fields = ("plan",)
    search_help_text = gettext_lazy("plan id")
    pages = {"confirm": "confirm_page", "reject": "reject_page"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("entered_by", "decided_by")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(plan__startswith=term)

    def page_title(self, found: Profit) -> str:
        return f"{_('Profit of %s') % f'{found.month:%Y-%m}'} · {found.plan}"

    def sections(self, request: HttpRequest, found: Profit) -> Sequence[Section]:
        sections: list[Section] = [profit_facts(found)]
        run = DayRun.objects.filter(pk=found.run_id).first() if found.run_id else None
        if run is not None:
            sections += [run_progress(run), run_facts(run, _("Result"))]
        return sections

    def page_actions(self, request: HttpRequest, found: Profit) -> Sequence[Action]:
        actions = []
        is_own, may_decide = found.entered_by_id == request.user.pk, may_decide_profit(request)
        if found.state == State.ENTERED and may_decide and not is_own:
            url = page_url(Profit, found.pk, "confirm")
            actions.append(Action(_("Confirm…"), url, "task_alt", "primary"))
        if found.state == State.ENTERED and (may_decide or is_own):
            word = _("Take back…") if is_own else _("Reject…")
            actions.append(Action(word, page_url(Profit, found.pk, "reject"), "block"))
        if found.run_id and request.user.has_perm("days.view_dayrun"):
            actions.append(Action(_("The run with its shares"), page_url(DayRun, found.run_id), "today"))
        actions.append(Action(_("The plan's pool"), reverse("admin:pool_plan", args=[found.plan]), "savings"))
        return actions

    def confirm_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Confirm a profit that another operator entered: from here it is paid."""
        if not may_decide_profit(request):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            said = _("Confirmed. It is paid now, member by member.")
            return self.decide(request, found, confirm_profit, said)
        refuse_decided(found)
        if found.entered_by_id == request.user.pk:
            raise Refused("same_person")
        refuse_month(found.plan, found.month, current_time())
        notice = Notice(
            _("It is moved into the pool and paid to members at once; nobody can take it back."),
            "warning",
        )
        page = Page(_("Confirm a month's profit"), [notice, profit_facts(found), shared_facts(found)])
        back = page_url(Profit, found.pk)
        return ask(request, page, _("Confirm and pay"), back, self, is_danger=True)

    def reject_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject a profit, or take one's own back; another can be entered then."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if found.entered_by_id != request.user.pk and not may_decide_profit(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, found, reject_profit, _("Rejected. Another profit can be entered."))
        refuse_decided(found)
        page = Page(_("Reject a month's profit"), [Notice(_("Nothing moves.")), profit_facts(found)])
        return ask(request, page, _("Reject"), page_url(Profit, found.pk), self)

    def decide(self, request: HttpRequest, found: Profit, service: Any, said: str) -> HttpResponse:
        """Let the service decide; a refusal becomes a message on the profit's page."""
        try:
            service(found.pk, request.user, current_time())
        except Refused as refused:
            messages.error(request, refusal_text(refused))
        else:
            record(request, found, said)
            messages.success(request, said)
        return HttpResponseRedirect(page_url(Profit, found.pk))

    @admin.display(description=gettext_lazy("Number"))
    def number(self, entry: Profit) -> SafeString:
        return text.code(str(entry.pk))

    @admin.display(description=gettext_lazy("Plan"))
    def plan_id(self, entry: Profit) -> SafeString:
        return text.code(entry.plan)

    @admin.display(description=gettext_lazy("Month"))
    def month_text(self, entry: Profit) -> str:
        return f"{entry.month:%Y-%m}"

    @admin.display(description=gettext_lazy("Profit"))
    def profit_figure(self, entry: Profit) -> SafeString:
        return text.amount(entry.profit)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, entry: Profit) -> SafeString:
        return text.state_label(PROFIT_STATES, entry.state)

    @admin.display(description=gettext_lazy("Entered by"))
    def by(self, entry: Profit) -> str:
        return str(entry.entered_by)

    @admin.display(description=gettext_lazy("Entered"))
    def at(self, entry: Profit) -> SafeString:
        return text.moment_cell(entry.entered_at)

    @admin.display(description=gettext_lazy("Run"))
    def run(self, entry: Profit) -> SafeString:
        if not entry.run_id:
            return SafeString(text.NOTHING)
        return text.link(page_url(DayRun, entry.run_id), _("run of the day"))


def may_decide_profit(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("console.decide_profit"))


def refuse_decided(entry: Profit) -> None:
    """Raises: Refused already_decided."""
    if entry.state != State.ENTERED:
        raise Refused("already_decided")


def profit_facts(entry: Profit) -> Facts:
    """A profit and its decision."""
    return Facts(
        _("Profit"),
        [
            (_("State"), text.state_label(PROFIT_STATES, entry.state)),
            (_("Plan id"), text.code(entry.plan)),
            (_("Month"), f"{entry.month:%Y-%m}"),
            (_("Profit (yuan)"), text.amount(entry.profit)),
            (_("Entered by"), str(entry.entered_by)),
            (_("Entered"), text.moment_cell(entry.entered_at)),
            (_("Decided by"), str(entry.decided_by) if entry.decided_by else text.NOTHING),
            (_("Decided"), text.moment_cell(entry.decided_at)),
        ],
    )


def shared_facts(entry: Profit) -> Facts:
    """What confirming would share, and among whom."""
    figures = pool_figures(entry.plan)
    whole = entry.profit + figures.left_over
    rows = [
        (_("Left over of months before (yuan)"), text.amount(figures.left_over)),
        (_("To be shared (yuan)"), text.amount(whole)),
        (_("Points in the pool"), text.amount(figures.points)),
        (_("Members with points in it"), text.count(figures.members)),
    ]
    if figures.points:
        for_hundred = whole * 100_00 // figures.points
        rows.append((_("For each 100 points (yuan)"), text.amount(for_hundred)))
    return Facts(_("What would be shared"), rows)


def history(plan: str) -> Table:
    """The months of a plan, newest first, each with what became of it."""
    entries = list(Profit.objects.filter(plan=plan).select_related("entered_by", "decided_by")[:MONTHS])
    runs = DayRun.objects.in_bulk([entry.run_id for entry in entries if entry.run_id])
    rows = []
    for entry in entries:
        run = runs.get(entry.run_id)
        is_done = run is not None and run.state == DayRun.State.DONE
        rows.append(
            (
                text.link(page_url(Profit, entry.pk), text.whole(f"{entry.month:%Y-%m}")),
                text.amount(entry.profit),
                text.state_label(PROFIT_STATES, entry.state),
                text.lines([entry.entered_by, entry.decided_by or text.NOTHING]),
                text.state_label(RUN_STATES, run.state) if run else text.NOTHING,
                text.amount(run.pool) if run and run.state != DayRun.State.NEW else text.NOTHING,
                text.amount(run.paid) if run else text.NOTHING,
                text.count(run.members) if run else text.NOTHING,
                text.amount(run.pool - run.paid) if run and is_done else text.NOTHING,
            )
        )
    headers = [
        _("Month"),
        _("Profit (yuan)"),
        _("State"),
        _("Entered by, decided by"),
        _("Payment"),
        _("To be shared"),
        _("Paid"),
        _("Members paid"),
        _("Carried over"),
    ]
    more = (_("All months"), list_url(Profit, f"q={plan}"))
    return Table(_("Months"), headers, rows, right=[1, 5, 6, 7, 8], more=more)
