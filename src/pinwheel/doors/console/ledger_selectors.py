"""Figures of the ledger, from its balances alone: a few rows per plan, however many transfers."""

from dataclasses import dataclass

from django.db.models import Sum

from pinwheel.doors.console.turnover import turnover_by_plan
from pinwheel.ledger.models import PlatformAccount, PlatformBalance
from pinwheel.rules.assets import ASSETS, CASH

Balances = dict[tuple[int, int], int]  # (account id, asset): hundredths


def platform_balances() -> Balances:
    """Every platform account's balance per asset, summed over the lanes."""
    sums = PlatformBalance.objects.values("account_id", "asset").annotate(total=Sum("amount"))
    return {
        (account, asset): int(total)
        for account, asset, total in sums.order_by().values_list("account_id", "asset", "total")
    }


def liabilities(balances: Balances) -> list[int]:
    """What all members hold of each asset. All accounts of an asset add up to zero, so the wallets hold
    what the platform's accounts owe; the audit checks that this is so.
    """
    owed = [0] * len(ASSETS)
    for (_, asset), amount in balances.items():
        owed[asset] -= amount
    return owed


@dataclass(frozen=True)
class PlanFigures:
    """Money of one plan in fen.

    `captured`: payments kept by settled groups, less what after-sales gave back; `pooled`: put into pools
    and not shared yet; `paid_out`: cash given of what was captured.
    """

    plan: str
    captured: int
    held: int
    kept: int
    pooled: int

    @property
    def paid_out(self) -> int:
        return self.captured - self.kept - self.pooled


def plan_figures(balances: Balances) -> list[PlanFigures]:
    """The figures of every plan that has accounts, by name."""
    accounts: dict[str, dict[str, int]] = {}
    for account in PlatformAccount.objects.exclude(plan=""):
        accounts.setdefault(account.plan, {})[account.name] = balances.get((account.pk, CASH), 0)
    captured = turnover_by_plan()
    return [
        PlanFigures(
            plan,
            captured.get(plan, 0),
            of_plan.get("held", 0),
            of_plan.get("kept", 0),
            of_plan.get("daily_pool", 0) + of_plan.get("monthly_pool", 0),
        )
        for plan, of_plan in sorted(accounts.items())
    ]
