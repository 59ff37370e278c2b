"""Messages and their ways to members, written in one go."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from pinwheel.config.environment import environment
from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.ids import new_ids
from pinwheel.market.messages.kind import Kind
from pinwheel.market.messages.kinds import (
    BY_NUMBER,
    CHANNELS,
    CONSOLE,
    MAIL,
    SMS,
    WECHAT,
    goes_by_itself,
)
from pinwheel.market.messages.models import Delivery

Cursor = psycopg.Cursor[Any]
State = Delivery.State
SAID_NO = "member_said_no"


class Told(NamedTuple):
    """One thing for one member. `amount` in hundredths."""

    event_id: int
    kind: int
    member_id: int
    about: int
    activity_id: int
    product_id: int
    amount: int
    facts: dict[str, Any]
    at: datetime


class Written(NamedTuple):
    """A message that was written just now."""

    id: int
    member_id: int
    kind: int


def write_told(cursor: Cursor, told: Sequence[Told], now: datetime) -> list[Written]:
    """Write messages with their deliveries, but for what is kept silent and what was told before."""
    silent = silences(cursor)
    heard = [one for one in told if (one.kind, 0) not in silent and (one.kind, one.activity_id) not in silent]
    if not heard:
        return []
    numbered = sorted(
        zip(new_ids(now, len(heard)), heard, strict=True),
        key=lambda pair: (pair[1].member_id, pair[1].kind, pair[1].about),
    )
    rows = [one for _, one in numbered]
    cursor.execute(
        "INSERT INTO messages_message (id, member_id, kind, about, activity_id, product_id, amount, facts,"
        " wording, created_at) SELECT m.id, m.member_id, m.kind, m.about, m.activity_id, m.product_id,"
        " m.amount, m.facts::jsonb, (SELECT coalesce(max(id), 0) FROM messages_wording), m.at"
        " FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s::text[], %s::timestamptz[])"
        " AS m (id, member_id, kind, about, activity_id, product_id, amount, facts, at)"
        " ON CONFLICT DO NOTHING RETURNING id, member_id, kind",
        (
            IntegerArray([number for number, _ in numbered]),
            IntegerArray([one.member_id for one in rows]),
            IntegerArray([one.kind for one in rows], "i2"),
            IntegerArray([one.about for one in rows]),
            IntegerArray([one.activity_id for one in rows]),
            IntegerArray([one.product_id for one in rows]),
            IntegerArray([one.amount for one in rows]),
            [json.dumps(one.facts, ensure_ascii=False) for one in rows],
            [one.at for one in rows],
        ),
    )
    written = [Written._make(row) for row in cursor.fetchall()]
    write_deliveries(cursor, written, now)
    return written


def silences(cursor: Cursor) -> set[tuple[int, int]]:
    """Kinds that are not told, with their activities; 0: in none."""
    cursor.execute("SELECT kind, activity_id FROM messages_silence")
    return set(cursor.fetchall())


def write_deliveries(cursor: Cursor, written: Sequence[Written], now: datetime) -> None:
    """A delivery for each message and channel by which it goes; one that the member refused is skipped."""
    channels = [name for name in environment().message_channels if name in CHANNELS]
    if not channels or not written:
        return
    members = IntegerArray(sorted({one.member_id for one in written}))
    wishes = wishes_of(cursor, members)
    reached = reached_by(cursor, members)
    rows: list[tuple[int, int, int, int, int]] = []
    for name in channels:
        number = CHANNELS[name]
        for one in written:
            kind = BY_NUMBER[one.kind]
            if not can_go(kind, name) or (name in (MAIL, WECHAT) and (one.member_id, number) not in reached):
                continue
            by_itself = goes_by_itself(kind, name)
            is_on = wishes.get((one.member_id, one.kind, number), by_itself)
            if is_on or by_itself:
                state = State.WAITING if is_on else State.SKIPPED
                rows.append((one.id, one.member_id, one.kind, number, state.value))
    if rows:
        ids, member_ids, kinds, numbers, states = zip(*rows, strict=True)
        cursor.execute(
            "INSERT INTO messages_delivery (message_id, member_id, kind, channel, state, tries, next_try_at,"
            " reason, reference, created_at) SELECT d.message_id, d.member_id, d.kind, d.channel, d.state, 0,"
            " %s, CASE d.state WHEN 3 THEN %s ELSE '' END, '', %s FROM unnest(%s, %s, %s, %s, %s)"
            " AS d (message_id, member_id, kind, channel, state) ON CONFLICT DO NOTHING",
            (
                now,
                SAID_NO,
                now,
                IntegerArray(ids),
                IntegerArray(member_ids),
                IntegerArray(kinds, "i2"),
                IntegerArray(numbers, "i2"),
                IntegerArray(states, "i2"),
            ),
        )


def can_go(kind: Kind, channel: str) -> bool:
    """Whether a channel can carry a kind: WeChat and short messages only what they have a template for."""
    if channel == SMS:
        return kind.name in environment().sms_templates
    if channel == WECHAT:
        return kind.name in environment().wechat_templates
    return channel in (CONSOLE, MAIL)


def wishes_of(cursor: Cursor, members: IntegerArray) -> dict[tuple[int, int, int], bool]:
    """What members said: by member, kind and channel."""
    cursor.execute(
        "SELECT member_id, kind, channel, is_on FROM messages_wish WHERE member_id = ANY(%s)", (members,)
    )
    return {(member, kind, channel): is_on for member, kind, channel, is_on in cursor.fetchall()}


def reached_by(cursor: Cursor, members: IntegerArray) -> set[tuple[int, int]]:
    """Members and channels with an address that was confirmed."""
    cursor.execute(
        "SELECT member_id, channel FROM messages_address WHERE member_id = ANY(%s)"
        " AND confirmed_at IS NOT NULL",
        (members,),
    )
    return set(cursor.fetchall())
