"""The state of an activity's groups as live pages show it: one small query, one JSON text."""

import asyncio
from typing import Any

import psycopg
from django.db import connections

from pinwheel.doors.api.answers import dump
from pinwheel.market.activities.models import Activity
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, GROUP, to_text

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
FINISHED = 20
LOOK_BACK = 400  # groups of the highest draw numbers among which the newest finished are looked for

# The group that fills next, as the settler chooses it; size of an activity's groups where none is open.
STATE = """
SELECT g.id, coalesce(g.taken, 0), coalesce(g.size, 0),
  array(SELECT f.id FROM (
      SELECT id, finished_at FROM groups_group WHERE activity_id = a.id
      ORDER BY draw_number DESC LIMIT %(look_back)s) AS f
    WHERE f.finished_at IS NOT NULL ORDER BY f.finished_at DESC, f.id DESC LIMIT %(finished)s)
FROM activities_activity AS a LEFT JOIN LATERAL (
  SELECT id, taken, size FROM groups_group
  WHERE activity_id = a.id AND state = %(forming)s AND leader_id = 0
  ORDER BY (taken = 0), draw_number LIMIT 1) AS g ON true
WHERE a.id = %(activity)s AND a.state <> %(draft)s
"""


class Snapshots:
    """Reads states over one connection of its own, one at a time."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.lock = asyncio.Lock()

    async def of(self, activity_id: int) -> bytes | None:
        """The state of an activity; None: there is none. Raises: psycopg.Error if the database is away."""
        async with self.lock:
            if self.connection is None or self.connection.closed:
                self.connection = await connect()
            try:
                cursor = await self.connection.execute(STATE, parameters(activity_id))
                row = await cursor.fetchone()
            except psycopg.Error:
                await self.close()
                raise
        return None if row is None else document(activity_id, *row)

    async def close(self) -> None:
        if self.connection is not None:
            connection, self.connection = self.connection, None
            await connection.close()


def parameters(activity_id: int) -> dict[str, int]:
    return {
        "activity": activity_id,
        "forming": Group.State.FORMING.value,
        "draft": Activity.State.DRAFT.value,
        "finished": FINISHED,
        "look_back": LOOK_BACK,
    }


def document(activity_id: int, group_id: int | None, taken: int, size: int, finished: list[int]) -> bytes:
    """The state as JSON."""
    return dump(
        {
            "activity": to_text(ACTIVITY, activity_id),
            "group": None if group_id is None else to_text(GROUP, group_id),
            "taken": taken,
            "size": size,
            "finished": [to_text(GROUP, number) for number in finished],
        }
    )


async def connect() -> Connection:
    """An asynchronous connection to Django's database."""
    given = connections["default"].get_connection_params()
    known = ("host", "port", "user", "password", "dbname", "sslmode")
    named = {key: given[key] for key in known if given.get(key)}
    return await psycopg.AsyncConnection.connect(autocommit=True, connect_timeout=5, **named)
