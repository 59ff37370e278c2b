"""An operator's day in Chromium: log in, upload a plan, publish it, make an activity, put it on sale."""

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kept_database import fresh_database
from pinwheel.config.translations import compile_translations
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import business_zone, current_time
from pinwheel.market.staff.models import Operator
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.load import load_plan, playbook_text

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAME, PASSWORD = "lina", "a-long-pass-phrase"
WORDS = {
    "zh-CN": {
        "wrong": "金额（元），最多两位小数",
        "right": "方案的写法没有问题",
        "facts": "事实陈述",
        "keep": "保存陈述",
        "publish": "发布…",
        "for good": "确认发布",
        "activity": "用它创建活动",
        "save": "保存",
        "sell": "上架…",
        "on sale": "确认上架",
        "running": "进行中",
    },
    "en-US": {
        "wrong": "an amount in yuan with at most two decimals",
        "right": "Nothing is wrong with this plan",
        "facts": "Statement of facts",
        "keep": "Keep the statement",
        "publish": "Publish…",
        "for good": "Publish for good",
        "activity": "Make an activity of it",
        "save": "Save",
        "sell": "Put on sale…",
        "on sale": "Put on sale",
        "running": "running",
    },
}
pytestmark = [pytest.mark.browser, pytest.mark.database]


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Requests are not what these tests print."""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is missing: run `make browser`, which installs it.")
    return found


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The console, served on a fresh database with one operator in charge and one product."""
    from pinwheel.config.wsgi import application

    compile_translations()
    with fresh_database():
        Operator.objects.create_superuser(NAME, "lina@example.com", PASSWORD)
        Product.objects.create(
            id=7, code="tea", name_zh="岩茶", name_en="Rock tea", price=10_000, created_at=current_time()
        )
        server = make_server("127.0.0.1", 0, application, ThreadingServer, QuietHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(params=[("zh-CN", 1280), ("en-US", 375)], ids=["zh-1280", "en-375"])
def screen(request: pytest.FixtureRequest, chromium: str) -> Iterator[tuple[Page, dict[str, str]]]:
    """A page in a language and a width, and the words it should say."""
    locale, width = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, timezone_id="Asia/Shanghai"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        yield page, WORDS[locale]
        browser.close()


def test_from_a_plan_file_to_an_activity_on_sale(
    address: str, screen: tuple[Page, dict[str, str]], tmp_path: Path
):
    page, words = screen
    log_in(page, address)
    check_and_upload(page, address, words, tmp_path)
    state_facts(page, words)
    publish(page, words)
    make_activity(page, words)
    put_on_sale(page, words)
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page is wider than the screen"
    )


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/console/")
    page.fill("[name=username]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator(".cards")).to_be_visible()


def check_and_upload(page: Page, address: str, words: dict[str, str], folder: Path) -> None:
    """A wrong text is checked first, then a right file is uploaded and kept."""
    page.goto(f"{address}/console/plans/plandraft/add/")
    plan = playbook_text("draw-on-fill")
    page.fill("textarea[name=source]", plan.replace("price: 100.00", "price: 100.001"))
    page.click("#check-plan")
    expect(page.locator("#plan-check")).to_contain_text("offer.price")
    expect(page.locator("#plan-check")).to_contain_text("100.001")
    expect(page.locator("#plan-check")).to_contain_text(words["wrong"])

    file = folder / "plan.yaml"
    file.write_text(plan)
    page.set_input_files("input[type=file]", file)
    page.click("#check-plan")
    expect(page.locator("#plan-check")).to_contain_text(words["right"])
    page.get_by_role("button", name=words["save"], exact=True).click()


def state_facts(page: Page, words: dict[str, str]) -> None:
    """With the tax on prizes stated, nothing is left for a second person to acknowledge."""
    page.get_by_role("link", name=words["facts"]).click()
    page.select_option("select[name=prize_tax]", value="withhold")
    page.get_by_role("button", name=words["keep"]).click()
    expect(page.get_by_role("link", name=words["publish"])).to_be_visible()


def publish(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("link", name=words["publish"]).click()
    page.get_by_role("button", name=words["for good"]).click()
    expect(page.get_by_role("link", name=words["activity"])).to_be_visible()
    published = plan_hash(load_plan(playbook_text("draw-on-fill")))
    expect(page.locator("#content")).to_contain_text(published)


def make_activity(page: Page, words: dict[str, str]) -> None:
    """The plan is chosen already; one product, a price of its own, an end tomorrow."""
    page.get_by_role("link", name=words["activity"]).click()
    tomorrow = (current_time() + timedelta(days=1)).astimezone(business_zone())
    page.select_option("select[name=offered]", value="7", force=True)
    page.fill("[name=price]", "108.80")
    page.fill("[name=ends_at_0]", tomorrow.strftime("%Y-%m-%d"))
    page.fill("[name=ends_at_1]", "20:00")
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.get_by_role("link", name=words["sell"])).to_be_visible()


def put_on_sale(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("link", name=words["sell"]).click()
    page.get_by_role("button", name=words["on sale"], exact=True).click()
    expect(page.locator("#content").get_by_text(words["running"], exact=True)).to_be_visible()
    expect(page.locator("#content")).to_contain_text("108.80")
    expect(page.locator("figure svg")).to_be_visible()
