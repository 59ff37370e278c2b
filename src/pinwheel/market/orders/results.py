"""What came of every order of an activity, as a table: read some hundred orders at a time, newest first.

Memory stays flat however many there are: rows are handed on as they are read.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.clock import business_zone
from pinwheel.market.ids import GROUP, MEMBER, ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.plan.seat_rule_words import bar_reason
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.bars import bar_names
from pinwheel.rules.reasons import JOIN_REWARD, LEADER_REWARD, RELEASED_CASH, REWARD

Cursor = psycopg.Cursor[Any]
Cell = str | int | Decimal | datetime | None
AT_ONCE = 1000  # orders
NEWEST = (1 << 63) - 1
STATES = {
    Order.State.UNPAID: "待付款 unpaid",
    Order.State.PAID: "待入座 paid",
    Order.State.SEATED: "待成团 seated",
    Order.State.BALANCE_DUE: "待付尾款 balance due",
    Order.State.SETTLED: "已成交 settled",
    Order.State.REFUNDED: "已退款 refunded",
    Order.State.LAPSED: "已失效 lapsed",
}
ROUTES = {Order.Route.BALANCE: "余额 balance", Order.Route.EXTERNAL: "外部支付 external"}
ASSET_WORDS = {
    "cash": "奖励零钱 Reward, cash",
    "shopping_credit": "奖励购物金 Reward, shopping credit",
    "dividend_points": "奖励分红积分 Reward, dividend points",
    "consumer_points": "奖励消费积分 Reward, consumer points",
    "shopping_coins": "奖励购物币 Reward, shopping coins",
    "appreciation_points": "奖励增值积分 Reward, appreciation points",
}
HEADERS = [
    "订单号 Order",
    "会员号 Member",
    "昵称 Nickname",
    "手机 Phone",
    "商品 Product",
    "规格 Variant",
    "团 Group",
    "开奖编号 Draw number",
    "座位 Seat",
    "状态 State",
    "结果 Outcome",
    "不中原因 Barred by",
    "下单时间 Ordered",
    "付款时间 Paid at",
    "支付方式 Route",
    "价格 Price",
    "优惠 Discount",
    "实付 Paid",
    "退款 Refunded",
    "售后退款 After-sale refund",
    "释放到账 Released cash",
    *(ASSET_WORDS[name] for name in ASSETS),
]
ROWS = (
    "SELECT o.id, o.member_id, m.nickname, m.phone, p.name_zh, s.options_zh, o.group_id, g.draw_number,"
    " o.seat, o.state, o.outcome, o.bars, o.created_at, o.paid_at, o.route, o.price, o.discount, o.deposit,"
    " o.refunded, d.refunded, o.settled_batch, b.at FROM orders_order o"
    " LEFT JOIN members_member m ON m.id = o.member_id LEFT JOIN catalogue_product p ON p.id = o.product_id"
    " LEFT JOIN catalogue_sku s ON s.id = o.sku_id LEFT JOIN groups_group g ON g.id = o.group_id"
    " LEFT JOIN delivery_parcel d ON d.order_id = o.id LEFT JOIN ledger_batch b ON b.id = o.settled_batch"
    " WHERE o.activity_id = %s AND o.id < %s ORDER BY o.id DESC LIMIT %s"
)
GIVEN = (REWARD, LEADER_REWARD, JOIN_REWARD)
# The batches that settled these orders say in which pages and months what they moved lies.
REWARDS = (
    "SELECT about, asset, reason = %s, sum(amount)::bigint FROM ledger_transfer"
    " WHERE batch = ANY(%s) AND at = ANY(%s) AND about = ANY(%s) AND reason = ANY(%s) GROUP BY 1, 2, 3"
)


class Line(NamedTuple):
    """An order as it is read. Money in fen."""

    id: int
    member_id: int
    nickname: str | None
    phone: str | None
    product: str | None
    options: str | None
    group_id: int
    draw_number: int | None
    seat: int
    state: int
    outcome: int
    bars: int
    created_at: datetime
    paid_at: datetime | None
    route: int
    price: int
    discount: int
    deposit: int
    refunded: int
    returned: int | None
    batch: int
    settled_at: datetime | None


Rewards = dict[tuple[int, int, bool], int]  # order, asset, whether it is a release: hundredths


def result_rows(activity_id: int) -> Iterator[list[Cell]]:
    """The rows below HEADERS. Amounts in yuan, or points, as exact decimals; moments of the business zone."""
    terms = terms_of(Activity.objects.values_list("plan_version_id", flat=True).get(pk=activity_id))
    before = NEWEST
    while True:
        cursor = raw_cursor()
        cursor.execute(ROWS, (activity_id, before, AT_ONCE), prepare=True)
        lines = [Line(*row) for row in cursor.fetchall()]
        if not lines:
            return
        before = lines[-1].id
        rewards = rewards_of(cursor, lines)
        for line in lines:
            yield cells_of(line, terms, rewards)


def rewards_of(cursor: Cursor, lines: Sequence[Line]) -> Rewards:
    """What the ledger gave for these orders when they were settled."""
    settled = {line.batch: line.settled_at for line in lines if line.batch}
    if not settled:
        return {}
    orders = IntegerArray([line.id for line in lines if line.batch])
    reasons = IntegerArray([*GIVEN, RELEASED_CASH])
    moments = sorted({at for at in settled.values() if at is not None})
    cursor.execute(REWARDS, (RELEASED_CASH, IntegerArray(sorted(settled)), moments, orders, reasons))
    return {(order, asset, is_release): amount for order, asset, is_release, amount in cursor.fetchall()}


def cells_of(line: Line, terms: Terms, rewards: Rewards) -> list[Cell]:
    """One row, in the order of HEADERS."""
    outcomes = terms.plan.outcomes
    outcome = outcomes[line.outcome].title.zh if 0 <= line.outcome < len(outcomes) else ""
    return [
        to_text(ORDER, line.id),
        to_text(MEMBER, line.member_id),
        line.nickname or "",
        (line.phone or "").removeprefix("+86"),
        line.product or "",
        line.options or "",
        to_text(GROUP, line.group_id) if line.group_id else "",
        line.draw_number,
        line.seat or None,
        STATES[Order.State(line.state)],
        outcome,
        "；".join(bar_reason(name, "zh") for name in bar_names(line.bars)),
        local(line.created_at),
        local(line.paid_at),
        ROUTES[Order.Route(line.route)],
        decimal(line.price),
        decimal(line.discount),
        decimal(paid_of(line)),
        decimal(line.refunded),
        decimal(line.returned or 0),
        decimal(rewards.get((line.id, 0, True), 0)),
        *(decimal(rewards.get((line.id, asset, False), 0)) for asset in range(len(ASSETS))),
    ]


def paid_of(line: Line) -> int:
    """What its member paid, in fen. Of a presale the deposit alone until the balance settles the order."""
    if line.paid_at is None:
        return 0
    is_half = line.deposit and line.state != Order.State.SETTLED
    return line.deposit if is_half else line.price - line.discount


def decimal(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def local(moment: datetime | None) -> datetime | None:
    """A moment of the business zone, as a sheet keeps it: without a zone, to the second."""
    if moment is None:
        return None
    return moment.astimezone(business_zone()).replace(tzinfo=None, microsecond=0)
