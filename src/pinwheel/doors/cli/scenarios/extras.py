"""The second article of a scenario's plan: a product of its own in the catalogue, with its stock."""

from datetime import datetime

from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.ids import new_id
from pinwheel.plan.parts import Extra


def put_in_stock(extra: Extra | None, pieces: int, now: datetime) -> None:
    """Make the variant that the plan names, with so many pieces; nothing where it names none."""
    if extra is None:
        return
    product = Product.objects.create(
        id=new_id(now),
        code="extra",
        name_zh=extra.title.zh,
        name_en=extra.title.en,
        price=1,
        created_at=now,
    )
    sku = Sku.objects.create(id=new_id(now), product=product, code=extra.extra, price=1)
    if pieces:
        receive(sku.pk, pieces, "", None, now)


def left_in_stock(extra: Extra | None) -> int:
    """Pieces that are in stock and allotted to nothing."""
    return Sku.objects.values_list("stock", flat=True).get(code=extra.extra) if extra else 0


def extra_in(order_id: int) -> str | None:
    """The code of the second article in an order's parcel; None: there is none."""
    number = Delivery.objects.filter(pk=order_id).values_list("extra_sku_id", flat=True).first()
    return Sku.objects.values_list("code", flat=True).get(pk=number) if number else None
