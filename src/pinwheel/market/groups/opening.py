"""Opening groups: each gets its draw number and its committed secret before anybody sits in it."""

import hashlib
import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.ids import ACTIVITY, new_ids, to_text
from pinwheel.rules.draw import commitment

Cursor = psycopg.Cursor[Any]
SEED_BYTES = 32
NONCE_BYTES = 12


def draw_id(activity_id: int, draw_number: int) -> str:
    """The draw's public id; numbers run without gaps in an activity."""
    return f"D-{to_text(ACTIVITY, activity_id)}-{draw_number:06d}"


@lru_cache(maxsize=1)
def seed_cipher() -> AESGCM:
    """The cipher that keeps seeds secret at rest until their draw."""
    return AESGCM(hashlib.sha256(environment().seed_key.get_secret_value().encode()).digest())


def seal(seed: bytes, draw: str) -> bytes:
    """Encrypt a seed; only the same draw's id opens it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + seed_cipher().encrypt(nonce, seed, draw.encode())


def unseal(sealed: bytes, draw: str) -> bytes:
    """The seed of a draw. Raises: cryptography.exceptions.InvalidTag if it was sealed otherwise."""
    return seed_cipher().decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), draw.encode())


def open_groups(activity_id: int, size: int, count: int, now: datetime) -> None:
    """Open empty groups in advance, in a transaction of their own: their commits are public before
    anybody is seated in them.
    """
    with transaction.atomic():
        cursor = raw_cursor()
        first = next_draw_numbers(cursor, activity_id, count)
        rows = []
        for number, group_id in enumerate(new_ids(now, count), start=first):
            draw = draw_id(activity_id, number)
            seed = secrets.token_bytes(SEED_BYTES)
            rows.append((group_id, activity_id, number, size, now, commitment(draw, seed), seal(seed, draw)))
        cursor.executemany(
            "INSERT INTO groups_group (id, activity_id, draw_number, leader_id, size, taken, state, seats,"
            " seat_members, held_members, committed_at, commit, sealed_seed, settled_batch)"
            " VALUES (%s, %s, %s, 0, %s, 0, 0, '{}', '{}', '{}', %s, %s, %s, 0)",
            rows,
        )


def ensure_reserve(activity_id: int, size: int, needed: int, now: datetime) -> None:
    """Make sure that `needed` empty groups are open; open twice as many when they ran low."""
    row = (
        raw_cursor()
        .execute(
            "SELECT count(*) FROM (SELECT 1 FROM groups_group WHERE activity_id = %s AND state = 0"
            " AND leader_id = 0 AND taken = 0 AND held_members = '{}' LIMIT %s) AS empty",
            (activity_id, needed),
            prepare=True,
        )
        .fetchone()
    )
    there = int(row[0]) if row else 0
    if there < needed:
        open_groups(activity_id, size, 2 * needed - there, now)


def next_draw_numbers(cursor: Cursor, activity_id: int, count: int) -> int:
    """Reserve `count` draw numbers of an activity; return the first. Held until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(1, hashint8(%s))", (activity_id,))
    row = cursor.execute(
        "SELECT coalesce(max(draw_number), 0) FROM groups_group WHERE activity_id = %s", (activity_id,)
    ).fetchone()
    return int(row[0]) + 1 if row else 1
