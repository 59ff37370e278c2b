"""The members that it takes: found by doubling and halving, upwards and downwards."""

import pytest
from lab_stage import changed, run

from pinwheel.lab import enough, life
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.enough import enough_members, with_members
from pinwheel.lab.figures import figures_of
from pinwheel.lab.runs import jobs_of, play
from pinwheel.lab.simulate import Arguments, simulate

# Each group leaves 7.00, and one that does not fill costs nothing: there is no fee.
DRAW = changed({"offer.payment_fee": "0%"}, "draw-on-fill")
COSTLY = changed({"offer.payment_fee": "1%"}, "ordinary-group")


def margin(plan, arguments, members):
    scaled = with_members(arguments, members)
    figures = figures_of(plan, simulate(plan, scaled, parts=life), scaled.seed, 0, scaled.costs_a_day)
    return figures.margin[-1]


def found(plan, members, days=5, costs=0, **behaviour):
    who = Behaviour(members, **behaviour)
    arguments = Arguments(who, members, days, 1, costs)
    return arguments, enough_members(plan, arguments, margin(plan, arguments, members))


@pytest.mark.parametrize("members", [5, 30, 64, 400])
def test_it_is_the_fewest_whether_the_run_itself_has_fewer_or_more(members):
    """20.00 a day are three groups a day: thirty joins, or twenty members who join one and a half times."""
    arguments, enough = found(DRAW, members, costs=2_000)
    assert margin(DRAW, arguments, enough) >= 0 > margin(DRAW, arguments, enough - 1)
    assert 18 < enough < 28


def test_fees_of_groups_that_do_not_fill_have_to_be_earned():
    arguments, enough = found(COSTLY, 60, days=3, joins_a_day=300_000)
    assert enough > 1
    assert margin(COSTLY, arguments, enough) >= 0 > margin(COSTLY, arguments, enough - 1)


def test_a_plan_that_never_loses_needs_one():
    assert found(DRAW, 40)[1] == 1


def test_a_plan_that_loses_with_each_group_has_no_such_number():
    losing = changed({"outcomes.1.gives": [{"cash": "60%"}], "dividends": None})
    assert found(losing, 40)[1] is None


def test_what_would_take_too_many_joins_is_not_looked_for(monkeypatch):
    assert found(DRAW, 10, costs=1_000)[1] > 10
    monkeypatch.setattr(enough, "MOST_PLAIN_JOINS", 100)
    assert found(DRAW, 10, costs=1_000)[1] is None


def test_the_first_run_of_each_plan_looks_for_it_and_no_other():
    arguments = Arguments(Behaviour(30), 30, 2, 1)
    figures = [play(job) for job in jobs_of([DRAW, COSTLY], arguments, 2, 0)]
    assert [one.enough_members is not None for one in figures] == [True, False, True, False]
    assert figures[0].enough_members == found(DRAW, 30, days=2)[1]


def test_daily_costs_are_taken_off_every_day():
    world = run(DRAW, days=4)
    free, dear = figures_of(DRAW, world, 1), figures_of(DRAW, world, 1, costs_a_day=700)
    assert dear.costs == [700, 1_400, 2_100, 2_800]
    assert dear.margin == [one - cost for one, cost in zip(free.margin, dear.costs, strict=True)]
    assert free.kept == dear.kept
