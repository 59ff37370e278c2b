"""Settlement of filled groups: bars, outcomes, and what moves, as columns of postings.

Source: modes page, sections 2 to 5; order of gives: page of plan files. Nothing here knows a database.
"""

from typing import NamedTuple

from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.bars import SITTING_OUT, bar_seats
from pinwheel.rules.counters import Counters, count_result
from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.money import share
from pinwheel.rules.outcomes import DISSOLVED, DRAWN, NO_OUTCOME, assign_outcomes
from pinwheel.rules.reasons import (
    CAPTURE,
    REFUND,
    REFUND_EXTERNAL,
    RELEASED_CASH,
    RELEASED_CREDIT,
    SPONSOR_RELEASED_CASH,
    SPONSOR_RELEASED_CREDIT,
)
from pinwheel.rules.tables import Gives, PlanTables


class Postings(NamedTuple):
    """Columns of postings, with room for all of them; `settle_groups` returns how many it used."""

    rows: Ints  # the seat it is about
    holders: Ints  # index of the member whose balance moves: the seat's holder, or a sponsor
    reasons: Ints  # rules/reasons.py
    assets: Ints  # rules/assets.py
    amounts: Ints  # hundredths, positive


class Seats(NamedTuple):
    """The seats of filled groups, group after group, each `size` rows in seat order."""

    holders: Ints  # index of the holder in `credit` and in the counters
    sponsors: Ints  # index of the holder's direct sponsor in `credit`, or -1
    indirect: Ints  # index of the sponsor's sponsor, or -1
    flags: Ints  # rules/bars.py
    external: Ints  # 1 if paid from outside: refunded by that route
    drawn: Ints  # of each group's rows: the seat offsets in drawn order
    leader_rows: Ints  # (groups,) row of the leader's seat, or -1


def postings_at_most(tables: PlanTables, groups: int) -> int:
    """How many postings that many groups can cause at the most."""
    releases, grants = len(tables.releases.fixed), len(tables.grants.fixed)
    return groups * (tables.size * (5 + 2 * releases + grants) + 2 * releases + grants)


@rule
def settle_groups(
    tables: PlanTables,
    price: int,
    seats: Seats,
    credit: Ints,
    counters: Counters,
    bars: Ints,
    outcomes: Ints,
    postings: Postings,
) -> int:
    """Settle groups one after another.

    Args:
        price: fen, paid for every seat.
        credit: (members,) shopping credit in hundredths; changed in place.
        counters: (members,) columns, changed in place; not read where no seat rule counts.
        bars, outcomes: (rows,) receive each seat's bars and class (NO_OUTCOME: the group dissolved).
        postings: receives what moves.
    Returns: the number of postings.
    """
    used = 0
    is_drawn = len(tables.class_counts) > 1
    for group in range(len(seats.leader_rows)):
        start = group * tables.size
        leader_row = seats.leader_rows[group]
        if is_drawn:
            bar_seats(tables, start, leader_row, seats.holders, seats.flags, counters, bars)
        result = assign_outcomes(tables, start, seats.drawn, bars, outcomes)
        if result == DISSOLVED:
            used = post_refunds(price, start, start + tables.size, seats, postings, used)
            continue
        used = post_group(tables, price, start, leader_row, seats, outcomes, credit, postings, used)
        if is_drawn and (tables.row_wins or tables.total_wins or tables.cap_joins):
            count_results(tables, start, seats.holders, bars, outcomes, result == DRAWN, counters)
    return used


@rule
def settle_decided(
    tables: PlanTables,
    price: int,
    seats: Seats,
    credit: Ints,
    counters: Counters,
    bars: Ints,
    outcomes: Ints,
    bars_held: bool,
    postings: Postings,
) -> int:
    """Settle groups whose bars and outcomes were decided by one draw over all of them (rules/close.py).

    Args: as `settle_groups`; `bars` and `outcomes` are read; `bars_held`: False where it was drawn anyway.
    Returns: the number of postings.
    """
    used = 0
    for group in range(len(seats.leader_rows)):
        start = group * tables.size
        if outcomes[start] == NO_OUTCOME:
            used = post_refunds(price, start, start + tables.size, seats, postings, used)
            continue
        leader_row = seats.leader_rows[group]
        used = post_group(tables, price, start, leader_row, seats, outcomes, credit, postings, used)
        if tables.row_wins or tables.total_wins or tables.cap_joins:
            count_results(tables, start, seats.holders, bars, outcomes, bars_held, counters)
    return used


