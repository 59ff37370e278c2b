"""What both engines share: the words of scenarios, the clock, and what may be asked of either."""

import hashlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pinwheel.doors.cli.scenarios.read import (
    BadScenario,
    Scenario,
    read_hundredths,
    read_moment,
    read_names,
)
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import NO_COUPON, QUEUE, JoinRequest, JoinResult, request_key
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.draw import drawn_order

SECOND = timedelta(seconds=1)
Amounts = dict[str, int]  # by asset, hundredths


class Sale(NamedTuple):
    """The activity that a scenario asks for."""

    price: int  # fen
    starts_at: datetime
    ends_at: datetime | None
    stock: int | None  # of each product
    products: list[str]
    takes_coupons: bool
    extra_stock: int  # pieces of the plan's second article that are in stock


@dataclass(frozen=True)
class MemberFacts:
    """What is known of a member beyond balances; `in_pool` in hundredths, `owes` by asset as text."""

    promoter_until: str | None
    sit_out: int
    sponsor: str | None
    in_pool: int
    owes: dict[str, str]
    coupons: dict[str, int]  # how many by state; links by themselves


@dataclass(frozen=True)
class OrderFacts:
    """What became of an order; amounts in fen, texts as scenarios write them."""

    state: str
    refunded: int
    route: str
    choice: str | None
    discount: int = 0
    deposit: int = 0
    extra: str | None = field(default=None, compare=False)  # code of the second article in its parcel
    balance: str | None = field(default=None, compare=False)  # of a presale: due, paid, over
    parcel: str | None = field(default=None, compare=False)  # the lab has none


@dataclass(frozen=True)
class GroupFacts:
    """A group that somebody joined, in the words of scenarios; seats by the names of their holders."""

    state: str
    seats: str
    winners: list[int]
    barred: dict[int, list[str]]


class Engine(ABC):
    """One scenario in play.

    Attributes:
        now: the moment of the next step.
        members, products, orders, groups: numbers by the scenario's names; numbers begin at 1.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.now = scenario.start
        self.sale = read_sale(scenario)
        self.orders: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.joins = 0
        self.draws = 0
        self.draw_orders: deque[list[int]] = deque()
        self.members: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.products: dict[str, int] = {}
        self.activity_id = 0

    # What the engines do each in their own way

    @abstractmethod
    def take(self, request: JoinRequest) -> JoinResult:
        """Take a join now, and settle what fills. Raises: Refused."""

    @abstractmethod
    def pay(self, order_id: int) -> None:
        """The payment of an order is confirmed from outside."""

    @abstractmethod
    def grant(self, member_id: int, amounts: Amounts) -> None:
        """An operator's adjustment of a member's balances."""

    @abstractmethod
    def next_moment(self) -> datetime | None:
        """When the clock next brings something; it may be past."""

    @abstractmethod
    def run_clock(self) -> None:
        """Every job that is due now."""

    @abstractmethod
    def move_points(self, member_id: int, points: int) -> None:
        """Move points (hundredths) into the pool, or out where negative. Raises: Refused."""

    @abstractmethod
    def distribute(self, month: datetime, profit: int) -> None:
        """A month's profit (fen) is entered, confirmed and paid. Raises: Refused."""

    @abstractmethod
    def bind_sponsor(self, member_id: int, sponsor_id: int) -> None:
        """A member accepts an invitation. Raises: Refused."""

    @abstractmethod
    def change_sponsor(self, member_id: int, sponsor_id: int | None, reason: str) -> None:
        """An operator gives a member another sponsor, or none. Raises: Refused."""

    # What may be asked of them

    @abstractmethod
    def balances(self, member_id: int) -> Amounts:
        """A member's balances."""

    @abstractmethod
    def member_facts(self, member_id: int) -> MemberFacts:
        """What is known of a member."""

    @abstractmethod
    def order_facts(self, order_id: int) -> OrderFacts:
        """What became of an order."""

    @abstractmethod
    def group_facts(self) -> list[GroupFacts]:
        """Groups that somebody joined: in the order of finishing, then those that form as they opened."""

    @abstractmethod
    def kept(self) -> int:
        """Fen captured less all cash paid out under the plan; what waits in pools is paid to nobody yet."""

    def coupons_paid(self) -> int:
        """Fen that coupons have paid towards prices under the plan, and have not had back."""
        return 0

    def extra_left(self) -> int:
        """Pieces of the second article in stock, not held for any join."""
        return 0

    @abstractmethod
    def state_print(self) -> object:
        """What a refused step must leave as it was."""

    @abstractmethod
    def findings(self) -> Iterator[str]:
        """What is wrong with the books at the end, as lines."""

    # The words of scenarios

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
        is_external = value.get("pay") == "external"
        result = self.join(value["member"], value.get("group"), value.get("product"), is_external)
        if "as" in value:
            self.orders[value["as"]] = result.order_id

    def do_open(self, value: Any) -> None:
        result = self.join(value["member"], product=value.get("product"), opens_group=True)
        if "as" in value:
            self.groups[value["as"]] = result.group_id

    def do_pay(self, value: Any) -> None:
        self.pay(known(self.orders, value, "order"))

    def do_until(self, value: Any) -> None:
        until = self.later("until", value)
        while (due := self.next_moment()) is not None and due <= until:
            self.now = max(self.now, due)
            self.run_clock()
        self.now = until
        self.run_clock()

    def do_outage(self, value: Any) -> None:
        """The clock moves on and nothing runs; what was missed is caught up with the next `until`."""
        self.now = self.later("outage", value)

    def do_grant(self, value: Any) -> None:
        granted = {asset: amount for asset, amount in value.items() if asset != "member"}
        self.grant(known(self.members, value["member"], "member"), read_amounts(granted, "grant"))

    def do_pool_in(self, value: Any) -> None:
        self.move_points(known(self.members, value["member"], "member"), read_points(value))

    def do_pool_out(self, value: Any) -> None:
        self.move_points(known(self.members, value["member"], "member"), -read_points(value))

    def do_distribute(self, value: Any) -> None:
        month = read_moment(f"{value['month']}-01T00:00:00+08:00", "distribute.month")
        self.distribute(month, read_hundredths(value["profit"], "distribute.profit"))

    def do_sponsor(self, value: Any) -> None:
        """A member accepts an invitation: `{member: B, sponsor: A}`."""
        member, sponsor = (known(self.members, value[who], "member") for who in ("member", "sponsor"))
        self.bind_sponsor(member, sponsor)

    def do_change_sponsor(self, value: Any) -> None:
        """An operator gives a member another sponsor, or none: `{member: B, sponsor: C, reason: …}`."""
        sponsor = value["sponsor"]
        self.change_sponsor(
            known(self.members, value["member"], "member"),
            None if sponsor is None else known(self.members, sponsor, "member"),
            str(value.get("reason") or ""),
        )

    def join(
        self,
        name: str,
        group: str | None = None,
        product: str | None = None,
        external: bool = False,
        opens_group: bool = False,
        coupon: int = NO_COUPON,
    ) -> JoinResult:
        """One join, one second after the one before. Raises: Refused."""
        self.joins += 1
        result = self.take(
            JoinRequest(
                activity_id=self.activity_id,
                member_id=known(self.members, name, "member"),
                request_key=request_key("scenario", str(self.joins)),
                product_id=known(self.products, product, "product") if product else None,
                group_id=known(self.groups, group, "group") if group else QUEUE,
                opens_group=opens_group,
                route=Order.Route.EXTERNAL if external else Order.Route.BALANCE,
                coupon_id=coupon,
            )
        )
        self.now += SECOND
        return result

    def later(self, kind: str, value: Any) -> datetime:
        """The moment that a step moves the clock to. Raises: BadScenario."""
        moment = read_moment(value, kind)
        if moment < self.now:
            raise BadScenario(f"{kind} {value}: the clock does not go back")
        return moment

    def next_draw(self, size: int) -> list[int]:
        """Seat offsets in drawn order: the scenario's, or from a fixed seed. Raises: BadScenario."""
        self.draws += 1
        if not self.draw_orders:
            return drawn_order(hashlib.sha256(f"scenario {self.draws}".encode()).digest(), size)
        order = self.draw_orders.popleft()
        if sorted(order) != list(range(size)):
            raise BadScenario(f"draw_order: every seat from 1 to {size} must stand in it once")
        return order

    def name_of(self, member_id: int) -> str:
        """The scenario's name of a member."""
        if not self.names:
            self.names = {number: name for name, number in self.members.items()}
        return self.names[member_id]


