"""A day of joins through the real path, at the times at which they would have come."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import is_open_at, terms_of
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.due import run_due
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.refusals import Refused

LENGTH = timedelta(hours=30)  # longer than a group may take, so that some expire
STEP = timedelta(minutes=15)
JOINS_A_STEP = 18
PART_EXTERNAL = 0.12  # of the joins are paid from outside,
PART_PAID = 0.8  # of which so many are paid at all
PART_OF_BALANCES = 0.2  # of those that are due are paid at each step
LEFT_OPEN = 3  # seats that the last group still has free when the visitor comes

# How busy each playbook is; those not named get 2.
WEIGHTS = {"national-group-buy": 10, "draw-on-fill": 3, "leader-five": 4, "ninety-nine-of-a-hundred": 20}


class Day:
    """Joins of a day, drawn by a seeded chance."""

    def __init__(self, activities: list[Activity], members: list[int], chance: random.Random) -> None:
        self.activities = activities
        self.members = members
        self.chance = chance
        self.joins = 0
        self.products = {
            activity.pk: list(activity.products.values_list("id", flat=True)) for activity in activities
        }

    def play(self, start: datetime, end: datetime, progress: Callable[[float], None]) -> None:
        """Play from start to end; `progress` is told the part that is done."""
        now = start
        while now < end:
            open_now = [a for a in self.activities if is_open_at(terms_of(a.plan_version_id).plan, now)]
            busy = Counter(self.chance.choices(open_now, [self.weight(a) for a in open_now], k=JOINS_A_STEP))
            for activity, joins in busy.items():
                self.join(activity, joins, now)
            self.pay_balances(now)
            run_due(now)
            now += STEP
            progress(min((now - start) / (end - start), 1.0))
        run_due(end)

    def weight(self, activity: Activity) -> int:
        return WEIGHTS.get(terms_of(activity.plan_version_id).plan_name, 2)

    def join(self, activity: Activity, joins: int, now: datetime) -> None:
        """Members join an activity and are seated."""
        requests = [self.request(activity) for _ in range(joins)]
        for request, result in zip(requests, take_joins(requests, now), strict=True):
            if request.route == Order.Route.EXTERNAL and isinstance(result, JoinResult):
                self.pay(result, now)
        settle_activity(activity.pk, now)

    def request(self, activity: Activity) -> JoinRequest:
        """One member's wish; some pay from outside."""
        self.joins += 1
        group_id = self.group_to_join(activity)
        is_external = self.chance.random() < PART_EXTERNAL
        return JoinRequest(
            activity_id=activity.pk,
            member_id=self.chance.choice(self.members),
            request_key=request_key("demo", str(self.joins)),
            product_id=self.chance.choice(self.products[activity.pk]),
            group_id=group_id or QUEUE,
            opens_group=group_id is None,
            route=(Order.Route.EXTERNAL if is_external else Order.Route.BALANCE).value,
        )

    def pay(self, result: JoinResult, now: datetime) -> None:
        """Pay from outside, or forget to."""
        payment = ask_payment(result.order_id, "sandbox", now)
        if self.chance.random() < PART_PAID:
            Sandbox().charge(payment, now)
            hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), now)

    def pay_balances(self, now: datetime) -> None:
        """Most members of full presale groups pay their balance, a few at each step."""
        due = Balance.objects.filter(state=Balance.State.DUE, due_at__gt=now).order_by("order_id")
        for order_id, member_id in list(due.values_list("order_id", "member_id")):
            if self.chance.random() < PART_OF_BALANCES:
                with suppress(Refused):  # too little cash: perhaps later
                    pay_balance(order_id, member_id, now)

    def group_to_join(self, activity: Activity) -> int | None:
        """The queue, a leader's group with a free seat, or None: open a new one."""
        if terms_of(activity.plan_version_id).plan.group.seating == "queue":
            return QUEUE
        open_groups = list(
            Group.objects.filter(activity_id=activity.pk, state=Group.State.FORMING)
            .exclude(leader_id=0)
            .values_list("id", flat=True)
        )
        return self.chance.choice(open_groups) if open_groups and self.chance.random() < 0.85 else None

    def leave_seats_free(self, activity: Activity, now: datetime) -> None:
        """Fill the group at the head of the queue until only a few of its seats are free."""
        for _ in range(100):
            group = (
                Group.objects.filter(activity_id=activity.pk, state=Group.State.FORMING, leader_id=0)
                .order_by("-taken", "draw_number")
                .first()
            )
            if group is not None and group.taken == group.size - LEFT_OPEN:
                return
            self.join(activity, 1, now)
