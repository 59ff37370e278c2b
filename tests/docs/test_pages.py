"""What the pages say exists does: links, files, functions, audit checks, and the words of the glossary."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from pinwheel.ledger.post import LANES
from pinwheel.market.activities.models import Activity
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.audit import CHECKS
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.desk import AT_ONCE
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.write import SEAT_HOLD
from pinwheel.market.plans.models import PublishRequest, Simulation
from pinwheel.market.refusals import SENTENCES
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.bars import BARS
from pinwheel.rules.reasons import REASONS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/pinwheel"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MIGRATIONS = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("migrations/*.py"))

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@every_page
def test_files_that_are_named_exist(path):
    """A path in backticks with a folder and an ending is one of the repository or of the package."""
    text = re.sub(r"^```\w*\n.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for name in re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|yaml|toml|sh|js|html|sql))`", text):
        assert (ROOT / name).is_file() or (PACKAGE / name).is_file(), name
    for name in re.findall(r"`((?:src|tests|docs|bench|playbooks|scenarios)(?:/[\w-]+)*/)`", text):
        assert (ROOT / name).is_dir(), name


@cache
def names_in(path: Path) -> set[str]:
    """Functions, classes and methods of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_the_way_of_a_yuan_names_functions_that_exist():
    table = text_of("ARCHITECTURE.md").split("| step | file | functions, in order |\n", 1)[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]
    assert len(rows) > 15
    for _, file, functions in rows:
        known = names_in(PACKAGE / file.strip("`"))
        assert [name for name in re.findall(r"`(\w+)`", functions) if name not in known] == [], file


def test_every_check_of_the_audit_holds_an_invariant_and_no_other_is_named():
    table = text_of("ARCHITECTURE.md").split("| invariant | by the database |", 1)[1].split("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[2])}
    assert named == {check.__name__ for check in CHECKS}


def test_constraints_and_triggers_that_hold_an_invariant_exist():
    table = text_of("ARCHITECTURE.md").split("| invariant | by the database |", 1)[1].split("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    named = {name for row in rows for name in re.findall(r"`(\w+_\w+)`", row[1])}
    assert [name for name in sorted(named) if name not in MIGRATIONS] == []


def test_tests_that_hold_an_invariant_exist():
    for path in (ROOT / "ARCHITECTURE.md", ROOT / "STYLE.md"):
        for name in re.findall(r"`(test_\w+)`", path.read_text(encoding="utf-8")):
            assert any(name in names_in(file) for file in (ROOT / "tests").rglob("test_*.py")), name


def test_figures_of_the_architecture_are_those_of_the_code():
    page = text_of("ARCHITECTURE.md")
    assert f"hang in {LANES} lanes" in page
    assert f"up to {AT_ONCE} joins" in page
    assert f"{SEAT_HOLD.seconds // 60}\nminutes" in page


def test_bytes_of_a_join_add_up():
    """6.3 transfers, an order, and a tenth of a group; the parts are measured, the sum is not."""
    page = text_of("ARCHITECTURE.md")
    rows = dict(re.findall(r"^\| (a[^|]+) \|.*\| (\d+) bytes \|$", page, re.MULTILINE))
    transfer, order, group = (
        int(rows[name]) for name in ("a transfer", "an order", "a group of ten with its draw")
    )
    total = (63 * transfer + 10 * order + group) // 10
    said = re.search(r"6\.3 × (\d+) \+ (\d+) \+ (\d+) ÷ 10 ≈ (\d+) bytes", page)
    assert said is not None
    assert [int(number) for number in said.groups()[:3]] == [transfer, order, group]
    assert abs(int(said[4]) - total) <= 10


WORDS = {
    "assets": ASSETS,
    "order states": [state.label for state in Order.State],
    "group states": [state.label for state in Group.State],
    "activity states": [state.label for state in Activity.State],
    "publish request states": [state.label for state in PublishRequest.State],
    "simulation states": [state.label for state in Simulation.State],
    "parcel states": [state.label for state in Delivery.State],
    "after-sale kinds": [kind.label for kind in AfterSale.Kind],
    "after-sale states": [state.label for state in AfterSale.State],
    "payment states": [state.label for state in Payment.State],
    "refund states": [state.label for state in Refund.State],
    "reasons": list(REASONS.values()),
    "bars": [name for _, name in BARS],
    "refusal codes": list(SENTENCES),
}


@pytest.mark.parametrize("kind", WORDS)
def test_the_glossary_has_every_word(kind):
    page = text_of("GLOSSARY.md")
    assert [word for word in WORDS[kind] if f"`{word}`" not in page] == []


def test_refusal_codes_stand_in_their_order():
    part = text_of("GLOSSARY.md").split("## Refusal codes", 1)[1]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == list(SENTENCES)
