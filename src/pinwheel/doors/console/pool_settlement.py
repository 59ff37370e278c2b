"""Settlement of the monthly pools: each plan's calendar and pool, the month's profit, the months before."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.forms import ProfitForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Table, ask, show
from pinwheel.doors.console.pool_selectors import (
    PoolFigures,
    PoolPlan,
    pool_figures,
    pool_plan,
    pool_plans,
    profit_of_month,
)
from pinwheel.doors.console.profits import history
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import refusal_text
from pinwheel.doors.console.words import POOL_PHASES, PROFIT_STATES, asset_words
from pinwheel.market.clock import business_day, current_time
from pinwheel.market.pool.models import PoolMove, Profit
from pinwheel.market.pool.profit import enter_profit, refuse_month
from pinwheel.market.refusals import Refused
from pinwheel.rules.dividends import FROZEN


def plans(request: HttpRequest) -> HttpResponse:
    """Every plan with a pool, and how far this month has come."""
    needs(request, "pool.view_profit")
    now = current_time()
    rows = []
    for plan in pool_plans(now):
        figures, entry = pool_figures(plan.name), profit_of_month(plan.name, now)
        rows.append(
            (
                text.link(reverse("admin:pool_plan", args=[plan.name]), plan.title),
                text.code(plan.name),
                text.state_label(POOL_PHASES, plan.calendar.phase),
                text.amount(figures.points),
                text.count(figures.members),
                text.amount(figures.left_over),
                text.state_label(PROFIT_STATES, entry.state) if entry else text.NOTHING,
            )
        )
    headers = [
        _("Plan"),
        _("Plan id"),
        _("Pool today"),
        _("Points in the pool"),
        _("Members"),
        _("Left over (yuan)"),
        _("This month's profit"),
    ]
    table = Table(_("Plans with a pool"), headers, rows, right=[3, 4, 5])
    actions = [Action(_("All months"), list_url(Profit), "history")]
    return show(request, Page(_("Pool settlement"), [table], actions))


def plan_page(request: HttpRequest, plan: str) -> HttpResponse:
    """One plan's pool."""
    needs(request, "pool.view_profit")
    now = current_time()
    found = plan_or_404(plan, now)
    entry, figures = profit_of_month(plan, now), pool_figures(plan)
    sections: list[Section] = [standing(found, entry, figures), pool_facts(found, figures), history(plan)]
    return show(request, Page(found.title, sections, actions(request, found, entry, figures)))


def actions(request: HttpRequest, plan: PoolPlan, entry: Profit | None, figures: PoolFigures) -> list[Action]:
    """What may be done with the pool today."""
    found = []
    is_due = plan.calendar.phase == FROZEN and entry is None and figures.points > 0
    if is_due and request.user.has_perm("console.enter_profit"):
        url = reverse("admin:pool_enter", args=[plan.name])
        found.append(Action(_("Enter the month's profit…"), url, "savings", "primary"))
    if entry is not None:
        found.append(Action(_("This month's profit"), page_url(Profit, entry.pk), "savings", "primary"))
    if request.user.has_perm("pool.view_poolmove"):
        found.append(Action(_("Moves of points"), list_url(PoolMove, f"plan={plan.name}"), "swap_horiz"))
    found.append(Action(_("All plans with a pool"), reverse("admin:pool_plans"), "list"))
    return found


def standing(plan: PoolPlan, entry: Profit | None, figures: PoolFigures) -> Notice:
    """What stands in the way of this month's settlement, or what comes next."""
    if entry is not None:
        if entry.state == Profit.State.ENTERED:
            return Notice(_("This month's profit was entered and waits for a second person."), "warning")
        return Notice(_("This month's profit is confirmed."), "success")
    if plan.calendar.phase != FROZEN:
        said = _("The month's profit can be entered and confirmed from %s on, to the month's last day.")
        return Notice(said % plan.calendar.frozen_from.isoformat())
    if not figures.points:
        return Notice(_("Nobody has points in the pool: there is nothing to settle this month."))
    return Notice(
        _("The pool is frozen. Enter this month's profit and have a second person confirm it in time."),
        "warning",
    )


def pool_facts(plan: PoolPlan, figures: PoolFigures) -> Facts:
    """The pool's calendar and what it holds."""
    calendar, monthly = plan.calendar, plan.monthly
    last = monthly.in_only.last
    days = _("from day %s to the month's last day")
    return Facts(
        _("Pool and calendar"),
        [
            (_("Pool today"), text.state_label(POOL_PHASES, calendar.phase)),
            (_("What is in it"), asset_words()["dividend_points"]),
            (_("Points in the pool"), text.amount(figures.points)),
            (_("Members with points in it"), text.count(figures.members)),
            (_("Left over of months before (yuan)"), text.amount(figures.left_over)),
            (_("Moves in multiples of"), text.amount(monthly.step)),
            (_("In and out on days"), monthly.in_and_out.text()),
            (_("In only on days"), monthly.in_only.text()),
            (_("Frozen, to be settled"), days % (last + 1)),
            (_("Freezes on"), calendar.frozen_from.isoformat()),
            (_("Opens both ways on"), calendar.opens.isoformat()),
        ],
    )


def enter_page(request: HttpRequest, plan: str) -> HttpResponse:
    """Enter the profit of this month; another operator confirms it."""
    needs(request, "console.enter_profit")
    now = current_time()
    found = plan_or_404(plan, now)
    month = business_day(now)
    here = reverse("admin:pool_plan", args=[plan])
    form = ProfitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = enter_profit(plan, month, form.cleaned_data["profit"], request.user, now)  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
        else:
            record(request, entry, _("Entered: %s yuan") % text.amount_text(entry.profit))
            messages.success(request, _("Entered. Another operator has to confirm it before money moves."))
            return HttpResponseRedirect(page_url(Profit, entry.pk))
    if request.method != "POST":
        refuse_month(plan, month, now)
    notice = Notice(
        _("Nothing moves until a second person has confirmed it; then it is shared by points in the pool.")
    )
    sections: list[Section] = [notice, pool_facts(found, pool_figures(plan))]
    page = Page(f"{found.title} · {_('Profit of %s') % f'{month:%Y-%m}'}", sections)
    return ask(request, page, _("Enter"), here, form=form)


def plan_or_404(name: str, now: datetime) -> PoolPlan:
    """The plan's pool. Raises: Http404 if it has none."""
    found = pool_plan(name, now)
    if found is None:
        raise Http404
    return found
