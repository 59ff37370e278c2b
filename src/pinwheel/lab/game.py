"""What is played: a plan as the loops read it, beside the tables that the rules read."""

from typing import NamedTuple

import numpy as np

from pinwheel.lab.world import DAY, MINUTE, MOST_REASONS, Table
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.model import Plan, prize_count
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
    hours: Table  # (spans, 2) when one may join: from which second of a day, and how long


class Game(NamedTuple):
    """A plan in the form in which the loops play it."""

    tables: PlanTables
    promises: Promises
    price: int  # fen
    signs: Table  # (reasons,) what a posting's amount does to the member's balance: -1, 0 or 1


def game_of(plan: Plan, price: int | None = None) -> Game:
    """A plan, ready to be played at a price in fen (default: its own)."""
    price = plan.offer.price if price is None else price
    signs = np.zeros(MOST_REASONS, dtype=np.int64)
    for reason, (giving, getting) in PARTIES.items():
        signs[reason] = int(getting == MEMBER) - int(giving == MEMBER)
    return Game(compile_plan(plan), promises_of(plan, price), price, signs)


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
        hours=np.array(spans, dtype=np.int64),
    )
