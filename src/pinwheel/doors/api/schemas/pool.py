"""The monthly pool of dividend points, goods for points, and dividends paid."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import (
    Amount,
    Body,
    BothLanguages,
    Document,
    MemberId,
    Moment,
    PlanName,
    ProductId,
    amount,
)
from pinwheel.doors.api.schemas.delivery import AddressNumber
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.market.ids import MEMBER, PRODUCT, to_text
from pinwheel.market.pool.models import Exchange, ExchangeItem, ExchangeParcel, PoolMove

ParcelState = Literal["to_ship", "shipped", "received"]
PARCEL_STATES: dict[int, ParcelState] = {
    state.value: state.label  # type: ignore[misc]
    for state in ExchangeParcel.State
}
Phase = Literal["open", "in_only", "frozen"]
PHASES: dict[int, Phase] = {0: "open", 1: "in_only", 2: "frozen"}


class MoveBody(Body):
    """Points to be moved."""

    direction: Literal["in", "out"] = Field(description="Into the pool or out of it")
    points: Annotated[
        str,
        Field(
            description="How many points: a multiple of the plan's step",
            pattern=r"^[0-9]{1,12}(\.[0-9]{2})?$",
            examples=["100.00"],
        ),
    ]


class ExchangeBody(Body):
    """Goods to be had for points."""

    item: Annotated[
        str,
        Field(
            description="The number of an item of the plan's exchange",
            pattern="^[1-9][0-9]{0,17}$",
            examples=["12"],
        ),
    ]
    points: Annotated[
        str,
        Field(
            description="The points that were shown for it; another price is refused",
            pattern=r"^[0-9]{1,12}(\.[0-9]{2})?$",
            examples=["200.00"],
        ),
    ]
    cash: Annotated[
        str,
        Field(
            description="The cash that was shown with them, of goods of the points mall",
            pattern=r"^[0-9]{1,12}(\.[0-9]{2})?$",
            examples=["9.90"],
        ),
    ] = "0.00"
    address: AddressNumber | None = Field(
        default=None, description="Where the goods go; left out: the member's default address, if any"
    )


class ExchangeItemOut(Document):
    """Goods that a plan gives for points."""

    item: str = Field(description="Its number", examples=["12"])
    product: ProductId
    name: BothLanguages = Field(description="The product's name")
    options: BothLanguages | None = Field(description="What tells its variant from the others; null: none")
    points: Amount
    cash: Amount = Field(description="What is paid with them from the balance")
    per_member: int | None = Field(description="How many one member may have; null: no limit")
    left: int = Field(description="Pieces left")


class PoolOut(Document):
    """A plan's pool and its calendar today."""

    plan: PlanName
    phase: Phase = Field(
        description="`open`: in and out; `in_only`; `frozen`: nothing moves, profit is shared"
    )
    next_in: date = Field(description="From today on the first day when points may move in")
    next_out: date = Field(description="The first day when they may move out")
    frozen_from: date = Field(description="The day of this month from which the pool is frozen")
    step: Amount
    items: list[ExchangeItemOut] = Field(description="Goods for points, while the pool is open")


class MemberPoolOut(Document):
    """A member's points in a plan's pool."""

    member: MemberId
    plan: PlanName
    in_pool: Amount
    free: Amount


class MoveOut(Document):
    """A move of points."""

    id: str = Field(description="The move's number", examples=["91234567890123"])
    member: MemberId
    plan: PlanName
    points: Amount
    at: Moment
    batch: int = Field(description="The ledger's batch that it stands in")


class ExchangeOut(Document):
    """Points that were given for goods, and where these are."""

    id: str = Field(description="The exchange's number", examples=["91234567890123"])
    member: MemberId
    item: str = Field(description="The item's number", examples=["12"])
    product: ProductId
    points: Amount
    cash: Amount
    at: Moment
    state: ParcelState = Field(description="Of the goods")
    carrier: BothLanguages | None = Field(description="By whom they went; null before they are shipped")
    tracking_number: str | None = Field(description="Null before they are shipped")
    shipped_at: Moment | None = Field(description="Null before they are shipped")
    counts_as_received_at: Moment | None = Field(description="Unless the member says so before")
    received_at: Moment | None = Field(description="Null before they are received")


class DividendOut(Document):
    """A member's share of a daily or monthly dividend."""

    run: str = Field(description="The run's number, as statement lines name it", examples=["91234567890123"])
    plan: PlanName
    kind: Literal["daily_dividend", "monthly_dividend"] = Field(description="Which dividend")
    day: date = Field(description="The date at whose beginning it was due, or on which it was confirmed")
    pool: Amount = Field(description="What there was to share")
    weight: Amount = Field(
        description="The member's part: of a daily dividend the prices won, of a monthly one the points in"
        " the pool"
    )
    weights: Amount = Field(description="The parts of all together")
    amount: Amount = Field(description="What the member got: pool × weight ÷ weights, rounded down")
    is_paid: bool = Field(description="False while the run has not come to this member: `amount` is 0.00")


def item_out(item: ExchangeItem) -> ExchangeItemOut:
    return ExchangeItemOut(
        item=str(item.pk),
        product=to_text(PRODUCT, item.product_id),
        name=BothLanguages(zh=item.product.name_zh, en=item.product.name_en),
        options=BothLanguages(zh=item.sku.options_zh, en=item.sku.options_en) if item.sku else None,
        points=amount(item.points),
        cash=amount(item.cash),
        per_member=item.per_member,
        left=item.left,
    )


def move_out(move: PoolMove) -> MoveOut:
    """Points out of the pool are negative."""
    return MoveOut(
        id=str(move.pk),
        member=to_text(MEMBER, move.member_id),
        plan=move.plan,
        points=amount(move.points) if move.points > 0 else "-" + amount(-move.points),
        at=move.at,
        batch=move.batch,
    )


def exchange_out(exchange: Exchange) -> ExchangeOut:
    parcel = exchange.parcel
    names = CARRIERS.get(parcel.carrier)
    return ExchangeOut(
        id=str(exchange.pk),
        member=to_text(MEMBER, exchange.member_id),
        item=str(exchange.item_id),
        product=to_text(PRODUCT, exchange.item.product_id),
        points=amount(exchange.points),
        cash=amount(exchange.cash),
        at=exchange.at,
        state=PARCEL_STATES[parcel.state],
        carrier=BothLanguages(zh=names[0], en=names[1]) if names else None,
        tracking_number=parcel.tracking_number or None,
        shipped_at=parcel.shipped_at,
        counts_as_received_at=parcel.due_at,
        received_at=parcel.received_at,
    )


def dividend_out(share: DayShare, run: DayRun) -> DividendOut:
    """Weights: of a daily dividend the prices won, of a monthly one the points in the pool."""
    is_daily = run.kind == DayRun.Kind.DAILY_DIVIDEND
    return DividendOut(
        run=str(run.pk),
        plan=run.plan,
        kind="daily_dividend" if is_daily else "monthly_dividend",
        day=run.day,
        pool=amount(run.pool),
        weight=amount(share.weight),
        weights=amount(run.weight),
        amount=amount(share.amount),
        is_paid=run.state == DayRun.State.DONE or share.member_id <= run.position,
    )
