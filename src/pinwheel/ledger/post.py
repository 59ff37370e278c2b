"""The one writer of the ledger: `post`.

Read first, decide, then write: everything that can be refused is refused before the first write.
"""

import hashlib
import os
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from pinwheel.ledger.binary import IntegerArray, copy_in, encode_rows, moment
from pinwheel.ledger.wallets import LockedWallets
from pinwheel.rules.assets import ASSETS

TRANSFER_COLUMNS = [
    ("batch", "i8"),
    ("at", "i8"),
    ("from_account", "i8"),
    ("to_account", "i8"),
    ("amount", "i8"),
    ("about", "i8"),
    ("line", "i4"),
    ("asset", "i2"),
    ("reason", "i2"),
]

TRANSFER = np.dtype(
    [
        ("from_account", np.int64),
        ("to_account", np.int64),
        ("asset", np.int64),
        ("amount", np.int64),  # hundredths, positive
        ("reason", np.int64),
        ("about", np.int64),
    ]
)

LANES = 64
OUR_LANE = os.getpid() % LANES


class InsufficientBalance(Exception):
    """A member's balance would become negative. Nothing was written."""

    def __init__(self, member: int, asset: str) -> None:
        super().__init__(f"member {member} has too little {asset}")
        self.member = member
        self.asset = asset


class BadTransfer(Exception):
    """A transfer that the ledger cannot take, as one between two members. Nothing was written."""


def raw_cursor() -> psycopg.Cursor[Any]:
    """A binary cursor on Django's connection, in its transaction."""
    connection.ensure_connection()
    cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    cursor.format = psycopg.pq.Format.BINARY
    return cursor


def post(
    cursor: psycopg.Cursor[Any],
    at: datetime,
    transfers: NDArray[np.void],
    wallets: LockedWallets,
    lane: int = OUR_LANE,
) -> int:
    """Write transfers, balances and the batch's link in its hash chain; return the batch's number.

    Must run inside a transaction that holds `wallets` locked.

    Args:
        transfers: record array of dtype TRANSFER; its order is the order of lines.
        wallets: of every member that a transfer names.
        lane: the hash chain to write to; the transaction holds it from here to its end.
    Raises: BadTransfer, InsufficientBalance, UnknownMember; nothing is written then.
    """
    check_transfers(transfers)
    members, changes = wallet_changes(transfers, wallets)
    check_balances(wallets, changes)

    # After this point it must succeed.
    ensure_month(cursor, at)
    batch, position, previous = next_link(cursor, lane)
    columns: dict[str, Any] = {name: transfers[name] for name in TRANSFER.names or ()}
    columns |= {"batch": batch, "at": moment(at), "line": np.arange(len(transfers))}
    rows = encode_rows(TRANSFER_COLUMNS, columns, len(transfers))
    copy_in(cursor, "ledger_transfer", TRANSFER_COLUMNS, rows)
    write_wallets(cursor, members, changes)
    write_platform_balances(cursor, transfers, lane)
    digest = batch_digest(previous, rows.tobytes())
    cursor.execute(
        "WITH lane AS (UPDATE ledger_lane SET length = %s, digest = %s WHERE lane = %s)"
        " INSERT INTO ledger_batch (id, lane, position, at, lines, previous, digest)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (position, digest, lane, batch, lane, position, at, len(transfers), previous, digest),
        prepare=True,
    )
    return batch


def batch_digest(previous: bytes, rows: bytes) -> bytes:
    """The chain's link: SHA-256 of the digest before and the batch's transfers as COPY writes them."""
    return hashlib.sha256(previous + rows).digest()


def check_transfers(transfers: NDArray[np.void]) -> None:
    """Raises: BadTransfer."""
    if len(transfers) == 0:
        raise BadTransfer("a batch needs at least one transfer")
    if (transfers["amount"] <= 0).any():
        raise BadTransfer("an amount must be positive")
    if (transfers["from_account"] == 0).any() or (transfers["to_account"] == 0).any():
        raise BadTransfer("there is no account 0")
    if ((transfers["from_account"] > 0) & (transfers["to_account"] > 0)).any():
        raise BadTransfer("one side of a transfer must be a platform account")
    if (transfers["from_account"] == transfers["to_account"]).any():
        raise BadTransfer("a transfer needs two different accounts")
    if (transfers["asset"] < 0).any() or (transfers["asset"] >= len(ASSETS)).any():
        raise BadTransfer("unknown asset")


