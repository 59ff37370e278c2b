"""The simulator's loops: compiled they do what plain Python does, and nothing is created or lost."""

import numpy as np
import pytest

from pinwheel.lab import loop
from pinwheel.lab.compiled import play_batch
from pinwheel.lab.world import make_books, make_members, make_parties, make_queue
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import playbook_text
from pinwheel.plan.reading import read_plan
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.assets import CASH, CONSUMER_POINTS, SHOPPING_CREDIT
from pinwheel.rules.reasons import (
    CAPTURE,
    REFUND,
    RELEASED_CASH,
    RELEASED_CREDIT,
    REWARD,
    SPONSOR_RELEASED_CASH,
)

MEMBERS = 60
PRICE = 10_000
CHANGES = {
    "each_join": [{"release_credit": "1%"}],
    "referral": {"release_to_sponsor": {"direct": "1%", "indirect": 1}},
}


def play(function, changes, seed=5, batches=40):
    """Random batches of joins over two days; return members, queue and books."""
    plan = read_plan(apply_changes(load_yaml(playbook_text("national-group-buy")), CHANGES | changes))
    tables, members, queue, books = compile_plan(plan), make_members(MEMBERS), make_queue(), make_books(2)
    members.balances[:, CASH] = 10**9
    members.sponsors[1:] = np.arange(MEMBERS - 1) // 2
    chance = np.random.Generator(np.random.PCG64(seed))
    joins = 0
    for batch in range(batches):
        joiners = chance.integers(0, MEMBERS, chance.integers(1, 40))
        flags = chance.integers(0, 4, len(joiners))
        left = function(
            tables, PRICE, batch // 20, joiners, flags, members, queue, books, make_parties(), chance
        )
        assert left == 0
        joins += len(joiners)
    return members, queue, books, joins, tables


def columns(world):
    """Every column of a world, named."""
    members, queue, books, *_ = world
    for part in (members._replace(counters=members.counters.sit_out), members.counters, queue, books):
        for name, column in part._asdict().items():
            is_used = part is not queue or name == "length"
            yield f"{type(part).__name__}.{name}", column if is_used else column[: queue.length[0]]


@pytest.mark.parametrize(
    "changes", [{}, {"limits.seats_per_group": 3}, {"draw.conflict": "draw_anyway", "group.size": 5}]
)
def test_compiled_is_plain(changes):
    plain, compiled = play(loop.play_batch, changes), play(play_batch, changes)
    for (name, ours), (_, theirs) in zip(columns(plain), columns(compiled), strict=True):
        assert np.array_equal(ours, theirs), name
    assert plain[2].settled.sum() > 10


def test_every_join_is_settled_dissolved_or_waits():
    _, queue, books, joins, tables = play(play_batch, {})
    groups = int(books.settled.sum() + books.dissolved.sum())
    assert joins == groups * tables.size + queue.length[0]
    assert queue.length[0] == 0 or queue.length[1] > 0


def test_balances_are_what_moved():
    members, _, books, *_ = play(play_batch, {})
    moved = books.moved.sum(axis=0)
    cash = sum(moved[reason, CASH] for reason in (REFUND, RELEASED_CASH, SPONSOR_RELEASED_CASH, REWARD))
    assert members.balances[:, CASH].sum() == MEMBERS * 10**9 + cash
    assert members.balances[:, CONSUMER_POINTS].sum() == moved[REWARD, CONSUMER_POINTS]
    released = moved[RELEASED_CREDIT, SHOPPING_CREDIT] + moved[SPONSOR_RELEASED_CASH, CASH]
    assert members.credit.sum() == moved[REWARD, SHOPPING_CREDIT] - released
    wins = 3 * int(books.settled.sum())
    assert moved[CAPTURE, CASH] == wins * PRICE == members.won_today.sum()


def test_no_member_sits_in_two_open_groups_or_twice_in_one():
    _, queue, *_ = play(play_batch, {})
    used = queue.length[0]
    seats = list(zip(queue.holders[:used].tolist(), queue.groups[:used].tolist(), strict=True))
    assert len(set(seats)) == len(seats)


def test_another_seed_is_another_world():
    assert not np.array_equal(play(play_batch, {})[0].credit, play(play_batch, {}, seed=6)[0].credit)
