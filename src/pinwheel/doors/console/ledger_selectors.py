"""Figures of the ledger, from its balances alone: a few rows per plan, however many transfers."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum

from pinwheel.ledger.models import PlatformAccount, PlatformBalance
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import Group
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


VERY_MANY = 100_000  # settled groups
COUNT_KEPT = 60  # seconds


@dataclass(frozen=True)
class PlanFigures:
    """Money of one plan in fen.

    `captured`: payments kept by settled groups; `pooled`: put into pools and not shared yet; `paid_out`:
    cash given of what was captured.
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
    captured = captured_by_plan()
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


def settled_by_activity() -> dict[int, int]:
    """Settled groups of each activity. Where they are very many, the count is kept for a moment."""
    key = f"console-settled-{connection.settings_dict['NAME']}"
    kept: dict[int, int] | None = cache.get(key)
    if kept is not None:
        return kept
    settled = dict(
        Group.objects.filter(state=Group.State.SETTLED)
        .values("activity_id")
        .annotate(groups=Count("pk"))
        .order_by()
        .values_list("activity_id", "groups")
    )
    if sum(settled.values()) > VERY_MANY:
        cache.set(key, settled, COUNT_KEPT)
    return settled


def captured_by_plan() -> dict[str, int]:
    """Payments kept, in fen. A settled group keeps its plan's number of seats at its activity's price, so
    the settled groups are counted, by the index of activity and state, and no order is read.
    """
    settled = settled_by_activity()
    captured: dict[str, int] = {}
    activities = Activity.objects.filter(pk__in=settled).values_list("pk", "plan_version_id", "price")
    for activity, version, price in activities:
        terms = terms_of(version)
        seats = sum(
            count
            for count, keeps in zip(terms.plain.class_counts, terms.plain.class_keeps, strict=True)
            if keeps
        )
        captured[terms.plan_name] = captured.get(terms.plan_name, 0) + settled[activity] * seats * price
    return captured
