"""Accounts: a member's number is positive, a platform account's is negative."""

from typing import NamedTuple

from django.db import connection

from pinwheel.ledger.models import PlatformAccount
from pinwheel.rules.reasons import (
    COUPONS,
    DAILY_POOL,
    HELD,
    ISSUED,
    KEPT,
    MEMBER,
    MONTHLY_POOL,
    OUTSIDE,
    PARTY_COUNT,
    POOL,
)

ADJUSTMENTS = "adjustments"  # the counterpart of an operator's adjustments


class PlanAccounts(NamedTuple):
    """Numbers (negative) of the accounts that a plan's money runs through."""

    held: int  # payments held for groups that are not settled
    kept: int  # captured payments less all cash paid out under the plan
    issued: int  # counterpart of points and credit issued
    outside: int  # the payment provider's side of the world
    pool: int  # dividend points that members have moved into the pool
    daily_pool: int  # cash of the daily dividend: what rounding left over waits for the next day
    monthly_pool: int  # cash of the monthly dividend, as above
    coupons: int  # what coupons paid towards prices, as a negative balance

    def of_party(self) -> list[int]:
        """Account numbers indexed by the parties of rules/reasons.py; a member's own is filled in later."""
        numbers = [0] * PARTY_COUNT
        numbers[MEMBER] = 0
        numbers[HELD], numbers[KEPT], numbers[ISSUED] = self.held, self.kept, self.issued
        numbers[OUTSIDE], numbers[POOL] = self.outside, self.pool
        numbers[DAILY_POOL], numbers[MONTHLY_POOL] = self.daily_pool, self.monthly_pool
        numbers[COUPONS] = self.coupons
        return numbers


_numbers: dict[tuple[str, str, str], int] = {}


def platform_account(plan: str, name: str) -> int:
    """The number (negative) of a platform account; it is opened when it is first asked for.

    Accounts are never renumbered, so a process remembers them, per database.
    """
    key = (connection.settings_dict["NAME"], plan, name)
    if key not in _numbers:
        account, is_new = PlatformAccount.objects.get_or_create(plan=plan, name=name)
        if is_new and connection.in_atomic_block:
            return -account.pk  # a rollback would take it away again
        _numbers[key] = -account.pk
    return _numbers[key]


def plan_accounts(plan: str) -> PlanAccounts:
    """The accounts of a plan. Call it before the transaction that posts to them."""
    return PlanAccounts(
        held=platform_account(plan, "held"),
        kept=platform_account(plan, "kept"),
        issued=platform_account(plan, "issued"),
        outside=platform_account("", "outside"),
        pool=platform_account(plan, "pool"),
        daily_pool=platform_account(plan, "daily_pool"),
        monthly_pool=platform_account(plan, "monthly_pool"),
        coupons=platform_account(plan, "coupons"),
    )
