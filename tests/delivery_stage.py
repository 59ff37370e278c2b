"""Parcels for tests: settled orders with goods, an operator, an address."""

import itertools
from uuid import uuid4

from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.services import ask
from pinwheel.market.delivery.addresses import AddressText, add_address
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.staff.models import Operator
from stage import Stage

HOME = AddressText("李雷", "13800138000", "110101", "长安街 1 号")
GIFTS = (
    "{group.size: 2, limits: null, outcomes.0.gives: [{goods: ordered}, {consumer_points: 50%},"
    " {shopping_credit: 10.00}, {cash: 1.00}]}"
)
_names = itertools.count(1)


def operator() -> Operator:
    return Operator.objects.create_user(f"clerk-{next(_names)}", password="x")


def settled_orders(
    members: int = 2, *, external: bool = False, price: int = 10_000
) -> tuple[Stage, list[int]]:
    """A shop whose orders were all settled and give goods; each member has an address."""
    stage = Stage("ordinary-group", GIFTS, members=members, price=price)
    orders = [stage.join(member, external=external).order_id for member in stage.members]
    if external:
        for order in orders:
            stage.callback(order)
    stage.settle()
    for member in stage.members:
        add_address(member, HOME, True, stage.now)
    return stage, orders


def parcel(order: int) -> Delivery:
    return Delivery.objects.get(pk=order)


def asked(stage: Stage, order: int, kind: str = "refund_only", amount: int | None = None) -> AfterSale:
    """An after-sale that the order's member asks for."""
    return ask(
        order,
        parcel(order).member_id,
        AfterSale.Kind[kind.upper()],
        amount,
        "not as shown",
        uuid4(),
        stage.now,
    )
