"""The one draw of an activity that is drawn when it ends, and the settlement of its groups.

First everything is decided and written down in one short transaction; then the groups are settled by it, some
thousand seats a transaction, so that nobody else waits long for a wallet. An interruption in between loses
nothing: whoever comes next goes on where it stopped.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction

from pinwheel.ledger.binary import fetch_columns
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.budgets.services import count_finished, needs_budget
from pinwheel.market.coupons.giving import coupons_given
from pinwheel.market.days.closing import settled_not_before
from pinwheel.market.groups import load
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.groups.finish import Decided, Work, finish_groups
from pinwheel.market.groups.models import CLOSING_NUMBER, ClosingDraw, Group
from pinwheel.market.groups.opening import SEED_BYTES, draw_id, seal, unseal
from pinwheel.market.groups.seats import Drawn
from pinwheel.market.wake import tell_watchers
from pinwheel.rules.close import ClosingSeats, closing_tables, decide_closing
from pinwheel.rules.draw import commitment
from pinwheel.rules.outcomes import DRAWN, NO_OUTCOME

AT_ONCE = 2000  # seats a transaction
SEATS = [("order_id", "i8"), ("member_id", "i8"), ("flags", "i2")]
# The list: groups as they filled, in each its seats.
FILLED = (
    "SELECT o.id AS order_id, o.member_id, o.flags FROM groups_group g"
    " CROSS JOIN LATERAL unnest(g.seats) WITH ORDINALITY AS s (order_id, seat)"
    " JOIN orders_order o ON o.id = s.order_id"
    " WHERE g.activity_id = %s AND g.state = 1 ORDER BY g.filled_at, g.draw_number, s.seat"
)


def commit_closing_draw(activity_id: int, now: datetime) -> None:
    """Make the secret of the activity's draw and commit to it, before anybody can join. Once."""
    draw = draw_id(activity_id, CLOSING_NUMBER)
    seed = secrets.token_bytes(SEED_BYTES)
    ClosingDraw.objects.get_or_create(
        activity_id=activity_id,
        defaults={"committed_at": now, "commit": commitment(draw, seed), "sealed_seed": seal(seed, draw)},
    )


def close_draw(activity: Activity, now: datetime, maker: DrawMaker = draw_v1) -> int:
    """Draw among the seats of all filled groups of an ended activity, and settle them; returns how many.

    Call it when no order of the activity waits for a seat and no group of it forms any more.
    """
    terms = terms_of(activity.plan_version_id)
    if not terms.draws_on_close:
        return 0
    coupons_given(terms, now)  # their templates are made before the transactions
    decide(activity, terms, now, maker)
    settled = 0
    while some := settle_some(activity, terms, now):
        settled += some
    return settled


def decide(activity: Activity, terms: Terms, now: datetime, maker: DrawMaker) -> None:
    """Freeze the list, draw it, and write down what was decided. A second call changes nothing."""
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity.pk)
        draw = ClosingDraw.objects.select_for_update().get(pk=activity.pk)
        if draw.state != ClosingDraw.State.COMMITTED:
            return
        draw.server_seed = unseal(bytes(draw.sealed_seed), draw_id(activity.pk, CLOSING_NUMBER))
        groups = Group.objects.filter(activity_id=activity.pk, state=Group.State.FILLED)
        draw.groups = list(groups.order_by("filled_at", "draw_number").values_list("id", flat=True))
        if draw.groups:
            seats = fetch_columns(cursor, FILLED, SEATS, (activity.pk,))
            order = maker(draw_id(activity.pk, CLOSING_NUMBER), draw.server_seed, seats["order_id"].tolist())
            decided = decided_of(cursor, terms, seats, order)
            draw.drawn_order = [offset + 1 for offset in order]
            draw.bars, draw.outcomes, draw.bars_held = decided
        draw.drawn_at = now
        draw.state = ClosingDraw.State.DRAWN if draw.groups else ClosingDraw.State.FINISHED
        draw.save()


def decided_of(cursor: load.Cursor, terms: Terms, seats: dict[str, Any], order: list[int]) -> Decided:
    """What the rules say of all seats in their drawn order. Counters are read now, in one look."""
    members, holders = np.unique(seats["member_id"], return_inverse=True)
    counters = load.counters_of(cursor, terms, members)
    count = len(order)
    bars, outcomes = [0] * count, [NO_OUTCOME] * count
    result = decide_closing(
        closing_tables(terms.plain, count),
        ClosingSeats(holders.tolist(), seats["flags"].tolist(), order),
        counters,
        [0] * len(members),
        bars,
        outcomes,
    )
    return Decided(bars, outcomes, result == DRAWN)


def settle_some(activity: Activity, terms: Terms, now: datetime) -> int:
    """Settle the next groups by the activity's draw in one transaction; return how many."""
    is_limited = activity.offers.filter(left__isnull=False).exists()
    size = terms.tables.size
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity.pk)
        if is_limited:
            load.lock_products(cursor, activity.pk)
        now = settled_not_before(cursor, terms.plan_name, now)
        part = next_part(cursor, activity.pk, max(1, AT_ONCE // size), size)
        if not part.groups:
            ClosingDraw.objects.filter(pk=activity.pk, state=ClosingDraw.State.DRAWN).update(
                state=ClosingDraw.State.FINISHED
            )
            return 0
        found = {group.id: group for group in load.lock_groups(cursor, part.groups, Group.State.FILLED)}
        drawn = [
            Drawn(
                found[group], unseal(found[group].sealed_seed, draw_id(activity.pk, found[group].draw_number))
            )
            for group in part.groups
        ]
        settled = finish_groups(cursor, activity, terms, Work(drawn, [], [], is_limited), part.decided, now)
        if needs_budget(activity, terms):
            dissolved = settled.outcomes[::size].count(NO_OUTCOME)
            count_finished(cursor, activity.pk, len(drawn) - dissolved, dissolved)
        tell_watchers(cursor, {activity.pk})
        return len(drawn)


class Part(NamedTuple):
    """Groups to be settled next, and what was decided of their seats."""

    groups: Sequence[int]
    decided: Decided


def next_part(cursor: load.Cursor, activity_id: int, at_most: int, size: int) -> Part:
    """The first groups of the draw that are not settled yet."""
    row = cursor.execute(
        "SELECT groups, bars_held FROM groups_closing_draw WHERE activity_id = %s AND state = %s",
        (activity_id, ClosingDraw.State.DRAWN.value),
    ).fetchone()
    if row is None:
        return Part([], Decided([], [], True))
    groups, bars_held = row
    cursor.execute(
        "SELECT id FROM groups_group WHERE activity_id = %s AND state = 1"
        " ORDER BY filled_at, draw_number LIMIT %s",
        (activity_id, at_most),
    )
    wanted = [number for (number,) in cursor.fetchall()]
    if not wanted:
        return Part([], Decided([], [], True))
    first = groups.index(wanted[0])
    start, end = first * size + 1, (first + len(wanted)) * size
    row = cursor.execute(
        "SELECT bars[%s:%s], outcomes[%s:%s] FROM groups_closing_draw WHERE activity_id = %s",
        (start, end, start, end, activity_id),
    ).fetchone()
    bars, outcomes = row or ([], [])
    return Part(groups[first : first + len(wanted)], Decided(bars, outcomes, bars_held))
