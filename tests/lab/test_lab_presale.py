"""A presale in the simulator: deposits, balances that are paid or not, and that its books add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_stage import changed, run

from pinwheel.lab import compiled, life
from pinwheel.lab.figures import cash_received, figures_of
from pinwheel.lab.world import EXPIRED, JOINS, OPEN_SEATS, PAID, SETTLED, SETTLED_SEATS
from pinwheel.rules.assets import CASH, CONSUMER_POINTS
from pinwheel.rules.reasons import BALANCE, CAPTURE, DEPOSIT, DEPOSIT_BACK, HOLD, REFUND

# 199.00: a deposit of 20.00, five seats, 179.00 once they are full; a tenth do not pay it.
PRESALE = changed({"group.fill_within": "12h"}, "presale-group")
PLAYED = {
    "busy": {"start_members": 60, "joins_a_day": 2_000_000},
    "fading": {"start_members": 50, "joins_a_day": 400_000, "leaves_a_day": 200_000, "pays_balance": 600_000},
}


def played(name, parts=life):
    return run(PRESALE, days=8, parts=parts, **PLAYED[name])


def held(world):
    return 2_000 * int(world.numbers[OPEN_SEATS])


def paid_seats(world):
    return int(world.days[:, SETTLED_SEATS].sum())


@pytest.mark.parametrize("name", PLAYED)
def test_compiled_is_plain(name):
    plain, fast = played(name), played(name, compiled)
    for column in ("members", "numbers", "moved", "days", "waits"):
        assert np.array_equal(getattr(plain, column), getattr(fast, column)), column


@pytest.mark.parametrize("name", PLAYED)
def test_what_was_paid_is_kept_given_back_or_held(name):
    world = played(name)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[DEPOSIT] == 2_000 * world.days[:, JOINS].sum() and moved[HOLD] == moved[REFUND] == 0
    assert moved[BALANCE] == 17_900 * paid_seats(world)
    assert moved[CAPTURE] == 19_900 * paid_seats(world) == world.members[:, PAID].sum()
    assert moved[DEPOSIT] + moved[BALANCE] == moved[CAPTURE] + moved[DEPOSIT_BACK] + held(world)
    assert world.members[:, CASH].sum() == -moved[CAPTURE] - held(world)
    assert world.members[:, CONSUMER_POINTS].sum() == 995 * paid_seats(world)  # of the whole price
    assert not cash_received(PRESALE, world).any()  # it pays nobody


def test_the_seats_that_pay_are_about_as_many_as_behave_so():
    busy, fading = played("busy"), played("fading")
    for world, part in ((busy, 0.9), (fading, 0.6)):
        seats = 5 * int(world.days[:, SETTLED].sum())
        assert part - 0.1 < paid_seats(world) / seats < part + 0.1
    assert fading.days[:, EXPIRED].sum() > 0


@pytest.mark.parametrize(("pays", "seats"), [(0, 0), (1_000_000, 5)])
def test_all_of_a_group_or_nobody_may_pay(pays, seats):
    world = run(PRESALE, days=4, pays_balance=pays)
    groups = int(world.days[:, SETTLED].sum())
    assert groups > 50 and paid_seats(world) == seats * groups


def test_figures_count_both_payments_fees_and_the_goods_that_were_sold():
    world = played("fading")
    figures = figures_of(PRESALE, world, 1)
    assert figures.goods[-1] == paid_seats(world) * 12_000
    # 0.6%, rounded up: 0.12 of the deposit, 1.08 of the balance
    assert figures.fees[-1] == 12 * int(world.days[:, JOINS].sum()) + 108 * paid_seats(world)
    assert figures.kept[-1] == 19_900 * paid_seats(world)
    into = sum(flow.amount for flow in figures.flows if flow.target == "held")
    assert into == sum(flow.amount for flow in figures.flows if flow.source == "held") + held(world)


@given(st.integers(0, 2**32), st.integers(5, 60), st.integers(0, 1_000_000))
def test_any_presale_keeps_its_books(seed, members, pays):
    world = run(PRESALE, days=3, seed=seed, start_members=members, pays_balance=pays)
    moved = world.moved.sum(axis=0)[:, CASH]
    assert moved[DEPOSIT] + moved[BALANCE] == moved[CAPTURE] + moved[DEPOSIT_BACK] + held(world)
    assert world.members[:, CASH].sum() == -moved[CAPTURE] - held(world)
