"""Addresses of members, the delivery of an order, and its after-sales."""

from typing import Annotated, Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import (
    Amount,
    Body,
    BothLanguages,
    Document,
    MemberId,
    Moment,
    OrderId,
    SkuId,
    amount,
)
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.market.delivery.models import Address, Delivery, TrackingCorrection
from pinwheel.market.ids import MEMBER, ORDER, to_text
from pinwheel.rules.assets import ASSETS

State = Literal["choosing", "to_ship", "shipped", "received", "closed"]
Kind = Literal["refund_only", "return_and_refund"]
AfterSaleState = Literal["asked", "approved", "returning", "sent_back", "refunded", "refused", "withdrawn"]
STATES: dict[int, State] = {state.value: state.label for state in Delivery.State}  # type: ignore[misc]
KINDS: dict[int, Kind] = {kind.value: kind.label for kind in AfterSale.Kind}  # type: ignore[misc]
AFTERSALE_STATES: dict[int, AfterSaleState] = {
    state.value: state.label  # type: ignore[misc]
    for state in AfterSale.State
}

ONE_LINE = r"^[^\x00-\x20\x7f-\xa0]([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0])?$"  # no blanks around it
AddressNumber = Annotated[
    str,
    Field(description="An address's number", pattern="^[1-9][0-9]{0,17}$", examples=["91234567890123"]),
]
Area = Annotated[
    str, Field(description="The district's code, GB/T 2260", pattern="^[0-9]{6}$", examples=["110101"])
]


class AddressBody(Body):
    """An address."""

    receiver: str = Field(description="Who receives", min_length=1, max_length=40, pattern=ONE_LINE)
    phone: str = Field(
        description="The receiver's number",
        min_length=5,
        max_length=20,
        pattern=r"^[0-9+() .\-]+$",
        examples=["13800138000"],
    )
    area: Area
    street: str = Field(description="Street and number", min_length=1, max_length=120, pattern=ONE_LINE)
    is_default: bool = Field(default=False, description="Make it the member's default address")


class AddressOut(Document):
    """A member's address."""

    id: AddressNumber
    receiver: str = Field(description="Who receives")
    phone: str = Field(description="E.164")
    area: Area
    province: str = Field(description="Its name")
    city: str = Field(description="Its name")
    district: str = Field(description="Its name")
    street: str = Field(description="Street and number")
    is_default: bool = Field(description="Whether orders without a choice go there")


class OrderAddressBody(Body):
    """Where an order goes."""

    address: AddressNumber


class AfterSaleBody(Body):
    """What is asked for."""

    kind: Kind = Field(description="`return_and_refund`: the goods come back first")
    amount: str | None = Field(
        default=None,
        description="How much, in yuan; left out: all that is left",
        pattern=r"^[0-9]{1,9}\.[0-9]{2}$",
        examples=["50.00"],
    )
    reason: str = Field(description="Why", min_length=1, max_length=200)


class AfterSaleOut(Document):
    """An after-sale of an order."""

    id: str = Field(description="Its number", examples=["91234567890123"])
    order: OrderId
    kind: Kind = Field(description="`return_and_refund`: the goods come back first")
    state: AfterSaleState = Field(description="Where it stands")
    amount: Amount
    reason: str = Field(description="Why, as the member said")
    answer: str = Field(description="Why it was refused; else empty")
    asked_at: Moment


class OwedOut(Document):
    """What a reversal lacked and later rewards have not paid yet."""

    asset: str = Field(description="The asset", examples=["consumer_points"])
    left: Amount


class CorrectionOut(Document):
    """A tracking number that was wrong."""

    carrier: BothLanguages = Field(description="By whom it was said to go")
    tracking_number: str = Field(description="The number that was wrong")
    corrected_at: Moment


class DeliveryOut(Document):
    """The parcel of an order that gives goods."""

    order: OrderId
    member: MemberId
    state: State = Field(description="`choosing`: the winner has not chosen the goods yet")
    is_disputed: bool = Field(description="Whether an after-sale of it is open")
    carrier: BothLanguages | None = Field(description="By whom it went; null before it is shipped")
    tracking_number: str | None = Field(description="Null before it is shipped")
    corrections: list[CorrectionOut] = Field(description="Numbers that were wrong, newest first")
    shipped_at: Moment | None = Field(description="Null before it is shipped")
    counts_as_received_at: Moment | None = Field(description="Unless the member says so before")
    received_at: Moment | None = Field(description="Null before it is received")
    extra_sku: SkuId | None = Field(description="The second article that goes with it; null: none does")
    paid: Amount
    refunded: Amount = Field(description="By after-sales")
    after_sales: list[AfterSaleOut] = Field(description="Newest first")
    owed: list[OwedOut] = Field(description="What reversals of this order lacked and is still owed")


def address_out(address: Address) -> AddressOut:
    area = place(address.area)
    return AddressOut(
        id=str(address.pk),
        receiver=address.receiver,
        phone=address.phone,
        area=address.area,
        province=area.province,
        city=area.city,
        district=area.district,
        street=address.street,
        is_default=address.is_default,
    )


def aftersale_out(found: AfterSale) -> AfterSaleOut:
    return AfterSaleOut(
        id=str(found.pk),
        order=to_text(ORDER, found.order_id),
        kind=KINDS[found.kind],
        state=AFTERSALE_STATES[found.state],
        amount=amount(found.amount),
        reason=found.reason,
        answer=found.answer,
        asked_at=found.asked_at,
    )


def correction_out(correction: TrackingCorrection) -> CorrectionOut:
    chinese, english = CARRIERS[correction.old_carrier]
    return CorrectionOut(
        carrier=BothLanguages(zh=chinese, en=english),
        tracking_number=correction.old_number,
        corrected_at=correction.at,
    )


def delivery_out(parcel: Delivery) -> DeliveryOut:
    names = CARRIERS.get(parcel.carrier)
    owed = Debt.objects.filter(order_id=parcel.pk, left__gt=0).order_by("id")
    return DeliveryOut(
        order=to_text(ORDER, parcel.pk),
        member=to_text(MEMBER, parcel.member_id),
        state=STATES[parcel.state],
        is_disputed=parcel.is_disputed,
        carrier=BothLanguages(zh=names[0], en=names[1]) if names else None,
        tracking_number=parcel.tracking_number or None,
        corrections=[correction_out(one) for one in parcel.corrections.all()],
        shipped_at=parcel.shipped_at,
        counts_as_received_at=parcel.due_at,
        received_at=parcel.received_at,
        extra_sku=str(parcel.extra_sku_id) if parcel.extra_sku_id else None,
        paid=amount(parcel.paid),
        refunded=amount(parcel.refunded),
        after_sales=[aftersale_out(found) for found in AfterSale.objects.filter(order_id=parcel.pk)],
        owed=[OwedOut(asset=ASSETS[debt.asset], left=amount(debt.left)) for debt in owed],
    )
