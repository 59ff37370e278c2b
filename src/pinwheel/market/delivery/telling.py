"""What members are told of their parcels: that they left, and by what number they can be followed."""

from datetime import datetime

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.catalogue.models import Product
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.messages.events import Facts, tell


def goods_of(parcel: Delivery) -> dict[str, str | tuple[str, str]]:
    """The product and the order of a parcel, as a message names them."""
    product = Product.objects.get(pk=parcel.product_id)
    return {"product": (product.name_zh, product.name_en), "order": to_text(ORDER, parcel.pk)}


def way_of(parcel: Delivery) -> Facts:
    """The same, and by what it goes now."""
    return goods_of(parcel) | {"carrier": CARRIERS[parcel.carrier], "tracking": parcel.tracking_number}


def tell_shipped(parcel: Delivery, now: datetime) -> None:
    """The parcel has left; told once an order."""
    tell(raw_cursor(), "shipped", [parcel.member_id], parcel.pk, now, way_of(parcel))


def tell_corrected(parcel: Delivery, correction_id: int, wrong_number: str, now: datetime) -> None:
    """Another number counts from now on; each correction is told once."""
    facts = {**way_of(parcel), "wrong": wrong_number}
    tell(raw_cursor(), "tracking_corrected", [parcel.member_id], correction_id, now, facts)
