"""From what happened to messages: each event is told to whom it concerns, in one transaction, once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
import structlog
from django.db import OperationalError, connection, transaction

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Event
from pinwheel.market.messages.write import Told, write_told
from pinwheel.market.presale.models import Balance
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.webhooks.events import (
    Happened,
    Seat,
    groups_happened,
    orders_happened,
    told_happened,
    write_happened,
)
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.reasons import JOIN_REWARD, LEADER_REWARD, REWARD

log = structlog.get_logger("pinwheel.messages")
Cursor = psycopg.Cursor[Any]
Fact = Event.Fact
EVENTS = 400  # a transaction, at the most
SUBJECTS = 4000  # members or orders a transaction, unless one event has more
OF_A_GROUP = 10  # subjects that a group counts for here

GROUP_FACTS = (
    Fact.SETTLED,
    Fact.DISSOLVED,
    Fact.EXPIRED,
    Fact.STOPPED,
    Fact.NO_VALUE,
    Fact.AWAITS_VALUE,
    Fact.BALANCE_DUE,
)
KIND_OF_FACT = {
    Fact.PAID: "paid",
    Fact.NO_SEAT: "no_seat",
    Fact.REFUND_SENT: "refund_sent",
    Fact.DISSOLVED: "dissolved",
    Fact.EXPIRED: "expired",
    Fact.STOPPED: "stopped",
    Fact.NO_VALUE: "no_value",
    Fact.AWAITS_VALUE: "awaits_value",
    Fact.BALANCE_DUE: "balance_due",
    Fact.BALANCE_PAID: "balance_paid",
    Fact.BALANCE_OVER: "balance_over",
}


class Row(NamedTuple):
    """An event as it was read."""

    id: int
    fact: int
    kind: int
    about: int
    activity_id: int
    subjects: list[int]
    amounts: list[int]
    facts: dict[str, Any]
    at: datetime


def tell_members(now: datetime, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Tell of everything that happened, a few events a transaction; return how many events.

    Two at once share the work. An event that cannot be told is set aside and does not stop the others.
    """
    told = 0
    while goes_on():
        try:
            some = tell_some(now, EVENTS)
        except (psycopg.OperationalError, OperationalError):
            raise
        except Exception:
            log.exception("events could not be told together; taking them one by one")
            some = tell_one_by_one(now)
        if not some:
            return told
        told += some
    return told


def tell_some(now: datetime, at_most: int) -> int:
    """Tell of the next events in one transaction; return how many."""
    with transaction.atomic():
        cursor = raw_cursor()
        rows = take_events(cursor, at_most)
        if rows:
            tell_of(cursor, rows, now)
        return len(rows)


def tell_one_by_one(now: datetime) -> int:
    """Tell of the next events each in its own transaction, and set aside those that fail."""
    waiting = Event.objects.filter(is_set_aside=False).order_by("id").values_list("id", flat=True)
    numbers = list(waiting[:EVENTS])
    for number in numbers:
        try:
            with transaction.atomic():
                cursor = raw_cursor()
                tell_of(cursor, take_events(cursor, 1, number), now)
        except (psycopg.OperationalError, OperationalError):
            raise
        except Exception:
            log.exception("an event could not be told and is set aside", number=number)
            Event.objects.filter(pk=number).update(is_set_aside=True)
    return len(numbers)


def take_events(cursor: Cursor, at_most: int, number: int = 0) -> list[Row]:
    """The next events (or one of them), taken out of the table; those that others are telling are left."""
    cursor.execute(
        "SELECT id, fact, kind, about, activity_id, subjects, amounts, facts, at FROM messages_event"
        " WHERE NOT is_set_aside AND (%s = 0 OR id = %s) ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        (number, number, at_most),
    )
    rows: list[Row] = []
    subjects = 0
    for row in map(Row._make, cursor.fetchall()):
        subjects += OF_A_GROUP if row.fact in GROUP_FACTS else len(row.subjects)
        if rows and subjects > SUBJECTS:
            break
        rows.append(row)
    cursor.execute("DELETE FROM messages_event WHERE id = ANY(%s)", (IntegerArray([row.id for row in rows]),))
    return rows


