"""Prizes that winners choose, and vouchers."""

from collections.abc import Sequence
from typing import Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pinwheel.doors.api.schemas.common import (
    Amount,
    Body,
    BothLanguages,
    Document,
    MemberId,
    Moment,
    OrderId,
    ProductId,
    amount,
)
from pinwheel.market.catalogue.models import Product
from pinwheel.market.ids import MEMBER, ORDER, PRODUCT, to_text
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.prizes.services import prize_list

State = Literal["open", "product", "voucher", "lapsed"]
STATES: dict[int, State] = {state.value: state.label for state in PrizeChoice.State}  # type: ignore[misc]


class PrizeBody(Body):
    """What the winner takes: a product of the list, or the voucher."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["product"],
                    "properties": {"product": {"type": "string"}, "voucher": {"const": False}},
                },
                {
                    "required": ["voucher"],
                    "properties": {"voucher": {"const": True}, "product": {"type": "null"}},
                },
            ]
        }
    )

    product: ProductId | None = Field(default=None, description="A product of the list")
    voucher: bool = Field(default=False, description="The voucher instead of goods")

    @model_validator(mode="after")
    def one_of_both(self) -> "PrizeBody":
        if (self.product is None) != self.voucher:
            raise PydanticCustomError("product_or_voucher", "either product or voucher")
        return self


class PrizeProductOut(Document):
    """A product on the list of prizes."""

    product: ProductId
    name: BothLanguages = Field(description="Its name")


class PrizeOut(Document):
    """A winning order's prize."""

    order: OrderId
    member: MemberId
    state: State = Field(description="`open`: to be chosen; `lapsed`: not chosen in time")
    product: ProductId = Field(description="The product ordered, or the one chosen")
    voucher_value: Amount = Field(description="What the voucher is worth; 0.00: none may be chosen")
    due_at: Moment = Field(description="Until when it can be chosen; then it is the product ordered")
    products: list[PrizeProductOut] = Field(description="What may be chosen while it is open")


class VoucherOut(Document):
    """A voucher that a winner took instead of goods."""

    id: str = Field(description="The voucher's number", examples=["91234567890123"])
    order: OrderId
    member: MemberId
    value: Amount
    created_at: Moment


def prizes_out(choices: Sequence[PrizeChoice]) -> list[PrizeOut]:
    """Prizes; each activity's list of products is read once, and only while something is open."""
    lists: dict[tuple[int, int], list[Product]] = {}
    for choice in choices:
        wanted = (choice.activity_id, choice.choose_from)
        if choice.state == PrizeChoice.State.OPEN and wanted not in lists:
            lists[wanted] = prize_list(*wanted)
    return [
        prize_out(
            choice,
            lists[choice.activity_id, choice.choose_from] if choice.state == PrizeChoice.State.OPEN else (),
        )
        for choice in choices
    ]


def prize_out(choice: PrizeChoice, products: Sequence[Product]) -> PrizeOut:
    return PrizeOut(
        order=to_text(ORDER, choice.order_id),
        member=to_text(MEMBER, choice.member_id),
        state=STATES[choice.state],
        product=to_text(PRODUCT, choice.product_id),
        voucher_value=amount(choice.voucher_value),
        due_at=choice.due_at,
        products=[
            PrizeProductOut(
                product=to_text(PRODUCT, product.pk),
                name=BothLanguages(zh=product.name_zh, en=product.name_en),
            )
            for product in products
        ],
    )


def voucher_out(voucher: Voucher) -> VoucherOut:
    return VoucherOut(
        id=str(voucher.pk),
        order=to_text(ORDER, voucher.order_id),
        member=to_text(MEMBER, voucher.member_id),
        value=amount(voucher.value),
        created_at=voucher.created_at,
    )
