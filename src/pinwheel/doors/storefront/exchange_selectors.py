"""What a member's pages say of goods that were had for points: what, for how much, and where they are."""

from dataclasses import dataclass
from datetime import datetime

from pinwheel.doors.storefront.delivery_selectors import area_line, carrier_name
from pinwheel.doors.storefront.languages import names_of_assets, page_language
from pinwheel.market.pool.models import Exchange, ExchangeParcel
from pinwheel.rules.assets import ASSETS

MOST = 200


@dataclass(frozen=True)
class Exchanged:
    """Goods that a member had for points (hundredths), with cash (fen) or without.

    Attributes:
        state: to_ship, shipped or received.
        receiver, where: as copied with the exchange; empty: no address was there.
    """

    id: int
    name: str
    options: str
    points: int
    points_name: str
    cash: int
    at: datetime
    state: str
    receiver: str
    where: str
    carrier: str
    tracking_number: str
    due_at: datetime | None
    received_at: datetime | None

    @property
    def can_receive(self) -> bool:
        return self.state == "shipped"


def exchanges(member_id: int, plan: str | None = None, most: int = MOST) -> list[Exchanged]:
    """What a member had, the newest first; `plan`: of that plan's pool alone, empty: of the mall alone."""
    found = Exchange.objects.filter(member_id=member_id)
    if plan is not None:
        found = found.filter(item__plan=plan)
    rows = found.select_related("item__product", "item__sku", "parcel")[:most]
    names = names_of_assets() if rows else {}
    return [exchanged(one, names) for one in rows]


def exchanged(done: Exchange, names: dict[str, str]) -> Exchanged:
    item, parcel, is_chinese = done.item, done.parcel, page_language() == "zh"
    area = area_line(parcel.province, parcel.city, parcel.district)
    return Exchanged(
        id=done.pk,
        name=item.product.name_zh if is_chinese else item.product.name_en,
        options=(item.sku.options_zh if is_chinese else item.sku.options_en) if item.sku else "",
        points=done.points,
        points_name=names[ASSETS[item.asset]],
        cash=done.cash,
        at=done.at,
        state=ExchangeParcel.State(parcel.state).label,
        receiver=parcel.receiver,
        where=f"{area} {parcel.street}".strip(),
        carrier=carrier_name(parcel.carrier),
        tracking_number=parcel.tracking_number,
        due_at=parcel.due_at,
        received_at=parcel.received_at,
    )
