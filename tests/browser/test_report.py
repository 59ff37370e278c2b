"""A report in Chromium, from the disk: it draws, speaks both languages, and asks nobody for anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.report.files import write_report
from pinwheel.lab.report.page import Chart, ReportPage, Table, render
from pinwheel.lab.runs import jobs_of, play
from pinwheel.lab.simulate import Arguments
from pinwheel.plan.load import playbook
from pinwheel.plan.words import Phrase

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHARTS = 8
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of three small runs."""
    plan, arguments = playbook("national-group-buy"), Arguments(Behaviour(start_members=120), 120, 20, 1)
    runs = [play(job) for job in jobs_of([plan], arguments, 3, 100_000)]
    return write_report(tmp_path_factory.mktemp("report"), plan, arguments, 100_000, runs)[0]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[375, 1280])
def seen(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page of a phone and of a desk, and what went wrong or was asked for on it."""
    page = chromium.new_page(viewport={"width": request.param, "height": 800})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith("file:") else None)
    yield page, wrong
    page.close()


def drawn(page: Page, language: str) -> None:
    page.wait_for_selector(f'html[data-drawn="{language}"]', state="attached", timeout=30_000)


def test_a_report_draws_in_both_languages_on_a_phone_and_on_a_desk(report: Path, seen):
    page, wrong = seen
    page.goto(report.as_uri())
    drawn(page, "zh")
    assert "模拟：全民拼购" in page.inner_text("h1") and "Simulation" not in page.inner_text("main")
    assert "中位数" in page.inner_text("#chart0")
    page.click("nav a[href='#en']")
    drawn(page, "en")
    assert page.inner_text("h1") == "Simulation: National group-buy"
    assert page.get_attribute("html", "lang") == "en"
    assert "median" in page.inner_text("#chart0") and "中位数" not in page.inner_text("main")
    assert page.locator(".figure .main-svg").first.is_visible()
    assert page.locator(".figure").count() == CHARTS == page.locator(".figure:has(.main-svg)").count()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("summary").first.click()
    assert page.locator("details table").first.is_visible()
    assert wrong == []


def test_a_figure_that_cannot_be_drawn_leaves_its_place_to_its_table(tmp_path: Path, seen):
    page, _ = seen
    broken = {
        "data": [{"type": "sankey", "node": {"label": []}, "link": {"source": [], "target": [], "value": []}}]
    }
    whole = {"data": [{"type": "bar", "x": [1], "y": [1]}]}
    said = Phrase("图", "chart")
    file = tmp_path / "page.html"
    charts = [Chart(said, said, broken), Chart(said, said, whole)]
    file.write_text(render(ReportPage(said, [], charts, [], [])), encoding="utf-8")
    page.goto(file.as_uri())
    drawn(page, "zh")
    page.wait_for_selector("#chart1 .main-svg", state="attached")
    page.wait_for_selector("#chart0", state="hidden")


def test_words_of_an_operator_run_nothing(tmp_path: Path, seen):
    page, wrong = seen
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script><a href='javascript:alert(3)'>x</a>"
    said = Phrase(evil, evil)
    bar = {"type": "bar", "name": said, "x": [said, evil], "y": [1, 2], "showlegend": True}
    figure = {"data": [bar], "layout": {"xaxis": {"title": {"text": said}}}}
    file = tmp_path / "page.html"
    content = ReportPage(said, [said], [Chart(said, said, figure)], [Table(said, [said], [[evil]])], [said])
    file.write_text(render(content), encoding="utf-8")
    page.goto(file.as_uri())
    drawn(page, "zh")
    assert "onerror=alert(1)" in page.inner_text("#chart0")
    assert page.locator("img, a[href^=javascript]").count() == 0
    assert wrong == []


def test_a_script_that_slipped_in_does_not_run(report: Path, tmp_path: Path, seen):
    page, wrong = seen
    file = tmp_path / "slipped.html"
    slipped = "<script>alert(1)</script><img src='https://example.com/x.png'></main>"
    file.write_text(report.read_text(encoding="utf-8").replace("</main>", slipped, 1), encoding="utf-8")
    page.goto(file.as_uri())
    drawn(page, "zh")
    page.wait_for_timeout(300)
    assert len([text for text in wrong if "Content Security Policy" in text]) >= 2
    assert not any(text == "1" for text in wrong)
