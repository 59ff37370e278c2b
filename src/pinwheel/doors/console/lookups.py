"""Names for many numbers at once: one query per table, whatever a page shows; members by what one types."""

from collections.abc import Iterable
from typing import Any

from pinwheel.doors.console.language import in_chinese
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Product
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import read_phone
from pinwheel.market.orders.variants import variants_of
from pinwheel.market.refusals import Refused


def activity_titles(numbers: Iterable[int]) -> dict[int, str]:
    """Activities' titles in the operator's language."""
    column = "title_zh" if in_chinese() else "title_en"
    return named(Activity, column, numbers)


def product_names(numbers: Iterable[int]) -> dict[int, str]:
    """Products' names in the operator's language."""
    column = "name_zh" if in_chinese() else "name_en"
    return named(Product, column, numbers)


def goods_names(rows: Iterable[tuple[int, int]]) -> dict[int, str]:
    """By order, the name of its product with the variant ordered, as `T-shirt (red L)`.

    `rows`: order and product; of a parcel the product that it holds.
    """
    pairs = list(rows)
    names = product_names(product for _order, product in pairs)
    variants = variants_of((order for order, _product in pairs), in_chinese())
    return {
        order: f"{names[product]} ({variants[order, product]})"
        if (order, product) in variants
        else names[product]
        for order, product in pairs
        if product in names
    }


def member_names(numbers: Iterable[int]) -> dict[int, str]:
    """Members' nicknames."""
    return named(Member, "nickname", numbers)


def named(model: Any, column: str, numbers: Iterable[int]) -> dict[int, str]:
    wanted = {number for number in numbers if number > 0}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", column)) if wanted else {}


def member_of(term: str) -> int | None:
    """The member of a member id or phone number."""
    number = ids.from_text(ids.MEMBER, term.upper())
    members = Member.objects.all()
    if number is not None:
        members = members.filter(pk=number)
    else:
        try:
            members = members.filter(phone=read_phone(term))
        except Refused:
            return None
    found: int | None = members.values_list("pk", flat=True).first()
    return found