def wallet_changes(
    transfers: NDArray[np.void], wallets: LockedWallets
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Members and (members, assets) net change in hundredths, over all locked wallets."""
    changes = np.zeros((len(wallets.members), len(ASSETS)), dtype=np.int64)
    for side, sign in (("from_account", -1), ("to_account", 1)):
        of_member = transfers[side] > 0
        rows = wallets.rows_of(transfers[side][of_member])
        np.add.at(changes, (rows, transfers["asset"][of_member]), sign * transfers["amount"][of_member])
    return wallets.members, changes


def check_balances(wallets: LockedWallets, changes: NDArray[np.int64]) -> None:
    """Raises: InsufficientBalance for the first member whose balance would become negative."""
    short = np.argwhere((wallets.balances + changes < 0) & (changes < 0))
    if len(short):
        row, asset = short[0]
        raise InsufficientBalance(int(wallets.members[row]), ASSETS[asset])


_months: set[tuple[str, int, int]] = set()


def ensure_month(cursor: psycopg.Cursor[Any], at: datetime) -> None:
    """Make the partition that the moment falls into, unless this process knows that it exists."""
    month = at.astimezone(UTC)  # partitions are months of UTC
    key = (connection.settings_dict["NAME"], month.year, month.month)
    if key not in _months:
        was_there = cursor.execute("SELECT ledger_ensure_month(%s)", (at,)).fetchone()
        if was_there == (True,):  # otherwise a rollback may take it away again
            _months.add(key)


def next_link(cursor: psycopg.Cursor[Any], lane: int) -> tuple[int, int, bytes]:
    """Lock the lane; return the new batch's number, its position in the lane, and the digest before it."""
    row = cursor.execute(
        "SELECT nextval('ledger_batch_number'), length + 1, digest FROM ledger_lane WHERE lane = %s"
        " FOR NO KEY UPDATE",
        (lane,),
        prepare=True,
    ).fetchone()
    if row is None:
        raise ValueError(f"there is no lane {lane}")
    return row[0], row[1], bytes(row[2])


def write_wallets(
    cursor: psycopg.Cursor[Any], members: NDArray[np.int64], changes: NDArray[np.int64]
) -> None:
    """Add the changes to the wallets that changed, in the assets that changed."""
    touched = changes.any(axis=1)
    assets = [asset for asset in range(len(ASSETS)) if changes[:, asset].any()]
    if not assets:
        return
    names = [ASSETS[asset] for asset in assets]
    cursor.execute(
        "UPDATE ledger_wallet AS wallet SET "
        + ", ".join(f"{name} = wallet.{name} + change.{name}" for name in names)
        + " FROM unnest(%s, "
        + ", ".join("%s" for _ in names)
        + f") AS change (member_id, {', '.join(names)}) WHERE wallet.member_id = change.member_id",
        (IntegerArray(members[touched]), *(IntegerArray(changes[touched, asset]) for asset in assets)),
        prepare=True,
    )
    if cursor.rowcount != int(touched.sum()):
        raise RuntimeError("a locked wallet was not found again")


def write_platform_balances(cursor: psycopg.Cursor[Any], transfers: NDArray[np.void], lane: int) -> None:
    """Add to the platform's balances, kept per lane so that writers do not wait for one another."""
    totals: dict[tuple[int, int], int] = {}
    for side, sign in (("from_account", -1), ("to_account", 1)):
        of_platform = transfers[side] < 0
        accounts = transfers[side][of_platform] * len(ASSETS) - transfers["asset"][of_platform]
        keys, rows = np.unique(accounts, return_inverse=True)
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, rows, sign * transfers["amount"][of_platform])
        for key, amount in zip(keys.tolist(), sums.tolist(), strict=True):
            account, asset = divmod(-key, len(ASSETS))
            totals[account, asset] = totals.get((account, asset), 0) + amount
    ordered = sorted(totals.items())
    cursor.execute(
        "INSERT INTO ledger_platform_balance AS balance (account_id, asset, lane, amount)"
        " SELECT account_id, asset, %s, amount FROM unnest(%s, %s, %s) AS change (account_id, asset, amount)"
        " ON CONFLICT (account_id, asset, lane) DO UPDATE SET amount = balance.amount + excluded.amount",
        (
            lane,
            IntegerArray([account for (account, _), _ in ordered]),
            IntegerArray([asset for (_, asset), _ in ordered], "i2"),
            IntegerArray([amount for _, amount in ordered]),
        ),
        prepare=True,
    )
