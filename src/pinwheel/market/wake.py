"""Waking those who wait: the settler for a busy activity, and watchers of live pages.

PostgreSQL delivers a notice only when the transaction that sent it commits.
"""

from collections.abc import Collection
from typing import Any

import psycopg

SETTLE_CHANNEL = "pinwheel_settle"
LIVE_CHANNEL = "pinwheel_live"


def wake_settler(cursor: psycopg.Cursor[Any], activity_ids: Collection[int]) -> None:
    """Say that paid orders of these activities wait for seats."""
    for activity_id in sorted(activity_ids):
        cursor.execute("SELECT pg_notify(%s, %s)", (SETTLE_CHANNEL, str(activity_id)), prepare=True)


def tell_watchers(cursor: psycopg.Cursor[Any], activity_ids: Collection[int]) -> None:
    """Say that groups of these activities have changed."""
    for activity_id in sorted(activity_ids):
        cursor.execute("SELECT pg_notify(%s, %s)", (LIVE_CHANNEL, str(activity_id)), prepare=True)
