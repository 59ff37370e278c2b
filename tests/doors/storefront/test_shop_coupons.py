"""Coupons and the points mall in the shop: taken, used and seen; each form counts once."""

from dataclasses import dataclass

import pytest
import shop_stage as stage
from shop_html import fields_of, text_of

from delivery_stage import HOME
from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.models import Coupon
from pinwheel.market.coupons.services import Terms, make_template
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.ids import ACTIVITY, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.models import Exchange, ExchangeItem
from pinwheel.rules.assets import CASH, CONSUMER_POINTS

pytestmark = pytest.mark.database


@dataclass
class Shop:
    """An activity that takes coupons, and a member with money."""

    activity: Activity
    me: Member


@pytest.fixture
def shop(database):
    activity = stage.on_sale("draw-on-fill")
    Activity.objects.update(takes_coupons=True)
    return Shop(activity, stage.member())


def offered(**changes):
    terms = Terms(("满50减10", "10 off 50"), threshold=5_000, discount=1_000, valid_seconds=7 * 86_400)
    return make_template(terms._replace(is_public=True, per_member=1, **changes), current_time())


def test_a_coupon_is_taken_from_the_list_once_and_shown(shop, client_of):
    offered(total=5)
    client = client_of(shop.me)
    page = client.get("/coupons/list")
    assert "10 off 50" in text_of(page) and "from ¥50.00 on" in text_of(page)
    form = fields_of(page)
    assert [client.post("/coupons/list", form).status_code for _ in range(2)] == [302, 302]
    assert Coupon.objects.count() == 1
    assert "You have it." in text_of(client.get("/coupons/list"))
    assert "10 off 50" in text_of(client.get("/coupons"))
    assert "10 off 50" not in text_of(client.get("/coupons?state=used"))
    refused = client.post("/coupons/list", form | {"key": "0" * 32})
    assert refused.status_code == 422 and "you have had them" in text_of(refused)
    assert "剩余 4 张" in text_of(client_of(shop.me, "zh-hans").get("/coupons/list"))
    assert client_of(shop.me, "zh-hans").get("/coupons").content.decode().count("满50减10") == 1


def test_a_join_uses_the_coupon_and_its_order_says_so(shop, client_of):
    offered()
    client = client_of(shop.me)
    client.post("/coupons/list", fields_of(client.get("/coupons/list")))
    activity = Activity.objects.get(pk=shop.activity.pk)
    path = f"/activities/{to_text(ACTIVITY, activity.pk)}/join"
    page = client.get(path)
    assert "¥10.00 off, from ¥50.00 on" in text_of(page)
    coupon = Coupon.objects.get()
    before = Wallet.objects.get(pk=shop.me.pk).cash
    form = fields_of(page) | {"pay_by": "balance", "coupon": str(coupon.pk)}
    answer = client.post(path, form)
    assert answer.status_code == 302, text_of(answer)
    order = Order.objects.get(member_id=shop.me.pk)
    assert order.discount == 1_000
    assert Wallet.objects.get(pk=shop.me.pk).cash == before - activity.price + 1_000
    shown = text_of(client.get(answer["Location"]))
    assert "−¥10.00" in shown and "You pay" in shown
    again = client.post(path, fields_of(client.get(path)) | {"pay_by": "balance", "coupon": str(coupon.pk)})
    assert again.status_code == 422 and "used already" in text_of(again)
    assert client.post(path, form | {"coupon": "x"}).status_code == 404


def test_goods_of_the_mall_are_exchanged_once_a_form(shop, client_of):
    adjust_balances([shop.me.pk], CONSUMER_POINTS, [50_000], 0, current_time())
    adjust_balances([shop.me.pk], CASH, [10_000], 0, current_time())
    product = Product.objects.order_by("id").first()
    Product.objects.filter(pk=product.pk).update(detail_en="One.\n\n<b>Two.</b>", detail_zh="一。")
    item = ExchangeItem.objects.create(
        plan="", product=product, points=20_000, cash=990, left=1, per_member=1
    )
    add_address(shop.me.pk, HOME, True, current_time())
    client = client_of(shop.me)
    assert "200.00 consumer points + ¥9.90" in text_of(client.get("/mall"))
    page = client.get(f"/mall/{item.pk}")
    assert "<b>Two" not in page.content.decode() and "&lt;b&gt;Two" in page.content.decode()
    form = fields_of(page)
    assert [client.post(f"/mall/{item.pk}", form).status_code for _ in range(3)] == [302] * 3
    assert Exchange.objects.count() == 1
    assert Wallet.objects.get(pk=shop.me.pk).consumer_points == 30_000
    assert "Sold out" in text_of(client.get(f"/mall/{item.pk}"))
    refused = client.post(f"/mall/{item.pk}", form | {"key": "1" * 32})
    assert refused.status_code == 422 and "sold out" in text_of(refused)
    assert client.get("/mall/999").status_code == 404
    assert "My exchanges" in text_of(client.get("/mall"))
