"""A day in the life of a simulated platform: midnight, who comes and goes, who joins.

Plain Python; `compiled.py` hands it to Numba. The functions of the rules are those that run live.
"""

from typing import Any

from pinwheel.lab.behaviour import HIGHEST_MOOD, ORDINARY_MOOD, Behaviour, has_moods
from pinwheel.lab.closing import close_activity
from pinwheel.lab.game import Game
from pinwheel.lab.loop import expire_groups, play_batch
from pinwheel.lab.world import (
    BATCH,
    DAY,
    JOIN_FLAGS,
    JOINER,
    JOINS,
    JOINS_EVER,
    JOINS_TODAY,
    KNOWN,
    LAST_DAY,
    LOTS,
    MEMBERS_THERE,
    MOOD,
    OPEN_GROUPS,
    OPENED,
    POOL,
    PROMOTER_UNTIL,
    SETTLED,
    SETTLED_TODAY,
    SPONSOR,
    THERE,
    TIME,
    WON_BEFORE,
    WON_TODAY,
    World,
)
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.bars import FIRST_OF_DAY_FLAG, NEWCOMER_FLAG
from pinwheel.rules.credit import daily_release
from pinwheel.rules.dividends import dividend
from pinwheel.rules.money import MILLION
from pinwheel.rules.promoter import promoter_until
from pinwheel.rules.reasons import (
    DAILY_DIVIDEND,
    DAILY_DIVIDEND_FUNDED,
    DAILY_RELEASED_CASH,
    DAILY_RELEASED_CREDIT,
    DEPOSIT,
    HOLD,
)
from pinwheel.rules.tables import PlanTables

THE_END = 1 << 62  # a moment after all others


def begin_day(game: Game, day: int, world: World) -> None:
    """Midnight: yesterday's winners share their dividend, credit is released, the day's counts start anew."""
    promises, members, facts = game.promises, world.members, world.facts
    if day > 0:
        funded = promises.dividend_of_group * world.days[day - 1, SETTLED]
        world.moved[day, DAILY_DIVIDEND_FUNDED, CASH] += funded
        world.numbers[POOL] += funded
        share_dividend(members, world.numbers, world.moved[day])
        if promises.static_release or promises.accelerated_release:
            release_credit(
                promises.static_release,
                promises.accelerated_release,
                world.numbers[KNOWN],
                members,
                facts,
                world.moved[day],
            )
    for member in range(world.numbers[KNOWN]):
        facts[member, SETTLED_TODAY] = 0
        members[member, WON_TODAY] = 0
    expire_groups(game, day, day * DAY, world)


def share_dividend(members: Any, numbers: Any, moved: Any) -> None:
    """Share the pool among yesterday's winners; the remainder waits in it.

    Args:
        moved: (reasons, assets) the day's books.
    """
    pool, total = numbers[POOL], 0
    if pool == 0:
        return
    for member in range(numbers[KNOWN]):
        total += members[member, WON_TODAY]
    if total == 0:
        return
    for member in range(numbers[KNOWN]):
        if members[member, WON_TODAY]:
            amount = dividend(pool, members[member, WON_TODAY], total)
            members[member, CASH] += amount
            numbers[POOL] -= amount
            moved[DAILY_DIVIDEND, CASH] += amount


def release_credit(static: int, accelerated: int, known: int, members: Any, facts: Any, moved: Any) -> None:
    """Static and accelerated release of everybody's credit.

    Args:
        static, accelerated: ppm a day, and for each join that settled on the day before.
        moved: (reasons, assets) the day's books.
    """
    for member in range(known):
        held = members[member, SHOPPING_CREDIT]
        if held:
            amount = daily_release(held, held, static, accelerated, facts[member, SETTLED_TODAY])
            members[member, SHOPPING_CREDIT] -= amount
            members[member, CASH] += amount
            moved[DAILY_RELEASED_CREDIT, SHOPPING_CREDIT] += amount
            moved[DAILY_RELEASED_CASH, CASH] += amount


