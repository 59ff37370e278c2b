"""The numbers on docs/algorithms/days.md, read from the page and recomputed."""

import re
from pathlib import Path

import pytest

from pinwheel.plan.amounts import parse_amount, parse_rate
from pinwheel.plan.load import playbook
from pinwheel.rules.credit import daily_release
from pinwheel.rules.dividends import FROZEN, IN_ONLY, OPEN, dividend, pool_phase
from pinwheel.rules.promoter import promoter_until
from pinwheel.rules.reasons import PARTIES, REASONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/algorithms/days.md").read_text(encoding="utf-8")
PARTY_NAMES = ("member", "held", "kept", "issued", "outside", "pool", "daily_pool", "monthly_pool")
NATIONAL = playbook("national-group-buy")


def rows(heading: str) -> list[list[str]]:
    """The cells of every table under that row of headings."""
    found = []
    for table in PAGE.split(heading + "\n")[1:]:
        lines = table.split("\n\n", 1)[0].splitlines()[1:]
        found += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert found
    return found


def amounts(text: str) -> list[int]:
    return [parse_amount(word) for word in text.split()]


def test_the_parties_of_each_reason():
    number_of = {name: number for number, name in REASONS.items()}
    for name, source, target in rows("| reason | from | to |"):
        parties = PARTIES[number_of[name]]
        assert (source, target) == tuple(PARTY_NAMES[party] for party in parties)


def test_releases():
    heading = "| balance at 00:00 | still there | static | accelerated | joins | released |"
    for balance, held, static, accelerated, joins, released in rows(heading):
        rates = parse_rate(static), parse_rate(accelerated)
        came = daily_release(parse_amount(balance), parse_amount(held), *rates, int(joins))
        assert came == parse_amount(released)


@pytest.mark.parametrize(
    "heading", ["| pool | prices won | shares | left over |", "| profit | points | shares | left over |"]
)
def test_dividends(heading):
    for pool, weights, shares, left in rows(heading):
        total, whole = sum(amounts(weights)), parse_amount(pool)
        came = [dividend(whole, weight, total) for weight in amounts(weights)]
        assert came == amounts(shares)
        assert whole - sum(came) == parse_amount(left)


def test_what_a_win_puts_in_is_the_playbooks():
    assert NATIONAL.dividends is not None and NATIONAL.dividends.daily is not None
    each = re.search(r"Each winning order puts (\d+\.\d\d) into the pool", PAGE)
    assert NATIONAL.dividends.daily.per_win.fixed == parse_amount(each[1])


def test_the_calendar_of_the_pool():
    monthly = NATIONAL.dividends.monthly
    words = {OPEN: "in and out", IN_ONLY: "in", FROZEN: "not at all"}
    for day, allowed in rows("| day of the month | points may move |"):
        assert words[pool_phase(int(day), monthly.in_and_out.last, monthly.in_only.last)] == allowed


def test_promoter_days():
    days = NATIONAL.promoter
    for joins, expected in rows("| joins on days | promoter until the end of day |"):
        until = 0
        for number, today in enumerate(int(word) for word in joins.split()):
            added = days.day_with_join + (days.newcomer_days if number == 0 else 0)
            until = promoter_until(until, today, added)
        assert until == int(expected)
