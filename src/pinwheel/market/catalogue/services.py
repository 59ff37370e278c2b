"""Products: copied in one action, their prices kept, and which price may be named as the one before."""

from datetime import datetime, timedelta

from django.db import transaction

from pinwheel.market.catalogue.models import PriceChange, Product, ProductPicture, Sku
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused

LOOK_BACK = timedelta(
    days=7
)  # 规定 (order 56 of 2022), on comparing prices: the lowest of the seven days before
LONGEST_CODE = 60


def keep_price(product: Product, now: datetime) -> None:
    """Keep the product's price, where it is another than before."""
    last = PriceChange.objects.filter(product=product).order_by("-at", "-id").first()
    if last is None or last.price != product.price:
        PriceChange.objects.create(id=new_id(now), product=product, price=product.price, at=now)


def reference_price(product_id: int, at: datetime) -> int | None:
    """The price (fen) that may be named as the one before at `at`: the lowest of the seven days before.

    None where the product had no price that long; nothing may be named then.
    """
    changes = list(
        PriceChange.objects.filter(product_id=product_id, at__lt=at)
        .order_by("at", "id")
        .values_list("at", "price")
    )
    start = at - LOOK_BACK
    before = [price for moment, price in changes if moment <= start]
    if not before:
        return None
    return min([before[-1], *(price for moment, price in changes if moment > start)])


def copy_product(product_id: int, now: datetime) -> Product:
    """A copy with its variants and pictures: off the shelf, without stock, under codes of its own.

    Raises: Refused not_found.
    """
    with transaction.atomic():
        found = Product.objects.select_for_update().filter(pk=product_id).first()
        if found is None:
            raise Refused("not_found")
        skus, pictures = list(found.skus.all()), list(found.pictures.all())
        copy = found
        copy.pk, copy._state.adding = new_id(now), True
        copy.code = free_code(Product, copy.code)
        copy.is_on_shelf, copy.created_at = False, now
        copy.save(force_insert=True)
        keep_price(copy, now)
        for sku in skus:
            code = free_code(Sku, sku.code)
            Sku.objects.create(
                id=new_id(now),
                product=copy,
                code=code,
                options_zh=sku.options_zh,
                options_en=sku.options_en,
                price=sku.price,
                cost=sku.cost,
                position=sku.position,
            )
        for picture in pictures:
            ProductPicture.objects.create(product=copy, image=picture.image.name, position=picture.position)
    return copy


def free_code(model: type[Product] | type[Sku], code: str) -> str:
    """A code that nothing has yet: the old one with a number."""
    for number in range(2, 10_000):
        tail = f"-{number}"
        wanted = code[: LONGEST_CODE - len(tail)] + tail
        if not model._default_manager.filter(code=wanted).exists():
            return wanted
    raise Refused("invalid", {"what": ("请先整理编码。", "Please tidy up the codes first.")})
