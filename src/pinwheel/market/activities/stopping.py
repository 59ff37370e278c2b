"""Stopping an activity before its time: proposed by one operator, confirmed by another, refunded bit by bit.

From the confirmation on nobody can join, and whatever is paid later goes back. Who paid before it is seated
as ever, and a group that is full by that is settled: a full group is never cut off. Everybody else is
refunded by the route they paid, some groups a transaction, so that other activities never wait; workers may
die anywhere and go on. Where the draw is made at the end, it is made now, among the groups that filled: a
stop is no way out of the prizes that were promised. The reasons are in docs/algorithms/stopping.md.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.services import finish_ended, let_nobody_in, unfinished_groups
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.groups.expire import AT_ONCE, close_groups
from pinwheel.market.groups.ladder import settle_formed
from pinwheel.market.groups.load import lock_activity
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.messages.events import Fact
from pinwheel.market.orders.models import Unpaid, Waiting
from pinwheel.market.orders.payment import lapse
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.ladder import tiers_of

Cursor = psycopg.Cursor[Any]
State = ActivityStop.State
LONGEST_REASON = 200
UNPAID_AT_ONCE = 500  # orders a transaction
STOPPABLE = (Activity.State.SCHEDULED, Activity.State.RUNNING)
# Of groups that still form: how many, their seats, and what was paid for these and not given back.
TO_CLOSE = (
    "SELECT count(DISTINCT g.id), count(o.id), coalesce(sum(o.price - o.discount - o.refunded), 0)::bigint"
    " FROM groups_group g CROSS JOIN unnest(g.seats) AS s (order_id) JOIN orders_order o ON o.id = s.order_id"
    " WHERE g.id = ANY(%s) AND g.state = 0 AND g.taken < %s"
)
ANY_SIZE = 32_767


def propose_stop(activity_id: int, reason: str, proposer: Operator, now: datetime) -> ActivityStop:
    """Propose to stop an activity. Nothing happens to it yet.

    Raises: Refused reason_missing, ended, stop_open, not_found.
    """
    text = " ".join(reason.split())
    if not 0 < len(text) <= LONGEST_REASON:
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    with transaction.atomic():
        activity = Activity.objects.select_for_update().filter(pk=activity_id).first()
        if activity is None or activity.state == Activity.State.DRAFT:
            raise Refused("not_found")
        if activity.state not in STOPPABLE:
            raise Refused("ended")
        if activity.stops.exclude(state=State.REJECTED).exists():
            raise Refused("stop_open")
        return ActivityStop.objects.create(
            id=new_id(now), activity=activity, reason=text, proposed_by=proposer, proposed_at=now
        )


def confirm_stop(stop_id: int, confirmer: Operator, now: datetime) -> ActivityStop:
    """Stop the activity now: nobody can join from here on, and workers refund what is unfinished.

    Raises: Refused already_decided, same_person, ended; nothing happened then.
    """
    with transaction.atomic():
        stop = lock_proposed(stop_id)
        if confirmer.pk == stop.proposed_by_id:
            raise Refused("same_person")
        activity = Activity.objects.get(pk=stop.activity_id)
        if activity.state not in STOPPABLE or (activity.ends_at and activity.ends_at <= now):
            raise Refused("ended")
        let_nobody_in(activity, now)
        decide(stop, State.STOPPING, confirmer, now)
    return stop


def reject_stop(stop_id: int, rejecter: Operator, now: datetime) -> ActivityStop:
    """Turn a proposal down; its own proposer may take it back in this way.

    Raises: Refused already_decided.
    """
    with transaction.atomic():
        stop = lock_proposed(stop_id)
        decide(stop, State.REJECTED, rejecter, now)
    return stop


def lock_proposed(stop_id: int) -> ActivityStop:
    """The proposal, locked: two decisions at once become one after the other.

    Raises: Refused already_decided.
    """
    stop: ActivityStop = ActivityStop.objects.select_for_update(of=("self",)).get(pk=stop_id)
    if stop.state != State.PROPOSED:
        raise Refused("already_decided")
    return stop


def decide(stop: ActivityStop, state: State, decider: Operator, now: datetime) -> None:
    stop.state, stop.decided_by, stop.decided_at = state, decider, now
    stop.save(update_fields=["state", "decided_by", "decided_at"])


def always() -> bool:
    return True


def carry_on_stops(
    now: Callable[[], datetime], goes_on: Callable[[], bool] = always, maker: DrawMaker = draw_v1
) -> int:
    """Do what confirmed stops still ask for, a transaction of each in turn; return how many are done now.

    May be started twice at once, and stopped anywhere. `goes_on`: asked after each transaction.
    """
    working = list(ActivityStop.objects.filter(state=State.STOPPING).select_related("activity"))
    done = 0
    while working:
        for stop in list(working):
            if not goes_on():
                return done
            if step(stop, now(), maker):
                working.remove(stop)
                done += 1
    return done


def step(stop: ActivityStop, now: datetime, maker: DrawMaker = draw_v1) -> bool:
    """Do the next thing that a stop asks for; return whether nothing is left."""
    activity = stop.activity
    if unpaid := list(Unpaid.objects.filter(activity_id=activity.pk).values_list("order_id", flat=True)):
        cancel_unpaid(stop, unpaid, now)
    elif Waiting.objects.filter(activity_id=activity.pk).exists():
        settle_activity(activity.pk, now, maker=maker)
    elif groups := unfinished_groups(activity.pk, AT_ONCE):
        close_some(stop, groups, now)
    else:
        finish_ended(activity, now, maker)
        finished = {"state": State.DONE, "finished_at": now}
        ActivityStop.objects.filter(pk=stop.pk, state=State.STOPPING).update(**finished)
        return True
    return False


def cancel_unpaid(stop: ActivityStop, orders: list[int], now: datetime) -> None:
    """Let go of orders that nobody paid; a payment that arrives all the same is refunded."""
    for start in range(0, len(orders), UNPAID_AT_ONCE):
        with transaction.atomic():
            cursor = raw_cursor()
            count = lapse(cursor, sorted(orders[start : start + UNPAID_AT_ONCE]), now)
            count_done(cursor, stop, (0, 0, 0, count))


def close_some(stop: ActivityStop, groups: list[int], now: datetime) -> None:
    """Close groups that did not fill and refund their seats, in one transaction with the count of it.

    Groups of a ladder that have formed are settled as they are.
    """
    terms = terms_of(stop.activity.plan_version_id)
    settle_formed(stop.activity, terms, groups, now)
    tiers = tiers_of(terms.plan)
    formed_from = tiers[0].size if tiers else ANY_SIZE
    with transaction.atomic():
        cursor = raw_cursor()
        lock_activity(cursor, stop.activity_id)  # nobody else seats or closes here: what is counted is done
        row = cursor.execute(TO_CLOSE, (IntegerArray(groups), formed_from)).fetchone()
        closed, seats, paid = row or (0, 0, 0)
        close_groups(stop.activity_id, groups, now, fact=Fact.STOPPED)
        count_done(cursor, stop, (closed, seats, paid, 0))


def count_done(cursor: Cursor, stop: ActivityStop, done: tuple[int, int, int, int]) -> None:
    """Count what this transaction does: groups, seats, fen refunded, orders cancelled."""
    cursor.execute(
        "UPDATE activities_stop SET groups_closed = groups_closed + %s, seats_refunded = seats_refunded + %s,"
        " refunded = refunded + %s, unpaid_cancelled = unpaid_cancelled + %s WHERE id = %s",
        (*done, stop.pk),
    )
