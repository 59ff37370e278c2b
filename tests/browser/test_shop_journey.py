"""A member's way through the shop in Chromium, on a phone's screen: register, join, fill, result, verify."""

import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "doors/storefront"))
import shop_stage as stage

from pinwheel.config.translations import compile_translations
from pinwheel.market.ids import ACTIVITY, GROUP, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 375, "height": 812}
PATIENCE = 15_000  # milliseconds; pages ask again every five seconds

pytestmark = pytest.mark.browser
compile_translations()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def real_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Reach the scratch database where pytest-django is installed: it locks databases up."""
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    with request.getfixturevalue("django_db_blocker").unblock():
        yield


@pytest.fixture
def shop(real_database: None, database: str) -> Iterator[str]:
    """The shop's address, served from the scratch database."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing: install the Debian package chromium to run the browser tests.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone that speaks Chinese; the test fails if a script of the page does."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", permissions=["clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    context.close()
    assert failures == []


def outside(work):  # type: ignore[no-untyped-def]
    """Do database work in a thread of its own: Playwright's loop runs in this one."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(work())
        finally:
            connections["default"].close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def fits(page: Page) -> None:
    """Nothing sticks out sideways."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def register(page: Page, shop: str, phone: str = "13900001234") -> None:
    page.goto(f"{shop}/register?next=/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("昵称").fill("林小满")
    page.get_by_label("密码").fill("green-tea-88")
    adult = page.get_by_label("我已年满 18 周岁。")
    assert not adult.is_checked()
    adult.check()
    page.locator("main").get_by_role("button", name="注册").click()
    expect(page.get_by_text("欢迎！您已注册并登录。")).to_be_visible()


def rich(phone: str) -> int:
    """Give the member money; return the member's id."""
    member = Member.objects.get(phone=f"+86{phone}")
    adjust_balances([member.pk], 0, [50_000], 0, stage.current_time())
    return member.pk


def test_register_join_fill_result_verify(shop: str, page: Page):
    activity = outside(lambda: stage.on_sale("national-group-buy", lasts=timedelta(days=1)))
    others = outside(lambda: stage.members(9))
    register(page, shop)
    outside(lambda: rich("13900001234"))

    page.goto(f"{shop}/")
    fits(page)
    page.get_by_role("link", name="全民拼购").click()
    fits(page)
    commit = page.locator(".filling code").nth(1).get_attribute("title")
    assert len(commit) == 64

    # The sheet opens over the page; the keyboard closes it and it can be opened again.
    page.get_by_role("button", name="¥100.00 参团").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="确认并支付")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="¥100.00 参团").click()
    expect(sheet.get_by_label("余额")).to_be_checked()
    sheet.get_by_role("button", name="支付 ¥100.00 并参团").dblclick(no_wait_after=True)
    page.wait_for_url("**/orders/O*")
    fits(page)
    expect(page.get_by_role("heading", name="已付款，入座中")).to_be_visible()

    # Seated and filled elsewhere: the pages follow by themselves.
    outside(lambda: stage.settle(activity))
    expect(page.get_by_role("heading", name="1 号席位，待成团")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="查看本团").click()
    fits(page)
    expect(page.locator(".big-count")).to_have_text("1/10")
    outside(lambda: (stage.join(activity, *others[:4]), stage.settle(activity)))
    expect(page.locator(".big-count")).to_have_text("5/10", timeout=PATIENCE)
    expect(page.locator("#announce")).to_have_text("已有 5/10 个席位，还差 5 人")
    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_text("本团还在凑人。")).to_be_visible()
    outside(lambda: (stage.join(activity, *others[4:]), stage.settle(activity)))

    # The result, with an animation that can be skipped.
    skip = page.get_by_role("button", name="跳过动画")
    expect(skip).to_be_visible(timeout=PATIENCE)
    skip.click()
    expect(skip).to_be_hidden()
    assert page.locator(".seat.is-prize").count() == 3
    expect(page.locator(".own-result")).to_contain_text("您的 1 号席位")
    expect(page.get_by_text("当天第一次参与且排位第一")).to_be_visible()
    assert page.locator(".seat .mark-barred").count() == 1  # one seat, by two rules
    fits(page)

    # Verified in this browser, against the commit that was noted down before.
    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_text("每一步都相符。")).to_be_visible()
    assert page.locator(".step.is-ok").count() == 10
    expect(page.get_by_text("不能排除平台自己持有的座位")).to_be_visible()
    assert page.locator(".hashes code[title]").get_attribute("title") == commit
    fits(page)

    # Everything is in the statement.
    page.get_by_role("link", name="积分").click()
    expect(page.get_by_text("参团付款，为本团保留")).to_be_visible()
    fits(page)


