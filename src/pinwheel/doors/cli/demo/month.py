"""A month of National Group-Buy with ten thousand members, through the real services."""

import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from pinwheel.doors.cli.demo import shop
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.clock import business_day
from pinwheel.market.days.calendar import day_start
from pinwheel.market.days.services import run_days
from pinwheel.market.due import run_due
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.sponsors import bind_sponsor
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.requests import JoinRequest, request_key
from pinwheel.market.plans.services import save_draft
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.pool.services import move_points
from pinwheel.market.prizes.models import PrizeChoice, PrizeProduct
from pinwheel.market.prizes.services import choose_product, choose_voucher, prize_list
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.load import playbook_text

MEMBERS = 10_000
OPENING_CASH = 5_000_00
PART_SPONSORED = 0.7
HOURS = range(9, 22)
JOINS_AN_HOUR = 300
MOVES_A_DAY = 60  # of points into or out of the pool
CHOICES_A_DAY = 40
EXCHANGES_A_DAY = 20
PROFIT = 20_000_00  # fen, shared at the end of the month
STEP = 100_00  # hundredths: the pool's step
# What the playbook leaves to the operator: release of shopping credit each day and to sponsors.
RELEASES = """
credit: {static_release: 3‱, accelerated_release: 10‱}
referral: {release_to_sponsor: {direct: 1.00, indirect: 0.50}}
"""
BUDGET = "4164000.00"  # yuan: 12 000 groups at 347.00; the month fills fewer
PRODUCTS = ("longjing-tea", "rice-5kg", "olive-oil")
PRIZES = ("longjing-tea", "rice-5kg", "olive-oil", "thermos", "towels", "steak-voucher")


def month_to_play(now: datetime) -> tuple[date, datetime]:
    """The first day of the month before this one, and the moment up to which it is played."""
    this_month = business_day(now).replace(day=1)
    first = (this_month - timedelta(days=1)).replace(day=1)
    return first, min(now, day_start(this_month) + timedelta(hours=12))


def month_plan() -> str:
    """The playbook with releases and a budget that carries the month's groups."""
    own, text = f"budget: {BUDGET}", playbook_text("national-group-buy")
    return re.sub(r"^budget: .*$", own, text, count=1, flags=re.MULTILINE) + RELEASES


class Month:
    """The month, drawn by a seeded chance."""

    def __init__(self, first: date, chance: random.Random) -> None:
        self.first = first
        self.chance = chance
        self.requests = 0
        start = day_start(first)
        self.products = shop.make_products(start)
        self.members = shop.make_members(chance, start, MEMBERS, OPENING_CASH)
        self.sponsor_members(start)
        self.activity = self.open_activity(start)
        self.plan = self.activity.plan_version.name
        self.offered = [self.products[code].pk for code in PRODUCTS]
        self.item = ExchangeItem.objects.create(
            plan=self.plan, product=self.products["thermos"], points=2 * STEP, left=500
        )

    def sponsor_members(self, now: datetime) -> None:
        """Most members were brought by one who was there before them."""
        for number, member in enumerate(self.members[1:], start=1):
            if self.chance.random() < PART_SPONSORED:
                bind_sponsor(member, self.members[self.chance.randrange(number)], now)

    def open_activity(self, now: datetime) -> Activity:
        source = month_plan()
        save_draft(source, now)
        # On a stage: releases to sponsors above the margin that vouchers leave would block it (R05).
        version = publish_on_stage(source, Operator.objects.get(username="admin"), now)
        goods = [self.products[code] for code in PRODUCTS]
        activity = create_activity(version, goods, now, None, now)
        PrizeProduct.objects.bulk_create(
            [
                PrizeProduct(activity=activity, product=self.products[code], position=position)
                for position, code in enumerate(PRIZES)
            ]
        )
        schedule(activity, now)
        return activity

    def play(self, end: datetime, progress: Callable[[float], None]) -> None:
        """Day after day until the end; `progress` is told the part that is done."""
        start, day = day_start(self.first), self.first
        while (midnight := day_start(day)) < end:
            run_due(midnight)
            run_days(midnight)
            for hour in HOURS:
                now = midnight + timedelta(hours=hour)
                if now < end:
                    self.join(now)
            evening = min(midnight + timedelta(hours=22), end)
            run_due(evening)
            self.move_points(evening)
            self.exchange(evening)
            self.choose(evening)
            if (day + timedelta(days=2)).day == 1:
                self.share_profit(evening)
            day += timedelta(days=1)
            progress(min((day_start(day) - start) / (end - start), 1.0))
        run_due(end)
        run_days(end)

    def key(self) -> int:
        self.requests += 1
        return self.requests

    def join(self, now: datetime) -> None:
        """An hour's joins are seated, drawn and settled."""
        take_joins(
            [
                JoinRequest(
                    activity_id=self.activity.pk,
                    member_id=self.chance.choice(self.members),
                    request_key=request_key("month", str(self.key())),
                    product_id=self.chance.choice(self.offered),
                )
                for _ in range(JOINS_AN_HOUR)
            ],
            now,
        )
        settle_activity(self.activity.pk, now)
        run_due(now)

    def move_points(self, now: datetime) -> None:
        """Some members move points; who cannot is refused and nothing happens."""
        for _ in range(MOVES_A_DAY):
            points = self.chance.choice((STEP, STEP, -STEP))
            key = request_key("month pool", str(self.key()))
            self.unless_refused(move_points, self.plan, self.chance.choice(self.members), points, key, now)

    def exchange(self, now: datetime) -> None:
        """Some members give points for goods, where they can."""
        for _ in range(EXCHANGES_A_DAY):
            key = request_key("month exchange", str(self.key()))
            self.unless_refused(
                exchange, self.item.pk, self.item.points, self.chance.choice(self.members), key, now
            )

    def choose(self, now: datetime) -> None:
        """Some winners choose their prize; the others' time will run out."""
        waiting = list(PrizeChoice.objects.filter(state=PrizeChoice.State.OPEN).order_by("order_id"))
        for choice in self.chance.sample(waiting, min(CHOICES_A_DAY, len(waiting))):
            if self.chance.random() < 0.3:
                choose_voucher(choice.pk, choice.member_id, now)
            else:
                product = self.chance.choice(prize_list(choice.activity_id, choice.choose_from))
                choose_product(choice.pk, choice.member_id, product.pk, now)

    def share_profit(self, now: datetime) -> None:
        """One operator enters the month's profit, another confirms it, and it is paid."""
        entry = enter_profit(
            self.plan, business_day(now), PROFIT, Operator.objects.get(username="finance"), now
        )
        confirm_profit(entry.pk, Operator.objects.get(username="admin"), now)
        run_days(now)

    @staticmethod
    def unless_refused(action: Callable[..., object], *facts: object) -> None:
        try:
            action(*facts)
        except Refused:
            return
