"""The loops of a simulation: joins are seated, drawn and settled by the very functions that run live.

Plain Python here; `compiled.py` hands it to Numba together with the rules. Nothing is allocated: what a batch
needs lies in the world. Chance comes in as an argument, so one seed gives one result on every machine.
"""

from typing import Any

from pinwheel.lab.game import Game
from pinwheel.lab.world import (
    BARS,
    DAY,
    DISSOLVED,
    EXPIRED,
    FILLED,
    FLAG,
    GROUP,
    HOLDER,
    HOUR,
    IN_LAST,
    JOIN_FLAGS,
    JOINER,
    KEPT_JOINS,
    LAST_GROUP,
    LOTS,
    MINUTE,
    NOBODY,
    OPEN_GROUPS,
    OPEN_SEATS,
    OPENED,
    OUTCOMES,
    PLACE,
    PLACED,
    PROMOTER_UNTIL,
    SEAT_DRAWN,
    SEAT_FLAGS,
    SEAT_HOLDER,
    SEAT_INDIRECT,
    SEAT_SPONSOR,
    SETTLED,
    SETTLED_TODAY,
    SINCE,
    SPONSOR,
    TAKEN,
    TIME,
    WON_TODAY,
    World,
    counters_of,
    postings_of,
    seats_of,
)
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.money import MILLION
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.reasons import REFUND
from pinwheel.rules.seating import NO_SEAT, seat_in_queue
from pinwheel.rules.settle import settle_groups


def play_batch(game: Game, day: int, count: int, world: World, lots: Any) -> bool:
    """Seat the joins that were gathered, settle the groups that fill, and apply what moves.

    Args:
        count: joins in `world.joins`.
        lots: random numbers from 0 to 1 (excluded), one for each seat that settles.
    Returns: False if more seats of open groups are taken than the queue has room for; the world is spoilt.
    """
    numbers, groups, size = world.numbers, world.groups, game.tables.size
    room = numbers[OPEN_GROUPS] + count + 1
    for group in range(room):
        groups[TAKEN, group] = 0
        groups[FILLED, group] = 0
        groups[SINCE, group] = world.queue[OPENED, group]
    for number in range(count):
        world.joins[PLACED, number] = NO_SEAT
    take_carried_seats(world)
    seat_in_queue(
        world.joins[JOINER, :count],
        size,
        game.tables.seats_per_group,
        groups[TAKEN, :room],
        world.facts[:, LAST_GROUP],
        world.facts[:, IN_LAST],
        world.joins[PLACED],
    )
    full, open_groups = give_places(groups, room, size)
    kept = gather_seats(count, size, full, world)
    if kept < 0:
        return False
    numbers[OPEN_SEATS] = kept
    numbers[OPEN_GROUPS] = open_groups
    if full:
        draw_groups(game, full, world, lots)
        settle_drawn(game, day, full, world)
    return True


def take_carried_seats(world: World) -> None:
    """Count the seats that are taken in open groups, and where each of their holders sits."""
    facts, queue = world.facts, world.queue
    for seat in range(world.numbers[OPEN_SEATS]):
        group, holder = queue[GROUP, seat], queue[HOLDER, seat]
        world.groups[TAKEN, group] += 1
        facts[holder, IN_LAST] = facts[holder, IN_LAST] + 1 if facts[holder, LAST_GROUP] == group else 1
        facts[holder, LAST_GROUP] = group


def give_places(groups: Any, room: int, size: int) -> tuple[int, int]:
    """Number the groups with seats: the full ones first, in their order, then the others.

    Returns: how many are full, and how many are not.
    """
    full = 0
    for group in range(room):
        if groups[TAKEN, group] >= size:
            groups[PLACE, group] = full
            full += 1
    others = 0
    for group in range(room):
        if 0 < groups[TAKEN, group] < size:
            groups[PLACE, group] = full + others
            others += 1
    return full, others


def gather_seats(count: int, size: int, full: int, world: World) -> int:
    """Write the seats of full groups one after another, and those of the others back into the queue.

    Args:
        full: groups that are full; they have the first places.
    Returns: seats in the queue; -1 if they are more than it has room for.
    """
    queue, joins, groups, facts = world.queue, world.joins, world.groups, world.facts
    carried, before = world.numbers[OPEN_SEATS], world.numbers[OPEN_GROUPS]
    kept = 0
    for number in range(carried + count):
        if number < carried:
            group, holder, flags = queue[GROUP, number], queue[HOLDER, number], queue[FLAG, number]
        else:
            join = number - carried
            group, holder, flags = joins[PLACED, join], joins[JOINER, join], joins[JOIN_FLAGS, join]
            if groups[FILLED, group] == 0 and group >= before:
                groups[SINCE, group] = joins[TIME, join]
        facts[holder, LAST_GROUP] = NOBODY
        place, filled = groups[PLACE, group], groups[FILLED, group]
        groups[FILLED, group] = filled + 1
        if place < full:
            world.seats[SEAT_HOLDER, place * size + filled] = holder
            world.seats[SEAT_FLAGS, place * size + filled] = flags
            if filled + 1 == size:
                world.waits[wait_bin(joins[TIME, number - carried] - groups[SINCE, group])] += 1
        elif kept == queue.shape[1]:
            return -1
        else:
            queue[HOLDER, kept] = holder
            queue[FLAG, kept] = flags
            queue[GROUP, kept] = place - full
            queue[OPENED, place - full] = groups[SINCE, group]
            kept += 1
    return kept


