"""Points: every line of a statement says why it came about; assets bear the names they were given."""

from datetime import timedelta

import points_stage
import pytest
import shop_stage as stage
from points_stage import PLAN
from shop_html import text_of
from test_shop_pages import foreign

from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import day_start
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.ids import ACTIVITY, ORDER, new_id, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import change_sponsor
from pinwheel.market.naming.services import rename_asset
from pinwheel.market.orders.requests import request_key
from pinwheel.market.pool.calendar import first_of_next_month
from pinwheel.market.pool.services import move_points
from pinwheel.market.staff.models import Operator

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database):
    return points_stage.points()


def test_a_sponsor_reads_whose_join_released_the_credit(shop, client_of, language):
    response = client_of(shop.me, language).get("/assets")
    text = text_of(response)
    known = {
        "en": ["周**, whom you brought, joined.", "赵**, brought by a member whom you brought, joined."],
        "zh-hans": ["您邀请的 周** 参团。", "您邀请的会员所邀请的 赵** 参团。"],
    }
    for words in (*known[language], "+¥1.00", "−1.00", "+¥0.50"):
        assert words in text, words
    assert "周杰" not in response.content.decode()
    assert shop.friend.phone[-8:] not in response.content.decode()


def test_a_line_about_a_team_members_join_leads_to_the_group_and_not_to_their_order(shop, client_of):
    page = client_of(shop.me).get("/assets").content.decode()
    theirs = shop.order(shop.friend)
    assert to_text(ORDER, theirs.pk) not in page
    assert f"/groups/{to_text('G', theirs.group_id)}" in page


def test_a_sponsor_who_was_changed_since_is_told_so_without_a_guess(shop, client_of):
    operator = Operator.objects.create_user("op", password="x")
    change_sponsor(shop.friend.pk, None, "by mistake", operator, shop.now)
    text = text_of(client_of(shop.me).get("/assets"))
    assert "周**, then of your team, joined." in text
    assert "赵**, then of your team, joined." in text


def test_a_daily_release_says_its_date_rates_and_joins(shop, client_of, language):
    today, before = business_day(shop.now), business_day(shop.now) - timedelta(days=1)
    said = {
        "en": f"{today}: balance at 00:00 × (0.03% + 1 join settled on {before} × 1%).",
        "zh-hans": f"{today}：00:00 余额 ×（0.03% + {before} 结算的参团 1 次 × 1%）。",
    }[language]
    assert text_of(client_of(shop.me, language).get("/assets")).count(said) == 2  # the credit and the cash


def test_a_daily_dividend_says_day_weight_and_pool(shop, client_of):
    day = business_day(shop.now) - timedelta(days=1)
    client = client_of(shop.me)
    text = text_of(client.get("/assets?asset=cash"))
    assert f"{day}: your weight 100.00 of 600.00; pool ¥12.00." in text
    assert 'href="/dividends"' in client.get("/assets?asset=cash").content.decode()


def test_a_monthly_dividend_says_month_points_and_pool(shop, client_of):
    adjusted = monthly_run(shop)
    text = text_of(client_of(shop.me).get("/pool"))
    assert f"{adjusted:%Y-%m}" in text
    assert "Shared ¥500.00 over 1,500.00 dividend points; yours were 300.00." in text
    assert "+¥100.00" in text


def monthly_run(shop):
    """A month's profit that was shared: 300 of 1500 points are mine."""
    day = business_day(shop.now)
    run = DayRun.objects.create(
        id=new_id(shop.now),
        plan=PLAN,
        kind=DayRun.Kind.MONTHLY_DIVIDEND,
        day=day,
        version_id=shop.activity.plan_version_id,
        state=DayRun.State.DONE,
        funded=50_000,
        pool=50_000,
        weight=150_000,
        members=2,
        paid=50_000,
        started_at=shop.now,
    )
    DayShare.objects.create(run_id=run.pk, member_id=shop.me.pk, weight=30_000, amount=10_000)
    return day