def tell_of(cursor: Cursor, rows: Sequence[Row], now: datetime) -> None:
    """Write the messages and the webhooks of these events."""
    told: list[Told] = []
    happened: list[Happened] = []
    groups = [row for row in rows if row.fact in GROUP_FACTS]
    if groups:
        seats = seats_of(cursor, groups)
        told += told_of_groups(cursor, groups, seats)
        happened += groups_happened(
            [(row.fact, row.about, row.at, seats.get(row.about, [])) for row in groups]
        )
    for row in rows:
        if row.fact == Fact.TOLD:
            told += told_directly(row)
            happened.append(told_happened(row.kind, row.about, row.subjects, row.amounts, row.facts, row.at))
        elif row.fact not in GROUP_FACTS:
            orders = orders_of(cursor, row.subjects)
            told += [of_order(row, seat) for seat in orders]
            happened += orders_happened(row.fact, orders, row.at)
    told.sort(key=lambda one: one.event_id)
    happened.sort(key=lambda one: one.at)
    write_told(cursor, told, now)
    write_happened(cursor, happened, now)


SEAT = "o.id, o.member_id, o.activity_id, o.product_id, o.price, o.refunded, o.outcome, o.deposit"


def seats_of(cursor: Cursor, groups: Sequence[Row]) -> dict[int, list[Seat]]:
    """The orders of groups, by group, in seat order."""
    cursor.execute(
        f"SELECT g.id, g.settled_batch, {SEAT} FROM groups_group g"
        " CROSS JOIN unnest(g.seats) WITH ORDINALITY AS s (order_id, seat)"
        " JOIN orders_order o ON o.id = s.order_id WHERE g.id = ANY(%s) ORDER BY g.id, s.seat",
        (IntegerArray([row.about for row in groups]),),
    )
    found: dict[int, list[Seat]] = {}
    for seat in map(Seat._make, cursor.fetchall()):
        found.setdefault(seat.group_id, []).append(seat)
    return found


def orders_of(cursor: Cursor, ids: Sequence[int]) -> list[Seat]:
    """Orders as an event names them."""
    cursor.execute(
        f"SELECT o.group_id, 0, {SEAT} FROM orders_order o WHERE o.id = ANY(%s) ORDER BY o.id",
        (IntegerArray(ids),),
    )
    return [Seat._make(row) for row in cursor.fetchall()]


def told_of_groups(cursor: Cursor, groups: Sequence[Row], seats: dict[int, list[Seat]]) -> Iterable[Told]:
    """What each seat of the groups is told."""
    settled = [row for row in groups if row.fact == Fact.SETTLED]
    rewards = rewards_of(cursor, settled, seats)
    until = open_choices(cursor, [seat.order_id for row in settled for seat in seats.get(row.about, [])])
    classes = classes_of({row.activity_id for row in settled})
    balances = balances_of([row.about for row in groups if row.fact == Fact.BALANCE_DUE])
    limits = limits_of([row.about for row in groups if row.fact == Fact.AWAITS_VALUE])
    for row in groups:
        for seat in seats.get(row.about, []):
            if row.fact == Fact.BALANCE_DUE:
                balance = balances[seat.order_id]
                told = of_seat(row, seat, "balance_due", {"until": balance.due_at.isoformat()})
                yield told._replace(amount=balance.amount)
                continue
            if row.fact == Fact.AWAITS_VALUE:
                yield of_seat(row, seat, "awaits_value", {"until": limits[row.about].isoformat()})
                continue
            if row.fact != Fact.SETTLED:
                yield of_order(row, seat)
                continue
            kind = result_of(seat, classes[row.activity_id])
            got = rewards.get(seat.order_id)
            yield of_seat(row, seat, kind, {"got": got} if got else {})
            if seat.order_id in until:
                yield of_seat(row, seat, "prize_open", {"until": until[seat.order_id].isoformat()})


def result_of(seat: Seat, classes: int) -> str:
    """The kind of message that says what a settled seat got; `classes`: how many outcomes the plan has."""
    if classes == 1:
        return "filled"
    if seat.outcome != NO_OUTCOME and seat.outcome < classes - 1:
        return "won"
    return "not_won_refunded" if seat.refunded else "not_won"


def classes_of(activity_ids: set[int]) -> dict[int, int]:
    """How many outcome classes the plan of each activity has."""
    versions = Activity.objects.filter(pk__in=activity_ids).values_list("pk", "plan_version_id")
    return {pk: len(terms_of(version).plain.class_counts) for pk, version in versions}


def rewards_of(
    cursor: Cursor, settled: Sequence[Row], seats: dict[int, list[Seat]]
) -> dict[int, list[list[int]]]:
    """What the ledger gave for each order at its settlement: pairs of asset and amount."""
    batches = {seat.settled_batch for row in settled for seat in seats.get(row.about, [])}
    if not batches:
        return {}
    moments = [row.at for row in settled]
    cursor.execute(
        "SELECT about, asset, sum(amount)::bigint FROM ledger_transfer WHERE batch = ANY(%s)"
        " AND reason = ANY(%s) AND at >= %s AND at <= %s AND to_account > 0 GROUP BY 1, 2 ORDER BY 1, 2",
        (
            IntegerArray(sorted(batches)),
            IntegerArray([REWARD, LEADER_REWARD, JOIN_REWARD], "i2"),
            min(moments),
            max(moments),
        ),
    )
    found: dict[int, list[list[int]]] = {}
    for about, asset, amount in cursor.fetchall():
        found.setdefault(about, []).append([asset, amount])
    return found


