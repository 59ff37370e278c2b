"""Coupons: given out within limits, used once, given back; whatever happens, nothing stays held."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kept_database import fresh_database
from pinwheel.ledger.models import PlatformAccount, PlatformBalance
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import end
from pinwheel.market.cashier.services import ask_payment
from pinwheel.market.coupons.models import Coupon, CouponTemplate, CouponUse
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template, take_coupon
from pinwheel.market.due import run_due
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import CASH
from stage import DAY, HOUR, MINUTE, START, Stage, findings

BUT_DRAWS = ["draws_hold"]
CHANGES = "{group.size: 3, draw.seat_rules: [], limits.joins_per_day: null, limits.seats_per_group: 3}"
TENNER = Terms(("券", "Coupon"), threshold=5_000, discount=1_000, valid_seconds=7 * 86_400)


def shop(changes: str = CHANGES, members: int = 3, plan: str = "draw-on-fill", **how) -> Stage:
    """An activity that takes coupons."""
    stage = Stage(plan, changes, members=members, **how)
    Activity.objects.filter(pk=stage.activity.pk).update(takes_coupons=True)
    return stage


def clerk() -> Operator:
    return Operator.objects.get_or_create(username="clerk")[0]


def granted(stage: Stage, member: int, terms: Terms = TENNER) -> int:
    return grant_coupons(make_template(terms, stage.now).pk, [member], "to try", clerk(), stage.now)[0]


def code_of(call, *arguments) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value.code


def held(plan: str) -> int:
    """Fen on the plan's held account."""
    account = PlatformAccount.objects.get(plan=plan, name="held")
    return sum(b.amount for b in PlatformBalance.objects.filter(account_id=account.pk, asset=CASH))


@pytest.mark.usefixtures("database")
def test_the_same_coupon_twice_in_one_batch_pays_one_order():
    stage = shop()
    coupon = granted(stage, stage.members[0])
    requests = [replace(stage.request(stage.members[0]), coupon_id=coupon) for _ in range(2)]
    first, second = take_joins(requests, stage.now)
    assert isinstance(first, JoinResult) and first.discount == 1_000
    assert isinstance(second, Refused) and second.code == "coupon_used"
    assert CouponUse.objects.get().order_id == first.order_id
    assert findings(BUT_DRAWS) == []


@pytest.mark.usefixtures("database")
def test_the_same_request_again_is_the_same_order_with_its_coupon():
    stage = shop()
    request = replace(stage.request(stage.members[0]), coupon_id=granted(stage, stage.members[0]))
    [first], [again] = take_joins([request], stage.now), take_joins([request], stage.now)
    assert isinstance(first, JoinResult) and again == replace(first, is_replay=True)
    [other] = take_joins([replace(request, coupon_id=0)], stage.now)
    assert isinstance(other, Refused) and other.code == "idempotency_conflict"


@pytest.mark.usefixtures("database")
def test_limits_of_a_template_bind_operators_and_the_public_list():
    stage = shop()
    a, b, c = stage.members
    template = make_template(TENNER._replace(total=2, per_member=1, is_public=True), stage.now).pk
    key = uuid4()
    coupon = take_coupon(template, a, key, stage.now)
    assert take_coupon(template, a, key, stage.now) == coupon
    assert code_of(take_coupon, template, b, key, stage.now) == "idempotency_conflict"
    assert code_of(take_coupon, template, a, uuid4(), stage.now) == "coupon_limit"
    assert code_of(grant_coupons, template, [a], "again", clerk(), stage.now) == "coupon_limit"
    assert code_of(grant_coupons, template, [b], " ", clerk(), stage.now) == "reason_missing"
    assert code_of(grant_coupons, template, [b, 1], "nobody", clerk(), stage.now) == "not_found"
    grant_coupons(template, [b], "a present", clerk(), stage.now)
    assert code_of(take_coupon, template, c, uuid4(), stage.now) == "coupons_gone"
    hidden = make_template(TENNER, stage.now).pk
    assert code_of(take_coupon, hidden, c, uuid4(), stage.now) == "not_found"
    assert CouponTemplate.objects.get(pk=template).given == Coupon.objects.count() == 2
    assert findings(BUT_DRAWS) == []


