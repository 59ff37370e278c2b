"""Short words for ledger tests: accounts, transfers, posts."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import transaction

from pinwheel.ledger.accounts import platform_account
from pinwheel.ledger.audit import LEDGER_CHECKS
from pinwheel.ledger.models import PlatformBalance, Wallet
from pinwheel.ledger.post import TRANSFER, post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets, open_wallets
from pinwheel.rules.assets import ASSETS

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
_members = itertools.count(1000)


def people(count: int) -> list[int]:
    """Fresh members with empty wallets."""
    members = [next(_members) for _ in range(count)]
    open_wallets(members)
    return members


def account(name: str) -> int:
    return platform_account("test", name)


def moves(*rows: tuple[int, ...]) -> Any:
    """Transfers from (from, to, amount[, asset[, reason[, about]]])."""
    transfers = np.zeros(len(rows), dtype=TRANSFER)
    names = ("from_account", "to_account", "amount", "asset", "reason", "about")
    for number, row in enumerate(rows):
        for name, value in zip(names, (*row, *(0, 1, 1)[len(row) - 3 :]), strict=True):
            transfers[name][number] = value
    return transfers


def book(
    *rows: tuple[int, ...], at: datetime = AT, lane: int = 1, locked: Sequence[int] | None = None
) -> int:
    """Post these transfers in a transaction of their own."""
    transfers = moves(*rows)
    members = {int(side) for name in ("from_account", "to_account") for side in transfers[name] if side > 0}
    with transaction.atomic():
        cursor = raw_cursor()
        wallets = lock_wallets(cursor, sorted(members) if locked is None else locked)
        return post(cursor, at, transfers, wallets, lane)


def balance(number: int, asset: int = 0) -> int:
    """Of a member (positive) or a platform account (negative)."""
    if number > 0:
        return getattr(Wallet.objects.get(pk=number), ASSETS[asset])
    found = PlatformBalance.objects.filter(account_id=-number, asset=asset)
    return sum(balance.amount for balance in found)


def book_findings() -> list[str]:
    """What the audit of the books says, as `check: where`."""
    with transaction.atomic():
        cursor = raw_cursor()
        return [f"{f.check}: {f.where}" for check in LEDGER_CHECKS for f in check(cursor)]
