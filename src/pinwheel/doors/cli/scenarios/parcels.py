"""Parcels and after-sales of the live engine: what operators and members do, in one step each."""

from datetime import datetime

from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.aftersales.services import approve, ask, refund, send_back
from pinwheel.market.delivery.addresses import AddressText, add_address
from pinwheel.market.delivery.models import Address, Delivery
from pinwheel.market.delivery.services import receive, ship
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import request_key
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import ASSETS

HOME = AddressText("收货人", "+8613800000000", "110101", "1 号")


class Parcels:
    """Steps about goods."""

    def __init__(self) -> None:
        self.asked = 0

    def ship(self, order_id: int, now: datetime) -> None:
        """An operator ships an order; a member without an address gives one first. Raises: Refused."""
        member = Order.objects.values_list("member_id", flat=True).get(pk=order_id)
        if not Address.objects.filter(member_id=member).exists():
            add_address(member, HOME, True, now)
        ship(order_id, "sf", f"SF{order_id}", clerk(), now)

    def receive(self, order_id: int, now: datetime) -> None:
        """The member has the goods, shipped first if they were not. Raises: Refused."""
        parcel = parcel_of(order_id)
        if parcel.state == Delivery.State.TO_SHIP:
            self.ship(order_id, now)
        receive(order_id, parcel.member_id, now)

    def give_back(self, order_id: int, amount: int | None, now: datetime) -> None:
        """The whole way of a return, or of a refund where nothing was shipped. Raises: Refused."""
        self.asked += 1
        parcel = parcel_of(order_id)
        is_here = parcel.state == Delivery.State.TO_SHIP
        kind = AfterSale.Kind.REFUND_ONLY if is_here else AfterSale.Kind.RETURN_AND_REFUND
        key = request_key("scenario return", str(self.asked))
        asked = ask(order_id, parcel.member_id, kind, amount, "scenario", key, now)
        answered = approve(asked.pk, clerk(), now)
        if answered.state == AfterSale.State.RETURNING:
            send_back(asked.pk, parcel.member_id, "sf", f"SF{asked.pk}", now)
        if answered.state != AfterSale.State.REFUNDED:
            refund(asked.pk, clerk("scenario-second"), now)

    def state_of(self, order_id: int) -> str | None:
        """The state of an order's parcel; None: it has none."""
        parcel = Delivery.objects.filter(pk=order_id).first()
        return Delivery.State(parcel.state).label if parcel else None

    def refunded(self, order_id: int) -> int:
        """Fen that after-sales of an order gave back."""
        return Delivery.objects.filter(pk=order_id).values_list("refunded", flat=True).first() or 0

    def owed_by(self, member_id: int) -> dict[str, str]:
        """What a member owes of reversed rewards, by asset."""
        owed: dict[int, int] = {}
        for debt in Debt.objects.filter(member_id=member_id, left__gt=0):
            owed[debt.asset] = owed.get(debt.asset, 0) + debt.left
        return {ASSETS[asset]: format_amount(left) for asset, left in sorted(owed.items())}

    def state_print(self) -> object:
        """What a refused step must leave as it was."""
        return (
            sorted(Delivery.objects.values_list("order_id", "state", "refunded", "is_disputed")),
            sorted(AfterSale.objects.values_list("id", "state")),
            sorted(Debt.objects.values_list("id", "left")),
        )


def clerk(name: str = "scenario-clerk") -> Operator:
    return Operator.objects.get_or_create(username=name)[0]


def parcel_of(order_id: int) -> Delivery:
    """Raises: Refused not_found."""
    parcel = Delivery.objects.filter(pk=order_id).first()
    if parcel is None:
        raise Refused("not_found")
    return parcel