def known(table: dict[str, int], name: Any, kind: str) -> int:
    """The number of something that the scenario named. Raises: BadScenario."""
    if name not in table:
        raise BadScenario(f"{kind} {name} is not known")
    return table[name]


def read_sale(scenario: Scenario) -> Sale:
    """The activity of a scenario. Raises: BadScenario."""
    wanted = scenario.activity
    begins = read_moment(wanted["from"], "activity.from") if "from" in wanted else scenario.start
    ends_at = read_moment(wanted["until"], "activity.until") if "until" in wanted else None
    # A start that lies in the past becomes now.
    starts_at = max(begins, scenario.start)
    if ends_at is not None and ends_at <= starts_at:
        raise BadScenario(f"activity.until: {wanted['until']} is over when the activity starts")
    return Sale(
        price=read_hundredths(wanted["price"], "activity.price")
        if "price" in wanted
        else scenario.plan.offer.price,
        starts_at=starts_at,
        ends_at=ends_at,
        stock=wanted.get("stock"),
        products=wanted.get("products", ["goods"]),
        takes_coupons=wanted.get("coupons") is True,
        extra_stock=wanted.get("extra_stock", 0),
    )


def opening_amounts(scenario: Scenario) -> dict[str, Amounts]:
    """What members have as the scenario begins, by name. Raises: BadScenario."""
    return {
        name: read_amounts({what: held[what] for what in held if what != "sponsor"}, f"members.{name}")
        for name, held in scenario.members.items()
    }


def read_amounts(written: dict[str, Any], where: str) -> Amounts:
    """Amounts by asset, in hundredths. Raises: BadScenario."""
    unknown = set(written) - set(ASSETS)
    if unknown:
        raise BadScenario(f"{where}.{min(unknown)}: unknown or not available yet")
    return {asset: read_hundredths(amount, f"{where}.{asset}") for asset, amount in written.items()}


def read_points(value: Any) -> int:
    """The points of a step, in hundredths. Raises: BadScenario."""
    return read_hundredths(value["points"], "points")
