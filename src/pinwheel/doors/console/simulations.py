"""Simulations: how far they are, and the report of the lab in a frame of its own."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.gzip import gzip_page

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, show
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import SIMULATION_STATES
from pinwheel.lab.figures import Figures
from pinwheel.lab.report.command import joins_text, rate_text
from pinwheel.lab.report.files import arguments_from, days_csv, figures_from, figures_json
from pinwheel.lab.report.page import content_security_policy
from pinwheel.lab.report.page import render as render_report
from pinwheel.lab.report.simulation import report_of
from pinwheel.market.plans.models import Simulation
from pinwheel.plan.canonical import from_canonical

State = Simulation.State
OPEN = (State.WAITING, State.RUNNING)


@admin.register(Simulation, site=SITE)
class SimulationAdmin(ReadOnlyAdmin):
    """Simulations, newest first. They begin at the page of a draft or of a version."""

    list_display = ("asked", "plan_name", "hash_start", "days_figure", "state_word", "by")
    list_select_related = ("requested_by",)
    list_defer = ("figures", "canonical")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(SIMULATION_STATES)),)
    search_fields = ("name",)
    search_help_text = gettext_lazy("plan id")
    pages = {
        "progress": "progress_page",
        "report": "report_page",
        "days": "days_page",
        "figures": "figures_page",
    }

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(name__startswith=term)

    def page_title(self, found: Simulation) -> str:
        return _("Simulation of %s") % found.name

    def page_actions(self, request: HttpRequest, found: Simulation) -> Sequence[Action]:
        actions = []
        if found.state == State.DONE:
            actions += [
                Action(_("Report by itself"), report_url(found), "monitoring"),
                Action(_("Days as CSV"), page_url(Simulation, found.pk, "days"), "download"),
                Action(_("Figures as JSON"), page_url(Simulation, found.pk, "figures"), "download"),
            ]
        origin = found.version or found.draft
        if origin is not None and request.user.has_perm("plans.add_simulation"):
            url = page_url(type(origin), origin.pk, "simulate")
            actions.append(Action(_("Simulate again…"), url, "science"))
        return actions

    def show_object(self, request: HttpRequest, found: Simulation) -> HttpResponse:
        more: dict[str, Any] = {"simulation": found}
        sections: list[Section] = []
        if found.state in OPEN:
            more |= {"progress": progress_of(found)}
        elif found.state == State.DONE:
            more |= {"report": report_url(found)}
        else:
            sections.append(Notice((found.problem or {})["zh" if in_chinese() else "en"], "error"))
        more |= {"told": told(found)}
        page = Page(self.page_title(found), sections, self.page_actions(request, found), more)
        return show(request, page, self, "console/simulation.html")

    def progress_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that says how far it is; the page is loaded anew once it has ended."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        part = render(request, "console/parts/progress.html", {"progress": progress_of(found)})
        if found.state not in OPEN:
            part.headers["HX-Refresh"] = "true"
        return part

    @method_decorator(gzip_page)
    def report_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The very page that `pinwheel simulate` writes; nothing runs in it but its own scripts."""
        found = self.found_or_none(request, object_id)
        if found is None or found.state != State.DONE:
            return self.gone(request, object_id)
        page = report_of(
            from_canonical(found.canonical), arguments_from(found.arguments), found.budget, [figures(found)]
        )
        answer = HttpResponse(render_report(page))
        policy = f"{content_security_policy()}; frame-ancestors 'self'; sandbox allow-scripts"
        answer.headers["Content-Security-Policy"] = policy
        return answer

    def days_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A row for each day."""
        found = self.found_or_none(request, object_id)
        if found is None or found.state != State.DONE:
            return self.gone(request, object_id)
        return download(found, "csv", "text/csv; charset=utf-8", days_csv([figures(found)]))

    def figures_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything for programs."""
        found = self.found_or_none(request, object_id)
        if found is None or found.state != State.DONE:
            return self.gone(request, object_id)
        plan, arguments = from_canonical(found.canonical), arguments_from(found.arguments)
        content = figures_json(plan, arguments, found.budget, [figures(found)])
        return download(found, "json", "application/json", content)

    @admin.display(description=gettext_lazy("Asked for"))
    def asked(self, found: Simulation) -> SafeString:
        return text.moment_cell(found.requested_at)

    @admin.display(description=gettext_lazy("Plan"))
    def plan_name(self, found: Simulation) -> SafeString:
        return text.code(found.name)

    @admin.display(description=gettext_lazy("Hash"))
    def hash_start(self, found: Simulation) -> SafeString:
        return text.code(found.hash[:16] + "…")

    @admin.display(description=gettext_lazy("Days"))
    def days_figure(self, found: Simulation) -> SafeString:
        return text.count(found.days)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, found: Simulation) -> SafeString:
        return text.state_label(SIMULATION_STATES, found.state)

    @admin.display(description=gettext_lazy("By"))
    def by(self, found: Simulation) -> object:
        return found.requested_by


def report_url(found: Simulation) -> str:
    """The report's address, with what tells it the operator's language."""
    return page_url(Simulation, found.pk, "report") + ("#zh" if in_chinese() else "#en")


def figures(found: Simulation) -> Figures:
    """What came of a simulation that is done."""
    return figures_from(found.figures or {})


def download(found: Simulation, ending: str, kind: str, content: str) -> HttpResponse:
    """A file to be kept."""
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}-{found.pk}.{ending}"'
    return answer


def progress_of(found: Simulation) -> dict[str, Any]:
    """How far a simulation is, in words and as a part of the whole."""
    if found.state == State.WAITING:
        said = _("Waits for the worker (pinwheel worker) to take it.")
    elif not found.played:
        said = _("The lab is being made ready; this takes some seconds.")
    else:
        said = _("Day %(played)d of %(days)d.") % {"played": found.played, "days": found.days}
    url = page_url(Simulation, found.pk, "progress")
    return {"said": said, "played": found.played, "days": found.days, "url": url}


def told(found: Simulation) -> Facts:
    """What is played, and how members behave."""
    arguments = arguments_from(found.arguments)
    behaviour, origin = arguments.behaviour, found.version or found.draft
    plan = from_canonical(found.canonical)
    has_pool = plan.dividends is not None and plan.dividends.monthly is not None
    shared = [(_("Profit shared by the monthly pool"), rate_text(arguments.profit_shared))]
    balances = [(_("Balances paid of a presale"), rate_text(behaviour.pays_balance))]
    rows = [
        (_("Plan"), text.link(page_url(type(origin), origin.pk), str(origin)) if origin else found.name),
        (_("Hash"), text.code(found.hash)),
        *([] if found.state in OPEN else [(_("State"), text.state_label(SIMULATION_STATES, found.state))]),
        (_("Asked for"), text.moment_text(found.requested_at)),
        (_("By"), str(found.requested_by)),
        (_("Members on the first day"), text.count(behaviour.start_members)),
        (_("Days to play"), text.count(found.days)),
        (_("Joins of a member a day"), joins_text(behaviour.joins_a_day)),
        (_("New members a day"), rate_text(behaviour.arrivals_a_day)),
        (_("Days with new members"), text.count(behaviour.growth_ends)),
        (_("Members who leave a day"), rate_text(behaviour.leaves_a_day)),
        *(balances if plan.presale else []),
        *(shared if has_pool else []),
        (_("Fixed costs a day (yuan)"), text.amount_text(arguments.costs_a_day)),
        (_("Seed of chance"), str(arguments.seed)),
        (_("Budget (yuan)"), text.amount_text(found.budget)),
    ]
    return Facts(_("What is played"), rows)
