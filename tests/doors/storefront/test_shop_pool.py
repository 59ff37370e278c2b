"""The pool's page: what the calendar allows, each move once, refusals in place with the next date."""

from datetime import date, datetime, time, timedelta

import points_stage
import pytest
import shop_stage as stage
from points_stage import PLAN
from shop_html import fields_of, text_of

from delivery_stage import HOME
from pinwheel.doors.storefront import pool
from pinwheel.ledger.models import Wallet
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import business_day, business_zone, current_time
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.pool.calendar import first_of_next_month
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove, PoolShare

pytestmark = pytest.mark.database
FREE = 135_000  # hundredths: what the stage gives, and a win's 100


@pytest.fixture
def shop(database):
    shop = points_stage.points(days=False)
    add_address(shop.me.pk, HOME, True, shop.now)
    return shop


@pytest.fixture
def on_day(monkeypatch):
    """Let the pool's page believe that it is noon of a day of next month; returns that day."""

    def set_day(number: int) -> date:
        day = first_of_next_month(business_day(current_time())).replace(day=number)
        noon = datetime.combine(day, time(12), tzinfo=business_zone())
        monkeypatch.setattr(pool, "current_time", lambda: noon)
        return day

    return set_day


def free(shop) -> int:
    return Wallet.objects.get(pk=shop.me.pk).dividend_points


def inside(shop) -> int:
    return sum(PoolShare.objects.filter(member_id=shop.me.pk).values_list("points", flat=True))


def send(client, points: str, direction: str = "in", **changes: str):
    form = fields_of(client.get("/pool"))
    return client.post("/pool", form | {"plan": PLAN, "points": points, "direction": direction} | changes)


def test_points_move_in_and_out_on_open_days(shop, client_of, on_day):
    on_day(1)
    client = client_of(shop.me)
    assert send(client, "300")["Location"] == f"/pool?plan={PLAN}"
    assert (free(shop), inside(shop)) == (FREE - 30_000, 30_000)
    assert "Moved 300.00 into the pool." in text_of(client.get("/pool"))
    send(client, "100.00", "out")
    assert (free(shop), inside(shop)) == (FREE - 20_000, 20_000)
    text = text_of(client.get("/pool"))
    assert "Moved 100.00 out of the pool." in text
    assert "In the pool 200.00 Free 1,150.00" in text


def test_the_same_form_sent_again_moves_once_and_says_so(shop, client_of, on_day):
    on_day(1)
    client = client_of(shop.me)
    form = fields_of(client.get("/pool")) | {"plan": PLAN, "points": "100", "direction": "in"}
    for _ in range(3):
        assert client.post("/pool", form).status_code == 302
    assert PoolMove.objects.count() == 1
    assert client.post("/pool", form | {"points": "200"}).status_code == 302  # a used form with another wish
    assert (PoolMove.objects.count(), inside(shop)) == (1, 10_000)
    assert "nothing was done twice" in text_of(client.get("/pool"))


@pytest.mark.parametrize(
    ("day", "points", "direction", "words"),
    [
        (6, "100", "out", "现在只能转入，不能转出；下次可以转出的日期：{next}。"),
        (25, "100", "in", "积分池已冻结，正在结算；下次可以转入或转出的日期：{next}。"),
        (28, "100", "out", "积分池已冻结，正在结算；下次可以转入或转出的日期：{next}。"),
        (1, "150", "in", "只能按 100.00 的整数倍转入或转出。"),
        (1, "0", "in", "只能按 100.00 的整数倍转入或转出。"),
        (1, "100", "out", "积分不足：需要 100.00，现有 0.00。"),
        (1, "999999900", "in", "积分不足"),
        (1, "一百", "in", "请输入积分数，例如 100。"),
        (1, "-100", "in", "请输入积分数，例如 100。"),
        (1, "9" * 40, "in", "请输入积分数，例如 100。"),
        (1, "100", "", "请选择转入或转出。"),
    ],
)
def test_what_cannot_be_moved_is_said_in_place(shop, client_of, on_day, day, points, direction, words):
    following = first_of_next_month(on_day(day))
    client = client_of(shop.me, "zh-hans")
    key = fields_of(client.get("/pool")).get("key", "0" * 32)
    response = send(client, points, direction, key=key)
    assert response.status_code == 422
    assert words.format(next=following) in text_of(response)
    assert (free(shop), inside(shop)) == (FREE, 0)
    if day < 25:
        assert fields_of(response)["points"] == points
        assert fields_of(response)["key"] != key


def test_a_form_without_a_key_moves_nothing(shop, client_of, on_day):
    on_day(1)
    assert send(client_of(shop.me), "100", key="").status_code == 422
    assert inside(shop) == 0