def wait_bin(seconds: int) -> int:
    """The bin of WAIT_UNTIL that a waiting time falls into."""
    number = 0
    for until in (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY):
        if seconds >= until:
            number += 1
    return number


def expire_groups(game: Game, day: int, now: int, world: World) -> None:
    """Refund the seats of groups whose time to fill is over; the oldest open group is the first."""
    queue, numbers = world.queue, world.numbers
    over = 0
    while over < numbers[OPEN_GROUPS] and queue[OPENED, over] + game.promises.fill_within <= now:
        over += 1
    if over == 0:
        return
    kept = 0
    for seat in range(numbers[OPEN_SEATS]):
        if queue[GROUP, seat] < over:
            world.members[queue[HOLDER, seat], CASH] += game.price
            world.moved[day, REFUND, CASH] += game.price
        else:
            queue[HOLDER, kept] = queue[HOLDER, seat]
            queue[FLAG, kept] = queue[FLAG, seat]
            queue[GROUP, kept] = queue[GROUP, seat] - over
            kept += 1
    for group in range(over, numbers[OPEN_GROUPS]):
        queue[OPENED, group - over] = queue[OPENED, group]
    numbers[OPEN_SEATS] = kept
    numbers[OPEN_GROUPS] -= over
    world.days[day, EXPIRED] += over


def draw_groups(game: Game, groups: int, world: World, lots: Any) -> None:
    """Draw full groups: for each a shuffled order, each equally likely as far as 53 bits a step can tell."""
    size, drawn = game.tables.size, world.seats[SEAT_DRAWN]
    used = world.numbers[LOTS]
    for group in range(groups):
        start = group * size
        if game.promises.has_leader:
            world.leader_rows[group] = start
        for offset in range(size):
            drawn[start + offset] = offset
        for offset in range(size - 1):
            other = offset + int(lots[used] * (size - offset))
            used += 1
            drawn[start + offset], drawn[start + other] = drawn[start + other], drawn[start + offset]
    world.numbers[LOTS] = used


def settle_drawn(game: Game, day: int, groups: int, world: World) -> int:
    """Settle the full groups, whose drawn order is known, and apply the postings; return how many."""
    tables = game.tables
    rows = groups * tables.size
    if tables.direct_fixed or tables.direct_ppm or tables.indirect_fixed or tables.indirect_ppm:
        find_sponsors(game.promises.promoters_only, day, rows, world.facts, world.seats)
    used = settle_groups(
        tables,
        game.price,
        seats_of(world, groups),
        world.members[:, SHOPPING_CREDIT],
        counters_of(world.facts),
        world.seats[BARS],
        world.seats[OUTCOMES],
        postings_of(world),
    )
    apply_postings(game.signs, world.postings, used, world.members, world.moved[day])
    count_settled(game, day, rows, world)
    return used


def find_sponsors(promoters_only: int, day: int, rows: int, facts: Any, seats: Any) -> None:
    """Who brought the holders, and who brought those; where the plan asks for it, valid promoters only."""
    for row in range(rows):
        seats[SEAT_SPONSOR, row] = NOBODY
        seats[SEAT_INDIRECT, row] = NOBODY
        direct = facts[seats[SEAT_HOLDER, row], SPONSOR]
        if direct < 0:
            continue
        further = facts[direct, SPONSOR]
        if promoters_only == 0 or facts[direct, PROMOTER_UNTIL] >= day:
            seats[SEAT_SPONSOR, row] = direct
        if further >= 0 and (promoters_only == 0 or facts[further, PROMOTER_UNTIL] >= day):
            seats[SEAT_INDIRECT, row] = further


def apply_postings(signs: Any, postings: Any, used: int, members: Any, moved: Any) -> None:
    """Change balances by what was posted, and add it to the day's books. Credit was changed by the rules.

    Args:
        postings: rows as in Postings of rules/settle.py.
        moved: (reasons, assets) the day's books.
    """
    for number in range(used):
        reason, asset, amount = postings[2, number], postings[3, number], postings[4, number]
        moved[reason, asset] += amount
        if asset != SHOPPING_CREDIT:
            members[postings[1, number], asset] += signs[reason] * amount


def count_settled(game: Game, day: int, rows: int, world: World) -> None:
    """Count settled joins and what they weigh in the daily dividend."""
    holders, outcomes = world.seats[SEAT_HOLDER], world.seats[OUTCOMES]
    for row in range(rows):
        if outcomes[row] != NO_OUTCOME:
            weight = game.price * game.tables.class_shares[outcomes[row]] // MILLION
            world.facts[holders[row], SETTLED_TODAY] += 1
            world.facts[holders[row], KEPT_JOINS] += game.tables.class_keeps[outcomes[row]]
            world.members[holders[row], WON_TODAY] += weight
    for row in range(0, rows, game.tables.size):
        world.days[day, DISSOLVED if outcomes[row] == NO_OUTCOME else SETTLED] += 1
