"""Every page answers in both languages, leaves nothing untranslated, and makes a fixed number of queries."""

from datetime import timedelta

import pytest
import shop_stage as stage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shop_html import read, text_of
from test_shop_translations import catalogue

from pinwheel.doors.storefront import home
from pinwheel.market.ids import ACTIVITY, GROUP, ORDER, to_text
from pinwheel.market.orders.models import Order

pytestmark = pytest.mark.database
CHINESE = {msgid: texts[0] for msgid, texts in catalogue("zh_Hans").items()}
SAME = {"中文", "English"}


@pytest.fixture
def shop(database):
    """A shop with something on every page."""
    running = stage.on_sale("national-group-buy", lasts=timedelta(days=2))
    leaders = stage.on_sale("leader-five")
    either = stage.on_sale("ordinary-group")
    coming = stage.on_sale("draw-on-fill", starts_in=timedelta(hours=3))
    others, me = stage.members(20), stage.member()
    settled = stage.filled(running, me.pk, *others[:9])
    stage.join(running, *others[10:14], me.pk)
    stage.settle(running)
    led = stage.join(leaders, me.pk, opens_group=True)[0].group_id
    stage.join(either, others[0], opens_group=True)
    stage.settle(leaders)
    stage.settle(either)
    unpaid = stage.join(either, me.pk, route=Order.Route.EXTERNAL)[0].order_id
    own = Order.objects.filter(member_id=me.pk, group_id=settled.pk).get()
    return {
        "me": me,
        "activity": running,
        "paths": [
            "/",
            *(f"/activities/{to_text(ACTIVITY, a.pk)}" for a in (running, leaders, either, coming)),
            f"/activities/{to_text(ACTIVITY, running.pk)}/live",
            f"/activities/{to_text(ACTIVITY, running.pk)}/draws",
            f"/activities/{to_text(ACTIVITY, running.pk)}/join",
            f"/activities/{to_text(ACTIVITY, leaders.pk)}/join?opens=1",
            f"/groups/{to_text(GROUP, settled.pk)}",
            f"/groups/{to_text(GROUP, settled.pk)}/live",
            f"/groups/{to_text(GROUP, led)}",
            f"/orders/{to_text(ORDER, own.pk)}",
            f"/orders/{to_text(ORDER, own.pk)}/live",
            f"/orders/{to_text(ORDER, unpaid)}",
            *(
                f"/orders?tab={tab}"
                for tab in ("all", "unpaid", "forming", "to_ship", "to_receive", "aftersale")
            ),
            "/me",
            "/assets",
            "/assets?asset=consumer_points",
            "/verify",
        ],
    }


def foreign(client: Client, path: str, language: str) -> list[str]:
    """Words on the page that the catalogue has in the other language."""
    response = client.get(path)
    assert response.status_code == 200, path
    wrong = {
        (msgid if language == "zh-hans" else chinese): path
        for msgid, chinese in CHINESE.items()
        if "%(" not in msgid and msgid != chinese
    }
    page = read(response)
    return [text for text in page.texts + page.spoken if text in wrong and text not in SAME]


def test_every_page_speaks_one_language(shop, client_of, language):
    client = client_of(shop["me"], language)
    for path in shop["paths"]:
        assert foreign(client, path, language) == [], path


def test_pages_for_strangers_speak_one_language(database, client_of, language):
    client = client_of(None, language)
    for path in ("/", "/login", "/login/code", "/register", "/verify"):
        assert foreign(client, path, language) == [], path


def test_the_page_says_its_language(database, client_of):
    assert b'<html lang="zh-Hans"' in client_of(None, "zh-CN").get("/").content
    assert b'<html lang="zh-Hans"' in client_of(None, "fr").get("/").content  # Chinese is the first language
    assert b'<html lang="en"' in client_of(None, "en-GB").get("/").content


def test_members_pages_ask_strangers_to_sign_in(database, client_of):
    for path in ("/me", "/assets", "/orders"):
        response = client_of().get(path)
        assert (response.status_code, response["Location"]) == (302, f"/login?next=%2F{path[1:]}")


