"""What the pages of a stop show: what it would give back, who decided it, and how far it is."""

from django.db.models import Count, Sum

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import activity_link
from pinwheel.doors.console.page import Facts, Notice
from pinwheel.doors.console.words import STOP_STATES
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Unpaid, Waiting
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.model import Plan
from pinwheel.plan.presale import deposit_of

State = ActivityStop.State


def stop_notice(activity: Activity) -> Notice:
    """What a stop does, to whoever is about to ask for it or to confirm it."""
    said = _(
        "Nobody can join any more. Whoever paid before it is seated first; groups that are full by that have "
        "their result as ever, all others are refunded in full, by the route each was paid. Orders that are "
        "not paid are cancelled, and a payment that arrives later is refunded. This cannot be undone."
    )
    if terms_of(activity.plan_version_id).draws_on_close:
        said += " " + _("The draw that was promised for the end is made at once, among the full groups.")
    return Notice(said, "warning")


def stop_facts(activity: Activity) -> Facts:
    """What stopping an activity now gives back."""
    terms = terms_of(activity.plan_version_id)
    begun = Group.objects.filter(activity_id=activity.pk, state=Group.State.FORMING, taken__gt=0)
    tiers = tiers_of(terms.plan)
    formed = begun.filter(taken__gte=tiers[0].size).count() if tiers else 0
    unformed = begun.filter(taken__lt=tiers[0].size) if tiers else begun
    forming = unformed.aggregate(groups=Count("pk"), seats=Sum("taken"))
    filled = Group.objects.filter(activity_id=activity.pk, state=Group.State.FILLED)
    full = filled.aggregate(groups=Count("pk"))
    seats = forming["seats"] or 0
    rows = [
        (_("Groups forming"), text.count(forming["groups"])),
        (_("Seats refunded in full"), text.count(seats)),
    ]
    rows += [
        (_("Amount refunded, at most"), text.amount(seats * paid_at_most(activity, terms.plan))),
        (_("Full groups, drawn at once"), text.count(full["groups"])),
        (_("Paid, awaiting a seat"), text.count(Waiting.objects.filter(activity_id=activity.pk).count())),
        (_("Awaiting payment"), text.count(Unpaid.objects.filter(activity_id=activity.pk).count())),
    ]
    if tiers:
        rows.insert(2, (_("Groups of a ladder that have formed, settled as they are"), text.count(formed)))
    return Facts(_("What stopping does"), rows)


def paid_at_most(activity: Activity, plan: Plan) -> int:
    """What a seat of a group that is not full has paid at the most, in fen: of a presale its deposit."""
    return deposit_of(plan.presale, activity.price) or activity.price


def stop_record(stop: ActivityStop) -> Facts:
    """A stop, who decided it, and what it has done so far."""
    title = activity_link(stop.activity_id, str(stop.activity))
    return Facts(
        _("Stop of an activity"),
        [
            (_("State"), text.state_label(STOP_STATES, stop.state)),
            (_("Activity"), title),
            (_("Reason"), stop.reason),
            (_("Proposed by"), str(stop.proposed_by)),
            (_("Proposed"), text.moment_cell(stop.proposed_at)),
            (_("Decided by"), str(stop.decided_by) if stop.decided_by else text.NOTHING),
            (_("Decided"), text.moment_cell(stop.decided_at)),
            (_("Finished"), text.moment_cell(stop.finished_at)),
            (_("Groups closed"), text.count(stop.groups_closed)),
            (_("Seats refunded"), text.count(stop.seats_refunded)),
            (_("Refunded (yuan)"), text.amount(stop.refunded)),
            (_("Unpaid orders cancelled"), text.count(stop.unpaid_cancelled)),
        ],
    )


def stop_progress(stop: ActivityStop) -> Notice:
    """How far the refunds are."""
    if stop.state == State.PROPOSED:
        return Notice(_("Nothing has happened to the activity yet: a second person decides."), "info")
    if stop.state == State.REJECTED:
        return Notice(_("Rejected: the activity goes on."), "info")
    if stop.state == State.DONE:
        return Notice(_("Done: everything unfinished is refunded."), "success")
    left = Group.objects.filter(activity_id=stop.activity_id, state=Group.State.FORMING, taken__gt=0).count()
    said = _("Being refunded: %(done)s groups done, %(left)s to do. Workers go on by themselves.")
    return Notice(said % {"done": f"{stop.groups_closed:,}", "left": f"{left:,}"}, "warning")
