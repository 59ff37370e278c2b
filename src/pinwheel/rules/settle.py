"""Settlement of filled groups: bars, outcomes, and what moves, as columns of postings.

Source: modes page, sections 2 to 4; order of gives: page of plan files. Nothing here knows a database.
"""

from typing import NamedTuple

from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.bars import bar_seats
from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.money import share
from pinwheel.rules.outcomes import assign_outcomes
from pinwheel.rules.reasons import (
    CAPTURE,
    JOIN_REWARD,
    LEADER_REWARD,
    REFUND,
    REFUND_EXTERNAL,
    RELEASED_CASH,
    RELEASED_CREDIT,
    REWARD,
)
from pinwheel.rules.tables import EACH_JOIN, GIVE_ASSET, GIVE_RELEASE, LEADER, PlanTables


class Postings(NamedTuple):
    """Columns of postings, with room for all of them; `settle_groups` returns how many it used."""

    rows: Ints  # the seat it is about
    reasons: Ints  # rules/reasons.py
    assets: Ints  # rules/assets.py
    amounts: Ints  # hundredths, positive


class Seats(NamedTuple):
    """The seats of filled groups, group after group, each `size` rows in seat order."""

    holders: Ints  # index of the holder in `credit`
    flags: Ints  # rules/bars.py
    external: Ints  # 1 if paid from outside: refunded by that route
    drawn: Ints  # of each group's rows: the seat offsets in drawn order
    leader_rows: Ints  # (groups,) row of the leader's seat, or -1


def postings_at_most(tables: PlanTables, groups: int) -> int:
    """How many postings that many groups can cause at the most."""
    return groups * (tables.size * (1 + 2 * len(tables.gives)) + 2 * len(tables.gives))


@rule
def settle_groups(
    tables: PlanTables, price: int, seats: Seats, credit: Ints, bars: Ints, outcomes: Ints, postings: Postings
) -> int:
    """Settle groups one after another.

    Args:
        price: fen, paid for every seat.
        credit: (holders,) shopping credit in hundredths; changed in place.
        bars, outcomes: (rows,) receive each seat's bars and class (NO_OUTCOME: the group dissolved).
        postings: receives what moves.
    Returns: the number of postings.
    """
    used = 0
    for group in range(len(seats.leader_rows)):
        start = group * tables.size
        leader_row = seats.leader_rows[group]
        if len(tables.class_counts) > 1:
            bar_seats(tables, start, leader_row, seats.flags, bars)
        if assign_outcomes(tables, start, seats.drawn, bars, outcomes):
            used = post_payments(tables, price, start, seats, outcomes, postings, used)
            used = post_releases(tables, price, start, leader_row, seats, outcomes, credit, postings, used)
            used = post_grants(tables, price, start, leader_row, seats, outcomes, credit, postings, used)
        else:
            used = post_refunds(price, start, start + tables.size, seats.external, postings, used)
    return used


@rule
def add(postings: Postings, used: int, row: int, reason: int, asset: int, amount: int) -> int:
    """Write one posting unless its amount is 0; return how many there are now."""
    if amount <= 0:
        return used
    postings.rows[used] = row
    postings.reasons[used] = reason
    postings.assets[used] = asset
    postings.amounts[used] = amount
    return used + 1


@rule
def post_refunds(price: int, start: int, end: int, external: Ints, postings: Postings, used: int) -> int:
    """Everything back to everybody, by the route they paid."""
    for row in range(start, end):
        reason = REFUND_EXTERNAL if external[row] else REFUND
        used = add(postings, used, row, reason, CASH, price)
    return used


@rule
def post_payments(
    tables: PlanTables, price: int, start: int, seats: Seats, outcomes: Ints, postings: Postings, used: int
) -> int:
    """Keep or give back each seat's payment, as its class says."""
    for row in range(start, start + tables.size):
        if tables.class_keeps[outcomes[row]]:
            used = add(postings, used, row, CAPTURE, CASH, price)
        else:
            used = post_refunds(price, row, row + 1, seats.external, postings, used)
    return used


@rule
def applies(scope: int, outcome: int, is_leader: bool) -> bool:
    """Whether a give of that scope is for a seat with that outcome."""
    return scope in (outcome, EACH_JOIN) or (scope == LEADER and is_leader)


@rule
def post_releases(
    tables: PlanTables,
    price: int,
    start: int,
    leader_row: int,
    seats: Seats,
    outcomes: Ints,
    credit: Ints,
    postings: Postings,
    used: int,
) -> int:
    """Release credit held before this group's grants, never more than is held."""
    for row in range(start, start + tables.size):
        for index in range(len(tables.gives)):
            give = tables.gives[index]
            if give["kind"] != GIVE_RELEASE or not applies(give["scope"], outcomes[row], row == leader_row):
                continue
            holder = seats.holders[row]
            amount = min(give["fixed"] + share(price, give["ppm"]), credit[holder])
            credit[holder] -= amount
            used = add(postings, used, row, RELEASED_CREDIT, SHOPPING_CREDIT, amount)
            used = add(postings, used, row, RELEASED_CASH, CASH, amount)
    return used


@rule
def post_grants(
    tables: PlanTables,
    price: int,
    start: int,
    leader_row: int,
    seats: Seats,
    outcomes: Ints,
    credit: Ints,
    postings: Postings,
    used: int,
) -> int:
    """Grant what each seat's class, each join, and leading a group give."""
    for row in range(start, start + tables.size):
        for index in range(len(tables.gives)):
            give = tables.gives[index]
            if give["kind"] != GIVE_ASSET or not applies(give["scope"], outcomes[row], row == leader_row):
                continue
            amount = give["fixed"] + share(price, give["ppm"])
            if give["asset"] == SHOPPING_CREDIT:
                credit[seats.holders[row]] += amount
            used = add(postings, used, row, reward_reason(give["scope"]), give["asset"], amount)
    return used


@rule
def reward_reason(scope: int) -> int:
    """Why a grant of that scope is paid."""
    if scope == EACH_JOIN:
        return JOIN_REWARD
    if scope == LEADER:
        return LEADER_REWARD
    return REWARD
