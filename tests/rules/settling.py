"""Plan tables made by hand, and one call that settles groups and gives back what came of it."""

from typing import Any, NamedTuple

import numpy as np

from pinwheel.market.activities.terms import plain_tables
from pinwheel.rules.settle import Postings, Seats, postings_at_most, settle_groups
from pinwheel.rules.tables import GIVE, PlanTables


def tables_with(size=2, class_counts=(2,), class_keeps=(1,), gives=(), **rest: Any) -> PlanTables:
    """Tables with no seat rule unless it is named."""
    facts = {
        "seats_per_group": 1,
        "first_join_of_day_in_front": 0,
        "newcomer_in_front": 0,
        "leader_may_win": 1,
        "dissolve": 0,
    }
    return PlanTables(
        size=size,
        class_counts=np.array(class_counts, np.int64),
        class_keeps=np.array(class_keeps, np.int64),
        gives=np.array(list(gives), GIVE),
        **(facts | rest),
    )


class Outcome(NamedTuple):
    """What came of a settlement; all plain lists."""

    postings: list[tuple[int, int, int, int]]  # row, reason, asset, amount
    bars: list[int]
    outcomes: list[int]
    credit: list[int]

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
        flags=column([0] * rows if flags is None else flags),
        external=column([0] * rows if external is None else external),
        drawn=column(drawn),
        leader_rows=column([-1] * groups if leader_rows is None else leader_rows),
    )
    held = column([0] * rows if credit is None else credit)
    bars, outcomes = column([0] * rows), column([0] * rows)
    postings = Postings(*(column([0] * room) for _ in range(4)))
    given = tables if as_arrays else plain_tables(tables)
    used = function(given, price, seats, held, bars, outcomes, postings)
    columns = [[int(value) for value in part[:used]] for part in postings]
    return Outcome(
        list(zip(*columns, strict=True)), *([int(v) for v in part] for part in (bars, outcomes, held))
    )
