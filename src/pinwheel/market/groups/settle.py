"""Seating and settling one activity, batch by batch.

Each batch is one transaction: read and lock, decide by the rules, then write. A batch seats waiting
orders in payment order, draws the groups that filled, and posts what their outcomes move.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from pinwheel.ledger.binary import moment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.budgets.services import count_finished, needs_budget, room_for, stop
from pinwheel.market.coupons.giving import coupons_given
from pinwheel.market.days.closing import settled_not_before
from pinwheel.market.groups import load, write
from pinwheel.market.groups.draws import DrawMaker, draw_v1, make_draw
from pinwheel.market.groups.finish import Work, finish_groups
from pinwheel.market.groups.ladder import cut_prices
from pinwheel.market.groups.opening import ensure_reserve
from pinwheel.market.groups.seat_orders import seat_in_groups, seat_queue
from pinwheel.market.groups.seats import OpenGroup, SeatedOrder, Settled
from pinwheel.market.presale.asking import ask_balances
from pinwheel.market.public_values.freezing import freeze
from pinwheel.market.wake import tell_watchers
from pinwheel.rules.outcomes import NO_OUTCOME

BATCH = 2000  # joins a transaction
RESERVE = 8  # empty groups open in advance, at the least
SPARE = 64  # groups locked beyond those that a batch fills: the ones begun before


def settle_activity(
    activity_id: int, now: datetime, at_most: int = BATCH, maker: DrawMaker = draw_v1, wait: bool = True
) -> int:
    """Seat and settle until no paid order of the activity waits; return how many orders were handled.

    With `wait` False it leaves at once if another settler is at work on the activity: that one looks
    again after its batch, so nothing is left behind.
    `maker` makes the draws; only scenarios in a scratch database hand in another than draw-v1.
    """
    activity = Activity.objects.get(pk=activity_id)
    terms = terms_of(activity.plan_version_id)
    is_limited = activity.offers.filter(left__isnull=False).exists()
    is_budgeted = needs_budget(activity, terms)
    coupons_given(terms, now)  # their templates are made before the transaction
    handled = 0
    while waiting := load.count_waiting(raw_cursor(), activity_id, at_most):
        ensure_reserve(activity_id, terms.tables.size, RESERVE + waiting // terms.tables.size, now)
        batch = settle_batch(activity, terms, (is_limited, is_budgeted), now, at_most, maker, wait)
        if batch is None:
            return handled
        handled += batch
    return handled


def settle_batch(
    activity: Activity,
    terms: Terms,
    limits: tuple[bool, bool],
    now: datetime,
    at_most: int,
    maker: DrawMaker,
    wait: bool,
) -> int | None:
    """Handle the first waiting orders in one transaction; return how many, None if another is at it.

    `limits`: whether its stock is limited, and whether a budget carries its groups.
    """
    is_limited, is_budgeted = limits
    with transaction.atomic():
        cursor = raw_cursor()
        if not load.lock_activity(cursor, activity.pk, wait):
            return None
        now = settled_not_before(cursor, terms.plan_name, now)
        if is_limited:
            load.lock_products(cursor, activity.pk)
        queue = load.waiting_orders(cursor, activity.pk, at_most)
        if not queue:
            return 0
        carried = carry(cursor, activity, terms, queue) if is_budgeted else Carried(queue, [], False)
        seated = seat(cursor, activity.pk, terms, carried, now)
        cuts = cut_prices(terms, seated.groups)
        # One order, which the audit can tell again: counters go from group to group.
        full = sorted(
            (group for group in seated.groups if group.is_full),
            key=lambda group: (group.leader_id != 0, group.draw_number, group.id),
        )
        drawn = [
            make_draw(activity.pk, group, terms.has_draw, maker) for group in full if not terms.settles_later
        ]
        # What is drawn later, or paid in two parts, waits, filled, until then.
        waiting = [group for group in seated.groups if not group.is_full or terms.settles_later]
        settled = finish_groups(
            cursor, activity, terms, Work(drawn, seated.refused, waiting, is_limited, *cuts), None, now
        )
        if terms.awaits_value:
            freeze(cursor, activity.pk, terms, full, now)
        if terms.plan.presale is not None:
            ask_balances(cursor, activity.pk, terms.plan.presale, full, now)
        if is_budgeted:
            spend(cursor, activity.pk, terms, settled, carried, now)
        write.leave_queue(cursor, activity.pk, seated.handled)
        tell_watchers(cursor, {activity.pk})
        return len(seated.handled)


class Carried(NamedTuple):
    """What of a batch the plan's budget carries."""

    queue: list[load.Waiter]
    turned_away: list[load.Waiter]  # refunded in full
    is_used_up: bool


