"""A full group that waits for a public value: its list and its bars are frozen, what it waits for is noted.

From here on the value alone decides: counters that change meanwhile change nothing for this group.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg

from pinwheel.market.activities.terms import Terms
from pinwheel.market.groups import load
from pinwheel.market.groups.finish import leader_row
from pinwheel.market.groups.seats import Drawn, OpenGroup
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.messages.events import Fact, groups_ended
from pinwheel.market.public_values.models import PublicValue
from pinwheel.plan.model import value_within
from pinwheel.rules.bars import bar_seats
from pinwheel.rules.beacon import round_after
from pinwheel.rules.draw import list_hash

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {"drand": PublicValue.Kind.DRAND, "public_number": PublicValue.Kind.PUBLIC_NUMBER}


def freeze(
    cursor: psycopg.Cursor[Any], activity_id: int, terms: Terms, groups: Sequence[OpenGroup], now: datetime
) -> None:
    """Freeze the lists of groups that are full now; nothing of it changes. In the settler's transaction."""
    if not groups or terms.plan.draw is None:
        return
    kind = KINDS[terms.plan.draw.public_value]
    number = (
        round_after((now - EPOCH) // timedelta(microseconds=1)) if kind == PublicValue.Kind.DRAND else None
    )
    due_at = now + timedelta(seconds=value_within(terms.plan))
    cursor.executemany(
        "INSERT INTO public_values_value (group_id, activity_id, kind, state, list_hash, bars, frozen_at,"
        " due_at, round, source, reference, tries, failure)"
        " VALUES (%s, %s, %s, 0, %s, %s, %s, %s, %s, '', '', 0, '')",
        [
            (group.id, activity_id, kind.value, frozen_hash(group), bars, now, due_at, number)
            for group, bars in zip(groups, bars_of(cursor, terms, groups), strict=True)
        ],
    )
    if kind == PublicValue.Kind.PUBLIC_NUMBER:  # a beacon's round comes within seconds
        waiting = [group.id for group in groups]
        groups_ended(cursor, activity_id, waiting, [Fact.AWAITS_VALUE] * len(waiting), now)


def frozen_hash(group: OpenGroup) -> bytes:
    """The hash of a full group's list."""
    return list_hash(to_text(ORDER, order.id) for order in group.orders)


def bars_of(cursor: load.Cursor, terms: Terms, groups: Sequence[OpenGroup]) -> list[list[int]]:
    """The bars of each group's seats. Counters are read now, in one look."""
    orders = [order for group in groups for order in group.orders]
    members, holders = np.unique(
        np.array([order.member_id for order in orders], dtype=np.int64), return_inverse=True
    )
    counters, size = load.counters_of(cursor, terms, members), terms.tables.size
    flags, rows, bars = [order.flags for order in orders], holders.tolist(), [0] * len(orders)
    for number, group in enumerate(groups):
        start = number * size
        bar_seats(terms.plain, start, leader_row(Drawn(group, b""), start), rows, flags, counters, bars)
    return [bars[start : start + size] for start in range(0, len(bars), size)]