@pytest.mark.usefixtures("database")
def test_each_join_and_leaders_get_their_coupons_and_the_audit_tells_a_missing_one():
    of = "{coupon: {title: {zh: 券, en: C}, threshold: 50.00, discount: %s, valid: 7d}}"
    gives = f"each_join: [{of % '1.00'}], group.leader.gives: [{of % '2.00'}]"
    stage = shop(f"{{group.size: 2, budget: 100.00, {gives}}}", 2, "leader-five")
    group = stage.join(stage.members[0], opens=True).group_id
    stage.join(stage.members[1], group=group)
    stage.settle()
    got = Coupon.objects.order_by("member_id", "template__discount").values_list(
        "member_id", "template__discount"
    )
    assert list(got) == [(stage.members[0], 100), (stage.members[0], 200), (stage.members[1], 100)]
    assert findings(BUT_DRAWS) == []
    Coupon.objects.filter(member_id=stage.members[1]).delete()
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"coupons_were_given"}


class Customers(RuleBasedStateMachine):
    """Three customers, coupons, two routes, groups that fill, expire and dissolve; the clock goes forward."""

    who = st.integers(0, 2)

    def __init__(self) -> None:
        super().__init__()
        self.scratch = fresh_database()
        self.scratch.__enter__()
        self.stage = shop(cash=500_000, at=START)
        self.unpaid: list[int] = []

    def teardown(self) -> None:
        end(self.stage.reload(), self.stage.now)
        for order in self.unpaid:
            self.stage.callback(order)
        run_due(self.stage.now + HOUR)
        assert held(self.stage.plan.plan) == 0
        assert not Order.objects.filter(state__in=(0, 1, 2)).exists()
        assert findings(BUT_DRAWS) == []
        self.scratch.__exit__(None, None, None)

    @rule(member=who, discount=st.sampled_from([1, 999, 4_999]), hours=st.sampled_from([1, 30, 200]))
    def grant(self, member: int, discount: int, hours: int) -> None:
        terms = TENNER._replace(discount=discount, valid_seconds=hours * 3_600)
        granted(self.stage, self.stage.members[member], terms)

    @rule(member=who, external=st.booleans(), with_coupon=st.booleans())
    def join(self, member: int, external: bool, with_coupon: bool) -> None:
        number = self.stage.members[member]
        coupons = Coupon.objects.filter(member_id=number).order_by("state", "id")
        coupon = coupons.values_list("id", flat=True).first() if with_coupon else None
        request = replace(self.stage.request(number, external=external), coupon_id=coupon or 0)
        [answer] = take_joins([request], self.stage.now)
        if isinstance(answer, JoinResult) and external:
            ask_payment(answer.order_id, "sandbox", self.stage.now)
            self.unpaid.append(answer.order_id)

    @rule(place=st.integers(0, 5))
    def pay(self, place: int) -> None:
        if place < len(self.unpaid):
            self.stage.callback(self.unpaid[place])

    @rule()
    def settle(self) -> None:
        self.stage.settle()

    @rule(time=st.sampled_from([MINUTE, 31 * MINUTE, 2 * HOUR, DAY + HOUR]))
    def wait(self, time: timedelta) -> None:
        self.stage.wait(time)

    @invariant()
    def nothing_is_found(self) -> None:
        assert findings(BUT_DRAWS) == []


@pytest.mark.timeout(600)
def test_whatever_happens_the_books_balance_and_nothing_stays_held():
    run_state_machine_as_test(
        Customers,
        settings=settings(
            max_examples=7,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=True,
        ),
    )
