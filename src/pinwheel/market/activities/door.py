"""The door of an activity: whoever takes money in it holds it open, whoever ends it shuts it and waits.

A join reads the state of its activity without locking its row: that would be one row for everybody. It holds
the door instead, which any number may hold at once, until its transaction ends. An end holds it alone; so
when it is shut, everything that was taken is committed and waits, and everything that comes reads the end.
"""

from collections.abc import Collection
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray

Cursor = psycopg.Cursor[Any]
DOOR = 11  # of the numbers of advisory locks


def hold_open(cursor: Cursor, activity_ids: Collection[int]) -> None:
    """Hold the doors of these activities open until the transaction ends; read their state after this."""
    cursor.execute(
        f"SELECT pg_advisory_xact_lock_shared({DOOR}, hashint8(id)) FROM unnest(%s) AS id",
        (IntegerArray(sorted(activity_ids)),),
        prepare=True,
    )


def shut(cursor: Cursor, activity_id: int) -> None:
    """Shut the door until the transaction ends; waits for whoever holds it open."""
    cursor.execute(f"SELECT pg_advisory_xact_lock({DOOR}, hashint8(%s))", (activity_id,))
