"""The fence between days: no group is settled on a day that is closed."""

from datetime import datetime
from typing import Any

import psycopg

from pinwheel.market.days.calendar import day_start

Cursor = psycopg.Cursor[Any]


def settled_not_before(cursor: Cursor, plan: str, now: datetime) -> datetime:
    """The time that a settlement counts with: now, or the beginning of the plan's first open day.

    Also under a version without days: its joins count for those of a newer one. Must run under the
    activity's lock, so that no day is closed between this and the commit.
    """
    row = cursor.execute(
        "SELECT closed_through FROM days_plan WHERE plan = %s", (plan,), prepare=True
    ).fetchone()
    return now if row is None else max(now, day_start(row[0]))
