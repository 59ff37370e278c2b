"""Cursor pagination: lists run newest first, and a cursor names the last item that was shown."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import Field

from pinwheel.doors.api.field_errors import FieldError
from pinwheel.doors.api.problems import Problem
from pinwheel.market.ids import from_text, to_text

Row = TypeVar("Row", bound=Model)
PAGE = ("cursor", "limit")
LIMIT = 50
MOST = 200


class PageQuery(Schema):
    """Which page of a list."""

    cursor: Annotated[
        str | None,
        Field(
            description="`next_cursor` of the page before; left out: the first page",
            min_length=1,
            max_length=64,
            pattern=r"^[A-Za-z0-9_.:\-]+$",
        ),
    ] = None
    limit: Annotated[int, Field(description="How many items at most", ge=1, le=MOST)] = LIMIT


def page_by_id(rows: "QuerySet[Row]", kind: str, query: PageQuery) -> tuple[list[Row], str | None]:
    """A page of rows in descending order of their ids. Raises: Problem invalid_request."""
    if query.cursor is not None:
        before = from_text(kind, query.cursor)
        if before is None:
            raise unknown_cursor()
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: query.limit + 1])
    return cut(found, query.limit, lambda row: to_text(kind, row.pk))


def page_by_number(rows: "QuerySet[Row]", field: str, query: PageQuery) -> tuple[list[Row], str | None]:
    """A page of rows in descending order of a whole number. Raises: Problem invalid_request."""
    if query.cursor is not None:
        rows = rows.filter(**{f"{field}__lt": number_in(query.cursor)})
    found = list(rows.order_by(f"-{field}")[: query.limit + 1])
    return cut(found, query.limit, lambda row: str(getattr(row, field)))


def number_in(cursor: str) -> int:
    """The number that a cursor is. Raises: Problem invalid_request."""
    if not cursor.isdecimal() or int(cursor) >= 1 << 63:  # PageQuery lets only ASCII through
        raise unknown_cursor()
    return int(cursor)


def cut(found: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> tuple[list[Row], str | None]:
    """One page of what was found, of which one more than the limit was asked for."""
    page = list(found[:limit])
    return page, cursor_of(page[-1]) if len(found) > limit else None


def unknown_cursor() -> Problem:
    return Problem("invalid_request", {"count": 1}, [FieldError("query", "cursor", "unknown_cursor")])
