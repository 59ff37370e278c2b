"""From an invitation to points in the pool, in Chromium on a phone: register, win, choose, move, poster."""

import re
import sys
from datetime import datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_shop_journey import browser, fits, outside, page, real_database, shop  # noqa: F401 (fixtures)

sys.path.insert(0, str(Path(__file__).parents[1] / "doors/storefront"))
import points_stage
import shop_stage as stage

from pinwheel.doors.storefront import pool
from pinwheel.market.clock import business_day, business_zone
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import invitation_code
from pinwheel.market.pool.calendar import first_of_next_month
from pinwheel.rules.assets import CASH, DIVIDEND_POINTS

PHONE = "13900007777"

pytestmark = pytest.mark.browser


def newcomer() -> Member:
    return Member.objects.get(phone=f"+86{PHONE}")


def register(opened: Page) -> None:
    opened.get_by_role("link", name="注册").click()
    opened.get_by_label("手机号").fill(PHONE)
    opened.get_by_label("昵称").fill("唐糖")
    opened.get_by_label("密码").fill("green-tea-88")
    opened.get_by_label("我已年满 18 周岁。").check()
    opened.locator("main").get_by_role("button", name="注册").click()
    expect(opened.get_by_text("欢迎！您已注册并登录。")).to_be_visible()


def win(started: points_stage.Points) -> None:
    """The newcomer wins with seat 2, and gets points to move."""
    me = newcomer()
    adjust_balances([me.pk], CASH, [50_000], 0, stage.current_time())
    adjust_balances([me.pk], DIVIDEND_POINTS, [20_000], 0, stage.current_time())
    started.fill(me.pk, now=stage.current_time())


def test_invited_registered_won_chosen_moved(shop: str, page: Page, monkeypatch: pytest.MonkeyPatch):  # noqa: F811 (fixtures)
    started = outside(lambda: points_stage.points())
    code = outside(lambda: invitation_code(started.me.pk))

    # Invited: greeted by a masked name; the code waits in the form.
    page.goto(f"{shop}/i/{code}")
    expect(page.get_by_role("heading", name="林** 邀请您")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="注册").click()
    expect(page.get_by_label("邀请码")).to_have_value(code)
    page.go_back()
    register(page)
    assert outside(lambda: newcomer().sponsor_id) == started.me.pk

    # Won: the prize is chosen once, after a confirmation.
    outside(lambda: win(started))
    page.goto(f"{shop}/me")
    fits(page)
    page.get_by_role("link", name=re.compile("选择奖品")).click()
    fits(page)
    page.get_by_label("青瓷品茗杯一对").check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="确认选这个？")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="确认选择").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", name="您已选择")).to_be_visible()
    expect(page.locator("#prize")).to_contain_text("青瓷品茗杯一对")
    assert to_text(ORDER, outside(lambda: started.order(newcomer()).pk)) in page.url

    # Points, on the first of the next month: refused in place, then moved once, also by two taps.
    first = datetime.combine(first_of_next_month(business_day(started.now)), time(12), tzinfo=business_zone())
    monkeypatch.setattr(pool, "current_time", lambda: first)
    page.get_by_role("link", name="积分", exact=True).click()
    fits(page)
    page.get_by_role("link", name="积分池").first.click()
    fits(page)
    expect(page.locator(".month .is-today")).to_have_count(1)
    page.get_by_label("分红积分").fill("150")
    page.get_by_role("button", name="确认转入或转出").click()
    expect(page.get_by_role("alert")).to_have_text("只能按 100.00 的整数倍转入或转出。")
    expect(page.get_by_label("分红积分")).to_have_value("150")
    page.get_by_label("分红积分").fill("200")
    page.get_by_role("button", name="确认转入或转出").dblclick(no_wait_after=True)
    expect(page.locator(".big-figure").first).to_have_text("200.00")
    expect(page.locator("#moves li")).to_have_count(1)

    # The poster becomes a PNG that can be saved.
    page.goto(f"{shop}/promoter")
    fits(page)
    save = page.get_by_role("link", name="保存 PNG")
    expect(save).to_be_visible()
    with page.expect_download() as saved:
        save.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    expect(page.get_by_text("您由 林** 邀请而来。")).to_be_visible()
