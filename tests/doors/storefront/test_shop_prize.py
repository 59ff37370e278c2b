"""Prizes: chosen once, after a confirmation, in time, by who won them; vouchers are listed."""

from datetime import timedelta

import points_stage
import pytest
import shop_stage as stage
from shop_html import read, text_of
from test_shop_pages import foreign

from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ORDER, PRODUCT, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.prizes.models import PrizeChoice, PrizeProduct, Voucher

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database):
    return points_stage.points(days=False)


@pytest.fixture
def path(shop):
    return f"/orders/{to_text(ORDER, shop.order(shop.me).pk)}"


def take(code: str) -> str:
    return to_text(PRODUCT, Product.objects.get(code=code).pk)


def choice(shop) -> PrizeChoice:
    return PrizeChoice.objects.get(pk=shop.order(shop.me).pk)


def test_an_open_choice_shows_products_voucher_and_time(shop, path, client_of):
    page = client_of(shop.me).get(path)
    text = text_of(page)
    for words in ("Choose your prize", "Rock tea box", "Clay teapot", "Voucher of ¥100.00", "5 d 23:59:"):
        assert words in text, words
    assert page.content.decode().count('name="take"') == 4
    assert "A prize to choose" in text_of(client_of(shop.me).get("/me"))


def test_the_activitys_own_list_of_prizes_is_shown(shop, path, client_of):
    PrizeProduct.objects.create(activity=shop.activity, product=Product.objects.get(code="pot"))
    page = client_of(shop.me).get(path).content.decode()
    assert page.count('name="take"') == 2  # and the voucher


def test_a_product_is_taken_after_a_confirmation_and_once(shop, path, client_of):
    client = client_of(shop.me)
    confirm = client.get(f"{path}/prize", {"take": take("cups")})
    assert "Take this? A pair of celadon cups" in text_of(confirm)
    assert choice(shop).state == PrizeChoice.State.OPEN  # looking takes nothing
    form = {"take": read(confirm).fields["take"]}
    assert [client.post(f"{path}/prize", form)["Location"] for _ in range(3)] == [path] * 3
    assert choice(shop).state == PrizeChoice.State.PRODUCT
    text = text_of(client.get(path))
    assert "You chose A pair of celadon cups" in text
    assert "A prize to choose" not in text_of(client.get("/me"))
    again = client.post(f"{path}/prize", {"take": take("pot")})
    assert (again.status_code, "This was chosen already." in text_of(again)) == (422, True)
    assert "take" not in read(again).fields
    assert client.get(f"{path}/prize", {"take": take("pot")})["Location"] == path


def test_a_voucher_is_taken_and_listed(shop, path, client_of):
    client = client_of(shop.me)
    assert "Voucher of ¥100.00" in text_of(client.get(f"{path}/prize?take=voucher"))
    for _ in range(2):
        assert client.post(f"{path}/prize", {"take": "voucher"})["Location"] == path
    assert Voucher.objects.get().member_id == shop.me.pk
    assert "You chose ¥ Voucher of ¥100.00" in text_of(client.get(path))
    assert "¥100.00 Voucher" in text_of(client.get("/vouchers"))
    assert "You have no vouchers." in text_of(client_of(shop.friend).get("/vouchers"))


def test_what_is_not_on_the_list_is_refused(shop, path, client_of):
    client = client_of(shop.me)
    other = stage.product("other", "别的", "Another")
    for wanted in (to_text(PRODUCT, other.pk), "P0", "", "voucher "):
        response = client.post(f"{path}/prize", {"take": wanted})
        assert (response.status_code, "not on the list" in text_of(response)) == (422, True)
        assert client.get(f"{path}/prize", {"take": wanted})["Location"] == path
    assert choice(shop).state == PrizeChoice.State.OPEN


def test_a_choice_whose_time_is_over_is_the_product_ordered(shop, path, client_of):
    client = client_of(shop.me)
    PrizeChoice.objects.update(due_at=current_time() - timedelta(seconds=1))  # no worker has come by yet
    text = text_of(client.get(path))
    assert "Your prize Rock tea box" in text
    assert "The time to choose was over at" in text
    assert "A prize to choose" not in text_of(client.get("/me"))
    late = client.post(f"{path}/prize", {"take": take("pot")})
    assert (late.status_code, "The time to choose is over" in text_of(late)) == (422, True)
    PrizeChoice.objects.update(state=PrizeChoice.State.LAPSED)
    assert "Your prize Rock tea box" in text_of(client.get(path))


def test_only_the_winner_chooses(shop, path, client_of):
    assert client_of(shop.friend).get(f"{path}/prize?take=voucher").status_code == 404
    assert client_of(shop.friend).post(f"{path}/prize", {"take": "voucher"}).status_code == 404
    assert client_of().post(f"{path}/prize", {"take": "voucher"})["Location"].startswith("/login")
    loser = Order.objects.filter(state=Order.State.REFUNDED).first()
    member = type(shop.me).objects.get(pk=loser.member_id)
    own = f"/orders/{to_text(ORDER, loser.pk)}"
    assert "Choose your prize" not in text_of(client_of(member).get(own))
    assert client_of(member).post(f"{own}/prize", {"take": "voucher"}).status_code == 404


def test_prize_pages_speak_one_language(shop, path, client_of, language):
    client = client_of(shop.me, language)
    for page in (path, f"{path}/prize?take=voucher"):
        assert foreign(client, page, language) == [], page
    client.post(f"{path}/prize", {"take": "voucher"})
    for page in (path, "/vouchers"):
        assert foreign(client, page, language) == [], page
