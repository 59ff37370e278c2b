"""Seat rules 1 and 2, and the leader's bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.bars import (
    BARS,
    FIRST_JOIN_OF_DAY,
    FIRST_OF_DAY_FLAG,
    LEADER_BAR,
    NEWCOMER,
    NEWCOMER_FLAG,
    bar_names,
    bar_seats,
)
from settling import counters_with, tables_with

BOTH = FIRST_OF_DAY_FLAG | NEWCOMER_FLAG


def bars_of(flags, leader_row=-1, **rules):
    tables = tables_with(size=len(flags), class_counts=[1, len(flags) - 1], class_keeps=[1, 0], **rules)
    bars = [7] * len(flags)  # what stood there before must go
    bar_seats(tables, 0, leader_row, list(range(len(flags))), flags, counters_with(len(flags)), bars)
    return bars


def test_s1_the_foremost_of_each_kind_is_barred():
    """Seats 1 and 2 joined already today, 3 is the day's first join, 4 to 6 are newcomers."""
    flags = [0, 0, FIRST_OF_DAY_FLAG, BOTH, BOTH, BOTH, 0, 0, 0, 0]
    bars = bars_of(flags, first_join_of_day_in_front=1, newcomer_in_front=1)
    assert {seat: bar_names(bar) for seat, bar in enumerate(bars, 1) if bar} == {
        3: ["first_join_of_day_in_front"],
        4: ["newcomer_in_front"],
    }


def test_each_rule_bars_its_own_foremost_also_one_that_is_barred_already():
    bars = bars_of(
        [BOTH, BOTH], leader_row=0, first_join_of_day_in_front=1, newcomer_in_front=1, leader_may_win=0
    )
    assert bars == [LEADER_BAR | FIRST_JOIN_OF_DAY | NEWCOMER, 0]
    assert bar_names(bars[0]) == ["leader", "first_join_of_day_in_front", "newcomer_in_front"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, 0),
        ({"first_join_of_day_in_front": 1}, FIRST_JOIN_OF_DAY),
        ({"newcomer_in_front": 1}, NEWCOMER),
        ({"leader_may_win": 0}, LEADER_BAR),
    ],
)
def test_a_rule_that_is_off_bars_nobody(rules, expected):
    assert bars_of([BOTH, BOTH, BOTH], leader_row=0, **rules) == [expected, 0, 0]


def test_a_group_without_its_leader_has_no_leaders_bar():
    assert bars_of([0, 0], leader_row=-1, leader_may_win=0) == [0, 0]


def test_only_the_rows_of_the_group_are_touched():
    tables = tables_with(size=2, class_counts=[1, 1], class_keeps=[1, 0], newcomer_in_front=1)
    bars = [9] * 6
    bar_seats(tables, 2, -1, list(range(6)), [BOTH] * 6, counters_with(6), bars)
    assert bars == [9, 9, NEWCOMER, 0, 9, 9]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.booleans(), st.booleans())
def test_at_most_one_seat_a_rule_and_it_is_the_foremost(flags, first, newcomer):
    bars = bars_of(flags, first_join_of_day_in_front=int(first), newcomer_in_front=int(newcomer))
    for bit, flag, is_on in (
        (FIRST_JOIN_OF_DAY, FIRST_OF_DAY_FLAG, first),
        (NEWCOMER, NEWCOMER_FLAG, newcomer),
    ):
        candidates = [row for row, flag_bits in enumerate(flags) if flag_bits & flag]
        assert [row for row, bar in enumerate(bars) if bar & bit] == (candidates[:1] if is_on else [])


def test_every_bar_has_a_bit_and_a_name_of_its_own():
    bits = [bit for bit, _ in BARS]
    assert len({*bits}) == len(bits) and all(bit.bit_count() == 1 for bit in bits)
    assert bar_names(sum(bits)) == [name for _, name in BARS]
