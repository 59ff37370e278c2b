"""The loops of a simulation: joins are seated, drawn and settled by the very functions that run live.

Plain Python here; `compiled.py` hands it to Numba together with the rules. Nothing is allocated: what a batch
needs lies in the world. Chance comes in as an argument, so one seed gives one result on every machine.
"""

from typing import Any

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.closing import put_aside
from pinwheel.lab.game import Game
from pinwheel.lab.presale import take_balances
from pinwheel.lab.settling import draw_groups, settle_drawn
from pinwheel.lab.world import (
    CARRIED,
    DAY,
    EXPIRED,
    FILLED,
    FLAG,
    GROUP,
    HOLDER,
    HOUR,
    IN_LAST,
    JOIN_FLAGS,
    JOINER,
    LAST_GROUP,
    MINUTE,
    NOBODY,
    OPEN_GROUPS,
    OPEN_SEATS,
    OPENED,
    PLACE,
    PLACED,
    SEAT_DRAWN,
    SEAT_FLAGS,
    SEAT_HOLDER,
    SINCE,
    TAKEN,
    TIME,
    World,
)
from pinwheel.rules.assets import CASH
from pinwheel.rules.ladder import price_at
from pinwheel.rules.reasons import DEPOSIT_BACK, HOLD, REFUND, TIER_REFUND
from pinwheel.rules.seating import NO_SEAT, seat_in_queue


def play_batch(game: Game, behaviour: Behaviour, day: int, count: int, world: World, lots: Any) -> bool:
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
        groups[CARRIED, group] = 0
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
    if len(game.ladder.sizes) > 1:
        pay_by_tier(game, day, count, world)
    full, open_groups = give_places(groups, room, size)
    kept = gather_seats(count, size, full, world)
    if kept < 0:
        return False
    numbers[OPEN_SEATS] = kept
    numbers[OPEN_GROUPS] = open_groups
    if full:
        settle_full(game, behaviour, day, full, world, lots)
    return True


def settle_full(game: Game, behaviour: Behaviour, day: int, full: int, world: World, lots: Any) -> None:
    """What becomes of groups that are full: their balances are due, they wait for the end, or are drawn."""
    size = game.tables.size
    if game.promises.draws_at_the_end:
        put_aside(full * size, world)
    elif game.promises.deposit:
        take_balances(game, behaviour.pays_balance, day, full, world, lots)
    else:
        draw_groups(game, full, world, lots)
        settle_drawn(game, size, day, full, world)


def take_carried_seats(world: World) -> None:
    """Count the seats that are taken in open groups, and where each of their holders sits."""
    facts, queue = world.facts, world.queue
    for seat in range(world.numbers[OPEN_SEATS]):
        group, holder = queue[GROUP, seat], queue[HOLDER, seat]
        world.groups[TAKEN, group] += 1
        world.groups[CARRIED, group] += 1
        facts[holder, IN_LAST] = facts[holder, IN_LAST] + 1 if facts[holder, LAST_GROUP] == group else 1
        facts[holder, LAST_GROUP] = group


def pay_by_tier(game: Game, day: int, count: int, world: World) -> None:
    """Of a ladder: a join pays the price in force for its seat, and what later tiers take off comes back.

    The game's price was taken of every new join; here each has paid what it pays.
    """
    queue, joins, groups, moved = world.queue, world.joins, world.groups, world.moved
    sizes, prices = game.ladder.sizes, game.ladder.prices
    carried = world.numbers[OPEN_SEATS]
    for number in range(carried + count):
        if number < carried:
            group, holder = queue[GROUP, number], queue[HOLDER, number]
            paid = price_at(sizes, prices, groups[CARRIED, group])
        else:
            group, holder = joins[PLACED, number - carried], joins[JOINER, number - carried]
            paid = price_at(sizes, prices, groups[CARRIED, group] + groups[FILLED, group] + 1)
            groups[FILLED, group] += 1
            moved[day, HOLD, CASH] -= game.price - paid
            world.members[holder, CASH] += game.price - paid
        back = paid - price_at(sizes, prices, groups[TAKEN, group])
        moved[day, TIER_REFUND, CASH] += back
        world.members[holder, CASH] += back
    for number in range(count):
        groups[FILLED, joins[PLACED, number]] = 0


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
    """End the groups whose time to fill is over; the oldest open group is the first.

    A group that reached a ladder's first tier is settled as it is; the seats of all others are refunded.
    """
    queue, numbers, groups = world.queue, world.numbers, world.groups
    sizes, prices = game.ladder.sizes, game.ladder.prices
    over = 0
    while over < numbers[OPEN_GROUPS] and queue[OPENED, over] + game.promises.fill_within <= now:
        groups[TAKEN, over] = 0
        over += 1
    if over == 0:
        return
    for seat in range(numbers[OPEN_SEATS]):
        if queue[GROUP, seat] < over:
            groups[TAKEN, queue[GROUP, seat]] += 1
    formed = settle_formed(game, day, over, world)
    kept = 0
    for seat in range(numbers[OPEN_SEATS]):
        group = queue[GROUP, seat]
        if group >= over:
            queue[HOLDER, kept] = queue[HOLDER, seat]
            queue[FLAG, kept] = queue[FLAG, seat]
            queue[GROUP, kept] = group - over
            kept += 1
        elif groups[TAKEN, group] < sizes[0]:
            deposit = game.promises.deposit
            paid = deposit if deposit else price_at(sizes, prices, groups[TAKEN, group])
            world.members[queue[HOLDER, seat], CASH] += paid
            world.moved[day, DEPOSIT_BACK if deposit else REFUND, CASH] += paid
    for group in range(over, numbers[OPEN_GROUPS]):
        queue[OPENED, group - over] = queue[OPENED, group]
    numbers[OPEN_SEATS] = kept
    numbers[OPEN_GROUPS] -= over
    world.days[day, EXPIRED] += over - formed


def settle_formed(game: Game, day: int, over: int, world: World) -> int:
    """Settle the first open groups as far as they reached a ladder's first tier, the smallest first.

    Args:
        over: how many of the open groups end; their seats are counted.
    Returns: how many were settled.
    """
    queue, groups, seats = world.queue, world.groups, world.seats
    settled = 0
    for size in range(game.ladder.sizes[0], game.tables.size):
        found = 0
        for group in range(over):
            if groups[TAKEN, group] == size:
                groups[PLACE, group] = found * size
                found += 1
        if found == 0:
            continue
        for seat in range(world.numbers[OPEN_SEATS]):
            group = queue[GROUP, seat]
            if group < over and groups[TAKEN, group] == size:
                row = groups[PLACE, group]
                groups[PLACE, group] = row + 1
                seats[SEAT_HOLDER, row] = queue[HOLDER, seat]
                seats[SEAT_FLAGS, row] = queue[FLAG, seat]
                seats[SEAT_DRAWN, row] = row % size
        if game.promises.has_leader:
            for place in range(found):
                world.leader_rows[place] = place * size
        settle_drawn(game, size, day, found, world)
        settled += found
    return settled
