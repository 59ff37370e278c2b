"""One rule, two speeds: compiled by Numba the rules give the very postings that plain Python gives."""

import numpy as np
import pytest

from pinwheel.rules import bars, money, outcomes, seating  # noqa: F401
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.mark import RULES
from pinwheel.rules.seating import seat_in_queue
from pinwheel.rules.settle import settle_groups
from settling import EACH_JOIN, GRANT, LEADER, RELEASE, settle, tables_with


@pytest.fixture(scope="module")
def compiled():
    """Every rule handed to the compiler as it is; the entry points compiled."""
    numba = pytest.importorskip("numba")
    for function in RULES:
        numba.extending.register_jitable(function)
    return {
        name: numba.njit(function) for name, function in (("settle", settle_groups), ("seat", seat_in_queue))
    }


def random_case(random: np.random.Generator):
    """Tables, groups and balances drawn at random."""
    size = int(random.integers(1, 9))
    cuts = np.sort(random.integers(0, size + 1, random.integers(0, 4))) if size > 1 else []
    counts = np.diff([0, *cuts, size])
    gives = [
        (
            int(random.choice([*range(len(counts)), EACH_JOIN, LEADER])),
            [GRANT, RELEASE][random.integers(2)],
            int(random.integers(len(ASSETS))),
            *(
                (int(random.integers(5000)), 0)
                if random.random() < 0.5
                else (0, int(random.integers(2_000_000)))
            ),
        )
        for _ in range(random.integers(0, 7))
    ]
    switches = ("first_join_of_day_in_front", "newcomer_in_front", "leader_may_win", "dissolve")
    numbers = ("row_wins", "row_sit_out", "total_wins", "total_sit_out", "cap_wins", "cap_joins")
    tables = tables_with(
        size=size,
        class_counts=counts,
        class_keeps=random.integers(0, 2, len(counts)),
        gives=gives,
        seats_per_group=int(random.integers(1, 3)),
        **{name: int(random.integers(2)) for name in switches},
        **{name: int(random.integers(4)) for name in numbers},
        **{name: int(random.integers(200)) for name in ("direct_fixed", "indirect_ppm")},
    )
    groups = int(random.integers(1, 6))
    rows = groups * size
    facts = {
        "drawn": [int(seat) for _ in range(groups) for seat in random.permutation(size)],
        "holders": random.integers(0, 6, rows).tolist(),
        "flags": random.integers(0, 4, rows).tolist(),
        "external": random.integers(0, 2, rows).tolist(),
        "leader_rows": [int(random.choice([-1, group * size])) for group in range(groups)],
        "sponsors": random.integers(-1, 6, rows).tolist(),
        "indirect": random.integers(-1, 6, rows).tolist(),
        "counts": {member: (*random.integers(0, 4, 4).tolist(), 0) for member in range(random.integers(7))},
        "credit": random.integers(0, 20_000, 6).tolist(),
    }
    return tables, int(random.integers(1, 999_999_999)), facts


def test_settlement_compiled_is_settlement(compiled):
    random = np.random.default_rng(20261120)
    kinds_seen = set()
    for _ in range(400):
        tables, price, facts = random_case(random)
        plain = settle(tables, price, **facts)
        assert settle(tables, price, **facts, as_arrays=True, function=compiled["settle"]) == plain
        kinds_seen |= {why for _, why, _, _ in plain.postings}
    assert len(kinds_seen) == 10  # every reason that a settlement knows came up


def test_seating_compiled_is_seating(compiled):
    random = np.random.default_rng(7)
    for _ in range(200):
        orders, groups, members = (int(n) for n in random.integers(1, 60, 3))
        holders = random.integers(0, members, orders)
        capacity, per_group = int(random.integers(1, 8)), int(random.integers(1, 4))

        columns = (np.zeros(groups, np.int64), np.full(members, -1), np.zeros(members, np.int64))
        ours = (*columns, np.full(orders, -1))
        theirs = tuple(column.copy() for column in ours)
        assert seat_in_queue(holders, capacity, per_group, *ours) == compiled["seat"](
            holders, capacity, per_group, *theirs
        )
        assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))


def test_every_rule_is_marked():
    """What a marked rule calls is marked too, or the compiler would stop at it."""
    names = {rule.__name__ for rule in RULES}
    assert {"settle_groups", "seat_in_queue", "bar_seats", "assign_outcomes", "share"} <= names
    assert len(names) == len(RULES)
