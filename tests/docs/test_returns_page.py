"""The page about returns: its table is recomputed, and its reasons are those of the books."""

import re
from pathlib import Path

import pytest

from pinwheel.plan.amounts import parse_amount
from pinwheel.rules.reasons import ISSUED, KEPT, MEMBER, OUTSIDE, PARTIES, REASONS
from pinwheel.rules.reversal import reversed_by

PAGE = (Path(__file__).parents[2] / "docs/algorithms/returns.md").read_text(encoding="utf-8")
NUMBER = r" ([0-9.]+) \|"
AMOUNTS = re.findall(r"^\|" + NUMBER * 5 + "$", PAGE, re.MULTILINE)
MOVES = re.findall(r"^\| ([a-z_]+) \| (\w+) \| ([\w, ]+) \|$", PAGE, re.MULTILINE)
NAMES = {KEPT: "kept", MEMBER: "member", OUTSIDE: "outside", ISSUED: "issued, for cash kept"}


@pytest.mark.parametrize("row", AMOUNTS)
def test_what_is_reversed(row):
    paid, granted, before, refund, reversed_now = map(parse_amount, row)
    assert reversed_by(granted, paid, before, refund) == reversed_now


def test_the_parties_of_each_reason():
    number_of = {name: number for number, name in REASONS.items()}
    rows = [row for row in MOVES if row[0] in number_of]
    assert len(AMOUNTS) == 5 and len(rows) == 4
    for reason, source, target in rows:
        assert (source, target) == tuple(NAMES[party] for party in PARTIES[number_of[reason]])
