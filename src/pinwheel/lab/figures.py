"""The figures of one run of the simulator: plain integers and lists, kept as JSON, drawn by reports.

Amounts in fen, of points and coins in hundredths; a list over days has the state at the end of each day.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pinwheel.lab.game import game_of
from pinwheel.lab.world import (
    DISSOLVED,
    EXPIRED,
    GROUP,
    HOLDER,
    JOINS,
    KNOWN,
    MEMBERS_THERE,
    OPEN_SEATS,
    PAID,
    SETTLED,
    SETTLED_SEATS,
    World,
)
from pinwheel.plan.model import Plan, drawn_on_close
from pinwheel.plan.presale import deposit_of
from pinwheel.plan.solvency import fee_of, solvency, without_prizes
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.ladder import price_at
from pinwheel.rules.money import MILLION
from pinwheel.rules.reasons import (
    COUPONS,
    DAILY_POOL,
    HELD,
    ISSUED,
    KEPT,
    MEMBER,
    MONTHLY_POOL,
    OUTSIDE,
    PARTIES,
    POOL,
    REASONS,
)

PARTY_NAMES = {
    MEMBER: "members",
    HELD: "held",
    KEPT: "kept",
    ISSUED: "issued",
    OUTSIDE: "outside",
    POOL: "pool",
    DAILY_POOL: "daily_pool",
    MONTHLY_POOL: "monthly_pool",
    COUPONS: "coupons",
}


class Flow(NamedTuple):
    """What went from one party to another in the whole run, by reason (rules/reasons.py) and asset."""

    source: str
    target: str
    reason: str
    asset: str
    amount: int


class Figures(NamedTuple):
    """One run.

    Attributes:
        seed, days: of the run.
        members: who ever came; there: (days,) who is there.
        joins, settled, dissolved, expired: (days,) joins paid, and groups that settled, dissolved or ran out
            of time, on that day.
        kept: (days,) payments captured less all cash paid to members, so far.
        goods, fees: (days,) what goods and payment fees have cost so far.
        coupons: (days,) what the coupons given so far take off later prices, all of them used: it is counted,
            nothing moves.
        costs: (days,) what the operator has spent so far whatever happened.
        margin: (days,) kept less goods, fees, coupons and costs: what the operator has gained (or put in,
            where negative).
        owed: asset: (days,) what members hold of it (shopping credit: what is still to be released).
        waits: groups that filled, by the time it took: bins of WAIT_UNTIL in lab/world.py.
        lowest, lowest_on: the least margin, and its day (from 1).
        dry_on: the first day (from 1) on which margin and budget together are negative; None: never.
        breaks_even_on: the first day (from 1) from which on the margin is never negative; None: it is at the
            end.
        enough_members: about the fewest with which a run ends without a loss (lab/enough.py); None: not
            looked for, or not found.
        ahead, behind: members who got more cash than they paid, and less (goods and points not counted).
        tenths: (11,) cash results of members, from the lowest to the highest by tenths of them.
        lorenz: (101,) ppm of all cash paid to members beyond refunds that the n % who got least have got.
        flows: where each yuan went.
    """

    seed: int
    days: int
    members: int
    there: list[int]
    joins: list[int]
    settled: list[int]
    dissolved: list[int]
    expired: list[int]
    kept: list[int]
    goods: list[int]
    fees: list[int]
    coupons: list[int]
    costs: list[int]
    margin: list[int]
    owed: dict[str, list[int]]
    waits: list[int]
    lowest: int
    lowest_on: int
    dry_on: int | None
    breaks_even_on: int | None
    enough_members: int | None
    ahead: int
    behind: int
    tenths: list[int]
    lorenz: list[int]
    flows: list[Flow]


def figures_of(plan: Plan, world: World, seed: int, budget: int = 0, costs_a_day: int = 0) -> Figures:
    """The figures of a finished run; `budget` and `costs_a_day` in fen."""
    kept = np.cumsum(cash_kept(world))
    goods, coupons = given_by_day(plan, world)
    fees = fees_by_day(plan, world)
    costs = costs_by_day(world, costs_a_day)
    margin = margin_by_day(plan, world, costs_a_day)
    members = int(world.numbers[KNOWN])
    cash = world.members[:members, CASH]
    lowest = int(margin.argmin())
    return Figures(
        seed=seed,
        days=len(world.days),
        members=members,
        there=world.days[:, MEMBERS_THERE].tolist(),
        joins=world.days[:, JOINS].tolist(),
        settled=world.days[:, SETTLED].tolist(),
        dissolved=world.days[:, DISSOLVED].tolist(),
        expired=world.days[:, EXPIRED].tolist(),
        kept=kept.tolist(),
        goods=goods.tolist(),
        fees=fees.tolist(),
        coupons=coupons.tolist(),
        costs=costs.tolist(),
        margin=margin.tolist(),
        owed=owed_by_day(world),
        waits=world.waits.tolist(),
        lowest=int(margin[lowest]),
        lowest_on=lowest + 1,
        dry_on=first_day(margin + budget < 0),
        breaks_even_on=last_day(margin < 0, len(margin)),
        enough_members=None,
        ahead=int((cash > 0).sum()),
        behind=int((cash < 0).sum()),
        tenths=tenths_of(cash),
        lorenz=lorenz_of(cash_received(plan, world)),
        flows=flows_of(world),
    )


def margin_by_day(plan: Plan, world: World, costs_a_day: int) -> NDArray[np.int64]:
    """(days,) What the operator has gained so far; days to come add costs alone."""
    goods, coupons = given_by_day(plan, world)
    spent = goods + coupons + fees_by_day(plan, world) + costs_by_day(world, costs_a_day)
    return np.cumsum(cash_kept(world)) - spent


def costs_by_day(world: World, costs_a_day: int) -> NDArray[np.int64]:
    """(days,) What the operator has spent so far whatever happened."""
    return costs_a_day * np.arange(1, len(world.days) + 1, dtype=np.int64)


def given_by_day(plan: Plan, world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(days,) What goods have cost so far, and what coupons take off.

    The seats of a group fall to its classes exactly. Of one draw at the end all prizes fall to the groups
    that settle with it, and the other seats to the last class.
    """
    each = solvency(plan).expected
    if drawn_on_close(plan):
        other = solvency(without_prizes(plan)).expected
        groups = np.cumsum(world.days[:, SETTLED])
        further = np.maximum(groups - 1, 0)
        any_prizes = np.minimum(groups, 1)
        return (
            any_prizes * each.goods + further * other.goods,
            any_prizes * each.coupons + further * other.coupons,
        )
    seats = np.cumsum(world.days[:, SETTLED_SEATS])  # a ladder's groups end with fewer or more
    return seats * each.goods // each.size, seats * each.coupons // each.size


