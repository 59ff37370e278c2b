"""Groups that end without a draw: everybody gets everything back, and the seed is revealed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pinwheel.ledger.post import post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups import load, write
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.groups.ladder import settle_formed
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id, unseal
from pinwheel.market.groups.seats import OpenGroup
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.groups.transfers import refund_transfers
from pinwheel.market.messages.events import Fact, groups_ended
from pinwheel.market.wake import tell_watchers
from pinwheel.plan.ladder import is_formed_at

AT_ONCE = 200  # groups a transaction


def expire_groups(
    activity_id: int, now: datetime, maker: DrawMaker = draw_v1, fact: Fact = Fact.EXPIRED
) -> int:
    """Expire the activity's groups whose time is over; those who paid in time are seated first."""
    settle_activity(activity_id, now, maker=maker)
    expired = 0
    while True:
        due = list(
            Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING, expires_at__lte=now)
            .order_by("id")
            .values_list("id", flat=True)[:AT_ONCE]
        )
        if not due:
            return expired
        expired += close_groups(activity_id, due, now, fact=fact)


def close_unused(activity_id: int, now: datetime) -> int:
    """Close the groups of an ended activity in which nobody sat; their numbers and seeds are published."""
    unused = list(
        Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING, taken=0, leader_id=0)
        .order_by("id")
        .values_list("id", flat=True)
    )
    for start in range(0, len(unused), AT_ONCE):
        close_groups(activity_id, unused[start : start + AT_ONCE], now, Group.State.UNUSED)
    return len(unused)


def close_groups(
    activity_id: int,
    ids: Sequence[int],
    now: datetime,
    state: Group.State = Group.State.EXPIRED,
    fact: Fact = Fact.EXPIRED,
    were: Group.State = Group.State.FORMING,
) -> int:
    """Close groups in one transaction and refund whoever sits in them; return how many.

    Groups of a ladder that reached its first tier are no failures: they are settled as they are.

    `fact`: what those members are told. `were`: the state that they are in; in another they are left alone.
    """
    activity = Activity.objects.get(pk=activity_id)
    terms = terms_of(activity.plan_version_id)
    is_limited = activity.offers.filter(left__isnull=False).exists()
    formed = settle_formed(activity, terms, ids, now)
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity_id)
        if is_limited:
            load.lock_products(cursor, activity_id)
        # What formed after that look is left to the next one.
        groups = [
            group
            for group in load.lock_groups(cursor, ids, were)
            if not is_formed_at(terms.plan, len(group.orders))
        ]
        orders = [order for group in groups for order in group.orders]
        wallets = lock_wallets(cursor, [order.member_id for order in orders])
        transfers = refund_transfers(terms.accounts, orders)

        # After this point it must succeed.
        batch = post(cursor, now, transfers, wallets) if orders else 0
        write.refund_unseated(cursor, orders, batch)
        write.send_refunds(cursor, orders, now)
        if is_limited:
            write.give_back_stock(cursor, activity_id, orders)
        write_closed(cursor, activity_id, groups, state, now, batch)
        taken = [group.id for group in groups if group.orders]
        groups_ended(cursor, activity_id, taken, [fact] * len(taken), now)
        tell_watchers(cursor, {activity_id})
        return formed + len(groups)


def write_closed(
    cursor: load.Cursor,
    activity_id: int,
    groups: Sequence[OpenGroup],
    state: Group.State,
    now: datetime,
    batch: int,
) -> None:
    """Write the end of the groups and reveal their seeds."""
    cursor.executemany(
        "UPDATE groups_group SET state = %s, finished_at = %s, held_members = '{}', settled_batch = %s,"
        " server_seed = %s WHERE id = %s",
        [
            (
                (Group.State.EXPIRED if group.orders else state).value,
                now,
                batch if group.orders else 0,
                unseal(group.sealed_seed, draw_id(activity_id, group.draw_number)),
                group.id,
            )
            for group in groups
        ],
    )
