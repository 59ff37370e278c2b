"""What the pages of the points mall say."""

from dataclasses import dataclass

from pinwheel.doors.storefront.languages import page_language
from pinwheel.ledger.models import Wallet
from pinwheel.market.pool.models import ExchangeItem

MOST = 200


@dataclass(frozen=True)
class MallGoods:
    """Goods of the mall. Points in hundredths, cash in fen; missing: what the member has too little."""

    id: int
    name: str
    options: str
    about: str
    detail: list[str]
    pictures: list[str]
    points: int
    cash: int
    per_member: int | None
    left: int
    missing: int
    missing_cash: int

    @property
    def picture(self) -> str:
        return self.pictures[0] if self.pictures else ""


def purse(member_id: int) -> tuple[int, int]:
    """A member's consumer points and cash."""
    wallet = Wallet.objects.filter(pk=member_id).first()
    return (wallet.consumer_points, wallet.cash) if wallet else (0, 0)


def goods(free: int, cash: int) -> list[MallGoods]:
    """Everything that is shown, the cheapest first; what is sold out at the end."""
    items = ExchangeItem.objects.filter(plan="", is_shown=True).select_related("product", "sku")
    found = [goods_view(one, free, cash) for one in items.prefetch_related("product__pictures")[:MOST]]
    return sorted(found, key=lambda one: one.left == 0)


def item(item_id: int, free: int, cash: int) -> MallGoods | None:
    """One of its goods."""
    items = ExchangeItem.objects.filter(plan="", is_shown=True, pk=item_id).select_related("product", "sku")
    found = items.prefetch_related("product__pictures").first()
    return goods_view(found, free, cash) if found else None


def goods_view(item: ExchangeItem, free: int, cash: int) -> MallGoods:
    product, sku, is_chinese = item.product, item.sku, page_language() == "zh"
    detail = product.detail_zh if is_chinese else product.detail_en
    options = (sku.options_zh if is_chinese else sku.options_en) if sku else ""
    return MallGoods(
        id=item.pk,
        name=product.name_zh if is_chinese else product.name_en,
        options=options,
        about=product.about_zh if is_chinese else product.about_en,
        detail=[part.strip() for part in detail.replace("\r", "").split("\n\n") if part.strip()],
        pictures=[picture.image.url for picture in product.pictures.all()],
        points=item.points,
        cash=item.cash,
        per_member=item.per_member,
        left=item.left,
        missing=max(item.points - free, 0),
        missing_cash=max(item.cash - cash, 0),
    )
