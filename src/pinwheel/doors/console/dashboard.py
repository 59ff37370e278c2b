"""The overview: the platform's figures and what an operator has to act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest

from pinwheel.doors.console import text
from pinwheel.doors.console.dashboard_days import late_days, pools_to_settle
from pinwheel.doors.console.dashboard_waiting import waiting_work
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.ledger_selectors import (
    Balances,
    PlanFigures,
    liabilities,
    plan_figures,
    platform_balances,
)
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.messages import failed_deliveries
from pinwheel.doors.console.page import Table
from pinwheel.doors.console.plan_drafts import problems_of
from pinwheel.doors.console.public_values import waiting_values
from pinwheel.doors.console.webhook_deliveries import failing_webhooks
from pinwheel.doors.console.words import Word, asset_word
from pinwheel.market.activities.models import Activity
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.cashier.models import Refund
from pinwheel.market.clock import business_zone, current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.plans.models import PlanDraft, PublishRequest

STUCK_AFTER = timedelta(minutes=15)
MOST_SHOWN = 20


@dataclass(frozen=True)
class Card:
    """One figure. `url`: where it comes from, if the operator may see that."""

    title: Word
    figure: str
    note: Word = ""
    url: str = ""


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """What the overview shows this operator."""
    now = current_time()
    user = request.user
    cards: list[Card] = []
    tables: list[Table] = []
    if user.has_perm("console.view_figures"):
        balances = platform_balances()
        plans = plan_figures(balances)
        cards += money_cards(plans)
        tables += [plan_table(plans), liability_table(balances)]
    if user.has_perm("groups.view_group"):
        cards += group_cards(now)
    if user.has_perm("cashier.view_refund"):
        cards.append(refund_card())
    return {
        "title": _("Overview"),
        "cards": cards,
        "sections": [*late_days(request, now), to_act_on(request, now), *tables],
    }


def money_cards(plans: Sequence[PlanFigures]) -> list[Card]:
    """Turnover, money held, payout ratio, over all plans."""
    captured = sum(plan.captured for plan in plans)
    paid_out = sum(plan.paid_out for plan in plans)
    return [
        Card(
            _("Turnover captured (yuan)"),
            text.amount_text(captured),
            _("payments kept by settled groups, less refunds after sale"),
        ),
        Card(
            _("Held for groups (yuan)"),
            text.amount_text(sum(plan.held for plan in plans)),
            _("paid, group not settled yet"),
        ),
        Card(_("Payout ratio"), text.rate_text(paid_out, captured), _("cash paid out ÷ turnover captured")),
    ]


def group_cards(now: datetime) -> list[Card]:
    """Groups in which somebody sits, and groups that were filled today."""
    forming = Group.objects.filter(state=Group.State.FORMING, taken__gt=0).count()
    filled = Group.objects.filter(finished_at__gte=day_start(now), state=Group.State.SETTLED).count()
    here = list_url(Group, "state=0")
    return [
        Card(_("Groups forming"), f"{forming:,}", _("with at least one seat taken"), here),
        Card(_("Groups filled today"), f"{filled:,}", _("drawn and settled"), list_url(Group, "state=2")),
    ]


def refund_card() -> Card:
    """Refunds that providers have not taken yet."""
    waiting = Refund.objects.filter(state=Refund.State.WAITING).aggregate(
        number=Count("pk"), sum=Sum("amount")
    )
    note = _("%s yuan in all") % text.amount_text(waiting["sum"] or 0)
    return Card(_("Refunds waiting"), f"{waiting['number']:,}", note, list_url(Refund, "state=0"))


def plan_table(plans: Sequence[PlanFigures]) -> Table:
    """Money of each plan."""
    rows = [
        (
            text.code(plan.plan),
            text.amount(plan.captured),
            text.amount(plan.paid_out),
            text.figure(text.rate_text(plan.paid_out, plan.captured)),
            text.amount(plan.held),
        )
        for plan in plans
    ]
    headers = [_("Plan"), _("Turnover captured"), _("Cash paid out"), _("Payout ratio"), _("Held for groups")]
    return Table(_("Plans"), headers, rows, right=[1, 2, 3, 4], note=_("In yuan, since the beginning."))


def liability_table(balances: Balances) -> Table:
    """What the platform owes its members."""
    rows = [(asset_word(asset), text.amount(owed)) for asset, owed in enumerate(liabilities(balances))]
    note = _("The sum of all members' balances, in yuan or points.")
    return Table(_("Liabilities outstanding"), [_("Asset"), _("Held by members")], rows, right=[1], note=note)


def to_act_on(request: HttpRequest, now: datetime) -> Table:
    """What waits for somebody, each with the way there."""
    user = request.user
    rows: list[tuple[object, object]] = []
    if user.has_perm("cashier.view_refund"):
        rows += stuck_refunds(now)
    rows += failed_deliveries(user)
    rows += failing_webhooks(user)
    if user.has_perm("adjustments.view_adjustmentproposal"):
        rows += open_adjustments()
    if user.has_perm("plans.view_publishrequest"):
        rows += open_requests()
    rows += waiting_work(request)
    if user.has_perm("public_values.view_publicvalue"):
        rows += waiting_values(now)
    if user.has_perm("pool.view_profit"):
        rows += pools_to_settle(now)
    if user.has_perm("activities.view_activity"):
        rows += ending_today(now)
    if user.has_perm("plans.view_plandraft"):
        rows += refused_drafts()
    return Table(_("To act on"), [_("What"), _("Details")], rows)


def stuck_refunds(now: datetime) -> list[tuple[object, object]]:
    stuck = Refund.objects.filter(state=Refund.State.WAITING, created_at__lt=now - STUCK_AFTER)
    refunds = list(stuck.order_by("id")[: MOST_SHOWN + 1])
    if not refunds:
        return []
    number = f"{len(refunds)}" if len(refunds) <= MOST_SHOWN else f"{MOST_SHOWN}+"
    since = text.moment_text(refunds[0].created_at)
    word = text.label(_("refunds stuck"), "danger")
    said = _("waiting for more than 15 minutes: %(number)s, the oldest since %(since)s")
    return [(word, text.link(list_url(Refund, "state=0"), said % {"number": number, "since": since}))]


def open_adjustments() -> list[tuple[object, object]]:
    waiting = AdjustmentProposal.objects.filter(state=AdjustmentProposal.State.PROPOSED).count()
    if not waiting:
        return []
    word = text.label(_("adjustments"), "warning")
    said = _("awaiting a second person: %d") % waiting
    return [(word, text.link(list_url(AdjustmentProposal, "state=0"), said))]


def open_requests() -> list[tuple[object, object]]:
    waiting = PublishRequest.objects.filter(state=PublishRequest.State.OPEN).count()
    if not waiting:
        return []
    word = text.label(_("publish requests"), "warning")
    said = _("to be acknowledged by a second person: %d") % waiting
    return [(word, text.link(list_url(PublishRequest, "state=0"), said))]


def ending_today(now: datetime) -> list[tuple[object, object]]:
    states = (Activity.State.SCHEDULED, Activity.State.RUNNING)
    ending = Activity.objects.filter(
        state__in=states, ends_at__gte=now, ends_at__lt=day_start(now) + timedelta(days=1)
    )
    word = text.label(_("ends today"), "info")
    rows: list[tuple[object, object]] = []
    for activity in ending.order_by("ends_at")[:MOST_SHOWN]:
        title = activity.title_zh if in_chinese() else activity.title_en
        said = f"{title} · {text.moment_text(activity.ends_at)}"
        rows.append((word, text.link(page_url(Activity, activity.pk), said)))
    return rows


def refused_drafts() -> list[tuple[object, object]]:
    rows: list[tuple[object, object]] = []
    word = text.label(_("draft refused"), "warning")
    for draft in PlanDraft.objects.order_by("-updated_at")[: 2 * MOST_SHOWN]:
        problems = problems_of(draft.source)
        if problems:
            said = _("%(plan)s, problems: %(problems)d") % {"plan": draft.name, "problems": problems}
            rows.append((word, text.link(page_url(PlanDraft, draft.pk), said)))
    return rows


def day_start(now: datetime) -> datetime:
    """Where the business day of a moment begins."""
    return now.astimezone(business_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
