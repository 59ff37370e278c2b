"""An operator's adjustment of a member's balances: a transfer with a reason, kept for good."""

from datetime import datetime

import numpy as np
from django.db import transaction

from pinwheel.ledger.accounts import ADJUSTMENTS, platform_account
from pinwheel.ledger.post import TRANSFER, post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.rules.reasons import ADJUSTMENT


def adjust_balances(members: list[int], asset: int, amounts: list[int], about: int, now: datetime) -> int:
    """Grant (positive) or take (negative) an amount in hundredths of one asset per member; return the batch.

    Raises: InsufficientBalance if more would be taken than a member has; UnknownMember.
    """
    counterpart = platform_account("", ADJUSTMENTS)
    moves = [(member, amount) for member, amount in zip(members, amounts, strict=True) if amount]
    with transaction.atomic():
        cursor = raw_cursor()
        wallets = lock_wallets(cursor, members)
        transfers = np.zeros(len(moves), dtype=TRANSFER)
        transfers["from_account"] = [counterpart if amount > 0 else member for member, amount in moves]
        transfers["to_account"] = [member if amount > 0 else counterpart for member, amount in moves]
        transfers["asset"] = asset
        transfers["amount"] = [abs(amount) for _, amount in moves]
        transfers["reason"] = ADJUSTMENT
        transfers["about"] = about
        return post(cursor, now, transfers, wallets)
