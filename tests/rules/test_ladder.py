"""The price of a ladder: that of the largest tier that is reached."""

from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.ladder import price_at

LADDER = [3, 5, 8, 10], [9900, 8900, 7900, 6900]
rises = st.lists(st.integers(1, 1000), min_size=1, max_size=20, unique=True).map(sorted)


def test_example_g4():
    assert [price_at(*LADDER, seats) for seats in range(1, 11)] == [
        *[9900] * 4,
        *[8900] * 3,
        *[7900] * 2,
        6900,
    ]


@given(rises, st.data(), st.integers(0, 1100))
def test_it_is_the_largest_tier_reached_and_never_rises(sizes, data, seats):
    count = len(sizes)
    prices = data.draw(st.lists(st.integers(1, 10**9), min_size=count, max_size=count, unique=True))
    prices.sort(reverse=True)
    reached = [price for size, price in zip(sizes, prices, strict=True) if size <= seats]
    assert price_at(sizes, prices, seats) == (reached[-1] if reached else prices[0])
    assert price_at(sizes, prices, seats + 1) <= price_at(sizes, prices, seats)
