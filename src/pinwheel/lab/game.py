"""What is played: a plan as the loops read it, beside the tables that the rules read."""

from typing import NamedTuple

import numpy as np

from pinwheel.lab.world import DAY, MINUTE, MOST_REASONS, Table
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.model import Plan, drawn_on_close, prize_count
from pinwheel.plan.presale import deposit_of
from pinwheel.rules.close import closing_tables
from pinwheel.rules.money import share
from pinwheel.rules.reasons import MEMBER, PARTIES
from pinwheel.rules.tables import PlanTables


class Promises(NamedTuple):
    """What a plan says beyond its groups. Rates in ppm, amounts in hundredths, times in seconds. 0: off."""

    static_release: int
    accelerated_release: int
    dividend_of_group: int  # what a settled group's winning orders put into the daily dividend
    newcomer_days: int
    day_with_join: int
    promoters_only: int  # 1: releases to sponsors need a valid promoter
    joins_per_day: int  # limit of a member
    joins_total: int  # limit of a member
    fill_within: int
    has_leader: int  # 1: the first seat of a group is its leader's
    deposit: int  # fen that a join pays at first; 0: it pays all at once
    draws_at_the_end: int  # 1: one draw over all full groups when the activity ends
    hours: Table  # (spans, 2) when one may join: from which second of a day, and how long


class Ladder(NamedTuple):
    """The price of a seat by the seats that are taken. A plan without tiers has one: its size, its price."""

    sizes: Table  # (tiers,) seats, rising
    prices: Table  # (tiers,) fen, falling


class Game(NamedTuple):
    """A plan in the form in which the loops play it."""

    tables: PlanTables
    promises: Promises
    ladder: Ladder
    price: int  # fen, of the first who join
    signs: Table  # (reasons,) what a posting's amount does to the member's balance: -1, 0 or 1


def game_of(plan: Plan, price: int | None = None) -> Game:
    """A plan, ready to be played at a price in fen (default: its own)."""
    price = plan.offer.price if price is None else price
    signs = np.zeros(MOST_REASONS, dtype=np.int64)
    for reason, (giving, getting) in PARTIES.items():
        signs[reason] = int(getting == MEMBER) - int(giving == MEMBER)
    tables = compile_plan(plan)
    tiers = [(tier.size, tier.price) for tier in tiers_of(plan)] or [(tables.size, price)]
    sizes, prices = np.array(tiers, dtype=np.int64).T.copy()
    return Game(tables, promises_of(plan, price), Ladder(sizes, prices), price, signs)


def of_size(tables: PlanTables, size: int, counts: Table) -> PlanTables:
    """The tables for groups that end with so many seats: a ladder's, or a presale's seats one by one.

    Args:
        counts: (1,) room for the seats of the plan's only class.
    """
    counts[0] = size
    return PlanTables(
        size,
        tables.seats_per_group,
        counts,
        tables.class_keeps,
        tables.class_shares,
        tables.releases,
        tables.grants,
        tables.first_join_of_day_in_front,
        tables.newcomer_in_front,
        tables.row_wins,
        tables.row_sit_out,
        tables.total_wins,
        tables.total_sit_out,
        tables.cap_wins,
        tables.cap_joins,
        tables.leader_may_win,
        tables.dissolve,
        tables.direct_fixed,
        tables.direct_ppm,
        tables.indirect_fixed,
        tables.indirect_ppm,
    )


def smallest_of(game: Game) -> int:
    """The fewest seats that are settled together."""
    return 1 if game.promises.deposit else int(game.ladder.sizes[0])


def all_seats(tables: PlanTables, seats: int) -> PlanTables:
    """The tables of a draw at the end over so many seats, as the loops read them."""
    found = closing_tables(tables, seats)
    return found._replace(class_counts=np.array(found.class_counts, dtype=np.int64))


def promises_of(plan: Plan, price: int) -> Promises:
    """What the plan says beyond its groups."""
    daily = plan.dividends.daily if plan.dividends else None
    each = daily.per_win.fixed + share(price, daily.per_win.ppm) if daily else 0
    sponsor = plan.referral.release_to_sponsor if plan.referral else None
    spans = [(span.start * MINUTE, (span.end - span.start) * MINUTE) for span in plan.hours] or [(0, DAY)]
    return Promises(
        static_release=plan.credit.static_release if plan.credit else 0,
        accelerated_release=plan.credit.accelerated_release if plan.credit else 0,
        dividend_of_group=each * prize_count(plan),
        newcomer_days=plan.promoter.newcomer_days if plan.promoter else 0,
        day_with_join=plan.promoter.day_with_join if plan.promoter else 0,
        promoters_only=int(bool(sponsor and sponsor.valid_promoters_only)),
        joins_per_day=plan.limits.joins_per_day or 0,
        joins_total=plan.limits.joins_total or 0,
        fill_within=plan.group.fill_within,
        has_leader=int(plan.group.seating != "queue"),
        deposit=deposit_of(plan.presale, price),
        draws_at_the_end=int(drawn_on_close(plan)),
        hours=np.array(spans, dtype=np.int64),
    )
