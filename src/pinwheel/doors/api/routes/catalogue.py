"""The catalogue, read; and the goods of the points mall."""

from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_id, page_by_number
from pinwheel.doors.api.routes.common import id_schema, reads
from pinwheel.doors.api.schemas.catalogue import CategoryOut, ProductOut, category_out, product_out
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.pool import ExchangeItemOut, item_out
from pinwheel.market.catalogue.models import Category, Product
from pinwheel.market.ids import PRODUCT
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.refusals import Refused

router = Router(tags=["catalogue"])
ProductPath = Annotated[str, id_schema(PRODUCT, "Product"), Path()]


class ProductsQuery(PageQuery):
    """Which products."""

    category: str | None = Field(
        default=None, description="Only of this category, or of one below it", pattern="^[1-9][0-9]{0,17}$"
    )


@router.get(
    "/categories",
    auth=BearerKey("activities:read", PAGE),
    response=reads(Page[CategoryOut]),
    operation_id="listCategories",
    summary="List the categories of products",
)
def list_categories(request: HttpRequest, query: Query[PageQuery]) -> Page[CategoryOut]:
    found, cursor = page_by_number(Category.objects.all(), "id", query)
    return Page[CategoryOut](items=[category_out(one) for one in found], next_cursor=cursor)


@router.get(
    "/products",
    auth=BearerKey("activities:read", ("category", *PAGE)),
    response=reads(Page[ProductOut]),
    operation_id="listProducts",
    summary="List products on the shelf",
)
def list_products(request: HttpRequest, query: Query[ProductsQuery]) -> Page[ProductOut]:
    rows = on_shelf()
    if query.category is not None:
        number = int(query.category)
        rows = rows.filter(Q(category_id=number) | Q(category__parent_id=number))
    found, cursor = page_by_id(rows, PRODUCT, query)
    return Page[ProductOut](items=[product_out(one) for one in found], next_cursor=cursor)


@router.get(
    "/products/{product}",
    auth=BearerKey("activities:read"),
    response=reads(ProductOut),
    operation_id="getProduct",
    summary="Read a product on the shelf",
)
def get_product(request: HttpRequest, product: ProductPath) -> ProductOut:
    found = on_shelf().filter(pk=number_of(PRODUCT, product)).first()
    if found is None:
        raise Refused("not_found")
    return product_out(found)


@router.get(
    "/mall",
    auth=BearerKey("activities:read", PAGE),
    response=reads(Page[ExchangeItemOut]),
    operation_id="listMallGoods",
    summary="List the goods of the points mall",
)
def list_mall(request: HttpRequest, query: Query[PageQuery]) -> Page[ExchangeItemOut]:
    """Goods for consumer points, with cash or without; `exchangePoints` takes one."""
    rows = ExchangeItem.objects.filter(plan="", is_shown=True).select_related("product", "sku")
    found, cursor = page_by_number(rows, "id", query)
    return Page[ExchangeItemOut](items=[item_out(one) for one in found], next_cursor=cursor)


def on_shelf() -> "QuerySet[Product]":
    """Products that members may see."""
    return Product.objects.filter(is_on_shelf=True).prefetch_related("skus", "pictures")
