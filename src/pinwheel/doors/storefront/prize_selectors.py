"""What a member's pages say about prizes to choose, what was chosen, and vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.catalogue.models import Product, ProductPicture
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.prizes.services import prize_list

STATES = {
    PrizeChoice.State.OPEN: "open",
    PrizeChoice.State.PRODUCT: "product",
    PrizeChoice.State.VOUCHER: "voucher",
    PrizeChoice.State.LAPSED: "lapsed",
}


@dataclass(frozen=True)
class PrizeProductView:
    """A product that may be chosen, or was."""

    id: int
    name: str
    about: str
    picture: str


@dataclass(frozen=True)
class PrizeView:
    """What the holder of a winning order takes. `voucher_value`: fen, 0 for none.

    Attributes:
        state: open, product, voucher or lapsed; an open one whose time is over counts as lapsed.
        products: what may be chosen, while it is open.
        taken: the product chosen, or ordered where none was chosen in time; None for a voucher.
    """

    order_id: int
    state: str
    due_at: datetime
    chosen_at: datetime | None
    voucher_value: int
    products: list[PrizeProductView]
    taken: PrizeProductView | None

    def product(self, product_id: int | None) -> PrizeProductView | None:
        """One of the products that may be chosen."""
        return next((product for product in self.products if product.id == product_id), None)


def prize_view(member_id: int, order_id: int, now: datetime) -> PrizeView | None:
    """The choice of a member's own order; None if its result gives none."""
    choice = PrizeChoice.objects.filter(pk=order_id, member_id=member_id).first()
    if choice is None:
        return None
    is_over = choice.state == PrizeChoice.State.OPEN and now >= choice.due_at
    state = "lapsed" if is_over else STATES[PrizeChoice.State(choice.state)]
    is_product = state in ("product", "lapsed")
    wanted = [choice.product_id] if is_product else []
    if state == "open":
        wanted = [product.pk for product in prize_list(choice.activity_id, choice.choose_from)]
    products = product_views(wanted)
    return PrizeView(
        order_id=order_id,
        state=state,
        due_at=choice.due_at,
        chosen_at=choice.chosen_at,
        voucher_value=choice.voucher_value,
        products=products if state == "open" else [],
        taken=products[0] if is_product and products else None,
    )


def product_views(ids: Sequence[int]) -> list[PrizeProductView]:
    """Products in the order of these ids."""
    pictures = Prefetch("pictures", queryset=ProductPicture.objects.order_by("position"))
    found = Product.objects.prefetch_related(pictures).in_bulk(ids)
    is_chinese = page_language() == "zh"
    views = []
    for product in (found[number] for number in ids if number in found):
        shown = list(product.pictures.all())
        views.append(
            PrizeProductView(
                id=product.pk,
                name=product.name_zh if is_chinese else product.name_en,
                about=product.about_zh if is_chinese else product.about_en,
                picture=shown[0].image.url if shown else "",
            )
        )
    return views


def open_choices(member_id: int, now: datetime) -> list[PrizeChoice]:
    """The member's choices that wait, the most urgent first."""
    waiting = PrizeChoice.objects.filter(member_id=member_id, state=PrizeChoice.State.OPEN, due_at__gt=now)
    return list(waiting.order_by("due_at")[:5])


def vouchers(member_id: int, at_most: int = 100) -> list[Voucher]:
    """The member's vouchers, the newest first."""
    return list(Voucher.objects.filter(member_id=member_id).order_by("-id")[:at_most])
