"""Products on the shelf, their variants, and categories."""

from urllib.parse import urljoin

from pydantic import Field

from pinwheel.config.environment import environment
from pinwheel.doors.api.schemas.common import Amount, BothLanguages, Document, ProductId, SkuId, amount
from pinwheel.market.catalogue.models import Category, Product
from pinwheel.market.ids import PRODUCT, to_text

CATEGORY_NUMBER = Field(description="A category's number", examples=["3"])


class CategoryOut(Document):
    """A category of products; there are two levels."""

    id: str = CATEGORY_NUMBER
    parent: str | None = Field(description="The category above it; null: it is of the first level")
    name: BothLanguages = Field(description="Its name")


class SkuOut(Document):
    """A variant of a product."""

    sku: SkuId
    code: str = Field(description="The shop's code of the variant")
    options: BothLanguages = Field(
        description="What tells it from the others; empty where it is the only one"
    )
    price: Amount
    stock: int = Field(description="Pieces that no activity or offer has been allotted")


class ProductOut(Document):
    """A product on the shelf."""

    id: ProductId
    code: str = Field(description="The shop's code")
    category: str | None = CATEGORY_NUMBER
    name: BothLanguages = Field(description="Its name")
    about: BothLanguages = Field(description="One line about it")
    detail: BothLanguages = Field(description="The whole text, plain; an empty line begins a paragraph")
    price: Amount
    is_prize: bool = Field(description="Whether it lies in the warehouse of draw products")
    pictures: list[str] = Field(description="Addresses of its pictures, in their order")
    skus: list[SkuOut] = Field(description="Its variants; none: no stock is counted")


def category_out(category: Category) -> CategoryOut:
    return CategoryOut(
        id=str(category.pk),
        parent=str(category.parent_id) if category.parent_id else None,
        name=BothLanguages(zh=category.name_zh, en=category.name_en),
    )


def product_out(product: Product) -> ProductOut:
    return ProductOut(
        id=to_text(PRODUCT, product.pk),
        code=product.code,
        category=str(product.category_id) if product.category_id else None,
        name=BothLanguages(zh=product.name_zh, en=product.name_en),
        about=BothLanguages(zh=product.about_zh, en=product.about_en),
        detail=BothLanguages(zh=product.detail_zh, en=product.detail_en),
        price=amount(product.price),
        is_prize=product.is_prize,
        pictures=[urljoin(environment().base_url, one.image.url) for one in product.pictures.all()],
        skus=[
            SkuOut(
                sku=str(sku.pk),
                code=sku.code,
                options=BothLanguages(zh=sku.options_zh, en=sku.options_en),
                price=amount(sku.price),
                stock=sku.stock,
            )
            for sku in product.skus.all()
        ],
    )
