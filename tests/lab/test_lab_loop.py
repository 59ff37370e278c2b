"""The simulator's loops: compiled they do what plain Python does, and nothing is created or lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_stage import EVERYTHING, changed, run

from pinwheel.lab import compiled, life
from pinwheel.lab.world import (
    DAY,
    DISSOLVED,
    EXPIRED,
    FLAG,
    GROUP,
    HOLDER,
    JOINS,
    JOINS_EVER,
    OPEN_GROUPS,
    OPEN_SEATS,
    PAID,
    SETTLED,
    WAIT_UNTIL,
    WON_TODAY,
)
from pinwheel.rules.assets import ASSETS, CASH, CONSUMER_POINTS, SHOPPING_CREDIT
from pinwheel.rules.reasons import (
    CAPTURE,
    DAILY_DIVIDEND,
    DAILY_RELEASED_CASH,
    HOLD,
    LEADER_REWARD,
    PARTIES,
    REFUND,
    REWARD,
    SPONSOR_RELEASED_CASH,
)

# Plan, and how its members behave.
PLAYED = {
    "as it is": ({}, {}),
    "everything": (
        EVERYTHING,
        {
            "arrivals_a_day": 50_000,
            "growth_ends": 4,
            "most": 150,
            "after_win": 100_000,
            "after_loss": -50_000,
            "leaves_a_day": 20_000,
        },
    ),
    "several seats": ({"limits.seats_per_group": 3}, {}),
    "small groups that dissolve": (
        {"outcomes.0.count": 6, "draw.seat_rules": [{"at_most": {"wins": 1, "of_joins": 4}}]},
        {"start_members": 14, "joins_a_day": 4_000_000},
    ),
    "drawn anyway": ({"draw.conflict": "draw_anyway", "group.size": 5}, {"start_members": 9}),
    "groups that do not fill": (
        {"group.fill_within": "2h", "hours": ["10:00-12:00", "20:00-23:00"]},
        {"start_members": 30, "joins_a_day": 900_000},
    ),
    "growing": (EVERYTHING, {"arrivals_a_day": 100_000, "growth_ends": 5, "inviters": 300_000, "most": 300}),
}


def played(name, parts, seed=5):
    changes, behaviour = PLAYED[name]
    return run(changed(changes), days=8, seed=seed, parts=parts, **behaviour)


@pytest.mark.parametrize("name", PLAYED)
def test_compiled_is_plain(name):
    plain, fast = played(name, life), played(name, compiled)
    for column in ("members", "crowd", "numbers", "moved", "days", "waits"):
        assert np.array_equal(getattr(plain, column), getattr(fast, column)), column
    seats = plain.numbers[OPEN_SEATS]
    for row in (HOLDER, FLAG, GROUP):
        assert np.array_equal(plain.queue[row, :seats], fast.queue[row, :seats])
    assert plain.days[:, SETTLED].sum() > 1


def test_the_cases_play_what_they_are_named_for():
    dissolving = played("small groups that dissolve", life)
    assert dissolving.days[:, DISSOLVED].sum() > 3
    unfilled = played("groups that do not fill", life)
    assert unfilled.days[:, EXPIRED].sum() > 3 and unfilled.days[:, SETTLED].sum() > 3
    assert unfilled.waits[WAIT_UNTIL.index(6 * 3600) :].sum() == 0
    moved = played("everything", life).moved.sum(axis=(0, 2))
    assert all(moved[reason] for reason in (DAILY_DIVIDEND, DAILY_RELEASED_CASH, SPONSOR_RELEASED_CASH))


@pytest.mark.parametrize("name", PLAYED)
def test_every_join_is_settled_dissolved_expired_or_waits(name):
    world = played(name, life)
    size = changed(PLAYED[name][0]).group.size
    done = int(world.days[:, SETTLED].sum() + world.days[:, DISSOLVED].sum())
    joins = int(world.days[:, JOINS].sum())
    left = joins - done * size - int(world.numbers[OPEN_SEATS])
    assert left == 0 if not world.days[:, EXPIRED].any() else 0 < left < size * world.days[:, EXPIRED].sum()
    assert world.facts[:, JOINS_EVER].sum() == joins
    assert world.waits.sum() == done


@pytest.mark.parametrize("name", PLAYED)
def test_balances_are_what_moved(name):
    world = played(name, life)
    moved = world.moved.sum(axis=0)
    for asset in range(len(ASSETS)):
        change = sum(
            moved[reason, asset] * (int(to == 0) - int(giver == 0)) for reason, (giver, to) in PARTIES.items()
        )
        assert world.members[:, asset].sum() == change, ASSETS[asset]
    waiting = world.numbers[OPEN_SEATS] * 10_000
    assert moved[HOLD, CASH] == moved[CAPTURE, CASH] + moved[REFUND, CASH] + waiting
    assert moved[CAPTURE, CASH] == world.members[:, PAID].sum()
    assert (world.members[:, SHOPPING_CREDIT : WON_TODAY + 1] >= 0).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(7, 30), st.booleans())
def test_any_run_keeps_its_books(seed, size, members, dissolves):
    changes = EVERYTHING | {
        "group.size": size,
        "outcomes.0.count": 1,
        "draw.conflict": "dissolve" if dissolves else "draw_anyway",
    }
    world = run(changed(changes), days=4, seed=seed, start_members=members, after_win=-100_000)
    moved = world.moved.sum(axis=0)
    assert world.members[:, CONSUMER_POINTS].sum() == moved[REWARD, CONSUMER_POINTS]
    waiting = world.numbers[OPEN_SEATS] * 10_000
    assert moved[HOLD, CASH] == moved[CAPTURE, CASH] + moved[REFUND, CASH] + waiting
    assert (world.members[:, SHOPPING_CREDIT] >= 0).all()


def test_no_member_sits_twice_in_an_open_group():
    world = run(changed(), days=3, start_members=12, joins_a_day=9_000_000)
    used = world.numbers[OPEN_SEATS]
    seats = list(zip(world.queue[HOLDER, :used].tolist(), world.queue[GROUP, :used].tolist(), strict=True))
    assert len(set(seats)) == len(seats) and world.numbers[OPEN_GROUPS] > 1


def test_the_leader_sits_in_front_and_gets_the_leaders_reward():
    plan = changed({"group.leader": {"may_win": False, "gives": [{"cash": 1}]}}, "leader-five")
    world = run(plan, days=4)
    assert world.moved[:, LEADER_REWARD, CASH].sum() == 100 * world.days[:, SETTLED].sum() > 0


def test_a_join_comes_within_the_open_hours():
    hours = np.array([[10 * 3600, 7200], [20 * 3600, 3600]])
    assert life.open_seconds(hours) == 10_800
    assert [life.second_of_day(hours, second) for second in (0, 7199, 7200, 10_799)] == [
        36_000,
        43_199,
        72_000,
        75_599,
    ]
    assert life.second_of_day(hours, 10_800) == DAY - 1
