"""Seating of the public queue, against an oracle that looks at every group for every order."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules.seating import NO_SEAT, seat_in_queue


def naive(holders, capacity, per_group, groups):
    """First fit: the first group that has room and holds fewer than `per_group` seats of the holder."""
    placed = []
    for holder in holders:
        fits = (
            number
            for number, seats in enumerate(groups)
            if len(seats) < capacity and seats.count(holder) < per_group
        )
        number = next(fits, NO_SEAT)
        if number != NO_SEAT:
            groups[number].append(holder)
        placed.append(number)
    return placed


def seat(holders, capacity, per_group, groups):
    """The rule, from groups that are seated already."""
    known = max([*holders, *(holder for seats in groups for holder in seats), -1]) + 1
    last, in_last = [-1] * known, [0] * known
    for number, seats in enumerate(groups):
        for holder in seats:
            in_last[holder] = in_last[holder] + 1 if last[holder] == number else 1
            last[holder] = number
    taken = [len(seats) for seats in groups]
    placed = [NO_SEAT] * len(holders)
    seated = seat_in_queue(holders, capacity, per_group, taken, last, in_last, placed)
    return seated, placed, taken


queues = st.lists(st.integers(0, 7), max_size=120)


@given(queues, queues, st.integers(1, 6), st.integers(1, 3), st.integers(0, 25))
def test_first_fit_as_the_oracle_sees_it(before, holders, capacity, per_group, count):
    """The queue goes on where an earlier batch stopped, as the settler's does."""
    groups = [[] for _ in range(count)]
    naive(before, capacity, per_group, groups)
    seated, placed, taken = seat(holders, capacity, per_group, groups)
    assert placed == naive(holders, capacity, per_group, groups)
    assert taken == [len(seats) for seats in groups]
    assert seated == sum(number != NO_SEAT for number in placed)


@given(queues, st.integers(1, 6), st.integers(1, 3))
def test_no_group_overflows_and_no_member_sits_too_often(holders, capacity, per_group):
    _, placed, taken = seat(holders, capacity, per_group, [[] for _ in range(len(holders))])
    assert NO_SEAT not in placed  # with a group for each order everybody finds a seat
    assert max(taken, default=0) <= capacity
    assert max(Counter(zip(placed, holders, strict=True)).values(), default=0) <= per_group


@given(st.permutations(range(40)), st.integers(1, 7))
def test_different_members_fill_groups_in_the_order_of_payment(holders, capacity):
    _, placed, _ = seat(list(holders), capacity, 1, [[] for _ in range(40)])
    assert placed == [number // capacity for number in range(40)]


def test_no_groups_seat_nobody():
    assert seat([0, 1], 3, 1, []) == (0, [NO_SEAT, NO_SEAT], [])
