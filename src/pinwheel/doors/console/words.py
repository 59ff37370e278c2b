"""The words for what the database keeps as numbers: states with their colours, assets, reasons, bars."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.functional import Promise
from django.utils.translation import get_language

from pinwheel.doors.console.language import gettext_lazy as _
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.catalogue.models import StockMovement
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.days.models import DayRun
from pinwheel.market.delivery.imports import EMPTY, REFUSED, TAKEN, TAKEN_BEFORE
from pinwheel.market.delivery.models import Delivery as Parcel
from pinwheel.market.groups.models import Group
from pinwheel.market.messages.kinds import CHANNELS, CONSOLE, MAIL, SMS, WECHAT
from pinwheel.market.messages.models import Delivery
from pinwheel.market.naming.services import asset_names
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion, PublishRequest, Simulation
from pinwheel.market.pool.models import Profit
from pinwheel.market.presale.models import Balance
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.market.webhooks.models import HookDelivery
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.bars import bar_names
from pinwheel.rules.dividends import FROZEN, IN_ONLY, OPEN

Word = str | Promise
States = dict[int, tuple[Word, str]]  # word, colour of its label

ACTIVITY_STATES: States = {
    Activity.State.DRAFT: (_("draft"), "default"),
    Activity.State.SCHEDULED: (_("scheduled"), "info"),
    Activity.State.RUNNING: (_("running"), "success"),
    Activity.State.ENDED: (_("ended"), "warning"),
}
STOP_STATES: States = {
    ActivityStop.State.PROPOSED: (_("awaiting a second person"), "warning"),
    ActivityStop.State.STOPPING: (_("being refunded"), "info"),
    ActivityStop.State.DONE: (_("done"), "success"),
    ActivityStop.State.REJECTED: (_("rejected"), "default"),
}
GROUP_STATES: States = {
    Group.State.FORMING: (_("forming"), "info"),
    Group.State.FILLED: (_("filled, result to come"), "primary"),
    Group.State.SETTLED: (_("settled"), "success"),
    Group.State.EXPIRED: (_("expired"), "warning"),
    Group.State.DISSOLVED: (_("dissolved"), "danger"),
    Group.State.UNUSED: (_("unused"), "default"),
}
IN_ADVANCE = 100  # not a state of its own: a forming group in which nobody sits yet and that nobody leads
GROUP_STATES[IN_ADVANCE] = (_("open in advance"), "default")
ORDER_STATES: States = {
    Order.State.UNPAID: (_("awaiting payment"), "warning"),
    Order.State.PAID: (_("paid, awaiting its seat"), "info"),
    Order.State.SEATED: (_("seated, group forming"), "primary"),
    Order.State.BALANCE_DUE: (_("group full, balance due"), "warning"),
    Order.State.SETTLED: (_("captured"), "success"),
    Order.State.REFUNDED: (_("refunded"), "default"),
    Order.State.LAPSED: (_("lapsed, never paid"), "danger"),
}
ROUTES: dict[int, Word] = {
    Order.Route.BALANCE: _("balance"),
    Order.Route.EXTERNAL: _("external payment"),
}
FLAGS: dict[int, Word] = {
    Order.Flag.FIRST_OF_DAY: _("first join of the day"),
    Order.Flag.NEWCOMER: _("newcomer's first join"),
}
PAYMENT_STATES: States = {
    Payment.State.PENDING: (_("pending"), "warning"),
    Payment.State.PAID: (_("paid"), "success"),
    Payment.State.FAILED: (_("failed"), "danger"),
}
PRESALE_BALANCES: States = {
    Balance.State.DUE: (_("due"), "warning"),
    Balance.State.PAID: (_("paid"), "success"),
    Balance.State.OVER: (_("not paid in time, deposit refunded"), "default"),
}
REFUND_STATES: States = {
    Refund.State.WAITING: (_("waiting for the provider"), "warning"),
    Refund.State.DONE: (_("done"), "success"),
}
PARCEL_STATES: States = {
    Parcel.State.CHOOSING: (_("prize to be chosen"), "default"),
    Parcel.State.TO_SHIP: (_("to be shipped"), "warning"),
    Parcel.State.SHIPPED: (_("shipped"), "info"),
    Parcel.State.RECEIVED: (_("received"), "success"),
    Parcel.State.CLOSED: (_("closed"), "default"),
}
AFTERSALE_STATES: States = {
    AfterSale.State.ASKED: (_("waiting for an answer"), "warning"),
    AfterSale.State.APPROVED: (_("awaiting a second person"), "warning"),
    AfterSale.State.RETURNING: (_("to be sent back"), "info"),
    AfterSale.State.SENT_BACK: (_("sent back, to arrive"), "primary"),
    AfterSale.State.REFUNDED: (_("refunded"), "success"),
    AfterSale.State.REFUSED: (_("refused"), "danger"),
    AfterSale.State.WITHDRAWN: (_("withdrawn"), "default"),
}
AFTERSALE_KINDS: dict[int, Word] = {
    AfterSale.Kind.REFUND_ONLY: _("refund only"),
    AfterSale.Kind.RETURN_AND_REFUND: _("return and refund"),
}
IMPORT_RESULTS: dict[str, tuple[Word, str]] = {
    TAKEN: (_("taken"), "success"),
    TAKEN_BEFORE: (_("taken before"), "info"),
    EMPTY: (_("empty row"), "default"),
    REFUSED: (_("refused"), "danger"),
}
ADJUSTMENT_STATES: States = {
    AdjustmentProposal.State.PROPOSED: (_("awaiting a second person"), "warning"),
    AdjustmentProposal.State.CONFIRMED: (_("confirmed and posted"), "success"),
    AdjustmentProposal.State.REJECTED: (_("rejected"), "default"),
}
REQUEST_STATES: States = {
    PublishRequest.State.OPEN: (_("awaiting a second person"), "warning"),
    PublishRequest.State.PUBLISHED: (_("published"), "success"),
    PublishRequest.State.WITHDRAWN: (_("withdrawn"), "default"),
    PublishRequest.State.REJECTED: (_("rejected"), "danger"),
}
SIMULATION_STATES: States = {
    Simulation.State.WAITING: (_("waits for the worker"), "default"),
    Simulation.State.RUNNING: (_("running"), "info"),
    Simulation.State.DONE: (_("done"), "success"),
    Simulation.State.FAILED: (_("failed"), "danger"),
}
DELIVERY_STATES: States = {
    Delivery.State.WAITING: (_("on its way"), "info"),
    Delivery.State.SENT: (_("sent"), "success"),
    Delivery.State.FAILED: (_("not sent"), "danger"),
    Delivery.State.SKIPPED: (_("left out"), "default"),
}
HOOK_STATES: States = {
    HookDelivery.State.WAITING: (_("on its way"), "info"),
    HookDelivery.State.SENT: (_("accepted"), "success"),
    HookDelivery.State.FAILED: (_("given up"), "danger"),
}
CHANNEL_WORDS: dict[int, Word] = {
    CHANNELS[CONSOLE]: _("log"),
    CHANNELS[MAIL]: _("e-mail"),
    CHANNELS[WECHAT]: _("WeChat"),
    CHANNELS[SMS]: _("short message"),
}
GROUNDS: dict[int, Word] = {
    PlanVersion.Ground.BEFORE: _("published before there was a gate: no reports were kept"),
    PlanVersion.Ground.GATE: _("reports, and a second person's acknowledgements"),
    PlanVersion.Ground.STAGE: _("a stage: a demo or a test, without the gate"),
}

RUN_KINDS: dict[int, Word] = {
    DayRun.Kind.CREDIT_RELEASE: _("release of credit"),
    DayRun.Kind.DAILY_DIVIDEND: _("daily dividend"),
    DayRun.Kind.MONTHLY_DIVIDEND: _("monthly dividend"),
}
RUN_STATES: States = {
    DayRun.State.NEW: (_("not begun"), "warning"),
    DayRun.State.PAYING: (_("paying"), "info"),
    DayRun.State.DONE: (_("done"), "success"),
}
PROFIT_STATES: States = {
    Profit.State.ENTERED: (_("awaiting a second person"), "warning"),
    Profit.State.CONFIRMED: (_("confirmed"), "success"),
    Profit.State.REJECTED: (_("rejected"), "default"),
}
PUBLIC_VALUE_KINDS: dict[int, Word] = {
    PublicValue.Kind.DRAND: _("drand beacon"),
    PublicValue.Kind.PUBLIC_NUMBER: _("public number"),
}
PUBLIC_VALUE_STATES: States = {
    PublicValue.State.WAITING: (_("waiting for its value"), "warning"),
    PublicValue.State.KNOWN: (_("known, to be drawn"), "info"),
    PublicValue.State.DRAWN: (_("drawn"), "success"),
    PublicValue.State.OVERDUE: (_("overdue, refunded"), "danger"),
}
ENTRY_STATES: States = {
    NumberEntry.State.OPEN: (_("awaiting a second person"), "warning"),
    NumberEntry.State.MATCHED: (_("both agree"), "success"),
    NumberEntry.State.CONFLICT: (_("the two differ"), "danger"),
}
POOL_PHASES: States = {
    OPEN: (_("open both ways"), "success"),
    IN_ONLY: (_("in only"), "info"),
    FROZEN: (_("frozen, to be settled"), "warning"),
}
CHOICE_STATES: States = {
    PrizeChoice.State.OPEN: (_("not chosen yet"), "warning"),
    PrizeChoice.State.PRODUCT: (_("product chosen"), "success"),
    PrizeChoice.State.VOUCHER: (_("voucher chosen"), "success"),
    PrizeChoice.State.LAPSED: (_("not chosen in time"), "default"),
}

STOCK_MOVEMENTS: dict[int, Word] = {
    StockMovement.Kind.RECEIVED: _("came in"),
    StockMovement.Kind.ALLOTTED: _("allotted"),
    StockMovement.Kind.GIVEN_BACK: _("given back"),
    StockMovement.Kind.SOLD: _("sold"),
    StockMovement.Kind.CORRECTED: _("corrected"),
    StockMovement.Kind.RETURNED: _("returned by a member"),
}
COUPON_STATES: States = {
    Coupon.State.UNUSED: (_("unused"), "info"),
    Coupon.State.USED: (_("used"), "success"),
    Coupon.State.EXPIRED: (_("expired"), "default"),
}
COUPON_SCOPES: dict[int, Word] = {
    CouponTemplate.Scope.ALL: _("all that take coupons"),
    CouponTemplate.Scope.CATEGORIES: _("categories"),
    CouponTemplate.Scope.PRODUCTS: _("products"),
    CouponTemplate.Scope.ACTIVITIES: _("activities"),
}
COUPON_SOURCES: dict[int, Word] = {
    Coupon.Source.PLAN: _("a plan's result"),
    Coupon.Source.OPERATOR: _("an operator"),
    Coupon.Source.TAKEN: _("the public list"),
}

# Texts name assets by their display names, as `%(cash)s`.
REASON_WORDS: dict[int, Word] = {
    reasons.HOLD: _("payment from balance held for the group"),
    reasons.HOLD_EXTERNAL: _("external payment held for the group"),
    reasons.CAPTURE: _("payment captured at settlement"),
    reasons.REFUND: _("refund to balance"),
    reasons.REFUND_EXTERNAL: _("refund by the route it was paid"),
    reasons.REWARD: _("reward of the draw's result"),
    reasons.RELEASED_CREDIT: _("%(shopping_credit)s used up by a release"),
    reasons.RELEASED_CASH: _("%(cash)s paid by a release"),
    reasons.LEADER_REWARD: _("leader's reward"),
    reasons.JOIN_REWARD: _("reward for joining"),
    reasons.ADJUSTMENT: _("adjustment by hand"),
    reasons.SPONSOR_RELEASED_CREDIT: _("%(shopping_credit)s used up by a downline's join"),
    reasons.SPONSOR_RELEASED_CASH: _("%(cash)s paid for a downline's join"),
    reasons.DAILY_RELEASED_CREDIT: _("%(shopping_credit)s used up by the daily release"),
    reasons.DAILY_RELEASED_CASH: _("%(cash)s paid by the daily release"),
    reasons.DAILY_DIVIDEND_FUNDED: _("daily dividend put into its pool"),
    reasons.DAILY_DIVIDEND: _("daily dividend"),
    reasons.MONTHLY_DIVIDEND_FUNDED: _("the month's profit put into its pool"),
    reasons.MONTHLY_DIVIDEND: _("monthly dividend"),
    reasons.POOL_IN: _("%(dividend_points)s moved into the pool"),
    reasons.POOL_OUT: _("%(dividend_points)s moved out of the pool"),
    reasons.EXCHANGE: _("%(dividend_points)s exchanged for goods"),
    reasons.COUPON_USED: _("coupon used towards a price"),
    reasons.COUPON_BACK: _("coupon's part back"),
    reasons.MALL_POINTS: _("points given in the points mall"),
    reasons.MALL_CASH: _("cash paid in the points mall"),
    reasons.TIER_REFUND: _("tier reached: difference to balance"),
    reasons.TIER_REFUND_EXTERNAL: _("tier reached: difference to the outside"),
    reasons.RETURN_REFUND: _("after-sale's refund to balance"),
    reasons.RETURN_REFUND_EXTERNAL: _("after-sale's refund by the route it was paid"),
    reasons.REVERSED: _("reward reversed with its order"),
    reasons.DEPOSIT: _("deposit from balance held for the group"),
    reasons.DEPOSIT_BACK: _("deposit back to balance, in full"),
    reasons.BALANCE: _("presale's balance paid from balance"),
    reasons.BALANCE_EXTERNAL: _("presale's balance paid from outside"),
    reasons.DEBT_TAKEN: _("debt of a reversal taken from a later reward"),
}
ACCOUNT_WORDS: dict[str, Word] = {
    "held": _("held for groups"),
    "kept": _("captured less cash paid out"),
    "issued": _("points and credit issued"),
    "outside": _("payment providers"),
    "adjustments": _("adjustments by hand"),
    "pool": _("%(dividend_points)s in the pool"),
    "daily_pool": _("pool of the daily dividend"),
    "monthly_pool": _("pool of the monthly dividend"),
    "coupons": _("paid by coupons"),
    "mall": _("points mall"),
}
BAR_WORDS: dict[str, Word] = {
    "leader": _("the leader is excluded from winning"),
    "first_join_of_day_in_front": _("foremost first join of the day"),
    "newcomer_in_front": _("foremost newcomer"),
    "sitting_out": _("sits out after wins"),
    "at_most": _("cap of wins in a window reached"),
}


def group_state(group: Group) -> int:
    """A group's state, or IN_ADVANCE."""
    is_empty = group.state == Group.State.FORMING and not group.taken and not group.leader_id
    return IN_ADVANCE if is_empty else group.state


