"""A file of tracking numbers taken row by row: each row by itself, so a wrong one stops no other."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pinwheel.market.delivery.files import LOST, Row
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.services import ship
from pinwheel.market.ids import EXCHANGE, ORDER, from_text
from pinwheel.market.pool.models import ExchangeParcel
from pinwheel.market.pool.parcels import ship_exchange
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

TAKEN, TAKEN_BEFORE, EMPTY, REFUSED = "taken", "taken_before", "empty", "refused"


class RowResult(NamedTuple):
    """What became of a row: taken, taken before, empty, or refused and why."""

    row: Row
    result: str
    refusal: Refused | None = None


def import_rows(rows: Sequence[Row], operator: Operator, now: datetime) -> list[RowResult]:
    """Ship every row that can be; the same file a second time changes nothing."""
    results: list[RowResult] = []
    lines: dict[str, int] = {}  # by what stands as order number
    for row in rows:
        if row.is_empty:
            results.append(RowResult(row, EMPTY))
            continue
        before = lines.setdefault(row.order.upper(), row.line)
        try:
            if before != row.line:
                raise Refused("duplicate_row", {"line": before})
            results.append(RowResult(row, take_row(row, operator, now)))
        except Refused as refused:
            results.append(RowResult(row, REFUSED, refused))
    return results


def take_row(row: Row, operator: Operator, now: datetime) -> str:
    """Ship one row, of an order or of goods for points. Raises: Refused."""
    order_id, exchange_id = (from_text(kind, row.order.upper()) for kind in (ORDER, EXCHANGE))
    if order_id is None and exchange_id is None:
        raise Refused("not_found")
    if LOST in (row.order, row.number):
        raise Refused("digits_lost")
    said = (row.carrier, row.number, operator, now)
    if order_id is not None:
        was_shipped = Delivery.objects.filter(pk=order_id, shipped_at__isnull=False).exists()
        ship(order_id, *said)
    else:
        was_shipped = ExchangeParcel.objects.filter(pk=exchange_id, shipped_at__isnull=False).exists()
        ship_exchange(exchange_id or 0, *said)
    return TAKEN_BEFORE if was_shipped else TAKEN
