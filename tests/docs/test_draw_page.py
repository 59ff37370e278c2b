"""The numbers on docs/algorithms/draw.md, read from the page and recomputed."""

import hashlib
import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from pinwheel.rules import draw
from pinwheel.rules.outcomes import assign_outcomes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/algorithms/draw.md").read_text(encoding="utf-8")
VALUES = dict(re.findall(r"^([a-z_ ]+) = (.+)$", PAGE, re.MULTILINE))
SERVER_SEED = bytes.fromhex(VALUES["server_seed"])
ORDERS = VALUES["list"].split(", ")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under that row of headings."""
    table = PAGE.split(heading + "\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table]


def names(order: list[int]) -> str:
    return ", ".join(ORDERS[position] for position in order)


def test_the_hashes_of_the_vector():
    assert draw.commitment(VALUES["draw_id"], SERVER_SEED).hex() == VALUES["commit"]
    assert draw.list_hash(ORDERS).hex() == VALUES["list_hash"]


@pytest.mark.parametrize(("of", "public_bytes"), [("", VALUES["public_bytes"]), (" of an instant draw", "")])
def test_seeds_and_orders(of, public_bytes):
    list_hash = bytes.fromhex(VALUES["list_hash"])
    seed = draw.draw_seed(VALUES["draw_id"], SERVER_SEED, list_hash, bytes.fromhex(public_bytes))
    assert seed.hex() == VALUES["seed" + of]
    assert names(draw.drawn_order(seed, len(ORDERS))) == VALUES["order" + of]


def test_the_table_of_integers():
    table = rows("| ctr | H(seed ‖ BE32(ctr)) | below | integer | swap entries |")
    assert len(table) == len(ORDERS) - 1
    entries = list(ORDERS)
    for index, (counter, shown, below, integer, swap) in enumerate(table):
        digest = hashlib.sha256(bytes.fromhex(VALUES["seed"]) + index.to_bytes(4, "big")).hexdigest()
        value = int(digest, 16) % (len(ORDERS) - index)
        assert (counter, shown) == (str(index), f"{digest[:8]}…{digest[-8:]}")
        assert (int(below), int(integer)) == (len(ORDERS) - index, value)
        assert swap == f"{index} and {index + value}"
        entries[index], entries[index + value] = entries[index + value], entries[index]
    assert ", ".join(entries) == VALUES["order"]


def test_the_odds_of_a_refused_number():
    assert "once in 10^75\ntimes" in PAGE
    refused = sum(2**256 % below for below in range(2, 11))  # of 2^256, over the nine integers
    assert 10**75 * refused < 2**256


def test_the_table_of_outcomes():
    drawn = [ORDERS.index(order) for order in VALUES["order"].split(", ")]
    table = rows("| barred | conflict | winners |")
    assert len(table) == 4
    for barred, conflict, winners in table:
        if barred.startswith("all but "):
            bars = [int(order not in barred) for order in ORDERS]
        else:
            bars = [int(order in barred) for order in ORDERS]
        tables = SimpleNamespace(size=10, class_counts=[3, 7], dissolve=conflict == "dissolve")
        outcomes = [-1] * 10
        settled = assign_outcomes(tables, 0, drawn, bars, outcomes)
        won = {order for order, outcome in zip(ORDERS, outcomes, strict=True) if outcome == 0}
        assert (won if settled else "the group dissolves") == (
            set(winners.split(", ")) if settled else winners
        )


def test_the_words_on_what_it_proves_are_those_of_the_verifier():
    path = ROOT / "src/pinwheel/doors/storefront/static/storefront/verify_draw.py"
    spec = importlib.util.spec_from_file_location("verify_draw_of_page", path)
    verifier = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verifier)
    told = [verifier.PROVES, *verifier.PROVES_WITH.values()]
    assert re.findall(r"^> (.+)$", PAGE, re.MULTILINE) == [
        words[lang] for words in told for lang in ("en", "zh")
    ]
    assert [cells[0] for cells in rows("| step | holds if |")] == list(verifier.STEPS)
    listed = [name for cells in rows("| field | meaning |") for name in re.findall(r"\w+", cells[0])]
    evidence = ROOT / "tests/doors/evidence.py"
    assert all(f'"{name}":' in evidence.read_text(encoding="utf-8") for name in listed)
