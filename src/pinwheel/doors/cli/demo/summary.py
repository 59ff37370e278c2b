"""The demo's summary: what happened, in figures from the ledger."""

from django.db.models import Count, Max, Min, Q, Sum
from rich.console import Console
from rich.table import Table

from pinwheel.ledger.models import Batch, PlatformAccount, PlatformBalance, Transfer
from pinwheel.market.activities.models import Activity
from pinwheel.market.audit import audit
from pinwheel.market.days.models import DayRun
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import CASH


def signed(amount: int) -> str:
    return format_amount(amount) if amount >= 0 else f"-{format_amount(-amount)}"


def kept_by_plan() -> dict[str, int]:
    """What each plan kept, in fen: captured payments less cash paid out."""
    accounts = dict(PlatformAccount.objects.filter(name="kept").values_list("id", "plan"))
    sums = (
        PlatformBalance.objects.filter(account_id__in=accounts, asset=CASH)
        .values_list("account_id")
        .annotate(total=Sum("amount"))
    )
    return {accounts[account]: int(total) for account, total in sums}


def print_days(out: Console) -> None:
    """What the beginnings of the business days paid, by kind; nothing if there were none."""
    rows = (
        DayRun.objects.values("plan", "kind")
        .annotate(
            runs=Count("id"), members=Sum("members"), paid=Sum("paid"), first=Min("day"), last=Max("day")
        )
        .order_by("plan", "kind")
    )
    if not rows:
        return
    table = Table(title="What the days paid", title_justify="left")
    table.add_column("plan", no_wrap=True)
    table.add_column("what", no_wrap=True)
    for name in ("days", "from", "to", "payments", "paid ¥"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        kind = DayRun.Kind(row["kind"]).label
        dates = row["first"].isoformat(), row["last"].isoformat()
        table.add_row(row["plan"], kind, str(row["runs"]), *dates, str(row["members"]), signed(row["paid"]))
    out.print(table)


def print_summary(out: Console, activities: list[Activity], title: str) -> bool:
    """Print the tables, ending in the audit's result; return whether the audit is clean."""
    kept = kept_by_plan()
    table = Table(title=f"拼 Pinwheel · {title}", title_justify="left")
    table.add_column("activity", no_wrap=True)
    for name in ("joins", "settled", "forming", "expired", "dissolved", "kept ¥"):
        table.add_column(name, justify="right", no_wrap=True)
    for activity in activities:
        states = Group.objects.filter(activity_id=activity.pk).aggregate(
            settled=Count("id", filter=Q(state=Group.State.SETTLED)),
            forming=Count("id", filter=Q(state=Group.State.FORMING) & (Q(taken__gt=0) | ~Q(leader_id=0))),
            expired=Count("id", filter=Q(state=Group.State.EXPIRED)),
            dissolved=Count("id", filter=Q(state=Group.State.DISSOLVED)),
        )
        joins = Order.objects.filter(activity_id=activity.pk).exclude(paid_batch=0).count()
        plan = activity.plan_version.name
        table.add_row(
            plan,
            str(joins),
            *(str(count) for count in states.values()),
            signed(kept.get(plan, 0)),
        )
    out.print(table)
    print_days(out)
    refunded = Order.objects.filter(state=Order.State.REFUNDED)
    out.print(
        f"{Transfer.objects.count()} transfers in {Batch.objects.count()} batches;"
        f" {refunded.count()} orders refunded in full,"
        f" {refunded.filter(route=Order.Route.EXTERNAL).count()} of them to the outside.",
        highlight=False,
    )
    findings = [(name, finding) for name, found in audit() for finding in found]
    for name, finding in findings:
        out.print(f"audit: {name}: {finding.where}: {finding.message}", style="red", markup=False)
    out.print(
        "Audit: clean." if not findings else f"Audit: {len(findings)} findings.",
        style="bold red" if findings else "bold green",
    )
    return not findings
