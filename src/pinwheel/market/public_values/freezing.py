"""A full group that waits for a public value: its list is frozen, and what it waits for is noted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from pinwheel.market.activities.terms import Terms
from pinwheel.market.groups.seats import OpenGroup
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.public_values.models import PublicValue
from pinwheel.plan.model import value_within
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
        "INSERT INTO public_values_value (group_id, activity_id, kind, state, list_hash, frozen_at, due_at,"
        " round, source, reference, tries, failure) VALUES (%s, %s, %s, 0, %s, %s, %s, %s, '', '', 0, '')",
        [(group.id, activity_id, kind.value, frozen_hash(group), now, due_at, number) for group in groups],
    )


def frozen_hash(group: OpenGroup) -> bytes:
    """The hash of a full group's list."""
    return list_hash(to_text(ORDER, order.id) for order in group.orders)
