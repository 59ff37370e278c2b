"""A member's statement as the API shows it."""

from pinwheel.doors.api.pages import PageQuery, unknown_cursor
from pinwheel.doors.api.schemas.common import Page, amount, public_id
from pinwheel.doors.api.schemas.members import StatementLineOut
from pinwheel.ledger.statements import BadCursor, StatementLine, statement
from pinwheel.market.ids import ORDER
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.reasons import ADJUSTMENT, REASONS


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
        about=None if line.reason == ADJUSTMENT else public_id(ORDER, line.about),
        batch=line.batch,
        line=line.line,
    )
