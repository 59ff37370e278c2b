"""The page's own verifier in Chromium: step by step and word by word what the Python one says."""

import functools
import http.server
import importlib.util
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/pinwheel/doors/storefront/static/storefront"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VERIFY_ALL = """
async ([url, texts, lang]) => {
  const { verifyDraw } = await import(url);
  const all = [];
  for (const text of texts) {
    const steps = await verifyDraw(JSON.parse(text), lang);
    all.push(steps.map(({ step, ok, detail }) => [step, ok, detail]));
  }
  return all;
}
"""
VECTOR = """
async ([url, drawId, seed, orders, publicBytes]) => {
  const { commitment, listHash, drawSeed, drawnOrder } = await import(url);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const listed = await listHash(orders);
  const drawn = await drawSeed(drawId, Uint8Array.from(seed), listed, Uint8Array.from(publicBytes));
  const order = (await drawnOrder(drawn, orders.length)).map((position) => orders[position]);
  return [hex(await commitment(drawId, Uint8Array.from(seed))), hex(listed), hex(drawn), order];
}
"""

pytestmark = pytest.mark.browser


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


evidence = load(ROOT / "tests/doors/evidence.py")
verifier = load(STATIC / "verify_draw.py")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def module_url() -> Iterator[str]:
    """Address of verify_draw.js on a server of our own."""
    handler = functools.partial(Quiet, directory=str(STATIC))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/verify_draw.js"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is not installed: the browser tests need it. Run: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser: Browser, module_url: str) -> Page:
    page = browser.new_page()
    page.goto(module_url)
    return page


def as_lists(document: object, lang: str) -> list[list[object]]:
    return [list(step) for step in verifier.verify(json.loads(json.dumps(document)), lang)]


def compare(page: Page, module_url: str, documents: dict[str, object], lang: str = "en") -> dict[str, list]:
    texts = [json.dumps(document) for document in documents.values()]
    found = dict(zip(documents, page.evaluate(VERIFY_ALL, [module_url, texts, lang]), strict=True))
    assert found == {name: as_lists(document, lang) for name, document in documents.items()}
    return found


def test_the_vector_of_the_protocol(page, module_url):
    orders = [f"O{number:04}" for number in range(1, 11)]
    public = bytes.fromhex("fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587")
    arguments = [module_url, evidence.DRAW_ID, list(range(32)), orders, list(public)]
    assert page.evaluate(VECTOR, arguments) == [
        "fbf53439327cb19d260f9ca482f874e4783e836ce8d1c4625b5d3ad9abdddf5b",
        "ba08d332214410da748cb327fc69974d769d976651e728c4ccd073bbc26b7349",
        "3828b7771610577c1df898b4a0eec98b5800e0affc4cda4c426009d1878669d2",
        [f"O{number:04}" for number in (9, 1, 6, 10, 7, 8, 2, 5, 3, 4)],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_honest_files_pass_every_step(page, module_url, lang):
    found = compare(page, module_url, evidence.samples(), lang)
    assert all(ok for steps in found.values() for _, ok, _ in steps)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tampered_files_are_refused_at_the_right_step(page, module_url, lang):
    tamperings = evidence.tamperings()
    found = compare(page, module_url, {name: document for name, (document, _) in tamperings.items()}, lang)
    first = {name: next(step for step, ok, _ in steps if not ok) for name, steps in found.items()}
    assert first == {name: step for name, (_, step) in tamperings.items()}


def test_malformed_files_are_refused_at_the_format(page, module_url):
    found = compare(page, module_url, evidence.malformed())
    assert all([step for step, _, _ in steps] == ["format"] for steps in found.values())


def test_ids_sort_by_bytes_here_too(page, module_url):
    document = evidence.samples()["one_class"]
    orders = ["B", "b", "\uffff", "\U00010000", "\U00010000a"]
    listed = evidence.draw.list_hash(orders).hex()
    seats = [{**seat, "order": order} for seat, order in zip(document["seats"], orders, strict=True)]
    changed = evidence.changed(document, (("list",), orders), (("list_hash",), listed), (("seats",), seats))
    found = compare(page, module_url, {"in order": changed, "swapped": {**changed, "list": orders[::-1]}})
    assert all(ok for _, ok, _ in found["in order"])
    assert [step for step, ok, _ in found["swapped"] if not ok] == ["list", "list_hash"]


@pytest.mark.parametrize("name", ["PROVES", "NOTHING_DRAWN", "FAILED"])
def test_the_texts_are_the_same(page, module_url, name):
    texts = page.evaluate("async ([url, name]) => (await import(url))[name]", [module_url, name])
    assert texts == getattr(verifier, name)


def test_a_page_without_webcrypto_says_what_to_do(browser):
    """An address that is neither https nor 127.0.0.1; nothing leaves the machine, the test answers itself."""
    page = browser.new_page()
    script = (STATIC / "verify_draw.js").read_text(encoding="utf-8")
    page.route("**/*", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    address = "http://shop.example/verify_draw.js"
    page.goto(address)
    texts = [json.dumps(evidence.samples()["settled"])]
    for lang in ("en", "zh"):
        [[[step, ok, detail]]] = page.evaluate(VERIFY_ALL, [address, texts, lang])
        assert (step, ok) == ("no_webcrypto", False)
        assert "https" in detail and "verify_draw.py" in detail
    page.close()
