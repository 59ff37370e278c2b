"""From the drawn order to outcome classes: page draw-v1, step 6, and the examples S1 and S4."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.outcomes import DISSOLVED, NO_OUTCOME, assign_outcomes
from settling import tables_with


def classes_of(counts, drawn, bars, dissolve=0, start=0):
    tables = tables_with(
        size=len(drawn), class_counts=counts, class_keeps=[1] * len(counts), dissolve=dissolve
    )
    outcomes = [99] * (start + len(drawn))
    padding = [0] * start
    held = assign_outcomes(tables, start, padding + list(drawn), padding + list(bars), outcomes)
    assert outcomes[:start] == [99] * start
    return outcomes[start:] if held else None


def test_s1_barred_seats_are_passed_over():
    """Seats 3 and 4 are barred: drawn first, they still lose; three of the other eight win."""
    bars = [0, 0, 2, 4, 0, 0, 0, 0, 0, 0]
    drawn = [seat - 1 for seat in (3, 4, 1, 5, 10, 2, 6, 7, 8, 9)]
    outcomes = classes_of([3, 7], drawn, bars)
    assert [seat for seat, outcome in enumerate(outcomes, 1) if outcome == 0] == [1, 5, 10]


def test_s1_each_of_the_eight_is_equally_likely():
    """Over all orders of a smaller group: two of seven barred, two winners of five, each 2 in 5."""
    bars = [0, 0, 2, 4, 0, 0, 0]
    wins = Counter()
    for drawn in itertools.permutations(range(7)):
        wins.update(seat for seat, outcome in enumerate(classes_of([2, 5], drawn, bars), 1) if outcome == 0)
    assert wins == {seat: 2016 for seat in (1, 2, 5, 6, 7)}  # 5040 · 2/5


def test_s4_all_barred_dissolves_or_is_drawn_anyway():
    drawn = [4, 2, 0, 1, 3, 5, 6, 7, 8, 9]
    assert classes_of([3, 7], drawn, [1] * 10, dissolve=1) is None
    outcomes = classes_of([3, 7], drawn, [1] * 10, dissolve=0)
    assert [row for row, outcome in enumerate(outcomes) if outcome == 0] == [0, 2, 4]


def test_a_dissolved_group_has_no_outcomes():
    tables = tables_with(size=3, class_counts=[2, 1], class_keeps=[1, 0], dissolve=1)
    outcomes = [5, 5, 5]
    assert assign_outcomes(tables, 0, [0, 1, 2], [1, 1, 0], outcomes) == DISSOLVED
    assert outcomes == [NO_OUTCOME] * 3


def test_just_enough_seats_that_may_win_do_not_dissolve():
    assert classes_of([2, 1], [0, 1, 2], [0, 1, 0], dissolve=1) == [0, 1, 0]


def test_drawn_anyway_those_who_may_win_come_first_and_the_barred_in_drawn_order():
    """Classes of 1, 2 and the rest; only seat 4 may win: it gets the first class though drawn last."""
    assert classes_of([1, 2, 2], [2, 0, 4, 1, 3], [1, 1, 1, 0, 1]) == [1, 2, 1, 0, 2]


def test_one_class_draws_nothing():
    assert classes_of([3], [0, 0, 0], [1, 1, 1], dissolve=1) == [0, 0, 0]


def test_rows_before_the_group_are_left_alone():
    assert classes_of([1, 1], [1, 0], [0, 0], start=4) == [1, 0]


@st.composite
def groups(draw):
    size = draw(st.integers(2, 12))
    cuts = sorted(draw(st.lists(st.integers(0, size), min_size=1, max_size=4)))
    counts = [high - low for low, high in zip([0, *cuts], [*cuts, size], strict=True)]
    drawn = draw(st.permutations(range(size)))
    bars = draw(st.lists(st.sampled_from([0, 0, 1, 2, 6]), min_size=size, max_size=size))
    return counts, list(drawn), bars


def walk(counts, drawn, bars):
    """The page's step 6 word for word: the barred wait behind the others, then the last class."""
    queue = [seat for seat in drawn if not bars[seat]] + [seat for seat in drawn if bars[seat]]
    prizes = [number for number, count in enumerate(counts[:-1]) for _ in range(count)]
    outcomes = [len(counts) - 1] * len(drawn)
    for seat, prize in zip(queue, prizes, strict=False):
        outcomes[seat] = prize
    return outcomes


@given(groups())
def test_counts_are_exact_and_the_walk_is_the_pages(group):
    counts, drawn, bars = group
    outcomes = classes_of(counts, drawn, bars)
    assert outcomes == walk(counts, drawn, bars)
    assert [outcomes.count(number) for number in range(len(counts))] == list(counts)


@given(groups())
def test_a_group_dissolves_exactly_when_too_few_may_win(group):
    counts, drawn, bars = group
    is_short = bars.count(0) < sum(counts[:-1])
    assert (classes_of(counts, drawn, bars, dissolve=1) is None) == is_short


@given(groups(), st.randoms())
def test_seats_have_no_favourites(group, random):
    """Renaming the seats renames the outcome: what counts is the drawn order and the bars alone."""
    counts, drawn, bars = group
    names = list(range(len(drawn)))
    random.shuffle(names)
    renamed_bars = [0] * len(bars)
    for seat, bar in enumerate(bars):
        renamed_bars[names[seat]] = bar
    renamed = classes_of(counts, [names[seat] for seat in drawn], renamed_bars)
    outcomes = classes_of(counts, drawn, bars)
    assert [renamed[names[seat]] for seat in range(len(drawn))] == outcomes


@pytest.mark.parametrize("barred", range(4))
def test_a_barred_seat_never_wins_while_others_may(barred):
    bars = [int(seat == barred) for seat in range(4)]
    for drawn in itertools.permutations(range(4)):
        assert classes_of([2, 2], drawn, bars)[barred] == 1
