"""The live engine: plays a scenario through real orders, seating, settlement and ledger."""

import hashlib
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from pinwheel.doors.cli.scenarios.read import (
    BadScenario,
    Scenario,
    read_hundredths,
    read_moment,
    read_names,
)
from pinwheel.ledger.models import Batch
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.catalogue.models import Product
from pinwheel.market.days.calendar import next_day_due
from pinwheel.market.days.services import run_days
from pinwheel.market.due import next_due, run_due
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member, SponsorChange
from pinwheel.market.members.services import create_many
from pinwheel.market.members.sponsors import bind_sponsor, change_sponsor
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order, Participation, Unpaid
from pinwheel.market.orders.requests import QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.market.plans.services import publish_plan
from pinwheel.market.pool.models import ExchangeItem, PoolMove, Profit
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.pool.services import exchange, move_points
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.draw import drawn_order

SECOND = timedelta(seconds=1)


class LiveEngine:
    """One scenario in play, in a scratch database."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.now = scenario.start
        self.orders: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.joins = 0
        self.draws = 0
        self.moves = 0
        self.draw_orders: deque[list[int]] = deque()
        self.members = self.make_members()
        self.names = {member: name for name, member in self.members.items()}
        self.products: dict[str, int] = {}
        self.activity = self.make_activity()

    def make_members(self) -> dict[str, int]:
        names = list(self.scenario.members)
        phones = [f"+86138{number:08d}" for number in range(len(names))]
        ids = create_many(phones, names, "", self.now)
        for number, asset in enumerate(ASSETS):
            amounts = [
                read_hundredths(self.scenario.members[name].get(asset, 0), f"members.{name}.{asset}")
                for name in names
            ]
            if any(amounts):
                adjust_balances(ids, number, amounts, 0, self.now)
        members = dict(zip(names, ids, strict=True))
        for name in names:
            unknown = set(self.scenario.members[name]) - {*ASSETS, "sponsor"}
            if unknown:
                raise BadScenario(f"members.{name}.{min(unknown)}: unknown or not available yet")
            if "sponsor" in self.scenario.members[name]:
                sponsor = self.known(members, self.scenario.members[name]["sponsor"], "member")
                bind_sponsor(members[name], sponsor, self.now)
        return members

    def make_activity(self) -> Activity:
        wanted = self.scenario.activity
        price = read_hundredths(wanted["price"], "activity.price") if "price" in wanted else None
        products = []
        for code in wanted.get("products", ["goods"]):
            product = Product.objects.create(
                id=new_id(self.now),
                code=code,
                name_zh=code,
                name_en=code,
                price=price or self.scenario.plan.offer.price,
                created_at=self.now,
            )
            products.append(product)
            self.products[code] = product.pk
        activity = create_activity(
            publish_plan(self.scenario.plan, "", None, self.now),
            products,
            read_moment(wanted["from"], "activity.from") if "from" in wanted else self.now,
            read_moment(wanted["until"], "activity.until") if "until" in wanted else None,
            self.now,
            price=price,
            stock=wanted.get("stock"),
        )
        schedule(activity, self.now)
        return activity

    def step(self, kind: str, value: Any) -> None:
        """Do one step. Raises: Refused, BadScenario."""
        does = getattr(self, f"do_{kind}", None)
        if does is None:
            raise BadScenario(f"step {kind}: unknown or not available yet")
        does(value)

    def do_draw_order(self, value: Any) -> None:
        self.draw_orders.append([int(seat) - 1 for seat in str(value).split()])

    def do_joins(self, value: Any) -> None:
        asked = value if isinstance(value, dict) else {"members": value}
        for name in read_names(asked["members"]):
            self.join(name, group=asked.get("group"), product=asked.get("product"))

    def do_join(self, value: Any) -> None:
        result = self.join(
            value["member"], value.get("group"), value.get("product"), value.get("pay") == "external"
        )
        if "as" in value:
            self.orders[value["as"]] = result.order_id

    def do_open(self, value: Any) -> None:
        result = self.join(value["member"], product=value.get("product"), opens_group=True)
        if "as" in value:
            self.groups[value["as"]] = result.group_id

    def do_pay(self, value: Any) -> None:
        payment = Payment.objects.get(order_id=self.known(self.orders, value, "order"))
        hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), self.now)
        self.settle()

    def do_until(self, value: Any) -> None:
        until = read_moment(value, "until")
        if until < self.now:
            raise BadScenario(f"until {value}: the clock does not go back")
        while (due := self.next_moment()) is not None and due <= until:
            self.now = max(self.now, due)
            self.run_clock()
        self.now = until
        self.run_clock()

    def do_outage(self, value: Any) -> None:
        """The clock moves on and nothing runs; what was missed is caught up with the next step."""
        until = read_moment(value, "outage")
        if until < self.now:
            raise BadScenario(f"outage {value}: the clock does not go back")
        self.now = until

    def next_moment(self) -> datetime | None:
        moments = [moment for moment in (next_due(), next_day_due(self.now)) if moment is not None]
        return min(moments, default=None)

    def run_clock(self) -> None:
        """Every job that is due now."""
        run_due(self.now)
        run_days(self.now)

    def do_pool_in(self, value: Any) -> None:
        self.move_points(value, 1)

    def do_pool_out(self, value: Any) -> None:
        self.move_points(value, -1)

    def move_points(self, value: Any, sign: int) -> None:
        self.moves += 1
        move_points(
            self.scenario.plan.plan,
            self.known(self.members, value["member"], "member"),
            sign * read_hundredths(value["points"], "points"),
            request_key("scenario pool", str(self.moves)),
            self.now,
        )

    def do_goods_for_points(self, value: Any) -> None:
        """An operator offers goods for points: `{product: tea, points: 200, left: 1}`."""
        ExchangeItem.objects.create(
            plan=self.scenario.plan.plan,
            product_id=self.known(self.products, value["product"], "product"),
            points=read_hundredths(value["points"], "goods_for_points.points"),
            left=value["left"],
        )

    def do_exchange(self, value: Any) -> None:
        """A member gives points for goods: `{member: A, product: tea, points: 200}`."""
        self.moves += 1
        product = self.known(self.products, value["product"], "product")
        exchange(
            ExchangeItem.objects.get(plan=self.scenario.plan.plan, product_id=product).pk,
            read_hundredths(value["points"], "exchange.points"),
            self.known(self.members, value["member"], "member"),
            request_key("scenario exchange", str(self.moves)),
            self.now,
        )

    def do_distribute(self, value: Any) -> None:
        """One operator enters the month's profit, another confirms it, and it is paid."""
        month = read_moment(f"{value['month']}-01T00:00:00+08:00", "distribute.month").date()
        clerk, second = (
            Operator.objects.get_or_create(username=name)[0] for name in ("scenario-clerk", "scenario-second")
        )
        profit = read_hundredths(value["profit"], "distribute.profit")
        entry = enter_profit(self.scenario.plan.plan, month, profit, clerk, self.now)
        confirm_profit(entry.pk, second, self.now)
        run_days(self.now)

    def do_sponsor(self, value: Any) -> None:
        """A member accepts an invitation: `{member: B, sponsor: A}`."""
        bind_sponsor(
            self.known(self.members, value["member"], "member"),
            self.known(self.members, value["sponsor"], "member"),
            self.now,
        )

    def do_change_sponsor(self, value: Any) -> None:
        """An operator gives a member another sponsor, or none: `{member: B, sponsor: C, reason: …}`."""
        sponsor = value["sponsor"]
        change_sponsor(
            self.known(self.members, value["member"], "member"),
            None if sponsor is None else self.known(self.members, sponsor, "member"),
            str(value.get("reason") or ""),
            Operator.objects.get_or_create(username="scenario-clerk")[0],
            self.now,
        )

    def do_choose(self, value: Any) -> None:
        """A winner chooses: `{order: o1, product: tea}` or `{order: o1, voucher: true}`."""
        order = Order.objects.get(pk=self.known(self.orders, value["order"], "order"))
        if value.get("voucher"):
            choose_voucher(order.pk, order.member_id, self.now)
        else:
            product = self.known(self.products, value["product"], "product")
            choose_product(order.pk, order.member_id, product, self.now)

    def do_grant(self, value: Any) -> None:
        member = self.known(self.members, value["member"], "member")
        for asset, amount in value.items():
            if asset != "member":
                adjust_balances(
                    [member], ASSETS.index(asset), [read_hundredths(amount, f"grant.{asset}")], 0, self.now
                )

    def join(
        self,
        name: str,
        group: str | None = None,
        product: str | None = None,
        external: bool = False,
        opens_group: bool = False,
    ) -> JoinResult:
        """One join, one second after the one before. Raises: Refused."""
        self.joins += 1
        result = take_joins(
            [
                JoinRequest(
                    activity_id=self.activity.pk,
                    member_id=self.known(self.members, name, "member"),
                    request_key=request_key("scenario", str(self.joins)),
                    product_id=self.known(self.products, product, "product") if product else None,
                    group_id=self.known(self.groups, group, "group") if group else QUEUE,
                    opens_group=opens_group,
                    route=Order.Route.EXTERNAL if external else Order.Route.BALANCE,
                )
            ],
            self.now,
        )[0]
        if isinstance(result, Refused):
            raise result
        if external:
            ask_payment(result.order_id, "sandbox", self.now)
        self.settle()
        self.now += SECOND
        return result

    def settle(self) -> None:
        settle_activity(self.activity.pk, self.now, maker=self.make_draw)

    def make_draw(self, draw: str, server_seed: bytes, order_ids: list[int]) -> list[int]:
        """The scenario's drawn order, or one from a fixed seed."""
        self.draws += 1
        if not self.draw_orders:
            return drawn_order(hashlib.sha256(f"scenario {self.draws}".encode()).digest(), len(order_ids))
        order = self.draw_orders.popleft()
        if sorted(order) != list(range(len(order_ids))):
            raise BadScenario(f"draw_order: every seat from 1 to {len(order_ids)} must stand in it once")
        return order

    def known(self, table: dict[str, int], name: Any, kind: str) -> int:
        if name not in table:
            raise BadScenario(f"{kind} {name} is not known")
        return table[name]

    def state_print(self) -> tuple[Any, ...]:
        """What a refused step must leave as it was."""
        return (
            Batch.objects.count(),
            sorted(Order.objects.values_list("id", "state", "group_id")),
            sorted(Participation.objects.values_list("member_id", "joins_total", "last_day")),
            Unpaid.objects.count(),
            PoolMove.objects.count(),
            sorted(Profit.objects.values_list("id", "state")),
            SponsorChange.objects.count(),
            sorted(Member.objects.exclude(sponsor_id=None).values_list("id", "sponsor_id")),
            sorted(PrizeChoice.objects.values_list("order_id", "state")),
        )
