"""The writes of a settlement. Everything was decided before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg

from pinwheel.ledger.binary import IntegerArray, moment
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.cashier.refunds import request_refunds
from pinwheel.market.coupons import using
from pinwheel.market.delivery.services import make_parcels as make_parcels_of
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.seats import Drawn, OpenGroup, SeatedOrder, Settled
from pinwheel.market.orders.models import Order
from pinwheel.market.prizes import services as prizes
from pinwheel.market.prizes.services import choices_of, goods_of
from pinwheel.rules.counters import Counters
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.tables import has_counters

Cursor = psycopg.Cursor[Any]


# A group's arrays and its seed are slices of one array and one text for all: nothing is built in between.
WRITE_GROUPS = (
    "UPDATE groups_group AS g SET state = d.state, taken = d.taken,"
    " seats = (%(seats)s)[d.first:d.first + d.taken - 1],"
    " seat_members = (%(members)s)[d.first:d.first + d.taken - 1],"
    " held_members = (%(held)s)[d.first_held:d.first_held + d.held - 1],"
    " opened_at = timestamptz '2000-01-01 00:00:00+00' + d.opened_at * interval '1 microsecond',"
    " expires_at = timestamptz '2000-01-01 00:00:00+00' + d.expires_at * interval '1 microsecond',"
    " filled_at = CASE WHEN d.state = 1 THEN %(now)s ELSE g.filled_at END,"
    " finished_at = CASE WHEN d.state >= 2 THEN %(now)s END,"
    " server_seed = CASE WHEN d.state >= 2 THEN substring(%(seeds)s FROM d.seed FOR 32) END,"
    " drawn_order = CASE WHEN d.drawn > 0 THEN (%(orders)s)[d.drawn:d.drawn + d.taken - 1] END,"
    " settled_batch = d.batch"
    " FROM unnest(%(id)s, %(state)s, %(taken)s, %(first)s, %(first_held)s, %(held_count)s, %(opened_at)s,"
    " %(expires_at)s, %(seed)s, %(drawn)s, %(batch)s) AS d (id, state, taken, first, first_held, held,"
    " opened_at, expires_at, seed, drawn, batch) WHERE g.id = d.id"
)


class GroupColumns:
    """Columns of groups to be written; `first…` and `drawn` count from 1, 0 in `drawn`: nothing is drawn."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []
        self.seats: list[int] = []
        self.members: list[int] = []
        self.held: list[int] = []
        self.orders: list[int] = []
        self.seeds = bytearray()

    def add(
        self, group: OpenGroup, state: int, times: tuple[int, int], drawn: Drawn | None, batch: int
    ) -> None:
        """Add a group; `drawn` of a finished one, `times` when it opened and when it expires."""
        order = [offset + 1 for offset in drawn.order] if drawn else []
        row = (
            group.id,
            state,
            len(group.orders),
            len(self.seats) + 1,
            len(self.held) + 1,
            len(group.held_members),
        )
        places = (len(self.seeds) + 1, len(self.orders) + 1 if order else 0)
        self.rows.append((*row, *times, *places, batch))
        self.seats += [order.id for order in group.orders]
        self.members += [order.member_id for order in group.orders]
        self.held += group.held_members
        self.orders += order
        self.seeds += drawn.server_seed if drawn else b""


def write_groups(
    cursor: Cursor,
    activity: Activity,
    terms: Terms,
    settled: Settled,
    waiting: Sequence[OpenGroup],
    now: datetime,
    batch: int,
) -> None:
    """Write the groups that were settled or dissolved, and the seats taken in those that wait.

    A full one among these waits for the end of its activity.
    """
    columns = GroupColumns()
    for number, drawn in enumerate(settled.drawn):
        dissolved = settled.outcomes[number * terms.tables.size] == NO_OUTCOME
        state = Group.State.DISSOLVED.value if dissolved else Group.State.SETTLED.value
        columns.add(drawn.group, state, times_of(drawn.group, activity, terms, now), drawn, batch)
    for group in waiting:
        state = Group.State.FILLED if group.is_full else Group.State.FORMING
        columns.add(group, state.value, times_of(group, activity, terms, now), None, 0)
    if not columns.rows:
        return
    names = (
        "id",
        "state",
        "taken",
        "first",
        "first_held",
        "held_count",
        "opened_at",
        "expires_at",
        "seed",
        "drawn",
    )
    kinds = {"state": "i2", "taken": "i2", "first": "i4", "first_held": "i4", "held_count": "i4"}
    kinds |= {"seed": "i4", "drawn": "i4"}
    values = dict(zip((*names, "batch"), zip(*columns.rows, strict=True), strict=True))
    cursor.execute(
        WRITE_GROUPS,
        {
            **{name: IntegerArray(list(column), kinds.get(name, "i8")) for name, column in values.items()},
            "seats": IntegerArray(columns.seats),
            "members": IntegerArray(columns.members),
            "held": IntegerArray(columns.held),
            "orders": IntegerArray(columns.orders, "i2"),
            "seeds": bytes(columns.seeds),
            "now": now,
        },
        prepare=True,
    )