_read: ContextVar[dict[str, dict[str, str]] | None] = ContextVar("asset names by language", default=None)


@contextmanager
def names_read_once() -> Iterator[None]:
    """Within it the display names of assets are read from the database at most once per language."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def asset_words() -> dict[str, str]:
    """Asset in code: its display name in the operator's language."""
    language, read = get_language() or "zh", _read.get()
    if read is None:
        return asset_names(language)
    if language not in read:
        read[language] = asset_names(language)
    return read[language]


def asset_word(number: int) -> str:
    """An asset by its number."""
    return asset_words()[ASSETS[number]]


def reason_word(number: int) -> str:
    """A transfer's reason; one that has no words yet by its name in code."""
    word = REASON_WORDS.get(number) or reasons.REASONS.get(number, str(number))
    return str(word) % asset_words()


def account_word(name: str) -> str:
    """What a platform account of that name holds; one that has no words yet by its name in code."""
    return str(ACCOUNT_WORDS.get(name, name)) % asset_words()


def bars_in_words(bits: int) -> list[Word]:
    """Why a seat could not win."""
    return [BAR_WORDS.get(name, name) for name in bar_names(bits)]


def flags_in_words(bits: int) -> list[Word]:
    """What was remarkable about a join when it was paid."""
    return [word for bit, word in FLAGS.items() if bits & bit]
