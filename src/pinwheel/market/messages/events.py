"""What happened, written in the transaction in which it happened. `expand.py` tells members of it later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Event

Cursor = psycopg.Cursor[Any]
Fact = Event.Fact
Facts = Mapping[str, str | tuple[str, str]]  # a text, or its Chinese and its English


def groups_ended(
    cursor: Cursor, activity_id: int, groups: Sequence[int], facts: Sequence[int], now: datetime
) -> None:
    """Write what became of groups, a row for each; one statement whatever their number."""
    if groups:
        cursor.execute(
            "INSERT INTO messages_event (fact, kind, about, activity_id, subjects, amounts, facts, at)"
            " SELECT e.fact, 0, e.about, %s, '{}', '{}', '{}', %s FROM unnest(%s, %s) AS e (fact, about)",
            (activity_id, now, IntegerArray(facts, "i2"), IntegerArray(groups)),
            prepare=True,
        )


def orders_met(cursor: Cursor, fact: int, orders: Sequence[int], now: datetime) -> None:
    """Write what became of orders: one row for all of them."""
    if orders:
        cursor.execute(
            "INSERT INTO messages_event (fact, kind, about, activity_id, subjects, amounts, facts, at)"
            " VALUES (%s, 0, 0, 0, %s, '{}', '{}', %s)",
            (int(fact), IntegerArray(orders), now),
            prepare=True,
        )


def tell(
    cursor: Cursor,
    kind: str,
    member_ids: Sequence[int],
    about: int,
    now: datetime,
    facts: Facts | None = None,
    amounts: Sequence[int] = (),
) -> None:
    """Tell members something about a thing, once: the same kind about the same thing is not told again.

    Call it in the transaction of the fact. `facts` fill the places of the kind's text; `amounts`, in
    hundredths, one for each member, its place `amount`. Raises: KeyError for a kind that there is not,
    ValueError for a place that the kind does not have.
    """
    told = BY_NAME[kind]
    unknown = set(facts or ()) - set(told.places)
    if unknown:
        raise ValueError(f"{kind} has no place for {', '.join(sorted(unknown))}")
    if not len(member_ids):
        return
    cursor.execute(
        "INSERT INTO messages_event (fact, kind, about, activity_id, subjects, amounts, facts, at)"
        " VALUES (%s, %s, %s, 0, %s, %s, %s, %s)",
        (
            Fact.TOLD.value,
            told.number,
            about,
            IntegerArray(member_ids),
            IntegerArray(amounts),
            Jsonb(dict(facts or {})),
            now,
        ),
    )