def times_of(group: OpenGroup, activity: Activity, terms: Terms, now: datetime) -> tuple[int, int]:
    """When a group opened and when it expires. Its time runs from its first seat."""
    opened_at = group.opened_at or now
    expires_at = group.expires_at or now + timedelta(seconds=terms.plan.group.fill_within)
    if activity.ends_at:
        expires_at = min(expires_at, activity.ends_at)
    return moment(opened_at), moment(expires_at)


def write_orders(
    cursor: Cursor, terms: Terms, settled: Settled, waiting: Sequence[OpenGroup], batch: int
) -> None:
    """Write what became of the orders of settled groups, and the seats of those in groups that wait."""
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
            refunded.append(0 if kept else order.paid)
            batches.append(batch)
            row += 1
    for group in waiting:
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


COUNTER_NAMES = ", ".join(Counters._fields)
COUNTER_ROWS = f"unnest(%s, {', '.join('%s' for _ in Counters._fields)}) AS c (member_id, {COUNTER_NAMES})"
UPDATE_COUNTERS = (
    "WITH asked AS (SELECT %s::varchar AS plan, * FROM "
    + COUNTER_ROWS
    + ") UPDATE groups_win_counter AS w SET "
    + ", ".join(f"{name} = a.{name}" for name in Counters._fields)
    + " FROM asked a WHERE w.member_id = a.member_id AND w.plan = a.plan"
)
NEW_COUNTERS = (
    f"INSERT INTO groups_win_counter (plan, member_id, {COUNTER_NAMES}) SELECT %s, * FROM {COUNTER_ROWS}"
    " ON CONFLICT (member_id, plan) DO NOTHING"
)


def write_counters(cursor: Cursor, terms: Terms, settled: Settled) -> None:
    """Write the win counters of everybody who had a seat."""
    if not has_counters(terms.tables) or not settled.orders:
        return
    seated = np.unique(np.array([order.member_id for order in settled.orders], dtype=np.int64))
    rows = np.searchsorted(settled.members, seated)
    columns = [np.array(column, dtype=np.int64)[rows] for column in settled.counters]
    told = (
        terms.plan_name,
        IntegerArray(seated),
        *(IntegerArray(column, "i4") for column in columns),
    )
    # Most had a seat before; a plain update costs half of one that may be an insert. Wallets are locked, so
    # nobody else writes these rows.
    cursor.execute(UPDATE_COUNTERS, told, prepare=True)
    if cursor.rowcount < len(seated):
        cursor.execute(NEW_COUNTERS, told, prepare=True)


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


def make_parcels(cursor: Cursor, terms: Terms, settled: Settled, now: datetime) -> None:
    """Make a parcel for each order whose outcome class gives goods."""
    goods = goods_of(terms)
    make_parcels_of(
        cursor,
        [
            (order.id, goods[outcome])
            for order, outcome in zip(settled.orders, settled.outcomes, strict=True)
            if outcome in goods
        ],
        now,
    )


def refund(
    cursor: Cursor,
    terms: Terms,
    settled: Settled,
    unseated: Sequence[SeatedOrder],
    batch: int,
    now: datetime,
) -> list[SeatedOrder]:
    """Write what goes back, of settled groups and of orders without a seat; return all these orders."""
    refunded = [*refunded_orders(terms, settled), *unseated]
    refund_unseated(cursor, unseated, batch)
    send_refunds(cursor, refunded, now)
    return refunded


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
            "UPDATE orders_order SET state = %s, settled_batch = %s,"
            " refunded = CASE WHEN deposit > 0 THEN deposit ELSE price - discount END WHERE id = ANY(%s)",
            (Order.State.REFUNDED.value, batch, IntegerArray([order.id for order in orders])),
        )


def send_refunds(cursor: Cursor, orders: Sequence[SeatedOrder], now: datetime) -> None:
    """Send back by the provider what was paid from outside; coupons can be used again while valid."""
    using.give_back_coupons(cursor, [order.id for order in orders if order.discount], now)
    external = [(order.id, order.paid) for order in orders if order.route == Order.Route.EXTERNAL]
    if external:
        request_refunds(cursor, external, now)


def give_back_stock(cursor: Cursor, activity_id: int, orders: Sequence[SeatedOrder]) -> None:
    """Return one piece of limited stock for each refunded order; the rows are locked."""
    if orders:
        cursor.execute(
            'UPDATE activities_activity_product AS p SET "left" = p."left" + back.count FROM'
            " (SELECT product_id, sku_id, count(*) AS count FROM orders_order WHERE id = ANY(%s)"
            " GROUP BY 1, 2) AS back WHERE p.activity_id = %s AND p.product_id = back.product_id"
            ' AND coalesce(p.sku_id, 0) = back.sku_id AND p."left" IS NOT NULL',
            (IntegerArray([order.id for order in orders]), activity_id),
        )


def leave_queue(cursor: Cursor, activity_id: int, positions: Sequence[int]) -> None:
    """Take handled places out of the queue."""
    cursor.execute(
        "DELETE FROM orders_waiting WHERE activity_id = %s AND position = ANY(%s)",
        (activity_id, IntegerArray(positions)),
        prepare=True,
    )
