"""What a member's pages say about parcels, after-sales, addresses and debts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from pinwheel.doors.storefront.languages import names_of_assets, page_language
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.aftersales.services import KINDS_ALLOWED
from pinwheel.market.delivery.addresses import BEFORE_SHIPPING, addresses_of
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.market.delivery.extras import extra_names
from pinwheel.market.delivery.models import Address, Delivery, Invoice
from pinwheel.market.orders.models import Order
from pinwheel.rules.assets import ASSETS

State = Delivery.State
KIND_NAMES = {kind.value: kind.label for kind in AfterSale.Kind}
DELIVERY_TABS: dict[str, tuple[int, ...]] = {
    "to_ship": (State.CHOOSING, State.TO_SHIP),
    "to_receive": (State.SHIPPED,),
}


@dataclass(frozen=True)
class AddressView:
    """An address as its member sees it."""

    id: int
    receiver: str
    phone: str
    area: str  # province, city and district in one line
    street: str
    is_default: bool


@dataclass(frozen=True)
class AfterSaleView:
    """An after-sale as its member sees it. Money in fen; `carrier` by its name."""

    id: int
    kind: str
    state: str
    amount: int
    reason: str
    answer: str
    carrier: str
    tracking_number: str
    asked_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "approved", "returning", "sent_back")

    @property
    def can_withdraw(self) -> bool:
        return self.state in ("asked", "returning")


@dataclass(frozen=True)
class DebtView:
    """What is still owed of one asset, in hundredths, for one order."""

    order_id: int
    asset_name: str
    is_cash: bool
    amount: int
    left: int


@dataclass(frozen=True)
class DeliveryView:
    """An order's parcel as its member sees it. Money in fen.

    Attributes:
        state: choosing, to_ship, shipped, received or closed.
        address: where it went, or would go now; None: no address yet.
        left: what may still be refunded.
        kinds: names of the after-sales that may be asked for now; none while one is open.
    """

    order_id: int
    state: str
    address: AddressView | None
    carrier: str
    tracking_number: str
    shipped_at: datetime | None
    due_at: datetime | None
    received_at: datetime | None
    is_received_by_clock: bool
    is_disputed: bool
    refunded: int
    left: int
    kinds: list[str]
    aftersales: list[AfterSaleView]
    debts: list[DebtView]
    invoice: Invoice | None
    extra: str = ""  # the second article that goes with it
    wrong_numbers: tuple[str, ...] = ()  # what was noted before and corrected, the newest first

    @property
    def can_change_address(self) -> bool:
        return self.state in ("choosing", "to_ship")

    @property
    def can_receive(self) -> bool:
        return self.state == "shipped" and not self.is_disputed

    @property
    def can_ask(self) -> bool:
        return bool(self.kinds)


def delivery_view(member_id: int, order_id: int) -> DeliveryView | None:
    """The parcel of a member's own order; None if it has none."""
    parcel = Delivery.objects.filter(pk=order_id, member_id=member_id).first()
    if parcel is None:
        return None
    left = parcel.paid - parcel.refunded
    kinds = KINDS_ALLOWED[parcel.state] if left and not parcel.is_disputed else ()
    return DeliveryView(
        order_id=order_id,
        state=State(parcel.state).label,
        address=address_of(parcel),
        carrier=carrier_name(parcel.carrier),
        tracking_number=parcel.tracking_number,
        shipped_at=parcel.shipped_at,
        due_at=parcel.due_at,
        received_at=parcel.received_at,
        is_received_by_clock=parcel.is_received_by_clock,
        is_disputed=parcel.is_disputed,
        refunded=parcel.refunded,
        left=left,
        kinds=[KIND_NAMES[kind] for kind in kinds],
        extra=extra_names([parcel.extra_sku_id], page_language() == "zh").get(parcel.extra_sku_id, ""),
        wrong_numbers=tuple(
            f"{carrier_name(one.old_carrier)} {one.old_number}" for one in parcel.corrections.all()
        ),
        aftersales=[aftersale_view(found) for found in AfterSale.objects.filter(order_id=order_id)],
        debts=debts(member_id, order_id),
        invoice=Invoice.objects.filter(pk=order_id).first(),
    )


