"""A small shop for tests: members with money, activities of shipped playbooks, and a clock in hand."""

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.audit import audit
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.catalogue.models import Product
from pinwheel.market.due import run_due
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.services import create_many
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.refusals import Refused
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.load import playbook_text
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.assets import CASH

START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_numbers = itertools.count(1)
_stages = itertools.count(1)  # ids carry their millisecond: stages begin in different ones


def changed(name: str, changes: str = "{}") -> Plan:
    """A playbook with changes in YAML, as a scenario writes them."""
    wanted = load_yaml(changes)
    assert isinstance(wanted, dict)
    return read_plan(apply_changes(load_yaml(playbook_text(name)), wanted))


def seat_order(*seats: int) -> Callable[[str, bytes, list[int]], list[int]]:
    """A maker of draws that always gives this order of seat numbers."""
    return lambda draw, seed, orders: [seat - 1 for seat in seats]


def in_seat_order(draw: str, seed: bytes, orders: list[int]) -> list[int]:
    """A maker of draws that draws the seats as they were taken."""
    return list(range(len(orders)))


def make_members(count: int, cash: int, now: datetime) -> list[int]:
    """Fresh members with that much cash (fen) each."""
    numbers = [next(_numbers) for _ in range(count)]
    members = create_many([f"+86139{n:08d}" for n in numbers], [f"m{n}" for n in numbers], "", now)
    if cash and members:
        adjust_balances(members, CASH, [cash] * count, 0, now)
    return members


def damage_of(cursor_checks: Sequence[Any], cursor: Any) -> set[str]:
    """Names of the checks that find something, run on this cursor (inside the caller's transaction)."""
    return {check.__name__ for check in cursor_checks if list(check(cursor))}


def findings(but: Sequence[str] = ()) -> list[Any]:
    """Everything the audit finds, but for what these checks say."""
    return [finding for name, found in audit() for finding in found if name not in but]


class Stage:
    """One activity on sale and its members. The clock moves on by a second with each join."""

    def __init__(
        self,
        plan: str | Plan = "draw-on-fill",
        changes: str = "{}",
        *,
        members: int = 0,
        cash: int = 100_000,
        stock: int | None = None,
        starts: timedelta = timedelta(0),
        ends: timedelta | None = None,
        products: int = 1,
        price: int | None = None,
        at: datetime = START,
    ) -> None:
        self.now = at + timedelta(milliseconds=next(_stages) % 1000)
        self.keys = itertools.count(1)
        self.name = f"stage {next(_numbers)}"
        self.plan = changed(plan, changes) if isinstance(plan, str) else plan
        self.products = [self.make_product() for _ in range(products)]
        self.activity = create_activity(
            publish_plan_on_stage(self.plan, "", None, self.now),
            self.products,
            self.now + starts,
            None if ends is None else self.now + ends,
            self.now,
            price=price,
            stock=stock,
        )
        schedule(self.activity, self.now)
        self.members = make_members(members, cash, self.now)

    def make_product(self) -> Product:
        number = next(_numbers)
        return Product.objects.create(
            id=new_id(self.now + timedelta(milliseconds=number)),
            code=f"p{number}",
            name_zh="茶",
            name_en="Tea",
            price=self.plan.offer.price,
            created_at=self.now,
        )

    def request(
        self,
        member: int,
        *,
        key: str | None = None,
        group: int = QUEUE,
        opens: bool = False,
        external: bool = False,
        product: int | None = None,
        activity: int | None = None,
    ) -> JoinRequest:
        return JoinRequest(
            activity_id=self.activity.pk if activity is None else activity,
            member_id=member,
            request_key=request_key(self.name, key if key is not None else f"join {next(self.keys)}"),
            product_id=product,
            group_id=group,
            opens_group=opens,
            route=Order.Route.EXTERNAL if external else Order.Route.BALANCE,
        )

    def take(self, *requests: JoinRequest) -> list[JoinResult | Refused]:
        """Several joins in one batch."""
        answers = take_joins(requests, self.now)
        self.now += SECOND
        return answers

    def ask(self, member: int, **how: Any) -> JoinResult | Refused:
        """One join and its answer; nothing is settled."""
        return self.take(self.request(member, **how))[0]

    def join(self, member: int, **how: Any) -> JoinResult:
        """One join that must be taken; an external one asks for its payment."""
        answer = self.ask(member, **how)
        assert isinstance(answer, JoinResult), answer
        if how.get("external"):
            ask_payment(answer.order_id, "sandbox", self.now)
        return answer

    def refusal(self, member: int, **how: Any) -> Refused:
        """One join that must be refused."""
        answer = self.ask(member, **how)
        assert isinstance(answer, Refused), answer
        return answer

    def settle(self, maker: Any = in_seat_order) -> int:
        return settle_activity(self.activity.pk, self.now, maker=maker)

    def callback(self, order_id: int, said: str = "paid", part: int = Payment.Part.JOIN) -> Payment:
        payment = Payment.objects.get(order_id=order_id, part=part)
        return hear_callback("sandbox", Sandbox().signed_fields(payment, said), self.now)

    def wait(self, time: timedelta) -> None:
        """The clock moves on and what is due is done."""
        self.now += time
        run_due(self.now)

    def cash(self, member: int) -> int:
        return Wallet.objects.get(pk=member).cash

    def order(self, order_id: int) -> Order:
        return Order.objects.get(pk=order_id)

    def groups(self, *states: int) -> list[Group]:
        found = Group.objects.filter(activity_id=self.activity.pk).order_by("draw_number")
        return list(found.filter(state__in=states) if states else found)

    def left(self, number: int = 0) -> int | None:
        return ActivityProduct.objects.get(activity=self.activity, product=self.products[number]).left

    def reload(self) -> Activity:
        self.activity.refresh_from_db()
        return self.activity