def come_and_go(behaviour: Behaviour, day: int, leaving: int, coming: int, world: World, lots: Any) -> None:
    """Members leave, new ones come; the crowd holds who is there.

    Args:
        lots: random numbers from 0 to 1 (excluded), one for each who leaves and two for each who comes.
    """
    crowd, members, numbers = world.crowd, world.members, world.numbers
    there = numbers[THERE]
    for number in range(min(leaving, there)):
        there -= 1
        crowd[int(lots[number] * (there + 1))] = crowd[there]
    for number in range(min(coming, len(crowd) - numbers[KNOWN])):
        member = numbers[KNOWN]
        if there > 0 and lots[leaving + 2 * number] * MILLION < behaviour.invited:
            reach = max(1, there * behaviour.inviters // MILLION)
            world.facts[member, SPONSOR] = crowd[there - 1 - int(lots[leaving + 2 * number + 1] * reach)]
        members[member, MOOD] = ORDINARY_MOOD
        crowd[there] = member
        there += 1
        numbers[KNOWN] += 1
    numbers[THERE] = there
    world.days[day, MEMBERS_THERE] = there


def play_wishes(
    game: Game,
    behaviour: Behaviour,
    day: int,
    first: int,
    last: int,
    of: int,
    world: World,
    wishes: Any,
    lots: Any,
) -> bool:
    """Play a part of a day: members wish to join, and those who may do.

    Args:
        first, last, of: the part's wishes of all that the day has.
        wishes: random numbers from 0 to 1 (excluded), two for each wish: who wishes, and in what mood.
        lots: random numbers, one for each seat that can settle.
    Returns: False if the queue has not room enough (see `play_batch`).
    """
    members, facts, joins = world.members, world.facts, world.joins
    there = world.numbers[THERE]
    moody = has_moods(behaviour)
    pace = open_seconds(game.promises.hours) / of  # wishes come evenly over the hours
    world.numbers[LOTS] = 0
    count = 0
    for wish in range(first, last):
        member = world.crowd[int(wishes[2 * (wish - first)] * there)]
        if moody and wishes[2 * (wish - first) + 1] * HIGHEST_MOOD >= members[member, MOOD]:
            continue
        if not may_join(game.promises.joins_per_day, game.promises.joins_total, day, facts, member):
            continue
        now = day * DAY + second_of_day(game.promises.hours, int(wish * pace))
        oldest = joins[TIME, 0] if count > 0 else now
        if world.numbers[OPEN_GROUPS] > 0:
            oldest = world.queue[OPENED, 0]
        if count == BATCH or oldest + game.promises.fill_within <= now:
            if not settle_joins(game, behaviour, day, count, world, lots):
                return False
            count = 0
            expire_groups(game, day, now, world)
        joins[JOINER, count] = member
        joins[TIME, count] = now
        joins[WON_BEFORE, count] = members[member, WON_TODAY]
        joins[JOIN_FLAGS, count] = count_join(
            day, game.promises.newcomer_days, game.promises.day_with_join, facts, member
        )
        members[member, CASH] -= paid_at_first(game)
        count += 1
    return settle_joins(game, behaviour, day, count, world, lots)


def may_join(per_day: int, in_all: int, day: int, facts: Any, member: int) -> bool:
    """Whether the plan's limits leave the member a join today; 0: no limit."""
    if in_all and facts[member, JOINS_EVER] >= in_all:
        return False
    return not (per_day and facts[member, LAST_DAY] == day and facts[member, JOINS_TODAY] >= per_day)


def count_join(day: int, newcomer_days: int, day_with_join: int, facts: Any, member: int) -> int:
    """Count a paid join: the day's joins, and the promoter days that it brings; return its flags."""
    flags = 0
    if facts[member, LAST_DAY] < day:
        flags = FIRST_OF_DAY_FLAG
        added = day_with_join
        if facts[member, JOINS_EVER] == 0:
            flags |= NEWCOMER_FLAG
            added += newcomer_days
        facts[member, PROMOTER_UNTIL] = promoter_until(facts[member, PROMOTER_UNTIL], day, added)
        facts[member, JOINS_TODAY] = 0
        facts[member, LAST_DAY] = day
    facts[member, JOINS_TODAY] += 1
    facts[member, JOINS_EVER] += 1
    return flags


def open_seconds(hours: Any) -> int:
    """How many seconds of a day one may join.

    Args:
        hours: (spans, 2) the second from which one may join, and for how long.
    """
    total = 0
    for span in range(len(hours)):
        total += hours[span, 1]
    return total


def second_of_day(hours: Any, second: int) -> int:
    """The second of the day at which so many of its open seconds have gone by."""
    for span in range(len(hours)):
        if second < hours[span, 1]:
            return int(hours[span, 0] + second)
        second -= hours[span, 1]
    return DAY - 1


def paid_at_first(game: Game) -> int:
    """Fen that a join pays: the price, or a presale's deposit."""
    return game.promises.deposit if game.promises.deposit else game.price


def settle_joins(game: Game, behaviour: Behaviour, day: int, count: int, world: World, lots: Any) -> bool:
    """Hand the joins gathered so far to their groups; what came of them changes moods."""
    if count == 0:
        return True
    world.moved[day, DEPOSIT if game.promises.deposit else HOLD, CASH] += paid_at_first(game) * count
    world.days[day, JOINS] += count
    has_room = play_batch(game, behaviour, day, count, world, lots)
    members, joins = world.members, world.joins
    if has_moods(behaviour):
        for number in range(count):
            holder = joins[JOINER, number]
            won = members[holder, WON_TODAY] > joins[WON_BEFORE, number]
            change = behaviour.after_win if won else behaviour.after_loss
            mood = members[holder, MOOD] + members[holder, MOOD] * change // MILLION
            members[holder, MOOD] = max(1, min(mood, HIGHEST_MOOD))
    return has_room


def end_activity(game: Game, tables: PlanTables, day: int, columns: Any, seen: Any, world: World) -> None:
    """The activity ends: groups that are not full are refunded, all others drawn at once.

    Args: as `close_activity`.
    """
    expire_groups(game, day, THE_END, world)
    if columns.shape[1]:
        close_activity(game, tables, day, columns, seen, world)