def address_of(parcel: Delivery) -> AddressView | None:
    """Where a parcel went, as it was then; before it is shipped, where it would go now."""
    if parcel.state in BEFORE_SHIPPING:
        address = addresses_of([(parcel.pk, parcel.member_id)]).get(parcel.pk)
        return address_view(address) if address else None
    if not parcel.receiver:
        return None
    area = area_line(parcel.province, parcel.city, parcel.district)
    return AddressView(0, parcel.receiver, parcel.phone.removeprefix("+86"), area, parcel.street, False)


def address_view(address: Address) -> AddressView:
    area = place(address.area)
    line = area_line(area.province, area.city, area.district)
    phone = address.phone.removeprefix("+86")
    return AddressView(address.pk, address.receiver, phone, line, address.street, address.is_default)


def area_line(province: str, city: str, district: str) -> str:
    """The three on one line; a city that is a province is said once."""
    return " ".join(dict.fromkeys((province, city, district)))


def addresses(member_id: int) -> list[AddressView]:
    """A member's addresses, the default first."""
    found = Address.objects.filter(member_id=member_id).order_by("-is_default", "-id")
    return [address_view(address) for address in found]


def carrier_name(code: str) -> str:
    """A carrier in the page's language; empty for none."""
    if not code:
        return ""
    return CARRIERS[code][0 if page_language() == "zh" else 1]


def carrier_choices() -> list[tuple[str, str]]:
    return [(code, carrier_name(code)) for code in CARRIERS]


def aftersale_view(found: AfterSale) -> AfterSaleView:
    return AfterSaleView(
        id=found.pk,
        kind=KIND_NAMES[found.kind],
        state=AfterSale.State(found.state).label,
        amount=found.amount,
        reason=found.reason,
        answer=found.answer,
        carrier=carrier_name(found.carrier),
        tracking_number=found.tracking_number,
        asked_at=found.asked_at,
        ended_at=found.ended_at,
    )


def debts(member_id: int, order_id: int | None = None) -> list[DebtView]:
    """What a member owes of reversed rewards, for one order or for all."""
    found = Debt.objects.filter(member_id=member_id, left__gt=0)
    if order_id is not None:
        found = found.filter(order_id=order_id)
    owed = list(found.order_by("id"))
    names = names_of_assets() if owed else {}
    return [
        DebtView(debt.order_id, names[ASSETS[debt.asset]], debt.asset == 0, debt.amount, debt.left)
        for debt in owed
    ]


def orders_of_tab(orders: QuerySet[Order], member_id: int, tab: str) -> QuerySet[Order]:
    """The orders of a tab about goods, by their parcels and after-sales."""
    parcels = Delivery.objects.filter(member_id=member_id)
    if tab == "aftersale":
        asked = AfterSale.objects.filter(member_id=member_id)
        return orders.filter(pk__in=asked.values("order_id"))
    return orders.filter(pk__in=parcels.filter(state__in=DELIVERY_TABS[tab]).values("order_id"))


def parcel_counts(member_id: int) -> dict[str, int]:
    """How many orders are to be shipped, to be received, and in after-sales that are open."""
    parcels = Delivery.objects.filter(member_id=member_id)
    counts = {tab: parcels.filter(state__in=states).count() for tab, states in DELIVERY_TABS.items()}
    open_ones = AfterSale.objects.filter(member_id=member_id, state__lt=AfterSale.State.REFUNDED)
    return counts | {"aftersale": open_ones.count()}


def parcel_states(orders: Sequence[Order]) -> dict[int, str]:
    """The states of these orders' parcels; `aftersale` while one is disputed."""
    found = Delivery.objects.filter(pk__in=[order.pk for order in orders if order.outcome >= 0])
    return {
        number: "aftersale" if is_disputed else State(state).label
        for number, state, is_disputed in found.values_list("order_id", "state", "is_disputed")
    }
