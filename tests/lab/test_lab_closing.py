"""One draw at the end in the simulator: who waits, who wins, and that its books add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_stage import changed, run

from pinwheel.lab import compiled, life, simulate
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import figures_of
from pinwheel.lab.simulate import Arguments, Unplayable
from pinwheel.lab.world import DISSOLVED, EXPIRED, JOINS, OPEN_SEATS, PAID, SETTLED, THERE
from pinwheel.plan.load import playbook
from pinwheel.rules.assets import CASH, CONSUMER_POINTS
from pinwheel.rules.reasons import CAPTURE, HOLD, REFUND

# 9.90, groups of five; three seats of the whole activity win goods for 6.00, the others get 10.00 points.
CLOSING = playbook("draw-on-close")
RULES = {
    "draw.seat_rules": [
        "first_join_of_day_in_front",
        "newcomer_in_front",
        {"after_wins_in_a_row": {"wins": 1, "sit_out": 2}},
    ],
    "outcomes.0.count": 4,
}
PLAYED = {
    "one": (CLOSING, {"start_members": 60}),
    "ruled": (changed(RULES, "draw-on-close"), {"start_members": 60, "leaves_a_day": 100_000}),
    "dissolving": (
        changed(
            RULES | {"draw.conflict": "dissolve", "outcomes.0.count": 5, "limits.joins_total": 1},
            "draw-on-close",
        ),
        {"start_members": 5, "joins_a_day": 20_000_000},
    ),
}


def played(name, parts=life, days=6):
    plan, behaviour = PLAYED[name]
    return plan, run(plan, days=days, parts=parts, **behaviour)


@pytest.mark.parametrize("name", PLAYED)
def test_compiled_is_plain(name):
    (_, plain), (_, fast) = played(name), played(name, compiled)
    for column in ("members", "numbers", "moved", "days", "waits"):
        assert np.array_equal(getattr(plain, column), getattr(fast, column)), column


def test_nothing_is_settled_before_the_last_day_and_everything_on_it():
    _, world = played("one")
    groups = world.days[:, SETTLED]
    assert groups[:-1].sum() == 0 and groups[-1] > 50
    assert world.numbers[OPEN_SEATS] == 0 and world.days[-1, EXPIRED] >= 0
    assert (world.members[:, PAID] > 0).sum() <= 3 and world.members[:, PAID].sum() == 3 * 990
    assert world.members[:, CONSUMER_POINTS].sum() == 1_000 * (5 * int(groups[-1]) - 3)
    assert world.numbers[THERE] == 60


@pytest.mark.parametrize("name", PLAYED)
def test_what_was_paid_is_kept_or_given_back(name):
    _, world = played(name)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[HOLD] == 990 * world.days[:, JOINS].sum() == moved[CAPTURE] + moved[REFUND]
    assert world.members[:, CASH].sum() == -moved[CAPTURE] == -world.members[:, PAID].sum()


def test_where_too_few_may_win_all_groups_dissolve():
    plan, world = played("dissolving")
    assert world.days[-1, DISSOLVED] == 1 and world.days[:, SETTLED].sum() == 0
    figures = figures_of(plan, world, 1)
    assert figures.goods[-1] == 0 and figures.kept[-1] == 0


def test_figures_count_the_prizes_once():
    plan, world = played("one")
    figures = figures_of(plan, world, 1)
    assert figures.goods[:-1] == [0] * 5 and figures.goods[-1] == 3 * 600
    assert figures.kept[-1] == 3 * 990
    assert figures.fees[-1] == 6 * int(world.days[:, JOINS].sum())
    assert figures.margin[-1] == 3 * 990 - 3 * 600 - figures.fees[-1]


def test_an_activity_in_which_no_group_fills_draws_nothing():
    plan, world = CLOSING, run(CLOSING, days=2, start_members=4, joins_a_day=100_000)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert world.days[:, SETTLED].sum() == 0 and moved[CAPTURE] == 0
    assert moved[HOLD] == moved[REFUND]
    assert figures_of(plan, world, 1).goods[-1] == 0


def test_every_seat_wins_about_as_often():
    """Three of thirty seats in each of 300 activities: each place in the list about thirty times."""
    plan = changed({"limits": {"joins_total": 1, "seats_per_group": 1}}, "draw-on-close")
    won = np.zeros(30, dtype=int)
    for seed in range(300):
        world = run(plan, days=1, seed=seed, start_members=30, joins_a_day=20_000_000)
        assert world.days[-1, SETTLED] == 6
        won += world.members[:30, PAID] > 0
    assert won.sum() == 900 and won.min() > 10 and won.max() < 55


def test_more_joins_than_there_is_memory_for_are_refused():
    behaviour = Behaviour(1_000_000, joins_a_day=2_000_000)
    with pytest.raises(Unplayable, match="GiB"):
        simulate.simulate(CLOSING, Arguments(behaviour, 1_000_000, 365, 1))


@given(st.integers(0, 2**32), st.integers(1, 60), st.sampled_from(sorted(PLAYED)))
def test_any_draw_at_the_end_keeps_its_books(seed, members, name):
    world = run(PLAYED[name][0], days=2, seed=seed, start_members=members)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[HOLD] == moved[CAPTURE] + moved[REFUND]
    assert world.members[:, CASH].sum() == -moved[CAPTURE]
