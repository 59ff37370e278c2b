"""Who brought the members that are settled, and which of those sponsors count under the plan."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import psycopg

from pinwheel.ledger.binary import IntegerArray, copy_in, encode_rows, moment
from pinwheel.market.activities.terms import Terms
from pinwheel.market.groups.seats import Settled
from pinwheel.market.promoters.services import valid_promoters
from pinwheel.plan.promises import Amount
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.tables import has_sponsors

Cursor = psycopg.Cursor[Any]
Sponsors = dict[int, tuple[int, int]]  # member: direct and indirect sponsor, 0 for none
NO_SPONSORS = (0, 0)
NOTHING = Amount()
MISSED_COLUMNS = [("order_id", "i8"), ("level", "i2"), ("sponsor_id", "i8"), ("at", "i8")]


class Missed(NamedTuple):
    """A sponsor who was no promoter when a downline's join was settled: nothing is released."""

    member_id: int  # the downline
    level: int  # 1 direct, 2 indirect
    sponsor_id: int


def sponsors_of(cursor: Cursor, terms: Terms, members: Collection[int]) -> Sponsors:
    """The direct and the indirect sponsor of those members who have one; none where the plan ignores them."""
    if not has_sponsors(terms.tables):
        return {}
    cursor.execute(
        "SELECT m.id, m.sponsor_id, coalesce(s.sponsor_id, 0) FROM members_member m"
        " JOIN members_member s ON s.id = m.sponsor_id WHERE m.id = ANY(%s)",
        (IntegerArray(sorted(set(members))),),
        prepare=True,
    )
    return {member: (direct, indirect) for member, direct, indirect in cursor.fetchall()}


def people_in(sponsors: Sponsors) -> set[int]:
    """Everybody who is a sponsor there."""
    return {person for pair in sponsors.values() for person in pair if person}


def promoters_only(
    cursor: Cursor, terms: Terms, sponsors: Sponsors, today: date
) -> tuple[Sponsors, list[Missed]]:
    """The sponsors that count today, and those that would as promoters. Their wallets are locked."""
    referral = terms.plan.referral
    release = referral.release_to_sponsor if referral else None
    if not sponsors or release is None or not release.valid_promoters_only:
        return sponsors, []
    valid = valid_promoters(cursor, terms.plan_name, people_in(sponsors), today)
    counting: Sponsors = {}
    missed = []
    rewarded = (release.direct != NOTHING, release.indirect != NOTHING)
    for member, pair in sponsors.items():
        direct, indirect = (person if person in valid else 0 for person in pair)
        counting[member] = (direct, indirect)
        for level, (person, counted, is_on) in enumerate(
            zip(pair, (direct, indirect), rewarded, strict=True), start=1
        ):
            if person and not counted and is_on:
                missed.append(Missed(member, level, person))
    return counting, missed


def write_missed(cursor: Cursor, settled: Settled, missed: list[Missed], now: datetime) -> None:
    """Keep the trace of what was not released, for each settled seat of the downline."""
    by_member: dict[int, list[Missed]] = {}
    for one in missed:
        by_member.setdefault(one.member_id, []).append(one)
    rows = [
        (order.id, one.level, one.sponsor_id, moment(now))
        for order, outcome in zip(settled.orders, settled.outcomes, strict=True)
        if outcome != NO_OUTCOME
        for one in by_member.get(order.member_id, ())
    ]
    if rows:
        columns = np.array(rows, dtype=np.int64).T
        values = dict(zip([name for name, _ in MISSED_COLUMNS], columns, strict=True))
        copy_in(cursor, "promoters_missed", MISSED_COLUMNS, encode_rows(MISSED_COLUMNS, values, len(rows)))
