"""Statements: a member's transfers, newest first, in pages that a cursor continues.

Every query names the indexed expression and the index's own condition literally, so PostgreSQL reads just
the lines of the page from each month's index, however many transfers there are.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

MOST_LINES = 200

# The greater side of a transfer is the member's: platform accounts are negative.
LINES = """
SELECT batch, line, at, from_account, to_account, amount, about, asset, reason
  FROM ledger_transfer
 WHERE greatest(from_account, to_account) = %s AND greatest(from_account, to_account) > 0
"""
NEWEST_FIRST = " ORDER BY batch DESC, line DESC LIMIT %s"

Row = tuple[int, int, datetime, int, int, int, int, int, int]


class BadCursor(ValueError):
    """A cursor that no statement gave out."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer as its member sees it.

    Attributes:
        amount: hundredths, negative where the member gave.
        other: number (negative) of the platform account on the other side.
        about: id of the order or group it is about; 0 for none.
        asset, reason: numbers of rules/assets.py and rules/reasons.py.
    """

    batch: int
    line: int
    at: datetime
    asset: int
    amount: int
    reason: int
    about: int
    other: int

    @property
    def cursor(self) -> str:
        """Where the page after this line goes on."""
        return f"{self.batch}.{self.line}"


def statement(
    member_id: int, before: str | None = None, limit: int = 50, asset: int | None = None
) -> tuple[list[StatementLine], str | None]:
    """A page of a member's statement, newest first, and the cursor of the next page (None: the last).

    Args:
        before: the cursor "batch.line" that the page before gave.
        limit: lines of a page, 1 to MOST_LINES.
        asset: number of one asset only.
    Raises: BadCursor.
    """
    query, parameters = LINES, [member_id]
    if before is not None:
        query += " AND (batch, line) < (%s, %s)"
        parameters += read_cursor(before)
    if asset is not None:
        query += " AND asset = %s"
        parameters.append(asset)
    wanted = max(1, min(limit, MOST_LINES))
    lines = _read(query + NEWEST_FIRST, [*parameters, wanted + 1])
    if len(lines) <= wanted:
        return lines, None
    return lines[:wanted], lines[wanted - 1].cursor


def lines_about(member_id: int, batch: int, about: int) -> list[StatementLine]:
    """What one batch moved for a member because of one order or group, in the order of its lines."""
    query = LINES + " AND batch = %s AND about = %s ORDER BY line LIMIT %s"
    return _read(query, [member_id, batch, about, MOST_LINES])


def read_cursor(text: str) -> tuple[int, int]:
    """Batch and line of a cursor. Raises: BadCursor."""
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,9})", text, re.ASCII)
    if match is None:
        raise BadCursor(text)
    return int(match[1]), int(match[2])


def _read(query: str, parameters: list[Any]) -> list[StatementLine]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Row) -> StatementLine:
    batch, line, at, source, target, amount, about, asset, reason = row
    is_member_giving = source > 0
    return StatementLine(
        batch=batch,
        line=line,
        at=at,
        asset=asset,
        amount=-amount if is_member_giving else amount,
        reason=reason,
        about=about,
        other=target if is_member_giving else source,
    )
