"""Joins, orders and payments."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pinwheel.doors.api.schemas.common import (
    ActivityId,
    Amount,
    Body,
    CouponId,
    Document,
    GroupId,
    MemberId,
    Moment,
    OrderId,
    ProductId,
    SkuId,
    amount,
    public_id,
)
from pinwheel.market.activities.terms import Terms
from pinwheel.market.cashier.models import Payment
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, PRODUCT, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.rules.bars import bar_names

State = Literal["unpaid", "paid", "seated", "settled", "refunded", "lapsed", "balance_due"]
STATES: dict[int, State] = {state.value: state.label for state in Order.State}  # type: ignore[misc]


class JoinBody(Body):
    """A join: which member, and in which group. Without `group` and `open_group`: the public queue."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "properties": {"group": {"type": "string"}, "open_group": {"const": True}},
                "required": ["group", "open_group"],
            }
        }
    )

    member: MemberId
    pay: Annotated[
        Literal["balance", "external"],
        Field(description="`balance`: at once from the member's cash; `external`: by a payment provider"),
    ]
    product: ProductId | None = Field(
        default=None, description="One of the activity's products; left out: its first"
    )
    sku: SkuId | None = Field(
        default=None, description="A variant of the product; left out: the first that is left"
    )
    group: GroupId | None = Field(default=None, description="A leader's group to join")
    coupon: CouponId | None = Field(
        default=None, description="One of the member's coupons, where the activity takes them"
    )
    most: Amount | None = Field(
        default=None, description="The price that the member has agreed to; a higher one is refused"
    )
    open_group: Annotated[bool, Field(description="Open a new group and become its leader")] = False

    @model_validator(mode="after")
    def one_group(self) -> "JoinBody":
        if self.group is not None and self.open_group:
            raise PydanticCustomError("group_or_open_group", "either group or open_group")
        return self


class JoinedOrderOut(Document):
    """The order of a join, as it stands when it is answered."""

    id: OrderId
    activity: ActivityId
    member: MemberId
    group: GroupId | None = Field(
        description="The leader's group, or null: the public queue has not seated it"
    )
    price: Amount
    discount: Amount = Field(description="What of the price a coupon pays; the member pays the rest")
    deposit: Amount = Field(description="Of a presale, what is paid first; 0.00: all is paid at once")
    state: State = Field(description="`paid`: waits for its seat; `unpaid`: waits for the payment")


class PaymentOut(Document):
    """A payment asked of a provider."""

    id: str = Field(description="The payment's number, as the provider knows it", examples=["91234567890123"])
    order: OrderId
    provider: str = Field(description="The payment provider", examples=["sandbox"])
    amount: Amount
    state: Literal["pending", "paid", "failed"] = Field(description="What the provider last said")
    cashier_url: str | None = Field(description="Where the member pays; null once it is paid")


class JoinedOut(Document):
    """A join that was taken."""

    order: JoinedOrderOut = Field(description="The order")
    payment: PaymentOut | None = Field(description="How the member pays; null where the balance paid")


class BalanceOut(Document):
    """What is left to pay of a presale order whose group is full."""

    amount: Amount
    state: Literal["due", "paid", "over"] = Field(
        description="`due`: to be paid; `paid`: the order settled with it; `over`: not paid in time, and the "
        "deposit went back in full"
    )
    due_at: Moment = Field(description="A payment at this moment or later goes back")
    pay: Literal["balance", "external"] | None = Field(description="How it was paid; null: it was not")


class BalanceBody(Body):
    """How the balance is paid."""

    pay: Annotated[
        Literal["balance", "external"],
        Field(description="`balance`: at once from the member's cash; `external`: by a payment provider"),
    ]


class OrderOut(Document):
    """A join order: a member's wish for a seat, and what became of it."""

    id: OrderId
    activity: ActivityId
    member: MemberId
    product: ProductId
    sku: SkuId | None = Field(description="The variant ordered; null: the product has none")
    group: GroupId | None = Field(description="The group it sits in or holds a seat of; null: none yet")
    seat: int | None = Field(description="Its seat, from 1; null: none yet")
    state: State = Field(description="Where it stands")
    pay: Literal["balance", "external"] = Field(description="How it was or will be paid")
    price: Amount
    discount: Amount = Field(description="What of the price a coupon pays; the member pays the rest")
    deposit: Amount = Field(description="Of a presale, what is paid first; 0.00: all is paid at once")
    balance: BalanceOut | None = Field(description="Of a presale, the rest; null until its group is full")
    refunded: Amount
    outcome: str | None = Field(description="The outcome class by its name in the plan; null: none yet")
    barred_by: list[str] = Field(description="Which seat rules barred it from winning, by name")
    first_of_day: bool = Field(description="The member's first join of that business day")
    newcomer: bool = Field(description="The member's first join ever")
    created_at: Moment


class BalancePaidOut(Document):
    """An order whose balance is paid, or the payment by which it will be."""

    order: OrderOut = Field(description="The order, as it stands when it is answered")
    payment: PaymentOut | None = Field(description="How the member pays; null where the balance paid")


def balance_out(balance: Balance) -> BalanceOut:
    is_paid = balance.state == Balance.State.PAID
    return BalanceOut(
        amount=amount(balance.amount),
        state=Balance.State(balance.state).label,
        due_at=balance.due_at,
        pay=Order.Route(balance.route).label if is_paid else None,
    )


def order_out(order: Order, terms: Terms, balance: Balance | None = None) -> OrderOut:
    """An order; `balance`: of a presale whose group is full."""
    return OrderOut(
        id=to_text(ORDER, order.pk),
        activity=to_text(ACTIVITY, order.activity_id),
        member=to_text(MEMBER, order.member_id),
        product=to_text(PRODUCT, order.product_id),
        sku=str(order.sku_id) if order.sku_id else None,
        group=public_id(GROUP, order.group_id),
        seat=order.seat or None,
        state=STATES[order.state],
        pay="balance" if order.route == Order.Route.BALANCE else "external",
        price=amount(order.price),
        discount=amount(order.discount),
        deposit=amount(order.deposit),
        balance=balance_out(balance) if balance else None,
        refunded=amount(order.refunded),
        outcome=terms.plan.outcomes[order.outcome].name if order.outcome >= 0 else None,
        barred_by=bar_names(order.bars),
        first_of_day=bool(order.flags & Order.Flag.FIRST_OF_DAY),
        newcomer=bool(order.flags & Order.Flag.NEWCOMER),
        created_at=order.created_at,
    )


def payment_out(payment: Payment, url: str) -> PaymentOut:
    state = Payment.State(payment.state)
    return PaymentOut(
        id=str(payment.pk),
        order=to_text(ORDER, payment.order_id),
        provider=payment.provider,
        amount=amount(payment.amount),
        state=state.label,
        cashier_url=None if state == Payment.State.PAID else url,
    )