def test_a_changed_draw_is_found_out_in_the_page(shop: str, page: Page):
    activity = outside(lambda: stage.on_sale("national-group-buy"))
    group = outside(lambda: stage.filled(activity, *stage.members(10)))
    page.goto(f"{shop}/verify")
    fits(page)
    text = page.request.get(f"{shop}/groups/{to_text(GROUP, group.pk)}/draw.json").text()
    box = page.get_by_label("或粘贴文件内容")
    button = page.get_by_role("button", name="验证", exact=True)
    box.fill("{")
    button.click()
    expect(page.get_by_text("这不是 JSON")).to_be_visible()
    box.fill(text)
    button.click()
    expect(page.get_by_text("每一步都相符。")).to_be_visible()
    box.fill(text.replace('"outcome": "winner"', '"outcome": "other"', 1))
    button.click()
    expect(page.locator(".verdict.is-bad")).to_be_visible()
    expect(page.locator(".step.is-bad")).to_have_count(1)
    page.get_by_label("开奖证据文件（JSON）").set_input_files(
        {"name": "draw.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    expect(page.get_by_text("每一步都相符。")).to_be_visible()


def test_paying_at_the_sandbox_cashier(shop: str, page: Page):
    activity = outside(lambda: stage.on_sale("ordinary-group"))
    register(page, shop)
    page.goto(f"{shop}/activities/{to_text(ACTIVITY, activity.pk)}")
    page.get_by_role("button", name="我要开团").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("现有 ¥0.00，余额不足")).to_be_visible()
    expect(sheet.get_by_label("沙箱收银台")).to_be_checked()
    sheet.get_by_role("button", name="支付 ¥59.00 并参团").click()
    expect(page.get_by_role("heading", name="沙箱收银台")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="付款失败").click()
    expect(page.get_by_text("您可以重新付款。")).to_be_visible()
    expect(page.locator("time.countdown").first).to_contain_text("00:29:")
    page.get_by_role("button", name="立即支付 ¥59.00").click()
    page.get_by_role("button", name="付款成功（重复通知）").click()
    expect(page.get_by_text("付款被确认了两次，只计一次。")).to_be_visible()
    outside(lambda: stage.settle(activity))
    expect(page.get_by_role("heading", name="1 号席位，待成团")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="查看本团").click()
    expect(page.locator(".mark-leader")).to_be_visible()
    expect(page.get_by_role("img", name="本页二维码")).to_be_visible()
    fits(page)


def test_the_shop_works_without_scripts(shop: str, browser: Browser):
    activity = outside(lambda: stage.on_sale("national-group-buy"))
    context = browser.new_context(viewport=PHONE, locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shop}/register")
    page.get_by_label("Phone number").fill("13900004321")
    page.get_by_label("Password").fill("green-tea-88")
    page.get_by_label("I am 18 or older.").check()
    page.locator("main").get_by_role("button", name="Register").click()
    outside(lambda: rich("13900004321"))
    page.goto(f"{shop}/activities/{to_text(ACTIVITY, activity.pk)}")
    page.get_by_role("button", name="Join for ¥100.00").click()
    page.get_by_role("button", name="Pay ¥100.00 and join").click()
    expect(page.get_by_role("heading", name="Paid, being seated")).to_be_visible()
    context.close()
