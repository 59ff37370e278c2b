"""The loops of a simulation: joins are seated, drawn and settled by the very functions that run live.

Plain Python here; `compiled.py` hands it to Numba together with the rules. Chance comes in as a NumPy
generator, so one seed gives one result on every machine.
"""

from typing import Any

import numpy as np

from pinwheel.lab.world import NOBODY, Books, Members, Parties, Queue
from pinwheel.rules.assets import SHOPPING_CREDIT
from pinwheel.rules.bars import FIRST_OF_DAY_FLAG, NEWCOMER_FLAG
from pinwheel.rules.counters import Counters
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.promoter import promoter_until
from pinwheel.rules.reasons import MEMBER
from pinwheel.rules.seating import NO_SEAT, seat_in_queue
from pinwheel.rules.settle import Postings, Seats, settle_groups
from pinwheel.rules.tables import PlanTables


def join_flags(members: Members, member: int, day: int) -> int:
    """The flags of a member's next paid join (rules/bars.py)."""
    flags = 0
    if members.last_day[member] < day:
        flags |= FIRST_OF_DAY_FLAG
    if members.last_day[member] < 0:
        flags |= NEWCOMER_FLAG
    return flags


def count_join(members: Members, member: int, day: int, newcomer_days: int, day_with_join: int) -> None:
    """Count a paid join: the day's joins, and the promoter days that it brings."""
    if members.last_day[member] < day:
        added = day_with_join + (newcomer_days if members.last_day[member] < 0 else 0)
        members.promoter_until[member] = promoter_until(members.promoter_until[member], day, added)
        members.joins_today[member] = 0
        members.last_day[member] = day
    members.joins_today[member] += 1


def play_batch(
    tables: PlanTables,
    price: int,
    day: int,
    joiners: Any,
    flags: Any,
    members: Members,
    queue: Queue,
    books: Books,
    parties: Parties,
    generator: Any,
) -> int:
    """Seat paid joins in their order, settle the groups that fill, and apply what moves.

    Args:
        joiners, flags: (joins,) index of each join's member, and its flags.
    Returns: how many joins found no seat and are left out; 0 where the batch is not absurdly one-sided.
    """
    size, carried, before = tables.size, queue.length[0], queue.length[1]
    count = len(joiners)
    room = before + (count + carried) // size + 2 + count // 8
    taken = np.zeros(room, dtype=np.int64)
    take_carried_seats(queue, taken, members)
    placed = np.full(count, NO_SEAT, dtype=np.int64)
    seat_in_queue(joiners, size, tables.seats_per_group, taken, members.last_group, members.in_last, placed)

    place = np.full(room, -1, dtype=np.int64)
    full, open_groups = give_places(taken, size, place)
    rows = full * size
    holders = np.zeros(rows, dtype=np.int64)
    seat_flags = np.zeros(rows, dtype=np.int64)
    filled = np.zeros(full + 1, dtype=np.int64)
    kept = 0
    left_out = 0
    for number in range(carried + count):
        if number < carried:
            group, holder, flag = queue.groups[number], queue.holders[number], queue.flags[number]
        else:
            group, holder, flag = placed[number - carried], joiners[number - carried], flags[number - carried]
        members.last_group[holder] = NOBODY
        if group == NO_SEAT:
            left_out += 1
        elif place[group] < full:
            row = place[group] * size + filled[place[group]]
            filled[place[group]] += 1
            holders[row] = holder
            seat_flags[row] = flag
        else:
            queue.holders[kept] = holder
            queue.flags[kept] = flag
            queue.groups[kept] = place[group] - full
            kept += 1
    queue.length[0] = kept
    queue.length[1] = open_groups
    if full:
        settle_full(tables, price, day, holders, seat_flags, members, books, parties, generator)
    return left_out


def take_carried_seats(queue: Queue, taken: Any, members: Members) -> None:
    """Count the seats that are taken in open groups, and where each of their holders sits."""
    for seat in range(queue.length[0]):
        group, holder = queue.groups[seat], queue.holders[seat]
        taken[group] += 1
        members.in_last[holder] = members.in_last[holder] + 1 if members.last_group[holder] == group else 1
        members.last_group[holder] = group


