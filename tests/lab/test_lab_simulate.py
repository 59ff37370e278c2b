"""A simulated platform: the same seed is the same world, and its figures add up."""

import numpy as np
import pytest
from lab_stage import EVERYTHING, changed, run

from pinwheel.lab import life, simulate
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import figures_of
from pinwheel.lab.simulate import Arguments, Unplayable
from pinwheel.lab.world import BYTES_A_MEMBER, JOINS, KNOWN, OPEN_SEATS, POOL, SETTLED, SPONSOR, THERE
from pinwheel.plan.load import playbook
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.reasons import (
    DAILY_DIVIDEND,
    DAILY_DIVIDEND_FUNDED,
    DAILY_RELEASED_CASH,
    DAILY_RELEASED_CREDIT,
)

NATIONAL, WHOLE = playbook("national-group-buy"), changed(EVERYTHING)


def moved(world, reason, asset=CASH):
    return int(world.moved[:, reason, asset].sum())


def test_the_same_seed_is_the_same_world():
    one, same, other = (run(WHOLE, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.members, same.members)
    assert not np.array_equal(one.members, other.members)


def test_what_the_plan_kept_and_what_members_have_are_two_sides():
    """All cash: members began with none, so what they lack is kept, waits in the queue, or in the pool."""
    world = run(WHOLE, days=8)
    figures = figures_of(WHOLE, world, 1)
    waiting = int(world.numbers[OPEN_SEATS]) * WHOLE.offer.price
    members = int(world.members[:, CASH].sum())
    assert members == -figures.kept[-1] - waiting - int(world.numbers[POOL])


def test_figures_say_what_happened():
    world = run(WHOLE, days=8, start_members=100)
    figures = figures_of(WHOLE, world, 1, budget=10**9)
    groups = sum(figures.settled)
    assert figures.goods[-1] == groups * 3 * WHOLE.offer.goods_cost
    assert figures.fees[-1] == sum(figures.joins) * 60  # 0.6% of 100.00
    assert figures.margin[-1] == figures.kept[-1] - figures.goods[-1] - figures.fees[-1]
    assert figures.lowest == min(figures.margin) == figures.margin[figures.lowest_on - 1]
    assert figures.owed["shopping_credit"][-1] == int(world.members[:, SHOPPING_CREDIT].sum())
    assert figures.dry_on is None and figures.breaks_even_on is not None
    assert figures.ahead + figures.behind <= figures.members == 100
    assert figures.tenths == sorted(figures.tenths) and figures.lorenz == sorted(figures.lorenz)
    assert figures.lorenz[0] == 0 and figures.lorenz[-1] == 1_000_000
    out = sum(flow.amount for flow in figures.flows if flow.source == "kept")
    into = sum(flow.amount for flow in figures.flows if flow.target == "kept")
    assert into - out == figures.kept[-1]


def test_a_plan_that_loses_runs_dry_on_a_day():
    plan = changed({"outcomes.1.gives": [{"cash": "60%"}], "dividends": None})
    world = run(plan, days=5)
    figures = figures_of(plan, world, 1, budget=1)
    assert figures.dry_on == 1 and figures.breaks_even_on is None and figures.lowest_on == 5
    enough = figures_of(plan, world, 1, budget=-figures.lowest)
    assert enough.dry_on is None
    just_not = figures_of(plan, world, 1, budget=-figures.lowest - 1)
    assert just_not.dry_on == 5


def test_dividends_pay_what_was_put_in_but_the_remainder():
    world = run(NATIONAL, days=8)
    wins_before_the_last_day = 3 * int(world.days[:-1, SETTLED].sum())
    assert moved(world, DAILY_DIVIDEND_FUNDED) == 200 * wins_before_the_last_day
    left = moved(world, DAILY_DIVIDEND_FUNDED) - moved(world, DAILY_DIVIDEND)
    assert left == int(world.numbers[POOL]) and 0 <= left < 80


def test_credit_is_released_each_day_and_never_below_nothing():
    world = run(WHOLE, days=8)
    assert moved(world, DAILY_RELEASED_CASH) == moved(world, DAILY_RELEASED_CREDIT, SHOPPING_CREDIT) > 0
    assert moved(run(NATIONAL, days=8), DAILY_RELEASED_CASH) == 0
    assert (world.members[:, SHOPPING_CREDIT] >= 0).all()


def test_members_come_until_growth_ends_and_leave():
    growing = {"arrivals_a_day": 100_000, "growth_ends": 5}
    world = run(NATIONAL, days=10, most=1000, **growing)
    known = int(world.numbers[KNOWN])
    assert 80 < known < 1000 and world.numbers[THERE] == known
    sponsors = world.facts[:known, SPONSOR]
    assert (sponsors < np.arange(known)).all() and (sponsors >= 0).any()
    assert run(NATIONAL, days=10, most=90, **growing).numbers[KNOWN] == 90
    leaving = run(NATIONAL, days=10, leaves_a_day=200_000)
    assert leaving.numbers[THERE] < 80 == leaving.numbers[KNOWN]


def depth(world):
    found = []
    for sponsor in world.facts[: int(world.numbers[KNOWN]), SPONSOR].tolist():
        found.append(found[sponsor] + 1 if sponsor >= 0 else 0)
    return max(found)


def test_few_inviters_make_long_chains():
    growing = {"arrivals_a_day": 200_000, "growth_ends": 12, "most": 2000, "days": 12}
    assert depth(run(NATIONAL, inviters=20_000, **growing)) > 1.5 * depth(run(NATIONAL, **growing))


def test_moods_change_how_often_members_join():
    calm = run(NATIONAL, days=10).days[:, JOINS].sum()
    cross = run(NATIONAL, days=10, after_loss=-200_000).days[:, JOINS].sum()
    glad = run(NATIONAL, days=10, after_loss=200_000).days[:, JOINS].sum()
    assert cross < calm < glad


def test_nobody_joins_more_often_than_the_plan_allows():
    world = run(NATIONAL, days=2, start_members=12, joins_a_day=60_000_000)
    assert world.days[:, JOINS].tolist() == [240, 240]
    few = changed({"limits": {"joins_total": 3}})
    assert run(few, days=4, start_members=12, joins_a_day=60_000_000).days[:, JOINS].tolist() == [36, 0, 0, 0]


def test_a_small_run_needs_no_compiler():
    assert simulate.parts_for(simulate.PLAIN_JOINS) is life
    assert simulate.parts_for(simulate.PLAIN_JOINS + 1) is not life


def test_a_member_takes_less_than_200_bytes():
    assert BYTES_A_MEMBER < 200


@pytest.mark.parametrize(
    ("behaviour", "most", "days", "word"),
    [
        (Behaviour(0), 80, 1, "members"),
        (Behaviour(81), 80, 1, "members"),
        (Behaviour(80), 80, 0, "days"),
        (Behaviour(80), 10**9, 1, "GiB"),
    ],
)
def test_what_cannot_be_played_is_refused(behaviour, most, days, word):
    with pytest.raises(Unplayable, match=word):
        simulate.simulate(NATIONAL, Arguments(behaviour, most, days, 1))


def test_a_plan_with_a_public_value_is_played_as_an_instant_draw():
    """A simulated draw needs no outside value, and waiting costs nothing."""
    instant, waiting = (
        run(changed(changes, "draw-on-fill"), days=3) for changes in ({}, {"draw.public_value": "drand"})
    )
    assert np.array_equal(instant.members, waiting.members)