def fees_by_day(plan: Plan, world: World) -> NDArray[np.int64]:
    """(days,) What payment fees have cost so far; of a presale each deposit, and each balance paid."""
    price = plan.offer.price
    joins = np.cumsum(world.days[:, JOINS])
    deposit = deposit_of(plan.presale, price)
    if not deposit:
        return joins * fee_of(plan, price)
    balances = np.cumsum(world.days[:, SETTLED_SEATS])
    return joins * fee_of(plan, deposit) + balances * fee_of(plan, price - deposit)


def cash_kept(world: World) -> NDArray[np.int64]:
    """(days,) What each day added to what the plan has kept: captured less paid out and put into pools."""
    change = np.zeros(len(world.days), dtype=np.int64)
    for reason in PARTIES:
        source, target = cash_parties(reason)
        change += world.moved[:, reason, CASH] * (int(target == KEPT) - int(source == KEPT))
    return change


def cash_parties(reason: int) -> tuple[int, int]:
    """Who gives and who gets the cash of a reason: rewards in cash come out of what the plan kept."""
    source, target = PARTIES[reason]
    return (KEPT if source == ISSUED else source), (KEPT if target == ISSUED else target)


def owed_by_day(world: World) -> dict[str, list[int]]:
    """What members hold of each asset but cash, points in the pool included, where any was ever given."""
    theirs = MEMBER, POOL
    found = {}
    for asset in range(1, len(ASSETS)):
        change = np.zeros(len(world.days), dtype=np.int64)
        for reason, (source, target) in PARTIES.items():
            change += world.moved[:, reason, asset] * (int(target in theirs) - int(source in theirs))
        if world.moved[:, :, asset].any():
            found[ASSETS[asset]] = np.cumsum(change).tolist()
    return found


def cash_received(plan: Plan, world: World) -> NDArray[np.int64]:
    """(members,) Cash that each member got beyond refunds: the balance and all payments not given back."""
    members, waiting = int(world.numbers[KNOWN]), int(world.numbers[OPEN_SEATS])
    ladder = game_of(plan).ladder
    taken = np.bincount(world.queue[GROUP, :waiting])
    deposit = deposit_of(plan.presale, plan.offer.price)
    prices = np.array(
        [deposit or price_at(ladder.sizes, ladder.prices, seats) for seats in taken], dtype=np.int64
    )
    held = np.zeros(members, dtype=np.int64)
    np.add.at(held, world.queue[HOLDER, :waiting], prices[world.queue[GROUP, :waiting]])
    return world.members[:members, CASH] + world.members[:members, PAID] + held


def first_day(days: Any) -> int | None:
    """The first day (from 1) that is marked; None: no day."""
    return int(days.argmax()) + 1 if days.any() else None


def last_day(negative: Any, days: int) -> int | None:
    """The day (from 1) after the last that is marked; None if that is the last of all."""
    if not negative.any():
        return 1
    last = days - 1 - int(negative[::-1].argmax())
    return last + 2 if last + 1 < days else None


def tenths_of(values: NDArray[np.int64]) -> list[int]:
    """(11,) The lowest value, those at each tenth of the members, and the highest."""
    in_order = np.sort(values)
    return [int(in_order[(len(in_order) - 1) * tenth // 10]) for tenth in range(11)]


def lorenz_of(values: NDArray[np.int64]) -> list[int]:
    """(101,) Ppm of the sum that the lowest n % of the members have."""
    sums = np.concatenate([[0], np.cumsum(np.sort(values))])
    total = int(sums[-1])
    if total <= 0:
        return [0] * 101
    return [int(sums[(len(sums) - 1) * part // 100]) * MILLION // total for part in range(101)]


def flows_of(world: World) -> list[Flow]:
    """What moved in the whole run."""
    sums = world.moved.sum(axis=0)
    found = []
    for reason, name in REASONS.items():
        for asset in range(len(ASSETS)):
            if reason in PARTIES and sums[reason, asset]:
                source, target = cash_parties(reason) if asset == CASH else PARTIES[reason]
                parties = PARTY_NAMES[source], PARTY_NAMES[target]
                found.append(Flow(*parties, name, ASSETS[asset], int(sums[reason, asset])))
    return found
