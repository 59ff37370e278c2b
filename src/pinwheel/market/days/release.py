"""Releasing shopping credit at the beginning of a business day, some members at a time."""

from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.binary import IntegerArray, fetch_columns
from pinwheel.ledger.post import TRANSFER, post
from pinwheel.ledger.wallets import LockedWallets, lock_wallets
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.days.calendar import day_start
from pinwheel.market.days.models import DayRun
from pinwheel.market.messages.events import tell
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.credit import daily_release
from pinwheel.rules.reasons import DAILY_RELEASED_CASH, DAILY_RELEASED_CREDIT, PARTIES

Cursor = psycopg.Cursor[Any]


def release_credit(cursor: Cursor, run: DayRun, chunk: int, now: datetime) -> bool:
    """Release the credit of the next members of a run, which is locked; True if there were none left."""
    terms = terms_of(run.version_id)
    credit = terms.plan.credit
    cursor.execute(
        "SELECT member_id FROM ledger_wallet WHERE member_id > %s AND shopping_credit > 0"
        " ORDER BY member_id LIMIT %s",
        (run.position, chunk),
        prepare=True,
    )
    ids = [row[0] for row in cursor.fetchall()]
    if not ids or credit is None:
        return True
    wallets = lock_wallets(cursor, ids)
    held = wallets.balances[:, SHOPPING_CREDIT]
    balances = held - changes_since(cursor, wallets, day_start(run.day))
    joins = joins_of(cursor, run, wallets)
    static, accelerated = credit.static_release, credit.accelerated_release
    facts = zip(balances.tolist(), held.tolist(), joins.tolist(), strict=True)
    released = np.array(
        [daily_release(balance, now_held, static, accelerated, count) for balance, now_held, count in facts],
        dtype=np.int64,
    )
    paid = released > 0
    if paid.any():
        members = wallets.members[paid]
        accounts = terms.accounts.of_party()
        used = to_platform(members, released[paid], accounts[PARTIES[DAILY_RELEASED_CREDIT][1]], run.pk)
        cash = from_platform(members, released[paid], accounts[PARTIES[DAILY_RELEASED_CASH][0]], run.pk)
        post(cursor, now, np.concatenate([used, cash]), wallets)
        tell(cursor, "release", members.tolist(), run.pk, now, amounts=released[paid].tolist())
    run.position = ids[-1]
    run.members += int(paid.sum())
    run.paid += int(released.sum())
    return False


def changes_since(cursor: Cursor, wallets: LockedWallets, start: datetime) -> NDArray[np.int64]:
    """How the members' credit changed since the day began, daily releases left out: those of earlier
    dates count as made before it, also where they were made late."""
    changed = fetch_columns(
        cursor,
        "SELECT member_id, sum(change)::bigint AS change FROM ("
        " SELECT greatest(from_account, to_account) AS member_id,"
        " CASE WHEN to_account > 0 THEN amount ELSE -amount END AS change FROM ledger_transfer"
        " WHERE greatest(from_account, to_account) = ANY(%s) AND asset = %s AND reason <> %s AND at >= %s"
        " AND batch >= (SELECT coalesce(min(id), 9223372036854775807) FROM ledger_batch WHERE at >= %s)"
        ") AS changes"
        " GROUP BY member_id",
        [("member_id", "i8"), ("change", "i8")],
        (IntegerArray(wallets.members), SHOPPING_CREDIT, DAILY_RELEASED_CREDIT, start, start),
    )
    changes = np.zeros(len(wallets.members), dtype=np.int64)
    changes[np.searchsorted(wallets.members, changed["member_id"])] = changed["change"]
    return changes


def joins_of(cursor: Cursor, run: DayRun, wallets: LockedWallets) -> NDArray[np.int64]:
    """The joins that each member had settled on the day that ended."""
    counted = fetch_columns(
        cursor,
        "SELECT member_id, weight FROM days_share WHERE run_id = %s AND member_id = ANY(%s)",
        [("member_id", "i8"), ("weight", "i8")],
        (run.pk, IntegerArray(wallets.members)),
    )
    joins = np.zeros(len(wallets.members), dtype=np.int64)
    joins[np.searchsorted(wallets.members, counted["member_id"])] = counted["weight"]
    return joins


def to_platform(members: Any, amounts: Any, account: int, about: int) -> NDArray[np.void]:
    """Transfers of used up credit."""
    transfers = np.zeros(len(members), dtype=TRANSFER)
    transfers["from_account"], transfers["to_account"] = members, account
    transfers["asset"], transfers["reason"] = SHOPPING_CREDIT, DAILY_RELEASED_CREDIT
    transfers["amount"], transfers["about"] = amounts, about
    return transfers


def from_platform(members: Any, amounts: Any, account: int, about: int) -> NDArray[np.void]:
    """Transfers of the cash that this pays."""
    transfers = np.zeros(len(members), dtype=TRANSFER)
    transfers["from_account"], transfers["to_account"] = account, members
    transfers["asset"], transfers["reason"] = CASH, DAILY_RELEASED_CASH
    transfers["amount"], transfers["about"] = amounts, about
    return transfers
