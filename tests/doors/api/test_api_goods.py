"""Coupons, products, categories and the points mall through the API."""

import pytest
from api_shop import Shop, problem

from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Category, Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template
from pinwheel.market.ids import MEMBER, PRODUCT, from_text, new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.pool.models import ExchangeItem, ExchangeParcel
from pinwheel.market.pool.parcels import ship_exchange
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import CONSUMER_POINTS

pytestmark = pytest.mark.database


def test_a_join_uses_a_coupon_that_the_member_s_list_names(shop: Shop) -> None:
    member, now = shop.members[0], current_time()
    clerk = Operator.objects.create(username="clerk")
    template = make_template(Terms(("券", "Coupon"), 5_000, 1_000, valid_seconds=86_400), now)
    grant_coupons(template.pk, [from_text(MEMBER, member) or 0], "to try", clerk, now)
    [coupon] = shop.get(f"/members/{member}/coupons").json()["items"]
    assert (coupon["state"], coupon["discount"], coupon["threshold"]) == ("unused", "10.00", "50.00")
    problem(shop.join(coupon=coupon["id"]), 409, "coupon_not_taken")
    Activity.objects.update(takes_coupons=True)
    joined = shop.join(coupon=coupon["id"]).json()["order"]
    assert joined["discount"] == "10.00"
    assert shop.get(f"/orders/{joined['id']}").json()["discount"] == "10.00"
    [used] = shop.get(f"/members/{member}/coupons?state=used").json()["items"]
    assert used["order"] == joined["id"]
    assert shop.get(f"/members/{member}/coupons?state=unused").json()["items"] == []
    problem(shop.join(member=1, coupon=coupon["id"]), 404, "not_found")
    problem(shop.join(member=1, coupon="x"), 422, "invalid_request")


def test_products_on_the_shelf_are_listed_by_category(shop: Shop) -> None:
    now = current_time()
    above = Category.objects.create(name_zh="服装", name_en="Clothes")
    below = Category.objects.create(name_zh="上衣", name_en="Tops", parent=above)
    product = Product.objects.get(pk=from_text(PRODUCT, shop.product))
    Product.objects.filter(pk=product.pk).update(category=below, detail_en="Plain.")
    sku = Sku.objects.create(id=new_id(now), product=product, code="red", options_en="Red", price=900)
    receive(sku.pk, 3, "", None, now)
    [listed] = shop.get(f"/products?category={above.pk}").json()["items"]
    assert listed["id"] == shop.product and listed["detail"]["en"] == "Plain."
    assert [(one["code"], one["stock"], one["price"]) for one in listed["skus"]] == [("red", 3, "9.00")]
    assert shop.get(f"/products/{shop.product}").json() == listed
    assert [one["parent"] for one in shop.get("/categories").json()["items"]] == [str(above.pk), None]
    Product.objects.update(is_on_shelf=False)
    assert shop.get("/products").json()["items"] == []
    problem(shop.get(f"/products/{shop.product}"), 404, "not_found")


def test_goods_of_the_mall_are_exchanged_once(shop: Shop) -> None:
    member = shop.members[0]
    adjust_balances([from_text(MEMBER, member) or 0], CONSUMER_POINTS, [50_000], 0, current_time())
    product = from_text(PRODUCT, shop.product)
    ExchangeItem.objects.create(plan="", product_id=product, points=20_000, cash=990, left=2, per_member=1)
    [item] = shop.get("/mall").json()["items"]
    assert (item["points"], item["cash"], item["per_member"]) == ("200.00", "9.90", 1)
    body = {"item": item["item"], "points": "200.00", "cash": "9.90"}
    given = [shop.post(f"/members/{member}/exchanges", body, key="once") for _ in range(2)]
    assert given[0].json() == given[1].json() and given[0].json()["cash"] == "9.90"
    assert given[0].json()["state"] == "to_ship"
    problem(shop.post(f"/members/{member}/exchanges", body), 409, "exchange_limit")
    problem(shop.post(f"/members/{member}/exchanges", {**body, "cash": "0.00"}), 409, "price_changed")


def test_an_exchange_goes_to_the_address_named_and_says_by_what(shop: Shop) -> None:
    member, other = shop.members[:2]
    number = from_text(MEMBER, member) or 0
    adjust_balances([number], CONSUMER_POINTS, [50_000], 0, current_time())
    product = from_text(PRODUCT, shop.product)
    item = ExchangeItem.objects.create(plan="", product_id=product, points=1_000, left=3)
    text = {"receiver": "李雷", "phone": "13800138000", "area": "110101", "street": "1 号"}
    first, office = (
        shop.post(f"/members/{member}/addresses", text | {"street": street}).json()["id"]
        for street in ("1 号", "2 号")
    )
    body = {"item": str(item.pk), "points": "10.00"}
    theirs = shop.post(f"/members/{other}/addresses", text).json()["id"]
    problem(shop.post(f"/members/{member}/exchanges", body | {"address": theirs}), 409, "address_missing")
    given = shop.post(f"/members/{member}/exchanges", body | {"address": office}).json()
    plain = shop.post(f"/members/{member}/exchanges", body).json()
    streets = dict(ExchangeParcel.objects.values_list("exchange_id", "street"))
    assert (streets[int(given["id"])], streets[int(plain["id"])]) == ("2 号", "1 号")
    assert first != office and given["tracking_number"] is None
    clerk = Operator.objects.create(username="packer")
    ship_exchange(int(given["id"]), "sf", "SF1234567", clerk, current_time())
    listed = {one["id"]: one for one in shop.get(f"/members/{member}/exchanges").json()["items"]}
    shipped = listed[given["id"]]
    assert (shipped["state"], shipped["tracking_number"]) == ("shipped", "SF1234567")
    assert shipped["carrier"]["en"] == "SF Express" and shipped["counts_as_received_at"]
    assert listed[plain["id"]]["state"] == "to_ship"
