"""Addresses, parcels, after-sales and invoices in the shop: for their own member, sent twice without harm."""

import re

import pytest

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.aftersales.services import approve
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.models import Address, Delivery, Invoice, OrderAddress
from pinwheel.market.delivery.services import ship
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.rules.assets import CONSUMER_POINTS

pytestmark = pytest.mark.usefixtures("database")
ADDRESS = {"receiver": "韩梅梅", "phone": "13900139000", "area": "440305", "street": "科技路 2 号"}


@pytest.fixture
def shop(database):
    stage, orders = settled_orders()
    members = [Member.objects.get(pk=member) for member in stage.members]
    return stage, orders, members


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_who_signs_in_again_returns_to_the_page_of_the_form(shop, client_of):
    _, [order, _], _ = shop
    sent_from = {"Referer": f"http://testserver{path_of(order)}"}
    answer = client_of(None).post(path_of(order, "/receipt"), headers=sent_from)
    assert answer["Location"] == f"/login?next=%2Forders%2F{to_text(ORDER, order)}"
    elsewhere = client_of(None).post(
        path_of(order, "/receipt"), headers={"Referer": "https://evil.example/x"}
    )
    assert "evil" not in elsewhere["Location"]


def form_key(html):
    return re.search(r'name="key" value="([0-9a-f]{32})"', html)[1]


def path_of(order, tail=""):
    return f"/orders/{to_text(ORDER, order)}{tail}"


def test_an_address_is_kept_changed_and_deleted(shop, client_of):
    _, _, [me, other] = shop
    client, foreign = client_of(me), client_of(other)
    assert client.post("/addresses/new", ADDRESS | {"area": "440300"}).status_code == 422
    kept = client.post("/addresses/new", ADDRESS | {"is_default": "1", "next": "/me"})
    assert kept["Location"] == "/me"
    address = Address.objects.get(member_id=me.pk, is_default=True)
    assert "广东省 深圳市 南山区" in page(client, "/addresses")
    one = f"/addresses/{address.pk}"
    assert 'value="440305" selected' in page(client, one)
    assert foreign.get(one).status_code == 404
    foreign.post(f"{one}/delete")
    client.post(one, ADDRESS | {"receiver": "李"})
    assert Address.objects.get(pk=address.pk).receiver == "李"
    for _ in range(2):
        assert client.post(f"{one}/delete").status_code == 302
    assert not Address.objects.filter(pk=address.pk).exists()


def test_districts_are_chosen_step_by_step_also_without_javascript(shop, client_of):
    _, _, [me, _] = shop
    client = client_of(me)
    assert "深圳市" in page(client, "/addresses/areas?province=440000")
    assert "南山区" in page(client, "/addresses/areas?province=440000&city=440300")
    assert "东城区" in page(client, "/addresses/areas?province=110000")  # its only city is taken
    assert page(client, "/addresses/areas?province=x&city=<b>").count("<option") > 30
    html = client.post("/addresses/new", ADDRESS | {"province": "440000", "area": "", "pick": "1"})
    assert "深圳市" in html.content.decode()


def test_the_member_sees_the_parcel_and_confirms_it(shop, client_of):
    stage, [order, _], [me, other] = shop
    client = client_of(me)
    assert "Another address" in page(client, path_of(order))
    mine = Address.objects.get(member_id=me.pk)
    client.post(path_of(order, "/address"), {"address": mine.pk})
    assert OrderAddress.objects.get(pk=order).address_id == mine.pk
    theirs = Address.objects.get(member_id=other.pk).pk
    assert client.post(path_of(order, "/address"), {"address": theirs}).status_code == 422
    assert page(client, "/orders?tab=to_ship").count("card-link") == 1
    ship(order, "sf", "SF1234567", operator(), stage.now)
    html = page(client, path_of(order))
    assert 'data-copy="SF1234567"' in html and "SF Express" in html and "I have received it" in html
    correct_tracking(order, "zto", "ZTO7654321", operator(), stage.now)
    corrected = page(client, path_of(order))
    assert 'data-copy="ZTO7654321"' in corrected and "It said before: SF Express SF1234567" in corrected
    assert page(client, "/orders?tab=to_receive").count("card-link") == 1
    assert '<b class="count">1</b>' in page(client, "/orders")
    client_of(other).post(path_of(order, "/receipt"))
    assert parcel(order).state == Delivery.State.SHIPPED
    for _ in range(2):
        client.post(path_of(order, "/receipt"))
    assert parcel(order).state == Delivery.State.RECEIVED
    assert page(client, "/orders?tab=to_receive").count("card-link") == 0


