"""Which variant of a product an order asked for, in words."""

from collections.abc import Iterable

from pinwheel.market.catalogue.models import Sku
from pinwheel.market.orders.models import Order


def variants_of(order_ids: Iterable[int], in_chinese: bool) -> dict[tuple[int, int], str]:
    """By order and product, what tells the variant ordered from the others; orders without one are left out.

    A prize that was chosen instead is another product and has no variant here.
    """
    rows = Order.objects.filter(pk__in=list(order_ids), sku_id__gt=0).values_list(
        "pk", "product_id", "sku_id"
    )
    wanted = {(order, product): sku for order, product, sku in rows}
    column = "options_zh" if in_chinese else "options_en"
    named = Sku.objects.filter(pk__in=set(wanted.values())).values_list("pk", column) if wanted else ()
    words = dict(named)
    return {about: words[sku] for about, sku in wanted.items() if words.get(sku)}