def carry(cursor: load.Cursor, activity: Activity, terms: Terms, queue: list[load.Waiter]) -> Carried:
    """Those of a batch whose groups the budget bears in their worst case, first come first served."""
    for_queue = sum(not waiter.group_id for waiter in queue)
    led = list(dict.fromkeys(waiter.group_id for waiter in queue if waiter.group_id))
    room = room_for(cursor, activity, terms, for_queue, led)
    taken: list[load.Waiter] = []
    turned_away: list[load.Waiter] = []
    seats = room.seats
    for waiter in queue:
        has_room = waiter.group_id not in room.turned_away if waiter.group_id else seats > 0
        seats -= has_room and not waiter.group_id
        (taken if has_room else turned_away).append(waiter)
    return Carried(taken, turned_away, room.is_last and seats == 0 and not room.leaders)


def spend(
    cursor: load.Cursor, activity_id: int, terms: Terms, settled: Settled, carried: Carried, now: datetime
) -> None:
    """Count what the batch took of the budget; if that is used up, the activity ends."""
    dissolved = settled.outcomes[:: terms.tables.size].count(NO_OUTCOME)
    count_finished(cursor, activity_id, len(settled.drawn) - dissolved, dissolved)
    if carried.is_used_up:
        stop(cursor, activity_id, now)


class Seated(NamedTuple):
    """How a batch was seated."""

    groups: list[OpenGroup]  # that took a seat
    refused: list[SeatedOrder]  # group closed, activity ended, or its budget used up
    handled: list[int]  # positions that leave the queue


def seat(cursor: load.Cursor, activity_id: int, terms: Terms, carried: Carried, now: datetime) -> Seated:
    """Lock the groups concerned and seat the batch in payment order.

    Orders for which no group of the public queue was open stay in the queue.
    """
    queue, turned_away = carried.queue, carried.turned_away
    for_queue = [waiter for waiter in queue if not waiter.group_id]
    for_leaders = [waiter for waiter in queue if waiter.group_id]
    queue_groups: list[OpenGroup] = []
    if for_queue:
        members = Counter(waiter.order.member_id for waiter in for_queue)
        begun = load.count_begun_with(cursor, activity_id, members)  # closed to somebody who waits
        most = len(for_queue) // terms.tables.size + max(members.values()) + begun + SPARE
        queue_groups = load.lock_queue_groups(cursor, activity_id, most)
    leader_groups = load.lock_groups(cursor, {waiter.group_id for waiter in for_leaders})
    ran_out = seat_in_time(for_queue, queue_groups, terms.tables.seats_per_group, now)
    refused = seat_in_groups(
        [(waiter.order, waiter.group_id, waiter.paid_at) for waiter in for_leaders], leader_groups
    )
    staying = {order.id for order in ran_out}
    return Seated(
        groups=[group for group in queue_groups + leader_groups if len(group.orders) > group.seated_before],
        refused=[*refused, *(waiter.order for waiter in turned_away)],
        handled=[waiter.position for waiter in [*queue, *turned_away] if waiter.order.id not in staying],
    )


def seat_in_time(
    queue: list[load.Waiter], groups: list[OpenGroup], per_group: int, now: datetime
) -> list[SeatedOrder]:
    """Seat the queue; a group whose time is over takes only those who paid before it was."""
    overdue = [group.expires_at for group in groups if group.expires_at and group.expires_at <= now]
    if not overdue:
        return seat_queue([waiter.order for waiter in queue], groups, per_group)
    deadline = moment(min(overdue))
    in_time = [waiter.order for waiter in queue if waiter.paid_at < deadline]
    late = [waiter.order for waiter in queue if waiter.paid_at >= deadline]
    on_time = [group for group in groups if not group.expires_at or group.expires_at > now]
    return seat_queue(in_time, groups, per_group) + seat_queue(late, on_time, per_group)
