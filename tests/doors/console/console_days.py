"""Two months of a shop whose plan has days, a pool, promoters and prizes to choose; and a clock to set."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pinwheel.doors.console import dashboard, own_urls, registry
from pinwheel.market.days.models import DayRun
from pinwheel.market.days.services import run_days
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor, change_sponsor
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove, Profit
from pinwheel.market.pool.profit import confirm_profit, enter_profit, reject_profit
from pinwheel.market.pool.services import move_points
from pinwheel.market.prizes.models import PrizeChoice, PrizeProduct
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.rules.assets import DIVIDEND_POINTS, SHOPPING_CREDIT
from stage import Stage

PLAN = "national-group-buy"
OCTOBER_2 = datetime.fromisoformat("2026-10-02T09:00:00+08:00")
OCTOBER_26 = datetime.fromisoformat("2026-10-26T09:00:00+08:00")
NOVEMBER_3 = datetime.fromisoformat("2026-11-03T09:00:00+08:00")
LATE = (dashboard, own_urls, registry)  # imported when a page is first asked for, which would miss the clock
FROZEN_DAY = datetime.fromisoformat("2026-11-26T10:00:00+08:00")


@dataclass
class Days:
    """The shop on a frozen day: members of a settled group, October's profit paid."""

    staff: Any
    stage: Stage
    october: Profit
    rejected: Profit
    move: PoolMove
    given: Exchange

    @property
    def members(self) -> list[Member]:
        return list(Member.objects.filter(pk__in=self.stage.members).order_by("pk"))

    @property
    def monthly(self) -> DayRun:
        return DayRun.objects.get(pk=self.october.run_id)

    @property
    def daily(self) -> DayRun:
        """The daily dividend that paid the winners of the first group."""
        return DayRun.objects.filter(kind=DayRun.Kind.DAILY_DIVIDEND, members__gt=0).earliest("day")

    @property
    def release(self) -> DayRun:
        return DayRun.objects.filter(kind=DayRun.Kind.CREDIT_RELEASE, members__gt=0).earliest("day")


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Every page of the console sees this time."""
    for name, module in list(sys.modules.items()):
        if name.startswith("pinwheel.doors.console.") and hasattr(module, "current_time"):
            monkeypatch.setattr(module, "current_time", lambda: now)


def move(stage: Stage, member: int, points: int, now: datetime) -> PoolMove:
    return move_points(PLAN, member, points, uuid4(), now)


def fill_days(staff: Any, until: datetime = FROZEN_DAY) -> Days:
    """A group settled on 2 October, points in the pool, October paid; November's pool is frozen."""
    releases = '{"credit": {"static_release": "1%", "accelerated_release": "2%"}}'
    stage = Stage(PLAN, releases, members=12, products=2, at=OCTOBER_2)
    PrizeProduct.objects.create(activity=stage.activity, product=stage.products[1])
    members = stage.members
    adjust_balances(members, DIVIDEND_POINTS, [100_000] * 12, 0, stage.now)
    adjust_balances(members[:3], SHOPPING_CREDIT, [50_000] * 3, 0, stage.now)
    for member in members[1:4]:
        bind_sponsor(member, members[0], stage.now)
    bind_sponsor(members[4], members[1], stage.now)
    change_sponsor(members[3], members[1], "brought by the second", staff["support"], stage.now)
    for member in members[:10]:
        stage.join(member)
    stage.settle()
    choose_prizes(stage)
    for number, member in enumerate(members[:3]):
        made = move(stage, member, 10_000 * (number + 1), stage.now)
    move(stage, members[2], -10_000, stage.now)
    run_days(OCTOBER_26)
    october = pay_october(staff)
    item = ExchangeItem.objects.create(plan=PLAN, product=stage.products[0], points=5_000, left=3)
    given = exchange(item.pk, item.points, members[5], uuid4(), NOVEMBER_3)
    run_days(until)
    rejected = enter_profit(PLAN, until.date(), 77_700, staff["finance"], until)
    reject_profit(rejected.pk, staff["boss"], until)
    return Days(staff, stage, october, rejected, made, given)


def choose_prizes(stage: Stage) -> None:
    """One winner takes a product, one a voucher, the third has not chosen yet."""
    won = PrizeChoice.objects.order_by("order_id")
    first, second = won[0], won[1]
    choose_product(first.order_id, first.member_id, stage.products[1].pk, stage.now)
    choose_voucher(second.order_id, second.member_id, stage.now)


def pay_october(staff: Any) -> Profit:
    """100.01 shared by 500 points: 20.00, 40.00 and 40.00; a fen is left over."""
    entry = enter_profit(PLAN, OCTOBER_26.date(), 10_001, staff["finance"], OCTOBER_26)
    confirm_profit(entry.pk, staff["boss"], OCTOBER_26 + timedelta(minutes=1))
    run_days(OCTOBER_26 + timedelta(minutes=2))
    entry.refresh_from_db()
    return entry
