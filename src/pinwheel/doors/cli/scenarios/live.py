"""The live engine: plays a scenario through real orders, seating, settlement and ledger."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce

from pinwheel.doors.cli.scenarios.engine import (
    Amounts,
    Engine,
    GroupFacts,
    MemberFacts,
    OrderFacts,
    known,
    opening_amounts,
    read_points,
)
from pinwheel.doors.cli.scenarios.extras import extra_in, left_in_stock, put_in_stock
from pinwheel.doors.cli.scenarios.parcels import Parcels
from pinwheel.doors.cli.scenarios.presales import Presales
from pinwheel.doors.cli.scenarios.public_values import give_number
from pinwheel.doors.cli.scenarios.read import BadScenario, Scenario, read_hundredths
from pinwheel.ledger.models import Batch, PlatformAccount, PlatformBalance, Wallet
from pinwheel.ledger.post import InsufficientBalance
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.audit import CHECKS, audit, draws_hold
from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.catalogue.models import Product
from pinwheel.market.coupons.models import Coupon
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template
from pinwheel.market.coupons.using import Scope
from pinwheel.market.days.calendar import next_day_due
from pinwheel.market.days.services import run_days
from pinwheel.market.due import next_due, run_due
from pinwheel.market.groups.models import Group, WinCounter
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.groups.states import has_formed
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member, SponsorChange
from pinwheel.market.members.services import create_many
from pinwheel.market.members.sponsors import bind_sponsor, change_sponsor
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order, Participation, Unpaid
from pinwheel.market.orders.requests import JoinRequest, JoinResult, request_key
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem, PoolMove, Profit
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.pool.services import move_points, points_in_pool
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.market.promoters.services import promoter_status
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount, parse_duration
from pinwheel.plan.model import extra_of
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.bars import bar_names


class LiveEngine(Engine):
    """One scenario in play, in a scratch database."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.moves = 0
        self.coupons: dict[str, int] = {}
        self.parcels = Parcels()
        self.presales = Presales()
        self.make_members()
        self.activity = self.make_activity()
        self.activity_id = self.activity.pk

    def make_members(self) -> None:
        opening = opening_amounts(self.scenario)
        phones = [f"+86138{number:08d}" for number in range(len(opening))]
        ids = create_many(phones, list(opening), "", self.now)
        self.members = dict(zip(opening, ids, strict=True))
        for number, asset in enumerate(ASSETS):
            amounts = [held.get(asset, 0) for held in opening.values()]
            if any(amounts):
                self.adjust(ids, number, amounts)
        for name, stage in self.scenario.members.items():
            if "sponsor" in stage:
                sponsor = known(self.members, stage["sponsor"], "member")
                self.bind_sponsor(self.members[name], sponsor)

    def make_activity(self) -> Activity:
        products = []
        for code in self.sale.products:
            product = Product.objects.create(
                id=new_id(self.now),
                code=code,
                name_zh=code,
                name_en=code,
                price=self.sale.price,
                created_at=self.now,
            )
            products.append(product)
            self.products[code] = product.pk
        put_in_stock(extra_of(self.scenario.plan), self.sale.extra_stock, self.now)
        activity = create_activity(
            publish_plan_on_stage(self.scenario.plan, "", None, self.now),
            products,
            self.sale.starts_at,
            self.sale.ends_at,
            self.now,
            price=self.sale.price,
            stock=self.sale.stock,
            takes_coupons=self.sale.takes_coupons,
        )
        schedule(activity, self.now)
        return activity

    def take(self, request: JoinRequest) -> JoinResult:
        result = take_joins([request], self.now)[0]
        if isinstance(result, Refused):
            raise result
        if request.route == Order.Route.EXTERNAL:
            ask_payment(result.order_id, "sandbox", self.now)
        self.settle()
        return result

    def settle(self) -> None:
        settle_activity(self.activity_id, self.now, maker=self.make_draw)

    def make_draw(self, draw: str, seed: bytes, orders: list[int]) -> list[int]:
        """The next drawn order, in place of draw-v1."""
        return self.next_draw(len(orders))

    def pay(self, order_id: int) -> None:
        payment = Payment.objects.filter(order_id=order_id, part=Payment.Part.JOIN).first()
        if payment is None:
            raise BadScenario("pay: the order is not paid from outside")
        hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), self.now)
        self.settle()

    def next_moment(self) -> datetime | None:
        moments = [moment for moment in (next_due(), next_day_due(self.now)) if moment is not None]
        return min(moments, default=None)

    def run_clock(self) -> None:
        run_due(self.now, self.make_draw)
        run_days(self.now)

    def grant(self, member_id: int, amounts: Amounts) -> None:
        for asset, amount in amounts.items():
            self.adjust([member_id], ASSETS.index(asset), [amount])

    def adjust(self, ids: list[int], asset: int, amounts: list[int]) -> None:
        try:
            adjust_balances(ids, asset, amounts, 0, self.now)
        except InsufficientBalance:
            raise BadScenario(f"{ASSETS[asset]}: more would be taken than a member has") from None

    def move_points(self, member_id: int, points: int) -> None:
        self.moves += 1
        key = request_key("scenario pool", str(self.moves))
        move_points(self.scenario.plan.plan, member_id, points, key, self.now)

    def do_goods_for_points(self, value: Any) -> None:
        """An operator offers goods for points: `{product: tea, points: 200, left: 1}`.

        `mall: true` offers them for consumer points, with `cash` and `per_member` where they are given.
        """
        ExchangeItem.objects.create(
            plan="" if value.get("mall") else self.scenario.plan.plan,
            product_id=known(self.products, value["product"], "product"),
            points=read_points(value),
            cash=read_hundredths(value.get("cash", 0), "goods_for_points.cash"),
            per_member=value.get("per_member"),
            left=value["left"],
        )

    def do_exchange(self, value: Any) -> None:
        """A member gives points for goods: `{member: A, product: tea, points: 200}`, `mall`, `cash`."""
        self.moves += 1
        product = known(self.products, value["product"], "product")
        plan = "" if value.get("mall") else self.scenario.plan.plan
        exchange(
            ExchangeItem.objects.get(plan=plan, product_id=product).pk,
            read_points(value),
            known(self.members, value["member"], "member"),
            request_key("scenario exchange", str(self.moves)),
            self.now,
            read_hundredths(value.get("cash", 0), "exchange.cash"),
        )

    def distribute(self, month: datetime, profit: int) -> None:
        """One operator enters the month's profit, another confirms it, and it is paid."""
        clerk, second = (
            Operator.objects.get_or_create(username=name)[0] for name in ("scenario-clerk", "scenario-second")
        )
        entry = enter_profit(self.scenario.plan.plan, month.date(), profit, clerk, self.now)
        confirm_profit(entry.pk, second, self.now)
        run_days(self.now)

    def bind_sponsor(self, member_id: int, sponsor_id: int) -> None:
        bind_sponsor(member_id, sponsor_id, self.now)

    def change_sponsor(self, member_id: int, sponsor_id: int | None, reason: str) -> None:
        clerk = Operator.objects.get_or_create(username="scenario-clerk")[0]
        change_sponsor(member_id, sponsor_id, reason, clerk, self.now)

    def do_grant_coupon(self, value: Any) -> None:
        """An operator gives a coupon: `{member: A, as: c1, threshold: 50, discount: 10, valid: 7d}`.

        `products: [tea]` or `activity: other` (any but the scenario's) say what it is for.
        """
        self.moves += 1
        clerk = Operator.objects.get_or_create(username="scenario-clerk")[0]
        products = [known(self.products, code, "product") for code in value.get("products", ())]
        template = make_template(
            Terms(
                title=("券", "Coupon"),
                threshold=read_hundredths(value["threshold"], "coupon.threshold"),
                discount=read_hundredths(value["discount"], "coupon.discount"),
                valid_seconds=parse_duration(value.get("valid", "30d")),
                scope=Scope.ACTIVITIES if "activity" in value else Scope.PRODUCTS if products else Scope.ALL,
                scope_ids=[0] if "activity" in value else products,
            ),
            self.now,
        )
        member = known(self.members, value["member"], "member")
        [coupon] = grant_coupons(template.pk, [member], "scenario", clerk, self.now)
        self.coupons[value["as"]] = coupon

    def do_use_coupon(self, value: Any) -> None:
        """A member joins with a coupon: `{member: A, coupon: c1, product: tea, pay: external, as: o1}`."""
        coupon = self.coupon_of(value)
        result = self.join(
            value["member"],
            value.get("group"),
            value.get("product"),
            external=value.get("pay") == "external",
            coupon=coupon,
        )
        if "as" in value:
            self.orders[value["as"]] = result.order_id

    def coupon_of(self, value: Any) -> int:
        """The coupon that a step names; `given`: the newest of the member's that a plan gave."""
        if value["coupon"] != "given":
            return known(self.coupons, value["coupon"], "coupon")
        member = known(self.members, value["member"], "member")
        given = Coupon.objects.filter(member_id=member, source=Coupon.Source.PLAN, template__link="")
        found = given.order_by("-id").values_list("id", flat=True).first()
        if found is None:
            raise BadScenario(f"coupon: {value['member']} was given none")
        return found

    def do_ship(self, value: Any) -> None:
        """An operator ships an order: `{ship: o1}`."""
        self.parcels.ship(known(self.orders, value, "order"), self.now)

    def do_receive(self, value: Any) -> None:
        """The member has the goods, which are shipped first if they were not: `{receive: o1}`."""
        self.parcels.receive(known(self.orders, value, "order"), self.now)

    def do_return(self, value: Any) -> None:
        """Asked for, approved and refunded: `{return: o1}`, or `{return: {order: o1, amount: 50.00}}`."""
        asked = value if isinstance(value, dict) else {"order": value}
        amount = read_hundredths(asked["amount"], "return.amount") if "amount" in asked else None
        self.parcels.give_back(known(self.orders, asked["order"], "order"), amount, self.now)

    def do_ask_balance(self, value: Any) -> None:
        """The member goes to the cashier with a balance and pays nothing yet: `{ask_balance: o1}`."""
        self.presales.ask(known(self.orders, value, "order"), self.now)

    def do_pay_balance(self, value: Any) -> None:
        """The balance is paid: `{pay_balance: o1}`, or `{pay_balance: {order: o1, pay: external}}`."""
        asked = value if isinstance(value, dict) else {"order": value}
        external = asked.get("pay") == "external"
        self.presales.pay(known(self.orders, asked["order"], "order"), external, self.now)

    def do_choose(self, value: Any) -> None:
        """A winner chooses: `{order: o1, product: tea}` or `{order: o1, voucher: true}`."""
        order = Order.objects.get(pk=known(self.orders, value["order"], "order"))
        if value.get("voucher"):
            choose_voucher(order.pk, order.member_id, self.now)
        else:
            product = known(self.products, value["product"], "product")
            choose_product(order.pk, order.member_id, product, self.now)

    def do_public_value(self, value: Any) -> None:
        """Two operators enter a public number: `507`, or `{number: 507, second: 508, group: g1}`."""
        name = value.get("group") if isinstance(value, dict) else None
        group = known(self.groups, name, "group") if name else None
        give_number(value, group, self.now, self.make_draw)

    def balances(self, member_id: int) -> Amounts:
        wallet = Wallet.objects.get(pk=member_id)
        return {asset: getattr(wallet, asset) for asset in ASSETS}

    def member_facts(self, member_id: int) -> MemberFacts:
        plan = self.scenario.plan.plan
        counter = WinCounter.objects.filter(member_id=member_id, plan=plan).first() or WinCounter()
        until = promoter_status(member_id).get(plan)
        sponsor = Member.objects.get(pk=member_id).sponsor_id
        return MemberFacts(
            promoter_until=str(until) if until else None,
            sit_out=counter.sit_out,
            sponsor=self.name_of(sponsor) if sponsor else None,
            in_pool=points_in_pool(plan, member_id),
            coupons=self.coupons_of(member_id),
            owes=self.parcels.owed_by(member_id),
        )

    def coupons_of(self, member_id: int) -> dict[str, int]:
        """How many coupons a member has, by state; a link counts by itself."""
        found = Coupon.objects.filter(member_id=member_id).select_related("template")
        return dict(Counter("link" if one.template.is_link else one.get_state_display() for one in found))

    def order_facts(self, order_id: int) -> OrderFacts:
        order = Order.objects.get(pk=order_id)
        return OrderFacts(
            state=Order.State(order.state).label,
            refunded=order.refunded + self.parcels.refunded(order_id),
            route=Order.Route(order.route).label,
            choice=self.choice_of(order_id),
            discount=order.discount,
            deposit=order.deposit,
            extra=extra_in(order_id),
            balance=self.presales.state_of(order_id),
            parcel=self.parcels.state_of(order_id),
        )

    def choice_of(self, order_id: int) -> str | None:
        """What a winner chose: `open`, `voucher 100.00`, or a product's name; None: nothing to choose."""
        choice = PrizeChoice.objects.filter(pk=order_id).first()
        if choice is None:
            return None
        if choice.state == PrizeChoice.State.OPEN:
            return "open"
        if choice.state == PrizeChoice.State.VOUCHER:
            return f"voucher {format_amount(Voucher.objects.get(order_id=order_id).value)}"
        return next(name for name, product in self.products.items() if product == choice.product_id)

    def group_facts(self) -> list[GroupFacts]:
        joined = Group.objects.filter(activity_id=self.activity_id).exclude(taken=0, leader_id=0)
        in_order = joined.order_by(
            Coalesce("filled_at", "finished_at").asc(nulls_last=True),
            "settled_batch",
            "opened_at",
            "draw_number",
        )
        return [self.facts_of_group(group) for group in in_order]

    def facts_of_group(self, group: Group) -> GroupFacts:
        orders = list(Order.objects.filter(group_id=group.pk, seat__gt=0).order_by("seat"))
        last = len(self.scenario.plan.outcomes) - 1
        return GroupFacts(
            state="formed" if has_formed(group, self.scenario.plan) else Group.State(group.state).label,
            seats=" ".join(self.name_of(order.member_id) for order in orders),
            winners=[order.seat for order in orders if 0 <= order.outcome < last],
            barred={order.seat: bar_names(order.bars) for order in orders if order.bars},
        )

    def kept(self) -> int:
        kept = PlatformAccount.objects.filter(
            plan=self.scenario.plan.plan, name__in=("kept", "daily_pool", "monthly_pool")
        )
        balances = PlatformBalance.objects.filter(account_id__in=kept.values("id"), asset=CASH)
        return sum(balance.amount for balance in balances)

    def extra_left(self) -> int:
        return left_in_stock(extra_of(self.scenario.plan))

    def coupons_paid(self) -> int:
        account = PlatformAccount.objects.filter(plan=self.scenario.plan.plan, name="coupons")
        balances = PlatformBalance.objects.filter(account_id__in=account.values("id"), asset=CASH)
        return -sum(balance.amount for balance in balances)

    def state_print(self) -> object:
        return (
            sorted(Coupon.objects.values_list("id", "state", "order_id")),
            Batch.objects.count(),
            sorted(Order.objects.values_list("id", "state", "group_id")),
            sorted(Participation.objects.values_list("member_id", "joins_total", "last_day")),
            Unpaid.objects.count(),
            PoolMove.objects.count(),
            sorted(Profit.objects.values_list("id", "state")),
            SponsorChange.objects.count(),
            sorted(Member.objects.exclude(sponsor_id=None).values_list("id", "sponsor_id")),
            sorted(PrizeChoice.objects.values_list("order_id", "state")),
            self.parcels.state_print(),
            self.presales.state_print(),
        )

    def findings(self) -> Iterator[str]:
        """What the audit finds; the drawn orders are the scenario's own and not what the seeds give."""
        for name, found in audit([check for check in CHECKS if check is not draws_hold]):
            for finding in found:
                yield f"audit.{name}: expected nothing got {finding.where}: {finding.message}"