def test_an_empty_shop_says_so(database, client_of):
    assert "Nothing is on sale right now." in text_of(client_of().get("/"))
    assert "现在没有正在进行的活动。" in text_of(client_of(None, "zh-hans").get("/"))


def test_a_card_tells_price_size_odds_and_seats(shop, client_of):
    text = text_of(client_of().get("/"))
    for words in ("¥100.00", "Group of 10", "Winner: 3 of 10", "15 joins so far", "5 more to go", "No draw"):
        assert words in text, words


def test_rules_and_odds_are_never_folded_away(shop, client_of):
    page = client_of().get(shop["paths"][1]).content.decode()
    unfolded = page.split('class="panel words folded"')[0]
    assert "3 of 10 seats" in unfolded
    assert "Newcomer in front" in unfolded
    assert page.count("<details") >= 5


def queries(client: Client, path: str) -> int:
    client.get(path)  # whatever is remembered is remembered now
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_home_asks_as_often_for_many_activities_as_for_one(database, client_of):
    stage.on_sale("ordinary-group")
    few = queries(client_of(), "/")
    for _ in range(5):
        stage.on_sale("national-group-buy")
    assert queries(client_of(), "/") == few


def test_lists_ask_as_often_for_many_lines_as_for_one(database, client_of):
    activity, me = stage.on_sale("ordinary-group"), stage.member()
    client = client_of(me)
    stage.join(activity, me.pk)
    few = {path: queries(client, path) for path in ("/orders", "/assets", "/me")}
    for _ in range(6):
        stage.filled(activity, me.pk, *stage.members(2))
    for path, count in few.items():
        assert queries(client, path) <= count + 2, path  # the first order had no group yet, and no parcel


def test_unknown_pages_are_friendly(database, client_of):
    for path in (
        "/nothing",
        "/activities/A0000000000000",
        "/groups/G0000000000000",
        "/groups/Gxyz",
        "/orders?tab=x",
    ):
        response = client_of(stage.member()).get(path)
        assert response.status_code == 404, path
        assert "There is nothing here." in text_of(response)
    assert "这里什么都没有。" in text_of(client_of(None, "zh-hans").get("/nothing"))


def test_the_address_of_a_form_says_so(database, client_of):
    client = client_of(stage.member())
    for path in ("/logout", "/language"):
        response = client.get(path)
        assert (response.status_code, response["Allow"]) == (405, "POST"), path
        assert "This works only by its button." in text_of(response)
    assert client.put("/logout").content == b""
    assert "这一步要在页面上点按钮。" in text_of(client_of(None, "zh-hans").get("/logout"))


def test_a_draft_is_nobodys_business(database, client_of):
    activity = stage.on_sale("ordinary-group")
    type(activity).objects.filter(pk=activity.pk).update(state=0)
    assert client_of().get(f"/activities/{to_text(ACTIVITY, activity.pk)}").status_code == 404


def test_a_failure_of_ours_says_sorry_in_both_languages(database, client_of, monkeypatch):
    def fail(now):
        raise RuntimeError("broken")

    monkeypatch.setattr(home, "home_activities", fail)
    response = client_of(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert b"broken" not in response.content
    assert "服务暂时出错了" in text_of(response)
    assert "Something went wrong on our side" in text_of(response)


def test_a_form_without_its_token_is_refused_kindly(database, client_of, language):
    response = client_of(None, language, enforce_csrf_checks=True).post("/login", {"phone": "1"})
    assert response.status_code == 403
    words = "This form has expired." if language == "en" else "页面已过期。"
    assert words in text_of(response)


def test_qr_codes_are_pictures(shop, client_of):
    for path in (shop["paths"][1], shop["paths"][9]):
        response = client_of().get(f"{path}/qr.svg")
        assert response["Content-Type"] == "image/svg+xml"
        assert b"<svg" in response.content
