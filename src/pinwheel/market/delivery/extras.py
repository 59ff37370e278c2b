"""What else is in a parcel: the names of second articles."""

from collections.abc import Iterable

from pinwheel.market.catalogue.models import Sku


def extra_names(sku_ids: Iterable[int], in_chinese: bool) -> dict[int, str]:
    """The names of variants with what tells them from others, as `Cup (red)`; 0 is none."""
    wanted = {number for number in sku_ids if number}
    found = Sku.objects.select_related("product").filter(pk__in=wanted) if wanted else ()
    names = {}
    for sku in found:
        name, options = (
            (sku.product.name_zh, sku.options_zh) if in_chinese else (sku.product.name_en, sku.options_en)
        )
        names[sku.pk] = f"{name} ({options})" if options else name
    return names