@rule
def post_group(
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
    """What a group with its outcomes moves: payments, then releases, then grants."""
    used = post_payments(tables, price, start, seats, outcomes, postings, used)
    used = post_releases(tables, price, start, leader_row, seats, outcomes, credit, postings, used)
    return post_grants(tables, price, start, leader_row, seats, outcomes, credit, postings, used)


@rule
def add(postings: Postings, used: int, row: int, holder: int, reason: int, asset: int, amount: int) -> int:
    """Write one posting unless its amount is 0; return how many there are now."""
    if amount <= 0:
        return used
    postings.rows[used] = row
    postings.holders[used] = holder
    postings.reasons[used] = reason
    postings.assets[used] = asset
    postings.amounts[used] = amount
    return used + 1


@rule
def post_refunds(price: int, start: int, end: int, seats: Seats, postings: Postings, used: int) -> int:
    """Everything back to everybody, by the route they paid."""
    for row in range(start, end):
        reason = REFUND_EXTERNAL if seats.external[row] else REFUND
        used = add(postings, used, row, seats.holders[row], reason, CASH, price)
    return used


@rule
def post_payments(
    tables: PlanTables, price: int, start: int, seats: Seats, outcomes: Ints, postings: Postings, used: int
) -> int:
    """Keep or give back each seat's payment, as its class says."""
    for row in range(start, start + tables.size):
        if tables.class_keeps[outcomes[row]]:
            used = add(postings, used, row, seats.holders[row], CAPTURE, CASH, price)
        else:
            used = post_refunds(price, row, row + 1, seats, postings, used)
    return used


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
    """Release credit held before this group's grants: each seat's own, then its sponsors'."""
    each_join = len(tables.class_counts)
    for row in range(start, start + tables.size):
        holder = seats.holders[row]
        scopes = 3 if row == leader_row else 2
        for number in range(scopes):
            scope = outcomes[row] if number == 0 else each_join + number - 1
            for index in range(tables.releases.starts[scope], tables.releases.starts[scope + 1]):
                amount = tables.releases.fixed[index] + share(price, tables.releases.ppm[index])
                used = release(postings, used, row, holder, RELEASED_CREDIT, RELEASED_CASH, amount, credit)
        if tables.direct_fixed or tables.direct_ppm:
            used = release_sponsor(
                postings, used, row, seats.sponsors[row], tables.direct_fixed, tables.direct_ppm, credit
            )
        if tables.indirect_fixed or tables.indirect_ppm:
            used = release_sponsor(
                postings, used, row, seats.indirect[row], tables.indirect_fixed, tables.indirect_ppm, credit
            )
    return used


@rule
def release_sponsor(
    postings: Postings, used: int, row: int, sponsor: int, fixed: int, ppm: int, credit: Ints
) -> int:
    """Release from a sponsor's credit an amount, or a rate of what the sponsor holds at this seat's turn."""
    if sponsor < 0:
        return used
    amount = fixed + share(credit[sponsor], ppm)
    return release(
        postings, used, row, sponsor, SPONSOR_RELEASED_CREDIT, SPONSOR_RELEASED_CASH, amount, credit
    )


@rule
def release(
    postings: Postings,
    used: int,
    row: int,
    holder: int,
    credit_reason: int,
    cash_reason: int,
    amount: int,
    credit: Ints,
) -> int:
    """Turn credit into cash, never more than is held."""
    amount = min(amount, credit[holder])
    credit[holder] -= amount
    used = add(postings, used, row, holder, credit_reason, SHOPPING_CREDIT, amount)
    return add(postings, used, row, holder, cash_reason, CASH, amount)


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
    each_join = len(tables.class_counts)
    for row in range(start, start + tables.size):
        holder = seats.holders[row]
        used = grant(tables.grants, outcomes[row], price, row, holder, credit, postings, used)
        used = grant(tables.grants, each_join, price, row, holder, credit, postings, used)
        if row == leader_row:
            used = grant(tables.grants, each_join + 1, price, row, holder, credit, postings, used)
    return used


@rule
def grant(
    gives: Gives, scope: int, price: int, row: int, holder: int, credit: Ints, postings: Postings, used: int
) -> int:
    """Grant what one scope gives to a seat."""
    for index in range(gives.starts[scope], gives.starts[scope + 1]):
        amount = gives.fixed[index] + share(price, gives.ppm[index])
        if gives.assets[index] == SHOPPING_CREDIT:
            credit[holder] += amount
        used = add(postings, used, row, holder, gives.reasons[index], gives.assets[index], amount)
    return used


@rule
def count_results(
    tables: PlanTables,
    start: int,
    holders: Ints,
    bars: Ints,
    outcomes: Ints,
    bars_held: bool,
    counters: Counters,
) -> None:
    """Count what a group's seats won, seat by seat; where it was drawn anyway no privilege is used up."""
    last = len(tables.class_counts) - 1
    for row in range(start, start + tables.size):
        # A draw over a whole activity is settled bit by bit: what another used up meanwhile is gone.
        used_up = bars_held and bars[row] & SITTING_OUT != 0 and counters.sit_out[holders[row]] > 0
        count_result(tables, holders[row], used_up, outcomes[row] < last, counters)
