"""Members' wallets: opened, locked in sorted order, read."""

from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from pinwheel.ledger.binary import IntegerArray, fetch_columns
from pinwheel.ledger.models import Wallet
from pinwheel.rules.assets import ASSETS

WALLET_COLUMNS = [("member_id", "i8"), *((asset, "i8") for asset in ASSETS)]


class UnknownMember(Exception):
    """A wallet was asked for that does not exist."""


class LockedWallets(NamedTuple):
    """Wallets that the running transaction holds locked: proof for `post` that balances cannot move.

    Attributes:
        members: (wallets,) member ids, ascending.
        balances: (wallets, assets) hundredths, as they were when they were locked.
    """

    members: NDArray[np.int64]
    balances: NDArray[np.int64]

    def rows_of(self, members: Any) -> NDArray[np.intp]:
        """The row of each member. Raises: UnknownMember if one is not among the locked."""
        wanted = np.asarray(members, dtype=np.int64)
        rows = np.searchsorted(self.members, wanted)
        inside = np.minimum(rows, max(len(self.members) - 1, 0))
        if len(wanted) and (not len(self.members) or not (self.members[inside] == wanted).all()):
            raise UnknownMember("a wallet is missing or was not locked")
        return rows


def open_wallets(members: list[int]) -> None:
    """Give new members an empty wallet each."""
    Wallet.objects.bulk_create([Wallet(member_id=member) for member in members], ignore_conflicts=True)


def lock_wallets(cursor: psycopg.Cursor[Any], members: Any) -> LockedWallets:
    """Lock the wallets of these members (any order, repeats allowed) in ascending order and read them.

    A transaction locks all the wallets it needs by one call, so two never wait for each other in a circle.
    A member without a wallet is left out; `rows_of` says so.
    """
    wanted = np.unique(np.asarray(members, dtype=np.int64))
    names = ", ".join(name for name, _ in WALLET_COLUMNS)
    columns = fetch_columns(
        cursor,
        f"SELECT {names} FROM ledger_wallet WHERE member_id = ANY(%s) ORDER BY member_id FOR NO KEY UPDATE",
        WALLET_COLUMNS,
        (IntegerArray(wanted),),
    )
    balances = np.empty((len(columns["member_id"]), len(ASSETS)), dtype=np.int64)
    for number, asset in enumerate(ASSETS):
        balances[:, number] = columns[asset]
    return LockedWallets(columns["member_id"], balances)
