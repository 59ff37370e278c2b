"""Goods for points, names of assets, and what the ledger's pages say of pool, days and exchanges."""

import pytest
from console_days import PLAN, Days
from console_shop import page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_console_pages import said
from test_console_pool import html_of

from pinwheel.market.days.models import DayShare
from pinwheel.market.naming.models import AssetName
from pinwheel.market.naming.services import asset_names, rename_asset
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove
from pinwheel.rules.assets import ASSETS

pytestmark = pytest.mark.database


def text_of(client, url: str, **query: str) -> str:
    return said(client.get(url, query, follow=True).content.decode())


def item_form(**changes: object) -> dict[str, object]:
    return {"points": "80.50", "left": "7", "left_shown": "2", "is_shown": "on", **changes}


def test_goods_are_added_changed_and_hidden(months: Days):
    operations, add = months.staff.client("operations"), reverse("admin:pool_exchangeitem_add")
    second = months.stage.products[1]
    assert operations.post(add, item_form(plan=PLAN, product=second.pk)).status_code == 302
    made = ExchangeItem.objects.get(product=second)
    assert (made.plan, made.points, made.left, made.is_shown) == (PLAN, 8_050, 7, True)
    again = html_of(operations, add, **item_form(plan=PLAN, product=second.pk))
    assert "This plan has this product already" in again
    form = {"points": "90", "left": "5", "left_shown": "7", "plan": "other", "product": "1"}
    assert operations.post(page(made), form).status_code == 302
    made.refresh_from_db()
    assert (made.plan, made.product, made.points, made.left) == (PLAN, second, 9_000, 5)
    assert not made.is_shown
    for wrong in ({"points": "0"}, {"points": "-1"}, {"left": "-1"}, {"left": "x"}):
        assert operations.post(page(made), item_form(left_shown="5") | wrong).status_code == 200
    assert operations.post(add, item_form(plan="draw-on-fill", product=second.pk)).status_code == 200
    assert ExchangeItem.objects.count() == 2


def test_a_stock_that_shrank_meanwhile_is_not_written_over(months: Days):
    operations, item = months.staff.client("operations"), ExchangeItem.objects.get()
    assert item.left == 2
    refused = html_of(operations, page(item), **item_form(left_shown="3"))
    assert "The stock has become 2 meanwhile" in refused
    item.refresh_from_db()
    assert (item.left, item.points) == (2, 5_000)
    operations.post(page(item), item_form(left="3", left_shown="3"))  # stock untouched, points changed
    item.refresh_from_db()
    assert (item.left, item.points) == (2, 8_050)


def test_goods_that_somebody_had_are_never_deleted(months: Days):
    operations, item = months.staff.client("operations"), ExchangeItem.objects.get()
    assert operations.post(page(item, "delete"), {"post": "yes"}).status_code == 403
    unused = ExchangeItem.objects.create(plan=PLAN, product=months.stage.products[1], points=5, left=1)
    product = months.stage.products[1]
    assert operations.post(page(product, "delete"), {"post": "yes"}).status_code == 403
    assert months.staff.client("support").post(page(unused, "delete"), {"post": "yes"}).status_code == 403
    assert operations.post(page(unused, "delete"), {"post": "yes"}).status_code == 302
    assert list(ExchangeItem.objects.all()) == [item]


def test_exchanges_and_moves_are_listed_and_found_by_member(days: Days, language: str):
    support, member = days.staff.client("support", language), days.members[5]
    url = reverse("admin:pool_exchange_changelist")
    assert ("茶" if language == "zh-hans" else "Tea") in text_of(support, url)
    for model, mine, other in ((Exchange, member, days.members[0]), (PoolMove, days.members[2], member)):
        url = reverse(f"admin:pool_{model._meta.model_name}_changelist")
        found = support.get(url, {"q": mine.phone}).context_data["cl"].result_list
        assert {row.member_id for row in found} == {mine.pk}
        assert not support.get(url, {"q": other.phone}).context_data["cl"].result_list
        linked = support.get(url, {"member_id": mine.pk}).context_data["cl"].result_list
        assert {row.pk for row in linked} == {row.pk for row in found}
        thing = text_of(support, page(found[0]))
        assert mine.nickname in thing
    url = reverse("admin:pool_poolmove_changelist")
    out = support.get(url, {"direction": 0}).context_data["cl"].result_list
    assert [move.points for move in out] == [-10_000]


