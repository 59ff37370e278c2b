"""The words for what the database keeps as numbers: states with their colours, assets, reasons, bars."""

from django.utils.functional import Promise

from pinwheel.doors.console.language import gettext_lazy as _
from pinwheel.market.activities.models import Activity
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.bars import bar_names

Word = str | Promise
States = dict[int, tuple[Word, str]]  # word, colour of its label

ACTIVITY_STATES: States = {
    Activity.State.DRAFT: (_("draft"), "default"),
    Activity.State.SCHEDULED: (_("scheduled"), "info"),
    Activity.State.RUNNING: (_("running"), "success"),
    Activity.State.ENDED: (_("ended"), "warning"),
}
GROUP_STATES: States = {
    Group.State.FORMING: (_("forming"), "info"),
    Group.State.FILLED: (_("filled, to be drawn"), "primary"),
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
REFUND_STATES: States = {
    Refund.State.WAITING: (_("waiting for the provider"), "warning"),
    Refund.State.DONE: (_("done"), "success"),
}
ADJUSTMENT_STATES: States = {
    AdjustmentProposal.State.PROPOSED: (_("awaiting a second person"), "warning"),
    AdjustmentProposal.State.CONFIRMED: (_("confirmed and posted"), "success"),
    AdjustmentProposal.State.REJECTED: (_("rejected"), "default"),
}

ASSET_WORDS: dict[str, Word] = {
    "cash": _("cash balance"),
    "shopping_credit": _("shopping credit"),
    "dividend_points": _("dividend points"),
    "consumer_points": _("consumer points"),
    "shopping_coins": _("shopping coins"),
    "appreciation_points": _("appreciation points"),
}
REASON_WORDS: dict[int, Word] = {
    reasons.HOLD: _("payment from balance held for the group"),
    reasons.HOLD_EXTERNAL: _("external payment held for the group"),
    reasons.CAPTURE: _("payment captured at settlement"),
    reasons.REFUND: _("refund to balance"),
    reasons.REFUND_EXTERNAL: _("refund by the route it was paid"),
    reasons.REWARD: _("reward of the draw's result"),
    reasons.RELEASED_CREDIT: _("shopping credit used up by a release"),
    reasons.RELEASED_CASH: _("cash paid by a release"),
    reasons.LEADER_REWARD: _("leader's reward"),
    reasons.JOIN_REWARD: _("reward for joining"),
    reasons.ADJUSTMENT: _("adjustment by hand"),
}
ACCOUNT_WORDS: dict[str, Word] = {
    "held": _("held for groups"),
    "kept": _("captured less cash paid out"),
    "issued": _("points and credit issued"),
    "outside": _("payment providers"),
    "adjustments": _("adjustments by hand"),
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


def asset_word(number: int) -> Word:
    """An asset by its number."""
    name = ASSETS[number]
    return ASSET_WORDS.get(name, name)


def reason_word(number: int) -> Word:
    """A transfer's reason; one that has no words yet by its name in code."""
    return REASON_WORDS.get(number) or reasons.REASONS.get(number, str(number))


def bars_in_words(bits: int) -> list[Word]:
    """Why a seat could not win."""
    return [BAR_WORDS.get(name, name) for name in bar_names(bits)]


def flags_in_words(bits: int) -> list[Word]:
    """What was remarkable about a join when it was paid."""
    return [word for bit, word in FLAGS.items() if bits & bit]
