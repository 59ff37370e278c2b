"""A member's statement as the API shows it."""

from typing import NamedTuple

from pinwheel.doors.api.pages import PageQuery, unknown_cursor
from pinwheel.doors.api.schemas.common import Page, amount, public_id
from pinwheel.doors.api.schemas.members import AboutKind, StatementLineOut
from pinwheel.ledger.statements import BadCursor, StatementLine, statement
from pinwheel.market.ids import ORDER
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS


class Reason(NamedTuple):
    """What a reason's transfers are about, and what the reason means."""

    about: AboutKind
    meaning: str


# Every reason of rules/reasons.py; funding of dividends is between accounts of the platform only.
MEANINGS: dict[int, Reason] = {
    reasons.HOLD: Reason("order", "a join paid from the balance: held for its group"),
    reasons.HOLD_EXTERNAL: Reason("order", "a join paid from outside: held for its group"),
    reasons.CAPTURE: Reason("order", "the outcome keeps the payment"),
    reasons.REFUND: Reason("order", "the payment goes back to the balance"),
    reasons.REFUND_EXTERNAL: Reason("order", "the payment goes back to where it came from"),
    reasons.REWARD: Reason("order", "what the outcome gives"),
    reasons.RELEASED_CREDIT: Reason("order", "shopping credit used up by a release"),
    reasons.RELEASED_CASH: Reason("order", "the cash that the release pays"),
    reasons.LEADER_REWARD: Reason("order", "what the leader of a filled group gets"),
    reasons.JOIN_REWARD: Reason("order", "what each settled join gives"),
    reasons.ADJUSTMENT: Reason(
        "adjustment", "an operator's adjustment, with a reason, confirmed by a second"
    ),
    reasons.SPONSOR_RELEASED_CREDIT: Reason("order", "a sponsor's credit used up by a downline's join"),
    reasons.SPONSOR_RELEASED_CASH: Reason("order", "the cash that this pays to the sponsor"),
    reasons.DAILY_RELEASED_CREDIT: Reason("run", "shopping credit used up by the release of a business day"),
    reasons.DAILY_RELEASED_CASH: Reason("run", "the cash that this pays"),
    reasons.DAILY_DIVIDEND_FUNDED: Reason("run", "what a day's winning orders put into the pool"),
    reasons.DAILY_DIVIDEND: Reason("run", "a share of the day's dividend"),
    reasons.MONTHLY_DIVIDEND_FUNDED: Reason("run", "a month's distributable profit"),
    reasons.MONTHLY_DIVIDEND: Reason("run", "a share of the month's dividend"),
    reasons.POOL_IN: Reason("move", "dividend points moved into the pool"),
    reasons.POOL_OUT: Reason("move", "dividend points moved out of the pool"),
    reasons.EXCHANGE: Reason("exchange", "dividend points given for goods"),
    reasons.COUPON_USED: Reason("order", "the part of a join's price that its coupon pays, held with it"),
    reasons.COUPON_BACK: Reason("order", "that part back, as the payment goes back"),
    reasons.MALL_POINTS: Reason("exchange", "consumer points given for goods of the points mall"),
    reasons.MALL_CASH: Reason("exchange", "the cash paid with them"),
    reasons.TIER_REFUND: Reason("order", "a ladder reached a tier: the difference to the balance"),
    reasons.TIER_REFUND_EXTERNAL: Reason(
        "order", "a ladder reached a tier: the difference by the route it was paid"
    ),
    reasons.RETURN_REFUND: Reason("order", "an after-sale's refund to the balance"),
    reasons.RETURN_REFUND_EXTERNAL: Reason("order", "an after-sale's refund to where the payment came from"),
    reasons.REVERSED: Reason("order", "a reward taken back with its order's refund"),
    reasons.DEPOSIT: Reason("order", "a presale's deposit paid from the balance: held for the group"),
    reasons.DEPOSIT_BACK: Reason("order", "that deposit back to the balance, all of it"),
    reasons.BALANCE: Reason("order", "the rest of a presale's price, paid from the balance"),
    reasons.BALANCE_EXTERNAL: Reason("order", "the rest of a presale's price, paid from outside"),
    reasons.DEBT_TAKEN: Reason("order", "of a later reward: what the reversal of this order lacked"),
}


def statement_page(member_id: int, query: PageQuery) -> Page[StatementLineOut]:
    """A page of a member's transfers, newest first. Raises: Problem invalid_request."""
    try:
        lines, cursor = statement(member_id, query.cursor, query.limit)
    except BadCursor:
        raise unknown_cursor() from None
    return Page[StatementLineOut](items=[line_out(line) for line in lines], next_cursor=cursor)


def line_out(line: StatementLine) -> StatementLineOut:
    kind, about = about_of(line)
    return StatementLineOut(
        at=line.at,
        asset=ASSETS[line.asset],
        amount=amount(line.amount),
        reason=reasons.REASONS.get(line.reason, str(line.reason)),
        about_kind=kind,
        about=about,
        batch=line.batch,
        line=line.line,
    )


def about_of(line: StatementLine) -> tuple[AboutKind | None, str | None]:
    """What a line is about, and under which id the API shows that; neither where it is about nothing."""
    reason = MEANINGS.get(line.reason)
    if reason is None or not line.about:
        return None, None
    return reason.about, public_id(ORDER, line.about) if reason.about == "order" else str(line.about)