def test_an_after_sale_from_asking_to_the_money(shop, client_of):
    stage, [order, _], [me, other] = shop
    client, clerk = client_of(me), operator()
    ship(order, "sf", "SF1234567", clerk, stage.now)
    form = page(client, path_of(order, "/aftersale"))
    wish = {"kind": "return_and_refund", "reason": "too small", "amount": "", "key": form_key(form)}
    assert client.post(path_of(order, "/aftersale"), wish | {"kind": "x"}).status_code == 422
    assert client.post(path_of(order, "/aftersale"), wish | {"amount": "1.234"}).status_code == 422
    assert client.post(path_of(order, "/aftersale"), wish | {"amount": "100.01"}).status_code == 422
    assert client_of(other).post(path_of(order, "/aftersale"), wish).status_code == 404
    for _ in range(2):
        assert client.post(path_of(order, "/aftersale"), wish).status_code == 302
    one = AfterSale.objects.get()
    assert "with the shop" in page(client, path_of(order))
    approve(one.pk, clerk, stage.now)
    assert "I have sent it back" in page(client, path_of(order))
    sent = {"carrier": "jd", "tracking_number": "JD1234567"}
    assert client_of(other).post(f"/aftersales/{one.pk}/return", sent).status_code == 404
    client.post(f"/aftersales/{one.pk}/return", sent)
    one.refresh_from_db()
    assert one.state == AfterSale.State.SENT_BACK
    assert page(client, "/orders?tab=aftersale").count("card-link") == 1


def test_an_order_says_first_what_an_after_sale_gave_back(shop, client_of):
    stage, [order, _], [me, _] = shop
    approve(asked(stage, order, amount=2_500).pk, operator(), stage.now)
    text = page(client_of(me), path_of(order))
    assert "¥25.00 of it went back to you by an after-sale." in text


def test_a_wish_is_withdrawn_by_its_member_alone(shop, client_of):
    stage, [order, _], [me, other] = shop
    one = asked(stage, order)
    assert client_of(other).post(f"/aftersales/{one.pk}/withdraw").status_code == 404
    client_of(me).post(f"/aftersales/{one.pk}/withdraw")
    one.refresh_from_db()
    assert one.state == AfterSale.State.WITHDRAWN


def test_what_is_owed_is_shown(shop, client_of, language):
    stage, [order, _], [me, _] = shop
    adjust_balances([me.pk], CONSUMER_POINTS, [-5_000], 0, stage.now)
    approve(asked(stage, order).pk, operator(), stage.now)
    assert Debt.objects.get().left == 5_000
    for path in ("/me", path_of(order)):
        html = page(client_of(me, language), path)
        assert "50.00" in html and ("待扣" in html) == (language == "zh-hans")
    statement = page(client_of(me), path_of(order))
    assert "After-sale refund" in statement and "Reward taken back with the refund" in statement


def test_invoice_data_is_kept(shop, client_of):
    _, [order, _], [me, other] = shop
    client = client_of(me)
    said = {"kind": "company", "title": "某某公司", "tax_number": "", "email": "a@example.com"}
    assert client.post(path_of(order, "/invoice"), said).status_code == 422
    assert (
        client.post(path_of(order, "/invoice"), said | {"tax_number": "911100001234567"}).status_code == 302
    )
    assert Invoice.objects.get(pk=order).title == "某某公司"
    assert "911100001234567" in page(client, path_of(order, "/invoice"))
    assert client_of(other).get(path_of(order, "/invoice")).status_code == 404


@pytest.mark.parametrize("path", ["/addresses", "/addresses/new", "/aftersales/1/withdraw"])
def test_only_members_have_addresses(shop, client_of, path):
    response = client_of().post(path) if "withdraw" in path else client_of().get(path)
    assert response.status_code == 302 and response["Location"].startswith("/login")
