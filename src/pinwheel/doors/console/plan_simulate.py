"""Ask for a simulation of a plan, from the page of its draft or of a version, and see the earlier ones."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Notice, Page, Table, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.simulation_form import SimulationForm
from pinwheel.doors.console.words import SIMULATION_STATES
from pinwheel.doors.worker.jobs import play_simulation
from pinwheel.lab.report.files import arguments_from, arguments_told
from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanDraft, PlanVersion, Simulation
from pinwheel.market.plans.simulations import request_simulation
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.model import Plan

SHOWN = 5  # earlier simulations beneath the form


def simulate_action(request: HttpRequest, origin: PlanDraft | PlanVersion) -> list[Action]:
    """The button, for who may."""
    if not request.user.has_perm("plans.add_simulation"):
        return []
    return [Action(_("Simulate…"), page_url(type(origin), origin.pk, "simulate"), "science")]


def simulate(
    request: HttpRequest, model_admin: Any, origin: PlanDraft | PlanVersion, plan: Plan
) -> HttpResponse:
    """Ask how members shall behave; then have the worker play it."""
    needs(request, "plans.add_simulation")
    posted = request.POST if request.method == "POST" else None
    form = SimulationForm(plan, posted, initial={"budget": plan.budget or 0})
    if form.is_valid():
        made = start(request, origin, plan, form)
        messages.success(request, _("The simulation is asked for."))
        return HttpResponseRedirect(page_url(Simulation, made.pk))
    said = _(
        "The plan is played with made-up members by the rules that run live. Nothing happens to members, "
        "orders or money."
    )
    page = Page(_("Simulate %s") % origin, [Notice(said), *earlier(plan)])
    back = page_url(type(origin), origin.pk)
    return ask(request, page, _("Simulate"), back, model_admin, form)


def start(
    request: HttpRequest, origin: PlanDraft | PlanVersion, plan: Plan, form: SimulationForm
) -> Simulation:
    """Keep what is asked for and hand it to the worker, both or neither."""
    arguments, budget = form.arguments(), form.cleaned_data["budget"]
    with transaction.atomic():
        made = request_simulation(
            plan,
            arguments_told(arguments),
            arguments.days,
            budget,
            origin,
            request.user,  # type: ignore[arg-type]
            current_time(),
        )
        play_simulation.defer(simulation=made.pk)
        record(request, origin, _("Simulation asked for, hash %s.") % made.hash)
    return made


def earlier(plan: Plan) -> list[Table]:
    """The latest simulations of the plan, of whatever version of it."""
    found = (
        Simulation.objects.filter(name=plan.plan)
        .select_related("requested_by")
        .defer("figures", "canonical")[:SHOWN]
    )
    shown = plan_hash(plan)
    rows = [
        (
            text.link(page_url(Simulation, one.pk), text.moment_text(one.requested_at)),
            text.code(one.hash[:16] + "…") if one.hash != shown else _("this content"),
            text.count(arguments_from(one.arguments).behaviour.start_members),
            text.count(one.days),
            text.state_label(SIMULATION_STATES, one.state),
            str(one.requested_by),
        )
        for one in found
    ]
    if not rows:
        return []
    headers = [_("Asked for"), _("Hash"), _("Members"), _("Days"), _("State"), _("By")]
    more = _("All simulations of this plan"), list_url(Simulation, f"q={plan.plan}")
    return [Table(_("Earlier simulations of this plan"), headers, rows, right=[2, 3], more=more)]