def open_choices(cursor: Cursor, orders: Sequence[int]) -> dict[int, datetime]:
    """Until when the prize of an order can be chosen, for those that have one to choose."""
    if not orders:
        return {}
    cursor.execute(
        "SELECT order_id, due_at FROM prizes_choice WHERE order_id = ANY(%s) AND state = 0",
        (IntegerArray(orders),),
    )
    return dict(cursor.fetchall())


def balances_of(groups: Sequence[int]) -> dict[int, Balance]:
    """The balances of presale groups, by order."""
    return {one.pk: one for one in Balance.objects.filter(group_id__in=groups)} if groups else {}


def limits_of(groups: Sequence[int]) -> dict[int, datetime]:
    """Until when groups wait for their public values."""
    return dict(PublicValue.objects.filter(pk__in=groups).values_list("pk", "due_at")) if groups else {}


def of_order(row: Row, seat: Seat) -> Told:
    """What is told of an order; of a presale's join that its deposit is paid."""
    if row.fact == Fact.PAID and seat.deposit:
        return of_seat(row, seat, "deposit_paid", {})._replace(amount=seat.deposit)
    return of_seat(row, seat, KIND_OF_FACT[Fact(row.fact)], {})


def of_seat(row: Row, seat: Seat, kind: str, facts: dict[str, Any]) -> Told:
    """What the holder of a seat is told: of its price, or of what went back."""
    return Told(
        event_id=row.id,
        kind=BY_NAME[kind].number,
        member_id=seat.member_id,
        about=seat.order_id,
        activity_id=seat.activity_id,
        product_id=seat.product_id,
        amount=seat.refunded or seat.price,
        facts=facts,
        at=row.at,
    )


def told_directly(row: Row) -> list[Told]:
    """What an event says itself."""
    amounts = row.amounts or [0] * len(row.subjects)
    return [
        Told(row.id, row.kind, member, row.about, row.activity_id, 0, amount, row.facts, row.at)
        for member, amount in zip(row.subjects, amounts, strict=True)
    ]


def remind_of_prizes(now: datetime) -> int:
    """Remind winners who have not chosen when a quarter of their time is left, at most a day; each once."""
    kind = BY_NAME["prize_lapsing"].number
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute(
            "SELECT order_id, member_id, activity_id, product_id, due_at FROM prizes_choice AS c"
            " WHERE state = 0 AND due_at > %s AND due_at <= %s + interval '1 day'"
            " AND due_at - (due_at - made_at) / 4 <= %s AND NOT EXISTS (SELECT FROM messages_message AS m"
            " WHERE m.member_id = c.member_id AND m.kind = %s AND m.about = c.order_id)"
            " ORDER BY order_id LIMIT %s",
            (now, now, now, kind, SUBJECTS),
        )
        told = [
            Told(0, kind, member, order, activity, product, 0, {"until": due.isoformat()}, now)
            for order, member, activity, product, due in cursor.fetchall()
        ]
        write_told(cursor, told, now)
    return len(told)


def remind_of_balances(now: datetime) -> int:
    """Remind who has not paid a balance when a quarter of the time is left, at most a day; each once."""
    kind = BY_NAME["balance_lapsing"].number
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute(
            "SELECT b.order_id, b.member_id, b.activity_id, o.product_id, b.amount, b.due_at"
            " FROM presale_balance AS b JOIN orders_order AS o ON o.id = b.order_id"
            " WHERE b.state = 0 AND b.due_at > %s AND b.due_at <= %s + interval '1 day'"
            " AND b.due_at - (b.due_at - b.asked_at) / 4 <= %s AND NOT EXISTS (SELECT FROM messages_message"
            " AS m WHERE m.member_id = b.member_id AND m.kind = %s AND m.about = b.order_id)"
            " ORDER BY b.order_id LIMIT %s",
            (now, now, now, kind, SUBJECTS),
        )
        told = [
            Told(0, kind, member, order, activity, product, amount, {"until": due.isoformat()}, now)
            for order, member, activity, product, amount, due in cursor.fetchall()
        ]
        write_told(cursor, told, now)
    return len(told)


def events_waiting() -> int:
    """About how many events are not told yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM messages_event LIMIT 10000) AS waiting")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
