"""Promoter days are counted when a join is paid, in the transaction that takes it."""

from collections.abc import Collection
from datetime import date
from typing import Any

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.activities.terms import Terms
from pinwheel.market.promoters.models import Promoter
from pinwheel.rules.promoter import promoter_until

Cursor = psycopg.Cursor[Any]


def count_promoter_days(cursor: Cursor, terms: Terms, members: Collection[int], today: date) -> None:
    """Count a business day with a join for these members, whose wallets are locked.

    The same day again adds nothing.
    """
    plan, days = terms.plan_name, terms.plan.promoter
    if days is None or not members:
        return
    cursor.execute(
        "SELECT member_id, until, last_day FROM promoters_promoter WHERE plan = %s AND member_id = ANY(%s)",
        (plan, IntegerArray(sorted(set(members)))),
        prepare=True,
    )
    known = {member: (until, last_day) for member, until, last_day in cursor.fetchall()}
    changed: dict[int, date] = {}
    for member in sorted(set(members)):
        until, last_day = known.get(member, (date.min, date.min))
        added = days.day_with_join + (0 if member in known else days.newcomer_days)
        if last_day < today and added:
            changed[member] = date.fromordinal(promoter_until(until.toordinal(), today.toordinal(), added))
    if changed:
        cursor.execute(
            "INSERT INTO promoters_promoter (plan, member_id, until, last_day)"
            " SELECT %s, member_id, until, %s FROM unnest(%s, %s::date[]) AS p (member_id, until)"
            " ON CONFLICT (member_id, plan) DO UPDATE SET"
            " until = excluded.until, last_day = excluded.last_day",
            (plan, today, IntegerArray(list(changed)), list(changed.values())),
            prepare=True,
        )


def valid_promoters(cursor: Cursor, plan: str, members: Collection[int], today: date) -> set[int]:
    """Those of the members who are promoters today; their wallets are locked."""
    cursor.execute(
        "SELECT member_id FROM promoters_promoter WHERE plan = %s AND member_id = ANY(%s) AND until >= %s",
        (plan, IntegerArray(sorted(members)), today),
        prepare=True,
    )
    return {row[0] for row in cursor.fetchall()}


def promoter_status(member_id: int) -> dict[str, date]:
    """Plan id: the last day on which the member is or was a promoter under it."""
    return dict(Promoter.objects.filter(member_id=member_id).values_list("plan", "until"))
