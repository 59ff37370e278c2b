"""The numbers on docs/algorithms/settlement.md, read from the page and recomputed."""

import importlib.util
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pinwheel.plan.amounts import format_amount, parse_amount
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import playbook
from pinwheel.rules.assets import ASSETS, SHOPPING_CREDIT
from pinwheel.rules.bars import FIRST_OF_DAY_FLAG, NEWCOMER_FLAG, bar_names
from pinwheel.rules.money import split
from pinwheel.rules.outcomes import assign_outcomes
from pinwheel.rules.reasons import (
    CAPTURE,
    ISSUED,
    PARTIES,
    REASONS,
    RELEASED_CASH,
    REWARD,
)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/algorithms/settlement.md").read_text(encoding="utf-8")
PARTY_NAMES = {0: "member", 1: "held", 2: "kept", 3: "issued", 4: "outside", 8: "coupons"}
NATIONAL = compile_plan(playbook("national-group-buy"))

_spec = importlib.util.spec_from_file_location("settling_of_page", ROOT / "tests/rules/settling.py")
assert _spec is not None and _spec.loader is not None
settling = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(settling)


def section(heading: str) -> str:
    """A section of the page, from its heading to the next one."""
    return re.split(r"^## ", PAGE.split(f"\n## {heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table under that row of headings."""
    table = text.split(heading + "\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    assert table
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table]


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def offsets(text: str) -> list[int]:
    """Seat numbers as offsets from 0."""
    return [number - 1 for number in numbers(text)]


def drawn(text: str) -> list[int]:
    """A drawn order as offsets; every seat stands in it once."""
    order = offsets(text)
    assert sorted(order) == list(range(len(order)))
    return order


def won(outcomes: list[int]) -> list[int]:
    return [seat for seat, outcome in enumerate(outcomes, start=1) if outcome == 0]


@pytest.mark.parametrize("heading", ["G1", "G3", "Group of five"])
def test_the_tables_of_groups(heading):
    text = section(heading)
    name, price = re.search(r"Playbook `([a-z-]+)`, price (\d+\.\d\d)", text).groups()
    plan = playbook(name)
    assert plan.offer.price == parse_amount(price)
    tables = compile_plan(plan)
    leaders = [0] if plan.group.seating == "leader" else None
    came = settling.settle(tables, plan.offer.price, list(range(tables.size)), leader_rows=leaders)
    expected = Counter((REASONS[reason], ASSETS[asset], amount) for _, reason, asset, amount in came.postings)
    found = rows(text, "| reason | asset | transfers | each | together |")
    assert Counter({(row[0], row[1], parse_amount(row[3])): int(row[2]) for row in found}) == expected
    for _, _, count, each, together in found:
        assert int(count) * parse_amount(each) == parse_amount(together)
    taken, paid_out, kept = map(
        parse_amount, re.search(r"Kept before goods: ([\d.]+) − ([\d.]+) = ([\d.]+)\.\n", text).groups()
    )
    assert taken == came.total(CAPTURE)
    assert paid_out == came.total(REWARD) + came.total(RELEASED_CASH)
    assert kept == taken - paid_out


def test_the_leader_never_wins():
    tables = compile_plan(playbook("leader-five"))
    table = rows(section("Group of five"), "| drawn order | barred | winner |")
    for order, barred, winner in table:
        came = settling.settle(tables, 10_000, drawn(order), leader_rows=[0])
        assert [seat for seat, bits in enumerate(came.bars, start=1) if bits] == numbers(barred)
        assert won(came.outcomes) == numbers(winner)


def test_the_parties_of_each_reason():
    table = rows(PAGE, "| reason | from | to |")
    days = (ROOT / "docs/algorithms/days.md").read_text(encoding="utf-8").split("| reason | from | to |")[1]
    returns = (ROOT / "docs/algorithms/returns.md").read_text(encoding="utf-8")
    elsewhere = {"hold", "hold_external", *re.findall(r"^\| ([a-z_]+) \|", days + returns, re.MULTILINE)}
    elsewhere |= {"coupon_used", "coupon_back"}  # the part of a price that a coupon pays: ADR 0026
    presale = (ROOT / "docs/algorithms/presale.md").read_text(encoding="utf-8")
    presale = presale.split("| reason | from | to |")[1].split("\n\n")[0]
    elsewhere = {"hold", "hold_external"}
    elsewhere |= set(re.findall(r"^\| ([a-z_]+) \|", days + returns + presale, re.MULTILINE))
    assert {row[0] for row in table} == {REASONS[reason] for reason in PARTIES} - elsewhere
    number_of = {name: number for number, name in REASONS.items()}
    for reason, source, target in table:
        parties = PARTIES[number_of[reason]]
        assert source == ("kept for cash, else issued" if parties[0] == ISSUED else PARTY_NAMES[parties[0]])
        assert target == PARTY_NAMES[parties[1]]


def release_of_a_loser(price: int, held: int) -> tuple[int, int]:
    """What the first seat releases if it does not win, and what it holds then."""
    came = settling.settle(NATIONAL, price, [1, 2, 3, 0, *range(4, 10)], credit=[held] + [0] * 9)
    return came.total(RELEASED_CASH), came.credit[0]


def test_releases():
    text = section("N1 and N2")
    for price, held, released, after in rows(text, "| price | held before | released | held after |"):
        came = release_of_a_loser(parse_amount(price), parse_amount(held))
        assert came == (parse_amount(released), parse_amount(after))


def test_twenty_joins_return_a_win():
    text = section("N1 and N2")
    first = settling.settle(NATIONAL, 10_000, list(range(10)))
    assert first.total(RELEASED_CASH) == 0
    held = first.credit[0]
    table = rows(text, "| join | released | held after |")
    wanted = {int(row[0]): row[1:] for row in table}
    assert len(wanted) == len(table)
    for join in range(1, max(wanted) + 1):
        released, held = release_of_a_loser(10_000, held)
        if join in wanted:
            assert [format_amount(released), format_amount(held)] == wanted[join]


def test_release_comes_before_grant():
    text = section("The order of gives")
    for name, before, released, granted, after in rows(
        text, "| class | held before | released | granted | held after |"
    ):
        order = list(range(10)) if name == "winner" else [1, 2, 3, 0, *range(4, 10)]
        came = settling.settle(NATIONAL, 10_000, order, credit=[parse_amount(before)] + [0] * 9)
        grants = [
            amount for reason, asset, amount in came.of_row(0) if (reason, asset) == (REWARD, SHOPPING_CREDIT)
        ]
        assert came.total(RELEASED_CASH) == parse_amount(released)
        assert sum(grants) == parse_amount(granted)
        assert came.credit[0] == parse_amount(after)


def test_the_postings_stand_in_this_order():
    text = section("The order of gives")
    came = settling.settle(NATIONAL, 10_000, [0, 2, 3, 1, *range(4, 10)], credit=[2_000] * 2 + [0] * 8)
    two = [posting for posting in came.postings if posting[0] in (0, 1)]
    expected = [
        [str(number), str(row + 1), REASONS[reason], ASSETS[asset], format_amount(amount)]
        for number, (row, reason, asset, amount) in enumerate(two, start=1)
    ]
    assert rows(text, "| no. | seat | reason | asset | amount |") == expected


def test_the_seat_rules():
    text = section("S1")
    table = rows(text, "| seat | joined before | joined today | barred by |")
    assert [int(row[0]) for row in table] == list(range(1, 11))
    flags = [
        (0 if joined_today == "yes" else FIRST_OF_DAY_FLAG) + (0 if joined_before == "yes" else NEWCOMER_FLAG)
        for _, joined_before, joined_today, _ in table
    ]
    for order, winners in rows(text, "| drawn order | winners |"):
        came = settling.settle(NATIONAL, 10_000, drawn(order), flags=flags)
        assert won(came.outcomes) == numbers(winners)
        assert [", ".join(bar_names(bits)) for bits in came.bars] == [row[3] for row in table]


def test_conflicts():
    text = section("S4")
    price = parse_amount(re.search(r"price (\d+\.\d\d)", text)[1])
    for barred, conflict, order, winners, refunded in rows(
        text, "| barred | conflict | drawn order | winners | refunded |"
    ):
        free = set(offsets(barred))
        bars = [int(seat not in free) for seat in range(10)]
        tables: Any = SimpleNamespace(size=10, class_counts=[3, 7], dissolve=conflict == "dissolve")
        outcomes = [-1] * 10
        is_settled = assign_outcomes(tables, 0, drawn(order), bars, outcomes)
        assert won(outcomes) == numbers(winners)
        assert bool(is_settled) == (winners != "none")
        assert (10 - len(won(outcomes))) * price == parse_amount(refunded)


def numbers_of(cell: str, *names: str) -> dict[str, int]:
    """The numbers of a counting rule; none where it is off."""
    return {} if cell == "–" else dict(zip(names, map(int, cell.split("/")), strict=True))


def test_the_counting_rules():
    for in_a_row, in_total, at_most, results in rows(
        section("S2, S3"), "| in a row | in total | at most | results of A |"
    ):
        rules = numbers_of(in_a_row, "row_wins", "row_sit_out")
        rules |= numbers_of(in_total, "total_wins", "total_sit_out")
        rules |= numbers_of(at_most, "cap_wins", "cap_joins")
        tables = settling.tables_with(size=2, class_counts=[1, 1], class_keeps=[1, 0], **rules)
        groups = len(results.split())
        holders = [holder for group in range(1, groups + 1) for holder in (0, group)]
        came = settling.settle(tables, 100, [0, 1] * groups, holders=holders)
        of_a = zip(came.outcomes[::2], came.bars[::2], strict=True)
        assert [("W" if got == 0 else "L") + ("b" if bars else "") for got, bars in of_a] == results.split()
    assert "at most three seats of a group are barred" in " ".join(section("S4").split())


def test_splits():
    table = rows(section("Splitting"), "| amount | weights | shares |")
    assert table[0][0] == "0.04"
    for amount, weights, shares in table:
        came = split(parse_amount(amount), numbers(weights))
        assert " ".join(map(format_amount, came)) == shares
        assert sum(came) == parse_amount(amount)
