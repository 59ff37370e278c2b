"""What the rules are asked about, and the sums that several of them need. Amounts in fen, rates in ppm."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pinwheel.plan.amounts import PPM
from pinwheel.plan.explain_gives import amount_of
from pinwheel.plan.lawfulness.facts import Facts
from pinwheel.plan.model import Plan, is_drawn
from pinwheel.plan.parts import COUPON, GOODS, Give, Outcome
from pinwheel.plan.view import seats_of
from pinwheel.rules.money import share

POINTS = ("dividend_points", "consumer_points", "shopping_coins", "appreciation_points")
CREDIT = "shopping_credit"


class Case(NamedTuple):
    """A plan, the facts of its activity, and the raw sections that the plan format does not load yet."""

    plan: Plan
    facts: Facts
    document: Mapping[object, object]

    @property
    def price(self) -> int:
        """What one seat pays."""
        return self.plan.offer.price if self.facts.price is None else self.facts.price

    @property
    def goods_cost(self) -> int:
        """What one product costs."""
        return self.plan.offer.goods_cost if self.facts.goods_cost is None else self.facts.goods_cost

    @property
    def market_price(self) -> int:
        """What one product is worth: as stated, else the higher of price and cost."""
        stated = self.facts.market_price
        return max(self.price, self.goods_cost) if stated is None else stated

    @property
    def drawn(self) -> bool:
        """Whether anything is drawn."""
        return is_drawn(self.plan)

    @property
    def size(self) -> int:
        """Seats of a full group."""
        return self.plan.group.size


class Scope(NamedTuple):
    """Gives that stand together: where, how often in a full group, and the class if it is one."""

    path: str
    gives: Sequence[Give]
    seats: int
    outcome: Outcome | None


def classes(case: Case) -> Iterator[Scope]:
    """The outcome classes that have a seat."""
    for number, outcome in enumerate(case.plan.outcomes):
        seats = seats_of(case.plan, outcome)
        if seats:
            yield Scope(f"outcomes[{number}]", outcome.gives, seats, outcome)


def scopes(case: Case) -> Iterator[Scope]:
    """Everything that a full group gives."""
    yield from classes(case)
    yield Scope("each_join", case.plan.each_join, case.size, None)
    if case.plan.group.seating != "queue":
        yield Scope("group.leader", case.plan.group.leader.gives, 1, None)


def places(case: Case, kinds: Sequence[str]) -> Iterator[tuple[str, Give]]:
    """Where one of these kinds is given, with a positive amount (goods and coupons need none)."""
    for scope in scopes(case):
        for number, give in enumerate(scope.gives):
            if give.what in kinds and (give.what in (GOODS, COUPON) or amount_of(give.amount, case.price)):
                path = scope.path if scope.path == "each_join" else f"{scope.path}.gives"
                yield f"{path}[{number}]", give


def given(case: Case, gives: Sequence[Give], kinds: Sequence[str]) -> int:
    """Hundredths of these kinds that one seat gets."""
    return sum(amount_of(give.amount, case.price) for give in gives if give.what in kinds)


def group_total(case: Case, kinds: Sequence[str]) -> int:
    """Hundredths of these kinds that a full group gives out."""
    return sum(given(case, scope.gives, kinds) * scope.seats for scope in scopes(case))


def coupons_worth(gives: Sequence[Give]) -> int:
    """Fen that the coupons of one seat take off later prices."""
    return sum(give.coupon.worth for give in gives if give.coupon is not None)


def keeps(scope: Scope) -> bool:
    """Whether this class's payment is kept."""
    return scope.outcome is not None and scope.outcome.payment == "keep"


def has_goods(scope: Scope) -> bool:
    """Whether a seat of it gets goods, or a voucher in their place."""
    return any(give.what == GOODS for give in scope.gives)


def kept_seats(case: Case) -> int:
    """Seats of a full group whose payment is kept."""
    return sum(scope.seats for scope in classes(case) if keeps(scope))


def goods_worth(case: Case, gives: Sequence[Give], each: int) -> int:
    """Goods at `each` fen, or the voucher that may be chosen instead where it is worth more."""
    goods = [give for give in gives if give.what == GOODS and give.extra is None]
    vouchers = [give.choice.or_voucher or 0 if give.choice else 0 for give in goods]
    extras = sum(give.extra.cost for give in gives if give.extra is not None)
    return extras + sum(max(each, share(case.price, ppm)) for ppm in vouchers)


def fee_of(case: Case) -> int:
    """Payment fee of one order, rounded up: a bound."""
    return -(-case.price * case.plan.offer.payment_fee // PPM)


def set_aside(case: Case) -> int:
    """Budget and reserve that are stated."""
    return budget_of(case) + case.facts.reserve


def budget_of(case: Case) -> int:
    """The budget stated as a fact, else the plan's own."""
    stated = case.facts.budget
    return (case.plan.budget or 0) if stated is None else stated
