"""The form in which rules read a plan: integers and columns, nothing else.

`plan/compile.py` makes them from a plan file; the live settler and the lab hand them to the rules.
"""

from typing import NamedTuple

from pinwheel.rules.mark import Ints


class Gives(NamedTuple):
    """What settlement grants or releases, sorted by scope; a scope is an outcome class or one of two more.

    Attributes:
        starts: (scopes + 1,) the gives of scope s are starts[s] … starts[s + 1] - 1. The scopes are the
            outcome classes in order, then each join (`each_join`), then the leader (`leader`).
        assets: (gives,) numbers of rules/assets.py; of releases not read.
        fixed: (gives,) hundredths.
        ppm: (gives,) parts per million of the price paid.
        reasons: (gives,) numbers of rules/reasons.py; of releases not read.
    """

    starts: Ints
    assets: Ints
    fixed: Ints
    ppm: Ints
    reasons: Ints


class PlanTables(NamedTuple):
    """One published plan, for groups of one size. 0 in a rule's numbers: the rule is off.

    Attributes:
        size: seats of a group.
        seats_per_group: seats that one member may hold in one group.
        class_counts: (classes,) seats of each outcome class in order; the last is the rest.
        class_keeps: (classes,) 1 where the payment is kept, 0 where it is refunded.
        class_shares: (classes,) ppm of the price paid: weight of such a seat in the daily dividend.
        releases, grants: what settlement releases from shopping credit, and what it grants.
        first_join_of_day_in_front, newcomer_in_front: 1 if that seat rule is on.
        row_wins, row_sit_out: after so many wins in a row, so many joins cannot win.
        total_wins, total_sit_out: after every so many wins, so many joins cannot win.
        cap_wins, cap_joins: of so many joins at most so many win.
        leader_may_win: 0 if the leader's seat is barred.
        dissolve: 1 if a group with too few seats that may win dissolves, 0 if it is drawn anyway.
        direct_fixed, direct_ppm, indirect_fixed, indirect_ppm: what a join releases from the direct and
            the indirect sponsor's credit: hundredths, or ppm of what that sponsor holds.
    """

    size: int
    seats_per_group: int
    class_counts: Ints
    class_keeps: Ints
    class_shares: Ints
    releases: Gives
    grants: Gives
    first_join_of_day_in_front: int
    newcomer_in_front: int
    row_wins: int
    row_sit_out: int
    total_wins: int
    total_sit_out: int
    cap_wins: int
    cap_joins: int
    leader_may_win: int
    dissolve: int
    direct_fixed: int
    direct_ppm: int
    indirect_fixed: int
    indirect_ppm: int


def has_counters(tables: PlanTables) -> bool:
    """Whether a seat rule of the plan counts what members won before."""
    return bool(tables.row_wins or tables.total_wins or tables.cap_joins)


def has_sponsors(tables: PlanTables) -> bool:
    """Whether a join does something for those who brought its holder."""
    return bool(tables.direct_fixed or tables.direct_ppm or tables.indirect_fixed or tables.indirect_ppm)
