"""A simulated platform: the same seed is the same world, and its money adds up."""

import numpy as np
import pytest

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.simulate import Unplayable, kept_by_day, results, simulate
from pinwheel.plan.load import playbook, playbook_text
from pinwheel.plan.reading import read_plan
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.reasons import (
    CAPTURE,
    DAILY_DIVIDEND,
    DAILY_DIVIDEND_FUNDED,
    DAILY_RELEASED_CASH,
    DAILY_RELEASED_CREDIT,
    HOLD,
    REFUND,
)

NATIONAL = playbook("national-group-buy")
RELEASING = read_plan(
    load_yaml(
        playbook_text("national-group-buy") + "\ncredit: {static_release: 3‱, accelerated_release: 10‱}\n"
    )
)
FEW = Behaviour(start_members=80)


def moved(world, reason, asset=CASH):
    return int(world.books.moved[:, reason, asset].sum())


def test_the_same_seed_is_the_same_world():
    one, same, other = (simulate(RELEASING, FEW, 80, 6, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.members.balances, same.members.balances)
    assert kept_by_day(one.books) == kept_by_day(same.books) != kept_by_day(other.books)


def test_every_payment_is_kept_returned_or_waits():
    world = simulate(RELEASING, FEW, 80, 8, 3)
    waiting = int(world.queue.length[0]) * world.price
    assert moved(world, HOLD) == moved(world, CAPTURE) + moved(world, REFUND) + waiting
    assert moved(world, HOLD) == int(world.books.joins.sum()) * world.price


def test_what_the_plan_kept_and_what_members_have_are_two_sides():
    """All cash: members began with none, so what they lack is kept, waits in the queue, or in the pool."""
    world = simulate(RELEASING, FEW, 80, 8, 4)
    waiting = int(world.queue.length[0]) * world.price
    assert int(results(world).sum()) == -kept_by_day(world.books)[-1] - waiting


def test_dividends_pay_what_was_put_in_but_the_remainder():
    world = simulate(NATIONAL, FEW, 80, 8, 5)
    wins_before_the_last_day = 3 * int(world.books.settled[:-1].sum())
    assert moved(world, DAILY_DIVIDEND_FUNDED) == 200 * wins_before_the_last_day
    left = moved(world, DAILY_DIVIDEND_FUNDED) - moved(world, DAILY_DIVIDEND)
    assert left == int(world.crowd.pool[0]) and 0 <= left < 80


def test_credit_is_released_each_day_and_never_below_nothing():
    world = simulate(RELEASING, FEW, 80, 8, 6)
    assert moved(world, DAILY_RELEASED_CASH) == moved(world, DAILY_RELEASED_CREDIT, SHOPPING_CREDIT) > 0
    assert moved(simulate(NATIONAL, FEW, 80, 8, 6), DAILY_RELEASED_CASH) == 0
    assert (world.members.credit >= 0).all()


def test_members_come_until_growth_ends_and_leave():
    growing = FEW._replace(arrivals_a_day=100_000, growth_ends=5)
    world = simulate(NATIONAL, growing, 1000, 10, 7)
    assert 80 < world.crowd.known[0] < 1000
    assert world.crowd.there[0] == world.crowd.known[0]
    sponsored = world.members.sponsors[: world.crowd.known[0]]
    assert (sponsored < np.arange(len(sponsored))).all() and (sponsored >= 0).any()
    assert simulate(NATIONAL, growing, 90, 10, 7).crowd.known[0] == 90
    leaving = simulate(NATIONAL, FEW._replace(leaves_a_day=200_000), 80, 10, 7)
    assert leaving.crowd.there[0] < 80 == leaving.crowd.known[0]


def test_moods_change_how_often_members_join():
    calm = simulate(NATIONAL, FEW, 80, 10, 8).books.joins.sum()
    cross = simulate(NATIONAL, FEW._replace(after_loss=-200_000), 80, 10, 8).books.joins.sum()
    glad = simulate(NATIONAL, FEW._replace(after_loss=200_000), 80, 10, 8).books.joins.sum()
    assert cross < calm < glad


def test_nobody_joins_more_often_than_the_plan_allows():
    keen = FEW._replace(start_members=12, joins_a_day=60_000_000)
    world = simulate(NATIONAL, keen, 12, 2, 9)
    assert world.books.joins.tolist() == [240, 240]


@pytest.mark.parametrize(
    ("name", "behaviour", "most", "days", "word"),
    [
        ("leader-five", FEW, 80, 1, "seating"),
        ("national-group-buy", Behaviour(9), 80, 1, "members"),
        ("national-group-buy", Behaviour(81), 80, 1, "members"),
        ("national-group-buy", FEW, 80, 0, "days"),
        ("national-group-buy", FEW, 10**9, 1, "GiB"),
    ],
)
def test_what_cannot_be_played_is_refused(name, behaviour, most, days, word):
    with pytest.raises(Unplayable, match=word):
        simulate(playbook(name), behaviour, most, days, 1)