def test_the_calendar_tells_today_and_what_changes_when(shop, client_of, on_day):
    pages = {}
    for number in (3, 10, 27):
        day = on_day(number)
        pages[number] = client_of(shop.me).get("/pool")
    texts = {number: text_of(page) for number, page in pages.items()}
    assert "In and out Next: In only · 2 d 12:00:00" in texts[3]
    assert "In only Next: Frozen, settling · 14 d 12:00:00" in texts[10]
    assert f"Points can be moved again from {first_of_next_month(day)} on." in texts[27]
    assert "Days 1–5 In and out now Days 6–24 In only" in texts[3]
    content = pages[10].content.decode()
    end = (first_of_next_month(day) - timedelta(days=1)).day
    assert [content.count(f'<b class="is-{phase}') for phase in ("open", "in_only", "frozen")] == [
        5,
        19,
        end - 24,
    ]
    assert content.count("is-today") == 1
    assert content.count("<i></i>") == day.replace(day=1).weekday()  # weeks begin on Monday
    assert f'again from <time datetime="{first_of_next_month(day)}">' in content  # out is off


def goods(points: int = 20_000, left: int = 2) -> ExchangeItem:
    return ExchangeItem.objects.create(
        plan=PLAN, product=Product.objects.get(code="tea"), points=points, left=left
    )


def test_goods_are_exchanged_once_a_form_on_open_days(shop, client_of, on_day):
    on_day(2)
    item, client = goods(), client_of(shop.me)
    path = f"/pool/goods/{item.pk}"
    assert "200.00 dividend points" in text_of(client.get("/pool"))
    page = client.get(path)
    assert "You keep 1,150.00" in text_of(page)
    form = fields_of(page)
    assert [client.post(path, form).status_code for _ in range(3)] == [302] * 3
    assert (Exchange.objects.count(), free(shop)) == (1, FREE - 20_000)
    item.refresh_from_db()
    assert item.left == 1
    assert "My exchanges All › Rock tea box" in text_of(client.get("/pool"))
    assert "Exchanged for goods" in text_of(client.get("/assets"))
    assert "Rock tea box" in text_of(client.get("/assets"))


def test_goods_are_not_given_on_other_days_nor_for_too_few_points(shop, client_of, on_day):
    on_day(2)
    item, dear, gone = goods(), None, None
    client = client_of(shop.me)
    form = fields_of(client.get(f"/pool/goods/{item.pk}"))
    following = first_of_next_month(on_day(7))
    refused = client.post(f"/pool/goods/{item.pk}", form)
    assert refused.status_code == 422
    assert f"they can be again from {following} on" in text_of(refused)
    assert "key" not in fields_of(client.get(f"/pool/goods/{item.pk}"))  # nothing to send
    on_day(2)
    item.delete()
    dear = goods(points=50_000_000)
    assert "more needed" in text_of(client.get("/pool"))
    assert client.post(f"/pool/goods/{dear.pk}", form | {"points": "50000000"}).status_code == 422
    dear.delete()
    gone = goods(left=0)
    assert client.post(f"/pool/goods/{gone.pk}", form).status_code == 422
    assert (Exchange.objects.count(), free(shop)) == (0, FREE)


def test_goods_whose_price_has_changed_are_looked_at_again(shop, client_of, on_day):
    on_day(2)
    item, client = goods(), client_of(shop.me)
    form = fields_of(client.get(f"/pool/goods/{item.pk}"))
    ExchangeItem.objects.update(points=30_000)
    refused = client.post(f"/pool/goods/{item.pk}", form)
    assert refused.status_code == 422
    assert "300.00" in text_of(refused)
    assert client.post(f"/pool/goods/{item.pk}", fields_of(refused)).status_code == 302
    assert free(shop) == FREE - 30_000


def test_hidden_goods_and_unknown_plans_are_not_found(shop, client_of, on_day):
    on_day(2)
    item, client = goods(), client_of(shop.me)
    ExchangeItem.objects.update(is_shown=False)
    assert client.get(f"/pool/goods/{item.pk}").status_code == 404
    for path in ("/pool?plan=nothing", "/pool?before=x", "/pool?before=１", "/pool/goods/0"):
        assert client.get(path).status_code == 404, path
    assert client.get(f"/pool?before={10**18}").status_code == 200


def test_a_shop_without_a_pool_says_so(database, client_of):
    stage.on_sale("ordinary-group")
    assert "No plan on sale has a pool." in text_of(client_of(stage.member()).get("/pool"))


def test_a_frozen_member_moves_nothing(shop, client_of, on_day):
    on_day(1)
    type(shop.me).objects.filter(pk=shop.me.pk).update(is_frozen=True)
    response = send(client_of(shop.me), "100")
    assert "Your account is frozen" in text_of(response)
    assert inside(shop) == 0


def test_pages_of_moves_hold_each_once(shop, client_of, on_day):
    on_day(1)
    client = client_of(shop.me)
    for _ in range(12):
        send(client, "100")
        send(client, "100", "out")
    seen, path = 0, "/pool"
    while path:
        page = client.get(path).content.decode().split('id="moves"')[1]
        seen += page.count("<li>")
        path = next(
            ("/pool" + part.split("#")[0] for part in page.split('href="') if part.startswith("?")), ""
        )
    assert seen == 24
