"""A member's balances and statement, each line told in words: what for, which plan, which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from pinwheel.doors.storefront.languages import asset_name, page_language
from pinwheel.ledger.models import PlatformAccount, Wallet
from pinwheel.ledger.statements import StatementLine
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.orders.models import Order
from pinwheel.plan.view import text_of
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS

# What each reason is, as the member reads it.
WORDS = {
    reasons.HOLD: _("Paid for a join, held for the group"),
    reasons.CAPTURE: _("Payment kept"),
    reasons.REFUND: _("Payment returned"),
    reasons.REWARD: _("Reward of the result"),
    reasons.RELEASED_CREDIT: _("Shopping credit released"),
    reasons.RELEASED_CASH: _("Cash from released shopping credit"),
    reasons.LEADER_REWARD: _("Leader's reward"),
    reasons.JOIN_REWARD: _("Reward of the join"),
    reasons.ADJUSTMENT: _("Adjustment by the platform"),
}
UNNAMED = gettext_lazy("Other movement")


@dataclass(frozen=True)
class Balance:
    """What a member holds of one asset, in hundredths."""

    asset: int
    name: str
    amount: int

    @property
    def code(self) -> str:
        """The asset's name in code."""
        return ASSETS[self.asset]

    @property
    def is_cash(self) -> bool:
        return self.asset == 0


@dataclass(frozen=True)
class LineView:
    """A line of a statement. Ids are 0 and texts empty where there is nothing to link or to say."""

    at: datetime
    asset: int
    asset_name: str
    amount: int
    what: str
    activity_title: str
    plan_title: str
    outcome: str
    order_id: int
    group_id: int

    @property
    def is_cash(self) -> bool:
        return self.asset == 0


def balances(member_id: int) -> list[Balance]:
    wallet = Wallet.objects.filter(pk=member_id).first()
    return [
        Balance(number, asset_name(number), getattr(wallet, asset) if wallet else 0)
        for number, asset in enumerate(ASSETS)
    ]


def line_views(member_id: int, lines: Sequence[StatementLine]) -> list[LineView]:
    """Lines with the orders, activities and plans they are about, in three queries."""
    orders = Order.objects.filter(member_id=member_id).in_bulk({line.about for line in lines if line.about})
    activities = Activity.objects.in_bulk({order.activity_id for order in orders.values()})
    accounts = PlatformAccount.objects.in_bulk({-line.other for line in lines})
    views = []
    for line in lines:
        order = orders.get(line.about)
        activity = activities[order.activity_id] if order else None
        views.append(line_view(line, order, activity, accounts))
    return views


def line_view(
    line: StatementLine,
    order: Order | None,
    activity: Activity | None,
    accounts: dict[int, PlatformAccount],
) -> LineView:
    account = accounts.get(-line.other)
    language = page_language()
    title = ""
    if activity is not None:
        title = activity.title_zh if language == "zh" else activity.title_en
    return LineView(
        at=line.at,
        asset=line.asset,
        asset_name=asset_name(line.asset),
        amount=line.amount,
        what=str(WORDS.get(line.reason, UNNAMED)),
        activity_title=title,
        plan_title=plan_title(account, activity),
        outcome=outcome_title(line, order, activity),
        order_id=order.pk if order else 0,
        group_id=order.group_id if order else 0,
    )


def plan_title(account: PlatformAccount | None, activity: Activity | None) -> str:
    """The plan by whose rules the line moved; its id where the line names no activity."""
    if activity is not None:
        return text_of(terms_of(activity.plan_version_id).plan.title, page_language())
    return account.plan if account else ""


def outcome_title(line: StatementLine, order: Order | None, activity: Activity | None) -> str:
    """The result that caused the line; empty for what came before any result."""
    if order is None or activity is None or order.outcome < 0 or line.batch != order.settled_batch:
        return ""
    plan = terms_of(activity.plan_version_id).plan
    return text_of(plan.outcomes[order.outcome].title, page_language())
