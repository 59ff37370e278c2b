"""A member's statement as the API shows it."""

from pinwheel.doors.api.pages import PageQuery, unknown_cursor
from pinwheel.doors.api.schemas.common import Page, amount, public_id
from pinwheel.doors.api.schemas.members import StatementLineOut
from pinwheel.ledger.statements import BadCursor, StatementLine, statement
from pinwheel.market.ids import ORDER
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.reasons import (
    ADJUSTMENT,
    DAILY_DIVIDEND,
    DAILY_RELEASED_CASH,
    DAILY_RELEASED_CREDIT,
    EXCHANGE,
    MONTHLY_DIVIDEND,
    POOL_IN,
    POOL_OUT,
    REASONS,
)

# The others are about an adjustment, a day's run, a move of points or an exchange.
ABOUT_AN_ORDER = set(REASONS) - {
    ADJUSTMENT,
    DAILY_RELEASED_CREDIT,
    DAILY_RELEASED_CASH,
    DAILY_DIVIDEND,
    MONTHLY_DIVIDEND,
    POOL_IN,
    POOL_OUT,
    EXCHANGE,
}


def statement_page(member_id: int, query: PageQuery) -> Page[StatementLineOut]:
    """A page of a member's transfers, newest first. Raises: Problem invalid_request."""
    try:
        lines, cursor = statement(member_id, query.cursor, query.limit)
    except BadCursor:
        raise unknown_cursor() from None
    return Page[StatementLineOut](items=[line_out(line) for line in lines], next_cursor=cursor)


def line_out(line: StatementLine) -> StatementLineOut:
    return StatementLineOut(
        at=line.at,
        asset=ASSETS[line.asset],
        amount=amount(line.amount),
        reason=REASONS.get(line.reason, str(line.reason)),
        about=public_id(ORDER, line.about) if line.reason in ABOUT_AN_ORDER else None,
        batch=line.batch,
        line=line.line,
    )
