"""What the overview says of business days: days that should be done and are not, pools to be settled."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Notice
from pinwheel.doors.console.pool_selectors import pool_plans, profit_of_month
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import sold_plans
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.pool.models import PoolShare, Profit
from pinwheel.rules.dividends import FROZEN

PAYS_WITHIN = timedelta(minutes=15)


def late_days(request: HttpRequest, now: datetime) -> list[Notice]:
    """A warning for each plan whose days are behind today, and one for payments that do not end."""
    if not request.user.has_perm("days.view_dayrun"):
        return []
    today, due = business_day(now), business_day(now - PAYS_WITHIN)
    done = dict(PlanDays.objects.values_list("plan", "done_through"))
    said = _("%(plan)s: days are done up to %(done)s, today is %(today)s. Is a worker running?")
    notices = [
        warning(said % {"plan": plan.name, "done": reached.isoformat(), "today": today.isoformat()})
        for plan in sold_plans(now)
        if (reached := done.get(plan.name, plan.first_day)) < due
    ]
    stuck = DayRun.objects.exclude(state=DayRun.State.DONE).filter(started_at__lt=now - PAYS_WITHIN).count()
    if stuck:
        notices.append(warning(_("Runs that are not done after 15 minutes: %d.") % stuck))
    return notices


def warning(said: str) -> Notice:
    """A warning with the way to the runs."""
    return Notice(format_html("{} {}", said, text.link(list_url(DayRun), _("Days' runs"))), "error")


def pools_to_settle(now: datetime) -> list[tuple[object, object]]:
    """Profits that wait for a second person, and frozen pools for which none was entered."""
    rows: list[tuple[object, object]] = []
    word = text.label(_("pool settlement"), "warning")
    for entry in Profit.objects.filter(state=Profit.State.ENTERED):
        said = _("%(plan)s, profit of %(month)s: awaiting a second person")
        said %= {"plan": entry.plan, "month": f"{entry.month:%Y-%m}"}
        rows.append((word, text.link(page_url(Profit, entry.pk), said)))
    for plan in pool_plans(now):
        is_used = PoolShare.objects.filter(plan=plan.name, points__gt=0).exists
        if plan.calendar.phase == FROZEN and profit_of_month(plan.name, now) is None and is_used():
            said = _("%s: the pool is frozen and this month's profit is not entered") % plan.title
            url = reverse("admin:pool_plan", args=[plan.name])
            rows.append((word, text.link(url, said)))
    return rows
