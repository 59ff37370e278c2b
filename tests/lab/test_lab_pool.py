"""The monthly pool in the simulator: who moves points in, and what of a month's gain is shared."""

import numpy as np
import pytest
from lab_stage import changed
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import figures_of, margin_by_day
from pinwheel.lab.simulate import Arguments, simulate
from pinwheel.lab.world import OPEN_SEATS, POOL
from pinwheel.plan.load import playbook
from pinwheel.rules.assets import CASH, DIVIDEND_POINTS
from pinwheel.rules.reasons import MONTHLY_DIVIDEND, MONTHLY_DIVIDEND_FUNDED, POOL_IN

NATIONAL = playbook("national-group-buy")
STEP = 10_000  # hundredths: points move in multiples of 100


def played(days, shared=300_000, plan=NATIONAL, **behaviour):
    who = Behaviour(**{"start_members": 60, **behaviour})
    return simulate(plan, Arguments(who, 60, days, 1, profit_shared=shared))


def test_a_part_of_each_months_gain_is_shared_on_its_last_day():
    world = played(65)
    funded = world.moved[:, MONTHLY_DIVIDEND_FUNDED, CASH]
    assert np.flatnonzero(funded).tolist() == [29, 59]
    margin = margin_by_day(NATIONAL, world, 0)
    # What was gained before the profit went into the pool.
    assert funded[29] == (int(margin[29]) + int(funded[29])) * 3 // 10
    assert funded[59] == (int(margin[59]) - int(margin[29]) + int(funded[59])) * 3 // 10
    left = funded.sum() - world.moved[:, MONTHLY_DIVIDEND, CASH].sum()
    assert 0 <= left < 60


def test_points_move_in_in_whole_steps_on_the_last_day_before_the_pool_freezes():
    world = played(65)
    moved_in = world.moved[:, POOL_IN, DIVIDEND_POINTS]
    last = NATIONAL.dividends.monthly.in_only.last
    assert np.flatnonzero(moved_in).tolist() == [last - 1, 30 + last - 1]
    assert (moved_in % STEP == 0).all()
    assert (world.members[:, DIVIDEND_POINTS] >= 0).all()


def test_points_in_the_pool_are_still_owed():
    without, shared = (figures_of(NATIONAL, played(65, part), 1) for part in (0, 300_000))
    assert without.owed["dividend_points"] == shared.owed["dividend_points"]


def test_what_members_got_is_what_was_shared():
    without, shared = played(30, 0), played(30)
    more = shared.members[:, CASH] - without.members[:, CASH]
    assert more.sum() == shared.moved[:, MONTHLY_DIVIDEND, CASH].sum() > 0
    waiting = int(shared.numbers[OPEN_SEATS]) * NATIONAL.offer.price
    figures = figures_of(NATIONAL, shared, 1)
    left = int(shared.moved[:, MONTHLY_DIVIDEND_FUNDED, CASH].sum()) - int(more.sum())
    kept = figures.kept[-1] + waiting + int(shared.numbers[POOL]) + left
    assert shared.members[:, CASH].sum() == -kept


def test_nobody_shares_who_moves_nothing():
    world = played(65, moves_points=0)
    assert not world.moved[:, [POOL_IN, MONTHLY_DIVIDEND_FUNDED]].any()
    few = played(35, moves_points=200_000).moved[:, POOL_IN, DIVIDEND_POINTS].sum()
    assert 0 < few < played(35).moved[:, POOL_IN, DIVIDEND_POINTS].sum()


def test_a_month_that_loses_shares_nothing():
    losing = changed({"outcomes.1.gives": [{"cash": "60%"}]})
    world = played(65, plan=losing)
    assert world.moved[:, POOL_IN].any() and not world.moved[:, MONTHLY_DIVIDEND_FUNDED].any()


@pytest.mark.parametrize("plan", ["draw-on-fill", "ordinary-group"])
def test_a_plan_without_a_pool_shares_nothing(plan):
    world = played(31, plan=playbook(plan))
    assert not world.moved[:, [POOL_IN, MONTHLY_DIVIDEND_FUNDED]].any()


def test_the_command_takes_a_rate():
    said = CliRunner().invoke(app, ["simulate", "national-group-buy", "--profit-shared", "130%"])
    assert said.exit_code == 2 and "--profit-shared 130%: a rate from 0% to 100%" in said.output