def test_the_ledger_says_what_moved_and_leads_there(days: Days, language: str):
    finance = days.staff.client("finance", language)
    winner = DayShare.objects.filter(run_id=days.daily.pk).earliest("member_id").member_id
    things = [(days.members[0].pk, days.monthly), (days.members[0].pk, days.release), (winner, days.daily)]
    things += [(days.members[2].pk, days.move), (days.members[5].pk, days.given)]
    for member, thing in things:
        html, here = "", reverse("admin:ledger_member", args=[member])
        while here:
            answer = finance.get(here)
            html += answer.content.decode()
            table = answer.context_data["sections"][-1]
            here = table.more[1] if table.more else ""
        assert f'href="{page(thing)}"' in html, thing
        assert finance.get(page(thing)).status_code == 200
    words = {
        "zh-hans": ["月分红池", "日分红池", "积分池中的分红积分", "月利润投入月分红池"],
        "en": [
            "pool of the monthly dividend",
            "pool of the daily dividend",
            "dividend points in the pool",
            "the month's profit put into its pool",
        ],
    }[language]
    text = text_of(finance, reverse("admin:ledger_accounts"))
    text += text_of(finance, page(days.monthly, "transfers"))
    for word in words:
        assert word in text, word
    assert "%(" not in text


def names_form(**changes: str) -> dict[str, str]:
    return {f"{asset}_{language}": "" for asset in ASSETS for language in ("zh", "en")} | changes


def test_assets_are_renamed_after_a_second_look(months: Days, language: str):
    operations, url = months.staff.client("operations", language), reverse("admin:asset_names")
    form = names_form(dividend_points_zh="福分", dividend_points_en="  lucky   points ")
    asked = said(operations.post(url, form).content.decode())
    assert "福分：参与平台分红的凭证" in asked
    assert "lucky points: a share certificate" in asked
    assert not AssetName.objects.exists()
    assert operations.post(url, form | {"confirmed": "1"}).status_code == 302
    assert asset_names("en")["dividend_points"] == "lucky points"
    name = "福分" if language == "zh-hans" else "lucky points"
    own = "分红积分" if language == "zh-hans" else "dividend points"
    finance = months.staff.client("finance", language)
    member, version = months.members[2], months.stage.activity.plan_version
    for address in (
        reverse("admin:index"),
        reverse("admin:ledger_accounts"),
        reverse("admin:ledger_member", args=[member.pk]),
        reverse("admin:pool_plan", args=[PLAN]),
        page(member),
        page(version),
    ):
        text = text_of(finance, address)
        assert name in text, address
        assert own not in text, address
    operations.post(url, names_form(confirmed="1"))
    assert not AssetName.objects.exists()


def test_names_that_cannot_be_are_refused(months: Days):
    operations, url = months.staff.client("operations"), reverse("admin:asset_names")
    for wrong, sentence in (
        ({"cash_zh": "钱"}, "Give both names, or leave both empty."),
        ({"cash_zh": "购物金", "cash_en": "x"}, "Two assets would have the same name."),
        ({"cash_zh": "x", "cash_en": "Shopping Coins"}, "Two assets would have the same name."),
        ({"cash_zh": "长" * 21, "cash_en": "x"}, "at most 20 characters"),
        ({"cash_zh": "x", "cash_en": "x" * 41}, "at most 40 characters"),
    ):
        for confirmed in ({}, {"confirmed": "1"}):
            assert sentence in html_of(operations, url, **names_form(**wrong, **confirmed)), wrong
    assert not AssetName.objects.exists()
    assert "Nothing was changed." in html_of(operations, url, **names_form(cash_zh="零钱", cash_en="cash"))


def test_names_may_be_swapped(months: Days):
    rename_asset("cash", "金豆", "beans")
    rename_asset("shopping_coins", "银豆", "silver")
    swapped = names_form(
        cash_zh="银豆", cash_en="silver", shopping_coins_zh="金豆", shopping_coins_en="beans", confirmed="1"
    )
    months.staff.client("operations").post(reverse("admin:asset_names"), swapped)
    assert asset_names("en")["cash"] == "silver"
    assert asset_names("zh")["shopping_coins"] == "金豆"


@pytest.mark.parametrize("role", ["finance", "support", "audit"])
def test_others_only_read_the_names(days: Days, role: str):
    client, url = days.staff.client(role), reverse("admin:asset_names")
    html = client.get(url).content.decode()
    assert "a share certificate" in html
    assert 'name="cash_zh"' not in html
    assert client.post(url, names_form(cash_zh="x", cash_en="x", confirmed="1")).status_code == 403
    assert not AssetName.objects.exists()


def test_names_are_read_once_a_page(days: Days):
    url = reverse("admin:ledger_member", args=[days.members[0].pk])
    with CaptureQueriesContext(connection) as queries:
        days.staff.client("finance").get(url)
    assert sum("naming_asset_name" in query["sql"] for query in queries) == 1
