"""Goods for points in the shop: an address before them, where they are, and received once."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
import shop_stage as stage
from shop_html import fields_of, text_of

from delivery_stage import HOME, operator
from pinwheel.ledger.models import Wallet
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.clock import current_time
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.delivery.models import Address
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.pool.exchanging import exchange, set_left
from pinwheel.market.pool.models import Exchange, ExchangeItem, ExchangeParcel
from pinwheel.market.pool.parcels import ship_exchange
from pinwheel.rules.assets import CONSUMER_POINTS

pytestmark = pytest.mark.usefixtures("database")
ADDRESS = {"receiver": "韩梅梅", "phone": "13900139000", "area": "440305", "street": "科技路 2 号"}


@dataclass
class Mall:
    """Red cups for points, and a member with points and no address."""

    me: Member
    item: ExchangeItem

    @property
    def path(self) -> str:
        return f"/mall/{self.item.pk}"


@pytest.fixture
def mall(database):
    now = current_time()
    stage.on_sale("draw-on-fill")
    me, cup = stage.member(), Product.objects.order_by("id").first()
    adjust_balances([me.pk], CONSUMER_POINTS, [50_000], 0, now)
    red = Sku.objects.create(
        id=new_id(now), product=cup, code="CUP-RED", options_zh="红", options_en="red", price=500
    )
    receive(red.pk, 5, "", None, now)
    item = ExchangeItem.objects.create(plan="", product=cup, sku=red, points=1_000, left=0)
    set_left(item, 5, None, now)
    return Mall(me, item)


def shipped(mall: Mall) -> int:
    """An exchange of the member that is on its way."""
    add_address(mall.me.pk, HOME, True, current_time())
    given = exchange(mall.item.pk, 1_000, mall.me.pk, uuid4(), current_time())
    ship_exchange(given.pk, "sf", "SF1234567", operator(), current_time())
    return given.pk


def test_without_an_address_the_form_leads_to_adding_one_and_back(mall, client_of, language):
    client = client_of(mall.me, language)
    page = client.get(mall.path)
    assert f"/addresses/new?next={mall.path}" in page.content.decode()
    assert "points" not in fields_of(page)  # nothing to send
    sent = client.post(mall.path, {"key": "1" * 32, "points": "1000", "cash": "0"})
    assert sent.status_code == 422 and not Exchange.objects.exists()
    added = client.post(f"/addresses/new?next={mall.path}", ADDRESS | {"next": mall.path})
    assert added["Location"] == mall.path
    form = fields_of(client.get(mall.path))
    assert client.post(mall.path, form).status_code == 302
    assert ExchangeParcel.objects.get().receiver == "韩梅梅"
    assert Wallet.objects.get(pk=mall.me.pk).consumer_points == 49_000


def test_another_address_can_be_chosen_and_the_form_sent_twice_is_once(mall, client_of):
    add_address(mall.me.pk, HOME, True, current_time())
    other = add_address(mall.me.pk, HOME._replace(street="南京路 2 号"), False, current_time())
    theirs = add_address(stage.member().pk, HOME, True, current_time())
    client = client_of(mall.me)
    page = client.get(mall.path)
    assert page.content.decode().index("长安街 1 号") < page.content.decode().index("南京路 2 号")
    form = fields_of(page)
    refused = client.post(mall.path, form | {"address": str(theirs.pk)})
    assert refused.status_code == 422 and "no address for this" in text_of(refused)
    chosen = fields_of(refused) | {"address": str(other.pk)}
    assert [client.post(mall.path, chosen).status_code for _ in range(3)] == [302] * 3
    assert ExchangeParcel.objects.get().street == "南京路 2 号"
    Address.objects.all().delete()
    assert client.post(mall.path, chosen).status_code == 302  # sent once more: nothing is given twice
    assert Exchange.objects.count() == 1


def test_the_history_says_where_it_is_and_receipt_counts_once(mall, client_of, language):
    number, client = shipped(mall), client_of(mall.me, language)
    said = {
        "en": ("On its way", "SF Express SF1234567", "red"),
        "zh-hans": ("运输中", "顺丰速运 SF1234567", "红"),
    }
    for path in ("/mall", "/exchanges"):
        text = text_of(client.get(path))
        assert all(words in text for words in said[language]), text
    for _ in range(2):
        assert client.post(f"/exchanges/{number}/receipt").status_code == 302
    found = ExchangeParcel.objects.get(pk=number)
    assert found.state == ExchangeParcel.State.RECEIVED and not found.is_received_by_clock
    text = text_of(client.get("/exchanges"))
    thanks = "Thank you: receipt is confirmed." if language == "en" else "已确认收货，谢谢。"
    assert text.count(thanks) == 1
    assert "/receipt" not in client.get("/exchanges").content.decode()
    assert client.get(f"/exchanges/{number}/receipt").status_code == 405


def test_nobody_receives_or_reads_what_another_had(mall, client_of):
    number = shipped(mall)
    other = client_of(stage.member())
    other.post(f"/exchanges/{number}/receipt")
    assert ExchangeParcel.objects.get(pk=number).state == ExchangeParcel.State.SHIPPED
    assert "SF1234567" not in text_of(other.get("/exchanges"))


def test_an_exchange_without_an_address_asks_for_one(mall, client_of):
    exchange(mall.item.pk, 1_000, mall.me.pk, uuid4(), current_time())
    client = client_of(mall.me)
    assert "There is no address yet" in text_of(client.get("/exchanges"))
    add_address(mall.me.pk, HOME, True, current_time())
    assert "It goes to your default address." in text_of(client.get("/exchanges"))
