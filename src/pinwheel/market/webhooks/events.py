"""What endpoints can be told of, and the documents that say it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from pinwheel.ledger.binary import IntegerArray
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, PRODUCT, new_ids, to_text
from pinwheel.market.messages.kinds import BY_NUMBER, KINDS
from pinwheel.market.messages.models import Event
from pinwheel.market.webhooks.models import Endpoint
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.words import Phrase
from pinwheel.rules.outcomes import NO_OUTCOME

Cursor = psycopg.Cursor[Any]
Fact = Event.Fact
TEST = "endpoint.test"

OF_FACT: dict[int, tuple[str, Phrase]] = {
    Fact.PAID: ("order.paid", Phrase("参团已付款", "a join is paid")),
    Fact.NO_SEAT: (
        "order.no_seat",
        Phrase("付款后无席位，已退款", "a paid join found no seat and is refunded"),
    ),
    Fact.REFUND_SENT: ("refund.sent", Phrase("支付渠道已受理退款", "a provider has taken a refund")),
    Fact.SETTLED: ("group.settled", Phrase("团已成团并结算", "a group is full, drawn and settled")),
    Fact.DISSOLVED: ("group.dissolved", Phrase("团流失，已退款", "a group was dissolved and refunded")),
    Fact.EXPIRED: ("group.expired", Phrase("团到期未成，已退款", "a group expired and is refunded")),
    Fact.NO_VALUE: (
        "group.no_value",
        Phrase("公开数值逾期，团已退款", "a full group's public value did not come in time; it is refunded"),
    ),
    Fact.AWAITS_VALUE: (
        "group.awaits_value",
        Phrase("团已满员，等待公开数值", "a group is full and waits for the number that draws it"),
    ),
    Fact.BALANCE_DUE: ("group.balance_due", Phrase("预售团已成团，待付尾款", "a presale's group is full")),
    Fact.BALANCE_PAID: ("order.balance_paid", Phrase("尾款已付清，订单成交", "a balance is paid")),
    Fact.BALANCE_OVER: (
        "order.balance_over",
        Phrase("未付尾款，订金已退", "a balance was not paid in time and the deposit is refunded"),
    ),
    Fact.STOPPED: ("group.stopped", Phrase("活动结束，团已退款", "a group was closed by its activity's end")),
}
TOLD_KINDS = (
    "voucher",
    "daily_dividend",
    "monthly_dividend",
    "release",
    "adjustment",
    "shipped",
    "tracking_corrected",
    "exchange_shipped",
    "received",
    "after_sale",
)
TYPES: dict[str, Phrase] = {
    **dict(OF_FACT.values()),
    **{f"member.{kind.name}": kind.label for kind in KINDS if kind.name in TOLD_KINDS},
}


class Seat(NamedTuple):
    """An order in a group that ended, or one that an event names. Amounts in fen."""

    group_id: int
    settled_batch: int
    order_id: int
    member_id: int
    activity_id: int
    product_id: int
    price: int
    refunded: int
    outcome: int
    deposit: int = 0  # paid first, in a presale


class Happened(NamedTuple):
    """Something for endpoints that want to hear of its type."""

    type: str
    at: datetime
    data: dict[str, Any]


def order_document(seat: Seat) -> dict[str, Any]:
    """An order as endpoints read it: public ids and decimal texts, as in the API."""
    return {
        "order": to_text(ORDER, seat.order_id),
        "member": to_text(MEMBER, seat.member_id),
        "activity": to_text(ACTIVITY, seat.activity_id),
        "product": to_text(PRODUCT, seat.product_id),
        "price": format_amount(seat.price),
        "refunded": format_amount(seat.refunded),
        "outcome": None if seat.outcome == NO_OUTCOME else seat.outcome,
    }


def groups_happened(ended: Iterable[tuple[int, int, datetime, Sequence[Seat]]]) -> list[Happened]:
    """Groups that ended, given as (fact, group, moment, orders in seat order)."""
    return [
        Happened(
            OF_FACT[fact][0],
            at,
            {"group": to_text(GROUP, group), "orders": [order_document(seat) for seat in seats]},
        )
        for fact, group, at, seats in ended
        if seats
    ]


def orders_happened(fact: int, orders: Sequence[Seat], at: datetime) -> list[Happened]:
    """What orders met, each by itself."""
    return [Happened(OF_FACT[fact][0], at, order_document(seat)) for seat in orders]


def told_happened(
    kind: int, about: int, members: Sequence[int], amounts: Sequence[int], facts: dict[str, Any], at: datetime
) -> Happened:
    """What members were told, all of one event together."""
    given = amounts or [0] * len(members)
    data = {
        "about": str(about),
        "members": [
            {"member": to_text(MEMBER, member), "amount": format_amount(amount)}
            for member, amount in zip(members, given, strict=True)
        ],
        "facts": facts,
    }
    return Happened(f"member.{BY_NUMBER[kind].name}", at, data)


def write_happened(cursor: Cursor, happened: Sequence[Happened], now: datetime) -> None:
    """Write what some endpoint wants to hear, with a delivery for each such endpoint."""
    listening = listeners()
    wanted = [one for one in happened if listening.get(one.type)]
    if not wanted:
        return
    ids = new_ids(now, len(wanted))
    cursor.executemany(
        "INSERT INTO webhooks_event (id, type, data, at, created_at) VALUES (%s, %s, %s, %s, %s)",
        [(number, one.type, Jsonb(one.data), one.at, now) for number, one in zip(ids, wanted, strict=True)],
    )
    pairs = [
        (number, endpoint)
        for number, one in zip(ids, wanted, strict=True)
        for endpoint in listening[one.type]
    ]
    write_deliveries(cursor, pairs, now)


def listeners() -> dict[str, list[int]]:
    """The endpoints that are on, by type."""
    found: dict[str, list[int]] = {}
    for endpoint, types in Endpoint.objects.filter(is_enabled=True).values_list("id", "types").order_by("id"):
        for name in types:
            found.setdefault(name, []).append(endpoint)
    return found


def write_deliveries(cursor: Cursor, pairs: Sequence[tuple[int, int]], now: datetime) -> None:
    """A delivery for each (event, endpoint)."""
    cursor.execute(
        "INSERT INTO webhooks_delivery (event_id, endpoint_id, state, tries, replays, next_try_at, status,"
        " answer, reason, took, created_at) SELECT d.event_id, d.endpoint_id, 0, 0, 0, %s, 0, '', '', 0, %s"
        " FROM unnest(%s, %s) AS d (event_id, endpoint_id)",
        (
            now,
            now,
            IntegerArray([event for event, _ in pairs]),
            IntegerArray([endpoint for _, endpoint in pairs]),
        ),
    )
