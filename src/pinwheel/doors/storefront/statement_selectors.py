"""A member's balances and statement, each line told in words: what for, which plan, which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pinwheel.doors.storefront.languages import capital, names_of_assets, page_language
from pinwheel.doors.storefront.plan_selectors import title_of
from pinwheel.doors.storefront.statement_words import OF_POOL, OF_SPONSORS, Causes, causes_of, what, why
from pinwheel.ledger.models import PlatformAccount, Wallet
from pinwheel.ledger.statements import StatementLine
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion
from pinwheel.plan.view import text_of
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.reasons import DAILY_DIVIDEND


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
    """A line of a statement. Ids are 0 and texts empty where there is nothing to link or to say.

    Attributes:
        what, why: the reason in a few words, and what brought this line about.
        order_id: of the member's own order only.
        leads_to: `pool` or `dividends`, the page where more stands about it; empty for none.
    """

    at: datetime
    asset: int
    asset_name: str
    amount: int
    what: str
    why: str
    activity_title: str
    plan_title: str
    outcome: str
    order_id: int
    group_id: int
    leads_to: str

    @property
    def is_cash(self) -> bool:
        return self.asset == 0


@dataclass(frozen=True)
class Background:
    """What the lines of a page refer to, read together."""

    member_id: int
    asset_names: dict[str, str]
    orders: dict[int, Order]
    causes: Causes
    activities: dict[int, Activity]
    accounts: dict[int, PlatformAccount]
    plan_titles: dict[str, str]

    def order_about(self, line: StatementLine) -> Order | None:
        """The join that a line is about: one's own, or that of a member of one's team."""
        if line.reason in OF_SPONSORS:
            return self.causes.joins.get(line.about)
        return self.orders.get(line.about)


def balances(member_id: int) -> list[Balance]:
    wallet, names = Wallet.objects.filter(pk=member_id).first(), names_of_assets()
    return [
        Balance(number, capital(names[asset]), getattr(wallet, asset) if wallet else 0)
        for number, asset in enumerate(ASSETS)
    ]


def line_views(member_id: int, lines: Sequence[StatementLine]) -> list[LineView]:
    """Lines with what they are about, in a fixed number of queries."""
    background = background_of(member_id, lines)
    return [line_view(line, background) for line in lines]


def background_of(member_id: int, lines: Sequence[StatementLine]) -> Background:
    """Read what the lines refer to."""
    ids = {line.about for line in lines if line.about}
    orders = Order.objects.filter(member_id=member_id).in_bulk(ids)
    causes = causes_of(member_id, lines)
    joins = [*orders.values(), *causes.joins.values()]
    accounts = PlatformAccount.objects.in_bulk({-line.other for line in lines})
    without_order = {
        accounts[-line.other].plan
        for line in lines
        if line.about not in orders and line.about not in causes.joins and -line.other in accounts
    }
    return Background(
        member_id=member_id,
        asset_names=names_of_assets(),
        orders=orders,
        causes=causes,
        activities=Activity.objects.in_bulk({order.activity_id for order in joins}),
        accounts=accounts,
        plan_titles=plan_titles(without_order - {""}),
    )


def plan_titles(names: set[str]) -> dict[str, str]:
    """What plans are called, by their ids, as their newest versions say; no query where none is asked for."""
    if not names:
        return {}
    newest = PlanVersion.objects.filter(name__in=names).order_by("name", "-version").distinct("name")
    return {name: title_of(terms_of(version)) for name, version in newest.values_list("name", "id")}


def line_view(line: StatementLine, background: Background) -> LineView:
    order = background.order_about(line)
    activity = background.activities[order.activity_id] if order else None
    account = background.accounts.get(-line.other)
    title = ""
    if activity is not None:
        title = activity.title_zh if page_language() == "zh" else activity.title_en
    is_own = order is not None and order.member_id == background.member_id
    return LineView(
        at=line.at,
        asset=line.asset,
        asset_name=capital(background.asset_names[ASSETS[line.asset]]),
        amount=line.amount,
        what=what(line, background.asset_names),
        why=why(line, background.member_id, background.causes, background.asset_names),
        activity_title=title,
        plan_title=plan_title(account, activity, background.plan_titles),
        outcome=outcome_title(line, order, activity) if is_own else "",
        order_id=order.pk if order and is_own else 0,
        group_id=order.group_id if order else 0,
        leads_to="pool" if line.reason in OF_POOL else "dividends" if line.reason == DAILY_DIVIDEND else "",
    )


def plan_title(account: PlatformAccount | None, activity: Activity | None, titles: dict[str, str]) -> str:
    """The plan by whose rules the line moved."""
    if activity is not None:
        return text_of(terms_of(activity.plan_version_id).plan.title, page_language())
    return titles.get(account.plan, account.plan) if account else ""


def outcome_title(line: StatementLine, order: Order | None, activity: Activity | None) -> str:
    """The result that caused the line; empty for what came before any result."""
    if order is None or activity is None or order.outcome < 0 or line.batch != order.settled_batch:
        return ""
    plan = terms_of(activity.plan_version_id).plan
    return text_of(plan.outcomes[order.outcome].title, page_language())
