"""A day in the life of a simulated platform: midnight, who comes and goes, who joins.

Plain Python; `compiled.py` hands it to Numba. The functions of the rules are those that run live.
"""

from typing import Any, NamedTuple

import numpy as np

from pinwheel.lab.behaviour import HIGHEST_MOOD, ORDINARY_MOOD, Behaviour
from pinwheel.lab.loop import count_join, join_flags, play_batch
from pinwheel.lab.world import NOBODY, Books, Crowd, Members, Parties, Queue
from pinwheel.rules.assets import CASH, SHOPPING_CREDIT
from pinwheel.rules.credit import daily_release
from pinwheel.rules.dividends import dividend
from pinwheel.rules.reasons import (
    DAILY_DIVIDEND,
    DAILY_DIVIDEND_FUNDED,
    DAILY_RELEASED_CASH,
    DAILY_RELEASED_CREDIT,
    HOLD,
)
from pinwheel.rules.tables import PlanTables

BATCH = 4096  # joins settled together
MILLION = 1_000_000


class Promises(NamedTuple):
    """What a plan promises beyond its groups, as the loops read it. Rates in ppm, amounts in hundredths."""

    static_release: int
    accelerated_release: int
    per_win_fixed: int
    per_win_ppm: int
    newcomer_days: int
    day_with_join: int
    joins_per_day: int  # limit of a member; 0: none


def begin_day(
    tables: PlanTables, promises: Promises, price: int, day: int, members: Members, crowd: Crowd, books: Books
) -> None:
    """Midnight: yesterday's winners share their dividend, credit is released, the day's counts start anew."""
    if day > 0:
        share_dividend(tables, promises, price, day, members, crowd, books)
        release_credit(promises, day, members, crowd, books)
    for member in range(crowd.known[0]):
        members.settled_today[member] = 0
        members.won_today[member] = 0


def share_dividend(
    tables: PlanTables, promises: Promises, price: int, day: int, members: Members, crowd: Crowd, books: Books
) -> None:
    """Fund the pool by yesterday's winning orders and share it; the remainder waits in the pool."""
    winners = tables.size - tables.class_counts[-1] if len(tables.class_counts) > 1 else 0
    each = promises.per_win_fixed + price * promises.per_win_ppm // MILLION
    funded = each * winners * books.settled[day - 1]
    books.moved[day, DAILY_DIVIDEND_FUNDED, CASH] += funded
    crowd.pool[0] += funded
    total = 0
    for member in range(crowd.known[0]):
        total += members.won_today[member]
    if total == 0:
        return
    pool = crowd.pool[0]
    for member in range(crowd.known[0]):
        if members.won_today[member]:
            amount = dividend(pool, members.won_today[member], total)
            members.balances[member, CASH] += amount
            crowd.pool[0] -= amount
            books.moved[day, DAILY_DIVIDEND, CASH] += amount


def release_credit(promises: Promises, day: int, members: Members, crowd: Crowd, books: Books) -> None:
    """Static and accelerated release of everybody's credit."""
    if promises.static_release == 0 and promises.accelerated_release == 0:
        return
    for member in range(crowd.known[0]):
        held = members.credit[member]
        if held == 0:
            continue
        amount = daily_release(
            held, held, promises.static_release, promises.accelerated_release, members.settled_today[member]
        )
        members.credit[member] -= amount
        members.balances[member, CASH] += amount
        books.moved[day, DAILY_RELEASED_CREDIT, SHOPPING_CREDIT] += amount
        books.moved[day, DAILY_RELEASED_CASH, CASH] += amount


def come_and_go(behaviour: Behaviour, day: int, members: Members, crowd: Crowd, generator: Any) -> None:
    """Members leave, new ones come; the crowd holds who is there."""
    there = crowd.there[0]
    for _ in range(generator.poisson(there * behaviour.leaves_a_day / MILLION)):
        if there > 0:
            place = generator.integers(0, there)
            there -= 1
            crowd.members[place] = crowd.members[there]
    coming = behaviour.start_members if day == 0 else 0
    if 0 < day < behaviour.growth_ends:
        coming = generator.poisson(there * behaviour.arrivals_a_day / MILLION)
    for _ in range(min(coming, len(members.credit) - crowd.known[0])):
        member = crowd.known[0]
        if there > 0 and generator.integers(0, MILLION) < behaviour.invited:
            members.sponsors[member] = crowd.members[generator.integers(0, there)]
        else:
            members.sponsors[member] = NOBODY
        crowd.mood[member] = ORDINARY_MOOD
        crowd.members[there] = member
        there += 1
        crowd.known[0] += 1
    crowd.there[0] = there


def change_moods(
    behaviour: Behaviour, tables: PlanTables, holders: Any, wins_before: Any, members: Members, crowd: Crowd
) -> None:
    """Those of a batch who won since are in another mood, and so are those who did not."""
    for number in range(len(holders)):
        holder = holders[number]
        won = members.won_today[holder] > wins_before[number]
        change = behaviour.after_win if won else behaviour.after_loss
        mood = crowd.mood[holder] + crowd.mood[holder] * change // MILLION
        crowd.mood[holder] = max(1, min(mood, HIGHEST_MOOD))


def play_day(
    tables: PlanTables,
    promises: Promises,
    behaviour: Behaviour,
    price: int,
    day: int,
    members: Members,
    crowd: Crowd,
    queue: Queue,
    books: Books,
    parties: Parties,
    generator: Any,
) -> None:
    """One business day, from midnight to midnight."""
    begin_day(tables, promises, price, day, members, crowd, books)
    come_and_go(behaviour, day, members, crowd, generator)
    there = crowd.there[0]
    if there < tables.size:
        return
    wishes = generator.poisson(there * behaviour.joins_a_day * 2 / MILLION)
    joiners = np.empty(BATCH, dtype=np.int64)
    flags = np.empty(BATCH, dtype=np.int64)
    before = np.empty(BATCH, dtype=np.int64)
    count = 0
    for wish in range(wishes):
        member = crowd.members[generator.integers(0, there)]
        # Of two wishes in an ordinary mood one becomes a join, so that moods can rise as well as fall.
        if generator.integers(0, HIGHEST_MOOD) < crowd.mood[member] and may_join(
            promises, members, member, day
        ):
            joiners[count] = member
            flags[count] = join_flags(members, member, day)
            before[count] = members.won_today[member]
            count_join(members, member, day, promises.newcomer_days, promises.day_with_join)
            members.balances[member, CASH] -= price
            count += 1
        if count == BATCH or (wish == wishes - 1 and count > 0):
            books.moved[day, HOLD, CASH] += price * count
            books.joins[day] += count
            play_batch(
                tables,
                price,
                day,
                joiners[:count],
                flags[:count],
                members,
                queue,
                books,
                parties,
                generator,
            )
            if behaviour.after_win or behaviour.after_loss:
                change_moods(behaviour, tables, joiners[:count], before[:count], members, crowd)
            count = 0


def may_join(promises: Promises, members: Members, member: int, day: int) -> bool:
    """Whether the plan's limit leaves the member a join today."""
    if promises.joins_per_day == 0 or members.last_day[member] < day:
        return True
    return bool(members.joins_today[member] < promises.joins_per_day)
