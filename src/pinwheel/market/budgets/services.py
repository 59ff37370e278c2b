"""Spending against a budget: groups are allotted before they are seated, so it can never be exceeded.

A group is carried if what the plan set aside, and what it has gained, bears its worst case beside that of all
groups allotted before it. When no group more can be carried and none is forming, the activity ends by itself;
who paid too late for a seat gets everything back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.budgets.models import Allotment
from pinwheel.market.budgets.position import Cursor, Position, costs_of, position_of
from pinwheel.market.groups.models import Group

SHARE = 2  # an activity takes at most this part of what is free, so that others find something too
BUDGET_LOCK = "SELECT pg_advisory_xact_lock(7, hashtext(%s))"
TAKEN = (
    "SELECT coalesce(sum(taken) FILTER (WHERE leader_id = 0 AND state = 0), 0)::bigint,"
    " count(*) FILTER (WHERE leader_id <> 0 AND state = 0), count(*) FILTER (WHERE state = 1)"
    " FROM groups_group"
    " WHERE activity_id = %s AND state IN (0, 1) AND taken > 0"
)
NEW_LEADERS = "SELECT id FROM groups_group WHERE id = ANY(%s) AND leader_id <> 0 AND taken = 0"
# Groups that are carried already: of ended activities only where somebody still sits or waits.
RESERVED = (
    "SELECT coalesce(sum(b.loss * (b.allotted - b.settled - b.dissolved)), 0)::bigint"
    " FROM budgets_allotment b JOIN activities_activity a ON a.id = b.activity_id"
    " WHERE b.plan = %s AND (a.state <> 3"
    " OR EXISTS (SELECT FROM groups_group g WHERE g.activity_id = a.id AND g.state IN (0, 1) AND g.taken > 0)"
    " OR EXISTS (SELECT FROM orders_waiting w WHERE w.activity_id = a.id))"
)


class Room(NamedTuple):
    """What an activity's budget has room for."""

    seats: int  # of the public queue, beside those that are taken in groups that are forming
    turned_away: frozenset[int]  # leaders' groups in which nobody sits yet, and nobody will
    leaders: int  # leaders' groups that are forming, or will be
    is_last: bool  # nothing more can be allotted


def needs_budget(activity: Activity, terms: Terms) -> bool:
    """Whether the activity's groups are carried by a budget: its plan states one, and a group can lose."""
    return terms.plan.budget is not None and costs_of(terms.version_id, activity.price).loss > 0


def room_for(
    cursor: Cursor, activity: Activity, terms: Terms, waiting: int, leaders_groups: Sequence[int]
) -> Room:
    """What the budget has room for, after asking for more where that is too little.

    Call it before groups and wallets are locked. The allotment stays locked until the transaction ends.

    Args:
        waiting: paid orders of the public queue.
        leaders_groups: those in which other paid orders want a seat, in the order of payment.
    """
    allotment, size = lock_allotment(activity, terms), terms.tables.size
    taken, forming, filled = cursor.execute(TAKEN, (activity.pk,)).fetchone() or (0, 0, 0)
    empty = set()
    if leaders_groups:
        cursor.execute(NEW_LEADERS, (IntegerArray(sorted(leaders_groups)),))
        empty = {row[0] for row in cursor.fetchall()}
    new = [group for group in leaders_groups if group in empty]
    carried = allotment.allotted - allotment.settled - allotment.dissolved - forming - filled
    missing = len(new) + -(-(waiting + taken) // size) - carried
    free = free_groups(cursor, allotment, terms) if missing > 0 else missing
    if missing > 0 and free > 0:
        more = min(free, max(missing, free // SHARE))
        allotment.allotted += more
        allotment.save(update_fields=["allotted"])
        carried += more
    led = max(0, min(len(new), carried))
    return Room(
        seats=max(0, (carried - led) * size - taken),
        turned_away=frozenset(new[led:]),
        leaders=forming + led,
        is_last=missing > 0 and free <= missing,
    )


def lock_allotment(activity: Activity, terms: Terms) -> Allotment:
    """The activity's allotment, locked; made when its first order is seated."""
    locked = Allotment.objects.select_for_update().filter(activity=activity)
    found = locked.first()
    if found is None:
        loss = costs_of(terms.version_id, activity.price).loss
        first = {"plan": terms.plan_name, "loss": loss, **done_before(activity)}
        Allotment.objects.get_or_create(activity=activity, defaults=first)
        found = locked.get()
    return found


def done_before(activity: Activity) -> dict[str, int]:
    """Groups that an activity had finished before budgets were kept."""
    groups = Group.objects.filter(activity_id=activity.pk)
    settled = groups.filter(state=Group.State.SETTLED).count()
    dissolved = groups.filter(state=Group.State.DISSOLVED).count()
    return {"settled": settled, "dissolved": dissolved, "allotted": settled + dissolved}


def free_groups(cursor: Cursor, allotment: Allotment, terms: Terms) -> int:
    """Groups that the plan's budget can still carry. One activity of a plan asks at a time."""
    cursor.execute(BUDGET_LOCK, (allotment.plan,))
    (reserved,) = cursor.execute(RESERVED, (allotment.plan,)).fetchone() or (0,)
    free = (terms.plan.budget or 0) + position_of(cursor, allotment.plan).left - reserved
    return int(free // allotment.loss)


def count_finished(cursor: Cursor, activity_id: int, settled: int, dissolved: int) -> None:
    """Count groups that this transaction finishes. Raises: IntegrityError if they were not allotted."""
    if settled or dissolved:
        cursor.execute(
            "UPDATE budgets_allotment SET settled = settled + %s, dissolved = dissolved + %s"
            " WHERE activity_id = %s",
            (settled, dissolved, activity_id),
        )


def stop(cursor: Cursor, activity_id: int, now: datetime) -> None:
    """End an activity whose budget is used up; nobody is seated in it then. Jobs end what is left of it."""
    cursor.execute(
        "UPDATE activities_activity SET state = %s, ends_at = greatest(%s, starts_at + interval '1 second')"
        " WHERE id = %s AND state <> %s",
        (Activity.State.ENDED.value, now, activity_id, Activity.State.ENDED.value),
    )
    cursor.execute(
        "UPDATE budgets_allotment SET stopped_at = coalesce(stopped_at, %s) WHERE activity_id = %s",
        (now, activity_id),
    )


def standing(cursor: Cursor, plan: str) -> Position | None:
    """Where a plan with a budget stands; None if nothing was ever allotted."""
    return position_of(cursor, plan) if Allotment.objects.filter(plan=plan).exists() else None