def give_places(taken: Any, size: int, place: Any) -> tuple[int, int]:
    """Number the groups with seats: the full ones first, in their order, then the others.

    Returns: how many are full, and how many are not.
    """
    full = 0
    for group in range(len(taken)):
        if taken[group] >= size:
            place[group] = full
            full += 1
    others = 0
    for group in range(len(taken)):
        if 0 < taken[group] < size:
            place[group] = full + others
            others += 1
    return full, others


def settle_full(
    tables: PlanTables,
    price: int,
    day: int,
    holders: Any,
    flags: Any,
    members: Members,
    books: Books,
    parties: Parties,
    generator: Any,
) -> None:
    """Draw and settle full groups whose seats stand one after another, and apply the postings."""
    rows = len(holders)
    size = tables.size
    groups = rows // size
    drawn = np.empty(rows, dtype=np.int64)
    for group in range(groups):
        shuffle(drawn, group * size, size, generator)
    sponsors = np.full(rows, NOBODY, dtype=np.int64)
    indirect = np.full(rows, NOBODY, dtype=np.int64)
    if tables.direct_fixed or tables.direct_ppm or tables.indirect_fixed or tables.indirect_ppm:
        for row in range(rows):
            sponsors[row] = members.sponsors[holders[row]]
            if sponsors[row] >= 0:
                indirect[row] = members.sponsors[sponsors[row]]
    bars = np.zeros(rows, dtype=np.int64)
    outcomes = np.zeros(rows, dtype=np.int64)
    releases, grants = len(tables.releases.fixed), len(tables.grants.fixed)
    most = groups * (size * (5 + 2 * releases + grants) + 2 * releases + grants)
    postings = Postings(
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
    )
    seats = Seats(
        holders,
        sponsors,
        indirect,
        flags,
        np.zeros(rows, dtype=np.int64),
        drawn,
        np.full(groups, -1, dtype=np.int64),
    )
    counters = Counters(
        members.counters.sit_out,
        members.counters.row_wins,
        members.counters.all_wins,
        members.counters.window_joins,
        members.counters.window_wins,
    )
    used = settle_groups(tables, price, seats, members.credit, counters, bars, outcomes, postings)
    apply_postings(day, postings, used, members, books, parties)
    count_settled(tables, price, day, holders, outcomes, members, books)


def shuffle(drawn: Any, start: int, size: int, generator: Any) -> None:
    """A drawn order of one group, each equally likely."""
    for offset in range(size):
        drawn[start + offset] = offset
    for offset in range(size - 1):
        other = offset + generator.integers(0, size - offset)
        drawn[start + offset], drawn[start + other] = drawn[start + other], drawn[start + offset]


def apply_postings(
    day: int, postings: Postings, used: int, members: Members, books: Books, parties: Parties
) -> None:
    """Change balances by what was posted, and add it to the day's books. Credit was changed by the rules."""
    for number in range(used):
        reason, asset, amount = postings.reasons[number], postings.assets[number], postings.amounts[number]
        books.moved[day, reason, asset] += amount
        if asset == SHOPPING_CREDIT:
            continue
        holder = postings.holders[number]
        if parties.giving[reason] == MEMBER:
            members.balances[holder, asset] -= amount
        if parties.getting[reason] == MEMBER:
            members.balances[holder, asset] += amount


def count_settled(
    tables: PlanTables, price: int, day: int, holders: Any, outcomes: Any, members: Members, books: Books
) -> None:
    """Count settled joins and what they weigh in the daily dividend."""
    for row in range(len(holders)):
        if outcomes[row] == NO_OUTCOME:
            continue
        holder = holders[row]
        members.settled_today[holder] += 1
        members.won_today[holder] += price * tables.class_shares[outcomes[row]] // 1_000_000
    for row in range(0, len(holders), tables.size):
        if outcomes[row] == NO_OUTCOME:
            books.dissolved[day] += 1
        else:
            books.settled[day] += 1
