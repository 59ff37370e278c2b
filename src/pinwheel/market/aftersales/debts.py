"""Debts that reversals left: taken from later rewards of the same asset, in the post that gives them."""

from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.accounts import plan_accounts
from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.groups.seats import Settled
from pinwheel.market.groups.transfers import party_transfers
from pinwheel.rules.reasons import DEBT_TAKEN, JOIN_REWARD, LEADER_REWARD, REWARD

Cursor = psycopg.Cursor[Any]

REWARDS = (REWARD, LEADER_REWARD, JOIN_REWARD)  # what a return reverses, and debts are taken from
OWED = (
    'SELECT id, order_id, member_id, plan, asset, "left" FROM aftersales_debt'
    ' WHERE member_id = ANY(%s) AND "left" > 0 ORDER BY id'
)


class Taking(NamedTuple):
    """What is taken of one debt, in hundredths; `about`: the order that was refunded."""

    debt: int
    about: int
    member: int
    plan: str
    asset: int
    amount: int


def take_debts(cursor: Cursor, settled: Settled) -> list[Taking]:
    """What the rewards of a settlement pay of their members' debts, the oldest debt first.

    The members' wallets are locked, and with them their debts.
    """
    if not settled.posted:
        return []
    debts = cursor.execute(OWED, (IntegerArray(settled.members),), prepare=True).fetchall()
    given = rewards_of(settled) if debts else {}
    takings = []
    for debt, about, member, plan, asset, left in debts:
        amount = min(left, given.get((member, asset), 0))
        if amount:
            given[member, asset] -= amount
            takings.append(Taking(debt, about, member, plan, asset, amount))
    return takings


def rewards_of(settled: Settled) -> dict[tuple[int, int], int]:
    """Hundredths that a settlement gives as rewards, by member and asset."""
    given: dict[tuple[int, int], int] = {}
    postings, members = settled.postings, settled.members.tolist()
    for number in range(settled.posted):
        if postings.reasons[number] in REWARDS:
            key = (members[postings.holders[number]], int(postings.assets[number]))
            given[key] = given.get(key, 0) + int(postings.amounts[number])
    return given


def with_debts(transfers: NDArray[np.void], takings: list[Taking]) -> NDArray[np.void]:
    """A settlement's transfers, and after them what is taken for debts."""
    return np.concatenate([transfers, *debt_transfers(takings)]) if takings else transfers


def debt_transfers(takings: list[Taking]) -> list[NDArray[np.void]]:
    """The transfers of what is taken, plan by plan."""
    return [
        party_transfers(
            plan_accounts(plan),
            np.full(len(rows), DEBT_TAKEN),
            np.array([row.asset for row in rows], dtype=np.int64),
            np.array([row.amount for row in rows], dtype=np.int64),
            np.array([row.member for row in rows], dtype=np.int64),
            np.array([row.about for row in rows], dtype=np.int64),
        )
        for plan in sorted({taking.plan for taking in takings})
        if (rows := [taking for taking in takings if taking.plan == plan])
    ]


def write_takings(cursor: Cursor, takings: list[Taking]) -> None:
    """Lower the debts by what was taken."""
    if takings:
        cursor.execute(
            'UPDATE aftersales_debt AS debt SET "left" = debt."left" - taken.amount'
            " FROM unnest(%s, %s) AS taken (id, amount) WHERE debt.id = taken.id",
            (
                IntegerArray([taking.debt for taking in takings]),
                IntegerArray([taking.amount for taking in takings]),
            ),
        )
