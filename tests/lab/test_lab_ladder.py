"""A ladder in the simulator: what is paid, what comes back, and that its books add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_stage import changed, run

from pinwheel.lab import compiled, life
from pinwheel.lab.figures import cash_received, figures_of
from pinwheel.lab.world import EXPIRED, GROUP, JOINS, OPEN_SEATS, PAID, SETTLED, SETTLED_SEATS
from pinwheel.plan.ladder import ladder_price
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import CAPTURE, HOLD, REFUND, TIER_REFUND

# 3 at 99.00, 5 at 89.00, 8 at 79.00, 10 at 69.00; three hours to fill, so groups end in every way.
LADDER = changed({"group.fill_within": "3h"}, "ladder-group")
LED = changed({"group.fill_within": "6h", "group.seating": "leader"}, "ladder-group")
PLAYED = {
    "busy": (LADDER, {"start_members": 60, "joins_a_day": 2_000_000}),
    "fading": (LADDER, {"start_members": 150, "joins_a_day": 1_000_000, "leaves_a_day": 200_000}),
    "led": (LED, {"start_members": 40, "joins_a_day": 1_000_000}),
}


def played(name, parts=life):
    plan, behaviour = PLAYED[name]
    return plan, run(plan, days=12, parts=parts, **behaviour)


def held(plan, world):
    """Fen held for groups that are open: all in a group have paid the price in force."""
    taken = np.bincount(world.queue[GROUP, : world.numbers[OPEN_SEATS]])
    return sum(int(seats) * ladder_price(plan, int(seats)) for seats in taken)


@pytest.mark.parametrize("name", PLAYED)
def test_compiled_is_plain(name):
    (_, plain), (_, fast) = played(name), played(name, compiled)
    for column in ("members", "numbers", "moved", "days", "waits"):
        assert np.array_equal(getattr(plain, column), getattr(fast, column)), column


@pytest.mark.parametrize("name", PLAYED)
def test_what_was_paid_is_kept_given_back_or_held(name):
    plan, world = played(name)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[HOLD] == moved[CAPTURE] + moved[REFUND] + moved[TIER_REFUND] + held(plan, world)
    assert moved[TIER_REFUND] > 0 and moved[CAPTURE] == world.members[:, PAID].sum()
    assert world.members[:, CASH].sum() == -moved[CAPTURE] - held(plan, world)
    assert not cash_received(plan, world).any()  # a ladder pays nobody


def test_groups_end_full_formed_and_refunded():
    _, world = played("fading")
    days = world.days.sum(axis=0)
    assert days[EXPIRED] > 3 and 3 * days[SETTLED] < days[SETTLED_SEATS] < 10 * days[SETTLED]
    assert world.waits.sum() < days[SETTLED]  # those that formed did not fill


def test_figures_count_the_seats_that_were_sold():
    plan, world = played("fading")
    figures = figures_of(plan, world, 1)
    assert figures.goods[-1] == int(world.days[:, SETTLED_SEATS].sum()) * plan.offer.goods_cost
    assert figures.fees[-1] == int(world.days[:, JOINS].sum()) * 60  # 0.6% of 99.00, rounded up
    assert figures.margin[-1] == figures.kept[-1] - figures.goods[-1] - figures.fees[-1]


@given(st.integers(0, 2**32), st.integers(5, 60), st.sampled_from(["20m", "1h", "5h", "23h"]))
def test_any_ladder_keeps_its_books(seed, members, within):
    plan = changed({"group.fill_within": within}, "ladder-group")
    world = run(plan, days=3, seed=seed, start_members=members)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[HOLD] == moved[CAPTURE] + moved[REFUND] + moved[TIER_REFUND] + held(plan, world)
    assert world.members[:, CASH].sum() == -moved[CAPTURE] - held(plan, world)
