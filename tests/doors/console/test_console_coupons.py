"""Coupons in the console: templates with their limits, given with a reason, offers of the mall from stock."""

import pytest
from django.urls import reverse

from pinwheel.doors.console.links import page_url
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.models import Coupon, CouponGrant, CouponTemplate
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.members.services import create_many
from pinwheel.market.pool.models import ExchangeItem

pytestmark = pytest.mark.database
TEMPLATE = {
    "title_zh": "满50减10",
    "title_en": "10 off 50",
    "threshold": "50.00",
    "discount": "10.00",
    "valid_days": "7",
    "scope": "0",
    "total": "1",
}


def test_a_template_is_made_and_given_within_its_limits(staff):
    client, add = staff.client("operations"), reverse("admin:coupons_coupontemplate_add")
    wrong = ({"discount": "50.00"}, {"valid_days": ""}, {"scope": "2"}, {"link": "https://a.example/x"})
    for change in wrong:
        assert client.post(add, TEMPLATE | change).status_code == 200, change
    assert client.post(add, TEMPLATE).status_code == 302
    template = CouponTemplate.objects.get()
    assert (template.threshold, template.discount, template.valid_seconds) == (5_000, 1_000, 604_800)
    now = current_time()
    first, second = create_many(["+8613800000001", "+8613800000002"], ["A", "B"], "", now)
    give = page_url(CouponTemplate, template.pk, "give")
    form = {"members": to_text(MEMBER, first), "reason": "sorry for the wait"}
    assert client.post(give, {**form, "members": "nobody"}).status_code == 400
    assert client.post(give, {**form, "reason": ""}).status_code == 400
    assert client.post(give, form).status_code == 302
    assert CouponGrant.objects.get().reason == "sorry for the wait"
    refused = client.post(give, {**form, "members": to_text(MEMBER, second)})
    assert refused.status_code == 400 and Coupon.objects.count() == 1
    coupon = Coupon.objects.get()
    assert "sorry for the wait" in client.get(page_url(Coupon, coupon.pk)).content.decode()
    assert str(coupon.pk) in client.get(reverse("admin:coupons_coupon_changelist")).content.decode()
    assert staff.client("audit").post(give, form).status_code == 403


def test_a_change_of_stock_says_what_is_wrong_with_its_pieces(staff, language):
    client, now = staff.client("operations", language), current_time()
    made = Product.objects.create(id=5, code="cup", name_zh="杯", name_en="Cup", price=900, created_at=now)
    sku = Sku.objects.create(id=6, product=made, code="cup-red", price=900)
    for kind, pieces, said in (
        ("received", "-3", ("到货件数须为 1 或更多", "Pieces that came in are 1 or more")),
        ("corrected", "0", ("盘点没有差异", "changes nothing")),
    ):
        answer = client.post(
            page_url(Product, made.pk, "stock"),
            {"sku": sku.pk, "kind": kind, "pieces": pieces, "reason": "x"},
        )
        assert answer.status_code == 400 and said[language == "en"] in answer.content.decode()
    assert Sku.objects.get().stock == sku.stock


def test_an_offer_of_the_mall_takes_its_pieces_out_of_stock(staff):
    client, now = staff.client("operations"), current_time()
    product = Product.objects.create(id=5, code="cup", name_zh="杯", name_en="Cup", price=900, created_at=now)
    sku = Sku.objects.create(id=6, product=product, code="cup-red", price=900)
    receive(sku.pk, 5, "", None, now)
    form = {"plan": "", "product": "5", "points": "20", "cash": "1.50", "left": "3", "is_shown": "on"}
    add = reverse("admin:pool_exchangeitem_add")
    assert client.post(add, form).status_code == 200  # the variant is not named
    assert client.post(add, form | {"sku": "6"}).status_code == 302
    item = ExchangeItem.objects.get()
    assert (item.left, item.cash, Sku.objects.get().stock) == (3, 150, 2)
    page = page_url(ExchangeItem, item.pk)
    change = {"points": "20", "cash": "1.50", "left": "1", "left_shown": "3", "is_shown": "on"}
    assert client.post(page, change).status_code == 302
    assert (ExchangeItem.objects.get().left, Sku.objects.get().stock) == (1, 4)
    client.post(page, change | {"left": "9", "left_shown": "1"})
    assert (ExchangeItem.objects.get().left, Sku.objects.get().stock) == (1, 4)  # there are not so many
