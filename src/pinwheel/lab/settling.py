"""Full groups are drawn and settled by the functions that run live; what moves is applied to the world.

Plain Python; `compiled.py` hands it to Numba.
"""

from typing import Any

from pinwheel.lab.game import Game, of_size
from pinwheel.lab.world import (
    BARS,
    DISSOLVED,
    ENDED_SIZE,
    LOTS,
    NOBODY,
    OUTCOMES,
    PAID,
    PROMOTER_UNTIL,
    SEAT_DRAWN,
    SEAT_HOLDER,
    SEAT_INDIRECT,
    SEAT_SPONSOR,
    SETTLED,
    SETTLED_SEATS,
    SETTLED_TODAY,
    SPONSOR,
    WON_TODAY,
    World,
    counters_of,
    postings_of,
    seats_of,
)
from pinwheel.rules.assets import SHOPPING_CREDIT
from pinwheel.rules.ladder import price_at
from pinwheel.rules.money import MILLION
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.settle import settle_groups
from pinwheel.rules.tables import PlanTables


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


def settle_drawn(game: Game, size: int, day: int, groups: int, world: World) -> int:
    """Settle groups whose drawn order is known, and apply the postings; return how many.

    Args:
        size: seats of each; of a ladder those with which they ended.
    """
    tables, price = game.tables, price_at(game.ladder.sizes, game.ladder.prices, size)
    if size != game.tables.size:
        tables = of_size(tables, size, world.numbers[ENDED_SIZE : ENDED_SIZE + 1])
    rows = groups * size
    if pays_sponsors(tables):
        find_sponsors(game.promises.promoters_only, day, rows, world.facts, world.seats)
    used = settle_groups(
        tables,
        price,
        seats_of(world, groups),
        world.members[:, SHOPPING_CREDIT],
        counters_of(world.facts),
        world.seats[BARS],
        world.seats[OUTCOMES],
        postings_of(world),
    )
    apply_postings(game.signs, world.postings, used, world.members, world.moved[day])
    count_settled(tables, price, day, rows, world)
    return used


def pays_sponsors(tables: PlanTables) -> bool:
    """Whether a seat releases anything to those who brought its holder."""
    return (tables.direct_fixed or tables.direct_ppm or tables.indirect_fixed or tables.indirect_ppm) != 0


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


def count_settled(tables: PlanTables, price: int, day: int, rows: int, world: World) -> None:
    """Count settled joins and what they weigh in the daily dividend."""
    holders, outcomes = world.seats[SEAT_HOLDER], world.seats[OUTCOMES]
    for row in range(rows):
        if outcomes[row] != NO_OUTCOME:
            weight = price * tables.class_shares[outcomes[row]] // MILLION
            world.facts[holders[row], SETTLED_TODAY] += 1
            world.members[holders[row], PAID] += tables.class_keeps[outcomes[row]] * price
            world.members[holders[row], WON_TODAY] += weight
    for row in range(0, rows, tables.size):
        if outcomes[row] == NO_OUTCOME:
            world.days[day, DISSOLVED] += 1
        else:
            world.days[day, SETTLED] += 1
            world.days[day, SETTLED_SEATS] += tables.size
