"""The audit of the books: everything recomputed from the transfers, every difference named.

Each check is a query that returns what is wrong, so an empty answer is a clean one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import psycopg

from pinwheel.ledger.binary import copy_out
from pinwheel.ledger.post import TRANSFER_COLUMNS, batch_digest
from pinwheel.rules.assets import ASSETS

Cursor = psycopg.Cursor[Any]
AT_MOST = 20  # findings shown per check


@dataclass(frozen=True)
class Finding:
    """Something that is wrong. `check`: a stable name; `where`: what to look at."""

    check: str
    where: str
    message: str


Check = Callable[[Cursor], Iterator[Finding]]

_WALLETS = " UNION ALL ".join(
    f"SELECT member_id AS account, {number} AS asset, {asset} AS amount FROM ledger_wallet"
    for number, asset in enumerate(ASSETS)
)
_MOVED = (
    "SELECT account, asset, sum(amount) AS amount FROM ("
    " SELECT to_account AS account, asset, amount FROM ledger_transfer"
    " UNION ALL SELECT from_account, asset, -amount FROM ledger_transfer) AS sides GROUP BY 1, 2"
)


def books_balance(cursor: Cursor) -> Iterator[Finding]:
    """For every asset, the sum over all accounts is zero."""
    cursor.execute(
        f"SELECT asset, sum(amount) FROM ({_WALLETS} UNION ALL"
        " SELECT -account_id, asset, amount FROM ledger_platform_balance) AS all_accounts"
        " GROUP BY asset HAVING sum(amount) <> 0"
    )
    for asset, amount in cursor.fetchall():
        yield Finding("books_balance", ASSETS[asset], f"all accounts together hold {amount}, not 0")


def balances_are_the_sum_of_transfers(cursor: Cursor) -> Iterator[Finding]:
    """Every balance is what its transfers add up to."""
    cursor.execute(
        "SELECT coalesce(b.account, m.account), coalesce(b.asset, m.asset),"
        " coalesce(b.amount, 0), coalesce(m.amount, 0) FROM ("
        f" SELECT account, asset, amount FROM ({_WALLETS}) AS wallets UNION ALL"
        " SELECT -account_id, asset, sum(amount) FROM ledger_platform_balance GROUP BY 1, 2) AS b"
        f" FULL JOIN ({_MOVED}) AS m ON m.account = b.account AND m.asset = b.asset"
        f" WHERE coalesce(b.amount, 0) <> coalesce(m.amount, 0) LIMIT {AT_MOST}"
    )
    for account, asset, balance, moved in cursor.fetchall():
        yield Finding(
            "balances_are_the_sum_of_transfers",
            f"account {account}, {ASSETS[asset]}",
            f"balance {balance}, transfers add up to {moved}",
        )


def no_member_is_negative(cursor: Cursor) -> Iterator[Finding]:
    """A member's balance is never negative."""
    cursor.execute(
        f"SELECT account, asset, amount FROM ({_WALLETS}) AS wallets WHERE amount < 0 LIMIT {AT_MOST}"
    )
    for account, asset, amount in cursor.fetchall():
        yield Finding("no_member_is_negative", f"member {account}, {ASSETS[asset]}", f"balance {amount}")


def chains_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every batch is chained to the one before in its lane, and its digest is that of its transfers."""
    cursor.execute(
        "SELECT id, lane, position, lines, previous, digest FROM ledger_batch ORDER BY lane, position"
    )
    batches = {row[0]: row for row in cursor.fetchall()}
    yield from links_hold(cursor, batches)
    names = ", ".join(name for name, _ in TRANSFER_COLUMNS)
    seen: set[int] = set()
    left: Any = None
    for block in copy_out(
        cursor, f"SELECT {names} FROM ledger_transfer ORDER BY batch, line", TRANSFER_COLUMNS
    ):
        rows = block if left is None else np.concatenate([left, block], dtype=block.dtype)
        numbers = rows["batch"].astype(np.int64)
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        left = rows[starts[-1] :] if len(starts) else rows
        for start, end in pairwise(starts):
            yield from batch_holds(batches, rows[start:end], seen)
    if left is not None and len(left):
        yield from batch_holds(batches, left, seen)
    for number in sorted(set(batches) - seen)[:AT_MOST]:
        yield Finding("chains_hold", f"batch {number}", "its transfers are missing")


def batch_holds(batches: dict[int, Any], rows: Any, seen: set[int]) -> Iterator[Finding]:
    """One batch's transfers against its row."""
    number = int(rows["batch"][0])
    seen.add(number)
    batch = batches.get(number)
    if batch is None:
        yield Finding("chains_hold", f"batch {number}", "transfers without their batch")
    elif len(rows) != batch[3] or batch_digest(bytes(batch[4]), rows.tobytes()) != bytes(batch[5]):
        yield Finding("chains_hold", f"batch {number}", "its transfers are not those that were written")


def links_hold(cursor: Cursor, batches: dict[int, Any]) -> Iterator[Finding]:
    """Positions without gaps, each digest carried on, and each lane's end as its row says."""
    ends: dict[int, tuple[int, bytes]] = {}
    for number, lane, position, _, previous, digest in batches.values():
        length, last = ends.get(lane, (0, bytes(32)))
        if position != length + 1 or bytes(previous) != last:
            yield Finding("chains_hold", f"lane {lane}, batch {number}", "does not follow the batch before")
        ends[lane] = (position, bytes(digest))
    cursor.execute("SELECT lane, length, digest FROM ledger_lane ORDER BY lane")
    for lane, length, digest in cursor.fetchall():
        if ends.get(lane, (0, bytes(32))) != (length, bytes(digest)):
            yield Finding("chains_hold", f"lane {lane}", "its end is not its last batch")


LEDGER_CHECKS: list[Check] = [
    books_balance,
    balances_are_the_sum_of_transfers,
    no_member_is_negative,
    chains_hold,
]
