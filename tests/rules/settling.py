"""Plan tables made by hand, and one call that settles groups and gives back what came of it."""

from typing import Any, NamedTuple

import numpy as np

from pinwheel.market.activities.terms import plain_tables
from pinwheel.rules.counters import Counters
from pinwheel.rules.reasons import JOIN_REWARD, LEADER_REWARD, REWARD
from pinwheel.rules.settle import Postings, Seats, postings_at_most, settle_groups
from pinwheel.rules.tables import Gives, PlanTables

GRANT, RELEASE = "grant", "release"
EACH_JOIN, LEADER = -1, -2  # scopes of a give beside the classes
NO_COUNTS = (0, 0, 0, 0, 0)


def gives_with(gives: Any, kind: str, classes: int) -> Gives:
    """The gives of one kind, from rows (scope, kind, asset, fixed, ppm)."""
    starts, rows = [0], []
    for scope in [*range(classes), EACH_JOIN, LEADER]:
        reason = {EACH_JOIN: JOIN_REWARD, LEADER: LEADER_REWARD}.get(scope, REWARD)
        rows += [(*give[2:], reason) for give in gives if give[0] == scope and give[1] == kind]
        starts.append(len(rows))
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Gives(np.array(starts, np.int64), *(np.ascontiguousarray(column) for column in columns))


def tables_with(size=2, class_counts=(2,), class_keeps=(1,), gives=(), **rest: Any) -> PlanTables:
    """Tables with no seat rule and no sponsors' releases unless they are named."""
    facts = dict.fromkeys(
        set(PlanTables._fields)
        - {"size", "class_counts", "class_keeps", "class_shares", "releases", "grants"},
        0,
    ) | {"seats_per_group": 1, "leader_may_win": 1}
    return PlanTables(
        size=size,
        class_counts=np.array(class_counts, np.int64),
        class_keeps=np.array(class_keeps, np.int64),
        class_shares=np.zeros(len(class_counts), np.int64),
        releases=gives_with(gives, RELEASE, len(class_counts)),
        grants=gives_with(gives, GRANT, len(class_counts)),
        **(facts | rest),
    )


def counters_with(
    members: int, counts: dict[int, tuple[int, ...]] | None = None, column: Any = list
) -> Counters:
    """Counters of so many members, all 0 but those named: (sit_out, row, all, window joins, window wins)."""
    rows = [(counts or {}).get(member, NO_COUNTS) for member in range(members)]
    return Counters(*(column(list(values)) for values in zip(*rows, strict=True)))


class Outcome(NamedTuple):
    """What came of a settlement; all plain lists."""

    postings: list[tuple[int, int, int, int]]  # row, reason, asset, amount
    bars: list[int]
    outcomes: list[int]
    credit: list[int]
    counters: list[tuple[int, ...]]  # of each member
    takers: list[int]  # of each posting: the member whose balance moves

    def total(self, reason: int, asset: int = 0) -> int:
        return sum(amount for _, why, what, amount in self.postings if why == reason and what == asset)

    def of_row(self, row: int) -> list[tuple[int, int, int]]:
        return [posting[1:] for posting in self.postings if posting[0] == row]


def settle(
    tables: PlanTables,
    price: int,
    drawn: list[int],
    *,
    holders: list[int] | None = None,
    flags: list[int] | None = None,
    external: list[int] | None = None,
    leader_rows: list[int] | None = None,
    credit: list[int] | None = None,
    sponsors: list[int] | None = None,
    indirect: list[int] | None = None,
    counts: dict[int, tuple[int, ...]] | None = None,
    as_arrays: bool = False,
    function: Any = settle_groups,
) -> Outcome:
    """Settle the groups whose drawn orders stand one after another in `drawn`."""
    rows = len(drawn)
    groups = rows // tables.size
    room = postings_at_most(tables, groups)
    column = (lambda values: np.array(values, np.int64)) if as_arrays else list
    seats = Seats(
        holders=column(list(range(rows)) if holders is None else holders),
        sponsors=column([-1] * rows if sponsors is None else sponsors),
        indirect=column([-1] * rows if indirect is None else indirect),
        flags=column([0] * rows if flags is None else flags),
        external=column([0] * rows if external is None else external),
        drawn=column(drawn),
        leader_rows=column([-1] * groups if leader_rows is None else leader_rows),
    )
    held = column([0] * rows if credit is None else credit)
    counters = counters_with(max(len(held), rows), counts, column)
    bars, outcomes = column([0] * rows), column([0] * rows)
    postings = Postings(*(column([0] * room) for _ in Postings._fields))
    given = tables if as_arrays else plain_tables(tables)
    used = function(given, price, seats, held, counters, bars, outcomes, postings)
    takers = [int(value) for value in postings.holders[:used]]
    columns = [
        [int(value) for value in part[:used]]
        for part in (postings.rows, postings.reasons, postings.assets, postings.amounts)
    ]
    return Outcome(
        list(zip(*columns, strict=True)),
        *([int(v) for v in part] for part in (bars, outcomes, held)),
        counters=[tuple(int(v) for v in one) for one in zip(*counters, strict=True)],
        takers=takers,
    )
