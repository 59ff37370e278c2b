"""The writes of a settlement. Everything was decided before."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.cashier.refunds import request_refunds
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.seats import OpenGroup, SeatedOrder, Settled
from pinwheel.market.orders.models import Order
from pinwheel.market.prizes import services as prizes
from pinwheel.market.prizes.services import choices_of
from pinwheel.rules.counters import Counters
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.tables import has_counters

Cursor = psycopg.Cursor[Any]


def array_text(values: Iterable[int]) -> str:
    """An array literal of PostgreSQL."""
    return "{" + ",".join(map(str, values)) + "}"


def write_groups(
    cursor: Cursor,
    activity: Activity,
    terms: Terms,
    settled: Settled,
    forming: Sequence[OpenGroup],
    now: datetime,
    batch: int,
) -> None:
    """Write the groups that were settled or dissolved, and the seats taken in those still forming."""
    rows = []
    for number, drawn in enumerate(settled.drawn):
        dissolved = settled.outcomes[number * terms.tables.size] == NO_OUTCOME
        state = Group.State.DISSOLVED if dissolved else Group.State.SETTLED
        order = array_text(offset + 1 for offset in drawn.order) if drawn.order else None
        rows.append(group_row(drawn.group, activity, terms, now, int(state), drawn.server_seed, order, batch))
    for group in forming:
        rows.append(group_row(group, activity, terms, now, int(Group.State.FORMING), None, None, 0))
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute(
        "UPDATE groups_group AS g SET state = d.state, taken = d.taken, seats = d.seats::bigint[],"
        " seat_members = d.members::bigint[], held_members = d.held::bigint[], opened_at = d.opened_at,"
        " expires_at = d.expires_at, finished_at = CASE WHEN d.state >= 2 THEN %s END,"
        " server_seed = d.seed, drawn_order = d.drawn::smallint[], settled_batch = d.batch"
        " FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::text[],"
        " %s::timestamptz[], %s::timestamptz[], %s::bytea[], %s::text[], %s::bigint[])"
        " AS d (id, state, taken, seats, members, held, opened_at, expires_at, seed, drawn, batch)"
        " WHERE g.id = d.id",
        (now, *columns),
        prepare=True,
    )


def group_row(
    group: OpenGroup,
    activity: Activity,
    terms: Terms,
    now: datetime,
    state: int,
    seed: bytes | None,
    order: str | None,
    batch: int,
) -> tuple[Any, ...]:
    """One group's values, in the order of the update. Its time runs from its first seat."""
    opened_at = group.opened_at or now
    expires_at = group.expires_at or now + timedelta(seconds=terms.plan.group.fill_within)
    if activity.ends_at:
        expires_at = min(expires_at, activity.ends_at)
    return (
        group.id,
        state,
        len(group.orders),
        array_text(seated.id for seated in group.orders),
        array_text(seated.member_id for seated in group.orders),
        array_text(group.held_members),
        opened_at,
        expires_at,
        seed,
        order,
        batch,
    )


def write_orders(
    cursor: Cursor, terms: Terms, settled: Settled, forming: Sequence[OpenGroup], batch: int
) -> None:
    """Write what became of the orders of settled groups, and the seats of those in forming ones."""
    ids, states, groups, seats, outcomes, bars, refunded, batches = [], [], [], [], [], [], [], []
    keeps = terms.plain.class_keeps
    row = 0
    for drawn in settled.drawn:
        for seat, order in enumerate(drawn.group.orders, start=1):
            outcome = settled.outcomes[row]
            kept = outcome != NO_OUTCOME and keeps[outcome]
            ids.append(order.id)
            states.append(Order.State.SETTLED.value if kept else Order.State.REFUNDED.value)
            groups.append(drawn.group.id)
            seats.append(seat)
            outcomes.append(outcome)
            bars.append(settled.bars[row])
            refunded.append(0 if kept else order.price)
            batches.append(batch)
            row += 1
    for group in forming:
        for seat, order in enumerate(group.orders[group.seated_before :], start=group.seated_before + 1):
            ids.append(order.id)
            states.append(Order.State.SEATED.value)
            groups.append(group.id)
            seats.append(seat)
            outcomes.append(NO_OUTCOME)
            bars.append(0)
            refunded.append(0)
            batches.append(0)
    if not ids:
        return
    cursor.execute(
        "UPDATE orders_order AS o SET state = d.state, group_id = d.group_id, seat = d.seat,"
        " outcome = d.outcome, bars = d.bars, refunded = d.refunded, settled_batch = d.batch"
        " FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s)"
        " AS d (id, state, group_id, seat, outcome, bars, refunded, batch) WHERE o.id = d.id",
        (
            IntegerArray(ids),
            IntegerArray(states, "i2"),
            IntegerArray(groups),
            IntegerArray(seats, "i2"),
            IntegerArray(outcomes, "i2"),
            IntegerArray(bars, "i2"),
            IntegerArray(refunded),
            IntegerArray(batches),
        ),
        prepare=True,
    )


