"""The one split, and shares that are rounded down."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pinwheel.rules.money import MILLION, share, split

amounts = st.integers(0, 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


def exact(amount: int, parts: list[int]) -> list[Fraction]:
    return [Fraction(amount * part, sum(parts)) for part in parts]


def test_the_example_of_the_style_page():
    """0.04 by 2:3:3 is 0.01 / 0.015 / 0.015: floors 1, 1, 1 and the one left to the largest remainder."""
    assert split(4, [2, 3, 3]) == [1, 2, 1]


def test_ties_go_to_the_earlier_and_weight_nothing_gets_nothing():
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(1, [0, 5, 5]) == [0, 1, 0]
    assert split(7, [0, 0, 1]) == [0, 0, 7]
    assert split(0, [0, 0]) == [0, 0]


@given(amounts, weights)
def test_nothing_is_lost_and_nobody_is_off_by_one(amount, parts):
    assume(sum(parts))
    shares = split(amount, parts)
    assert sum(shares) == amount
    for got, due, part in zip(shares, exact(amount, parts), parts, strict=True):
        assert abs(got - due) < 1
        assert got == 0 or part > 0


@given(amounts, weights)
def test_what_is_left_goes_by_largest_remainder_and_then_by_order(amount, parts):
    assume(sum(parts))
    shares = split(amount, parts)
    dues = exact(amount, parts)
    places = [(-(due % 1), index) for index, due in enumerate(dues)]
    favoured = {place for place, got, due in zip(places, shares, dues, strict=True) if got > due // 1}
    others = set(places) - favoured
    assert not favoured or not others or max(favoured) < min(others)


@given(amounts, weights, st.integers(2, 1000))
def test_only_the_proportion_of_weights_matters(amount, parts, factor):
    assume(sum(parts))
    assert split(amount, parts) == split(amount, [part * factor for part in parts])


@pytest.mark.parametrize("call", [(-1, [1]), (1, [1, -1]), (1, [0, 0]), (1, [])])
def test_what_cannot_be_split_is_refused(call):
    with pytest.raises(ValueError):
        split(*call)


@given(st.integers(0, 999_999_999), st.integers(0, 10 * MILLION))
def test_a_share_is_rounded_down_and_fits_a_machine_word(amount, ppm):
    assert share(amount, ppm) == Fraction(amount * ppm, MILLION) // 1
    assert amount * ppm < 1 << 63


def test_shares_of_the_modes_page():
    assert share(10_000, 50_000) == 500  # 5% of 100.00
    assert share(10_000, 300) == 3  # 3‱ of 100.00
    assert share(199, 5_000) == 0  # 0.5% of 1.99 rounds down to nothing