def test_dividends_are_listed_by_date_with_weight_and_pool(shop, client_of):
    text = text_of(client_of(shop.me).get("/dividends"))
    assert f"{business_day(shop.now) - timedelta(days=1)} National group-buy 100.00 of 600.00" in text
    assert "¥2.00 of ¥12.00" in text


def test_today_so_far_is_what_todays_settled_groups_weigh(shop, client_of):
    shop.fill(shop.others[12], shop.friend.pk)
    text = text_of(client_of(shop.friend).get("/dividends"))
    assert "Today’s wins put in ¥6.00" in text
    assert "Weight of all winners 300.00" in text
    assert "My weight 100.00" in text
    assert "My weight 0.00" in text_of(client_of(shop.third).get("/dividends"))


def test_pages_of_dividends_hold_each_day_once(shop, client_of):
    for number in range(5, 39):
        run = DayRun.objects.create(
            id=new_id(shop.now),
            plan=PLAN,
            kind=DayRun.Kind.DAILY_DIVIDEND,
            day=business_day(shop.now) - timedelta(days=number),
            version_id=shop.activity.plan_version_id,
            started_at=shop.now,
        )
        DayShare.objects.create(run_id=run.pk, member_id=shop.me.pk, weight=1)
    client, seen, path = client_of(shop.me), 0, "/dividends"
    while path:
        page = client.get(path).content.decode()
        seen += page.count('<th scope="row">')
        path = next(
            (
                "/dividends" + part.split("#")[0]
                for part in page.split('href="')
                if part.startswith("?before")
            ),
            "",
        )
    assert seen == 35
    assert client.get("/dividends?before=x").status_code == 404


def test_nobody_sees_anothers_dividends(shop, client_of):
    assert "No dividends yet." in text_of(client_of(stage.member()).get("/dividends"))


def test_a_renamed_asset_bears_its_name_everywhere(database, client_of, language):
    own_words = {
        "得商品、积分和购物金": "得奖",  # the operator's own text
        "win goods, points and shopping credit": "win",
        "conflict: dissolve": "conflict: draw_anyway",
    }
    shop = points_stage.points(own_words)
    move_points(
        PLAN,
        shop.me.pk,
        10_000,
        request_key("t", "1"),
        day_start(first_of_next_month(business_day(shop.now))),
    )
    rename_asset("dividend_points", "星钻", "stars")
    rename_asset("shopping_credit", "返利金", "rebate")
    client = client_of(shop.me, language)
    old = ("分红积分", "购物金") if language == "zh-hans" else ("dividend points", "shopping credit")
    new = ("星钻", "返利金") if language == "zh-hans" else ("stars", "rebate")
    for path in (
        "/assets",
        "/me",
        "/pool",
        f"/orders/{to_text(ORDER, shop.order(shop.me).pk)}",
        f"/activities/{to_text(ACTIVITY, shop.activity.pk)}",
    ):
        text = text_of(client.get(path)).lower()
        assert new[0] in text, path
        assert not [name for name in old if name in text], path
    assert new[1] in text_of(client.get("/assets")).lower()


def test_the_pages_speak_one_language(shop, client_of, language):
    monthly_run(shop)
    for member in (shop.me, shop.third, stage.member()):
        client = client_of(member, language)
        for path in ("/assets", "/pool", "/dividends", "/promoter", "/vouchers", "/me"):
            assert foreign(client, path, language) == [], path


def test_an_expired_promoter_reads_what_was_not_released(shop, client_of):
    lapsed = Member.objects.get(pk=shop.me.pk)
    late = shop.now + timedelta(days=9)
    stage.join(shop.activity, shop.others[0], shop.friend.pk, *shop.others[1:9], now=late)
    points_stage.settle_activity(shop.activity.pk, late, maker=points_stage.in_seat_order)
    text = text_of(client_of(lapsed).get("/promoter"))
    assert "Not released, as you were no promoter 周**" in text