def write_counters(cursor: Cursor, terms: Terms, settled: Settled) -> None:
    """Write the win counters of everybody who had a seat."""
    if not has_counters(terms.tables) or not settled.orders:
        return
    seated = np.unique(np.array([order.member_id for order in settled.orders], dtype=np.int64))
    rows = np.searchsorted(settled.members, seated)
    columns = [np.array(column, dtype=np.int64)[rows] for column in settled.counters]
    names = Counters._fields
    cursor.execute(
        f"INSERT INTO groups_win_counter (plan, member_id, {', '.join(names)})"
        f" SELECT %s, * FROM unnest(%s, {', '.join('%s' for _ in names)}) AS c"
        " ON CONFLICT (member_id, plan) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in names),
        (terms.plan_name, IntegerArray(seated), *(IntegerArray(column, "i4") for column in columns)),
        prepare=True,
    )


def open_choices(cursor: Cursor, activity: Activity, terms: Terms, settled: Settled, now: datetime) -> None:
    """Let the winners choose their prize where the plan says so."""
    for outcome, choice in enumerate(choices_of(terms)):
        won = [
            (order.id, order.member_id)
            for order, got in zip(settled.orders, settled.outcomes, strict=True)
            if choice is not None and got == outcome
        ]
        if choice is None or not won:
            continue
        cursor.execute(
            "SELECT id, product_id FROM orders_order WHERE id = ANY(%s)",
            (IntegerArray([order for order, _ in won]),),
            prepare=True,
        )
        prizes.open_choices(cursor, activity, choice, won, dict(cursor.fetchall()), now)


def refunded_orders(terms: Terms, settled: Settled) -> list[SeatedOrder]:
    """The orders of settled groups whose payment goes back."""
    keeps = terms.plain.class_keeps
    return [
        order
        for order, outcome in zip(settled.orders, settled.outcomes, strict=True)
        if outcome == NO_OUTCOME or not keeps[outcome]
    ]


def refund_unseated(cursor: Cursor, orders: Sequence[SeatedOrder], batch: int) -> None:
    """Mark orders as refunded in full."""
    if orders:
        cursor.execute(
            "UPDATE orders_order SET state = %s, refunded = price, settled_batch = %s WHERE id = ANY(%s)",
            (Order.State.REFUNDED.value, batch, IntegerArray([order.id for order in orders])),
        )


def send_refunds(cursor: Cursor, orders: Sequence[SeatedOrder], now: datetime) -> None:
    """Send back by the provider what was paid from outside."""
    external = [(order.id, order.price) for order in orders if order.route == Order.Route.EXTERNAL]
    if external:
        request_refunds(cursor, external, now)


def give_back_stock(cursor: Cursor, activity_id: int, orders: Sequence[SeatedOrder]) -> None:
    """Return one piece of limited stock for each refunded order; the rows are locked."""
    if orders:
        cursor.execute(
            'UPDATE activities_activity_product AS p SET "left" = p."left" + back.count FROM'
            " (SELECT product_id, count(*) AS count FROM orders_order WHERE id = ANY(%s) GROUP BY 1) AS back"
            ' WHERE p.activity_id = %s AND p.product_id = back.product_id AND p."left" IS NOT NULL',
            (IntegerArray([order.id for order in orders]), activity_id),
        )


def leave_queue(cursor: Cursor, activity_id: int, positions: Sequence[int]) -> None:
    """Take handled places out of the queue."""
    cursor.execute(
        "DELETE FROM orders_waiting WHERE activity_id = %s AND position = ANY(%s)",
        (activity_id, IntegerArray(positions)),
        prepare=True,
    )
