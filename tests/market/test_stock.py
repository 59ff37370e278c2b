"""Stock of variants: allotted, sold, given back; two activities never sell more than there is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kept_database import fresh_database
from pinwheel.market.activities.allotting import give_back_ended
from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.activities.services import create_activity, end, schedule
from pinwheel.market.catalogue.models import PriceChange, Product, Sku, StockMovement
from pinwheel.market.catalogue.services import copy_product, keep_price, reference_price
from pinwheel.market.catalogue.stock import correct, receive
from pinwheel.market.due import run_due
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from stage import DAY, HOUR, START, Stage, findings, in_seat_order

BUT_DRAWS = ["draws_hold"]


def variant(product: Product, code: str, stock: int, now) -> Sku:
    sku = Sku.objects.create(
        id=new_id(now), product=product, code=code, options_zh=code, options_en=code, price=product.price
    )
    if stock:
        receive(sku.pk, stock, "", None, now)
    return sku


def on_sale(stage: Stage, product: Product, pieces: int | None) -> Activity:
    """A second activity of the stage's plan with so many pieces of each variant."""
    activity = create_activity(
        stage.activity.plan_version, [product], stage.now, stage.now + DAY, stage.now, stock=pieces
    )
    schedule(activity, stage.now)
    return activity


def code_of(call, *arguments) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value.code


@pytest.mark.usefixtures("database")
def test_a_join_takes_the_variant_it_names_or_the_first_that_is_left():
    stage = Stage("ordinary-group", members=4)
    product = stage.make_product()
    red, blue = variant(product, "red", 2, stage.now), variant(product, "blue", 2, stage.now)
    activity = on_sale(stage, product, 1)
    assert [sku.stock for sku in Sku.objects.order_by("code")] == [1, 1]
    ask = [
        replace(stage.request(m, activity=activity.pk), sku_id=s)
        for m, s in zip(stage.members, (blue.pk, None, None, 5), strict=True)
    ]
    first, second, third, fourth = take_joins(ask, stage.now)
    assert isinstance(first, JoinResult) and isinstance(second, JoinResult)
    assert [Order.objects.get(pk=one.order_id).sku_id for one in (first, second)] == [blue.pk, red.pk]
    assert [third.code, fourth.code] == ["sold_out", "not_found"]
    assert findings(BUT_DRAWS) == []
    end(activity, stage.now)  # nothing filled: both go back, and so do their pieces
    assert [sku.stock for sku in Sku.objects.order_by("code")] == [2, 2]
    kinds = StockMovement.objects.filter(sku=red).order_by("id").values_list("kind", "pieces")
    assert list(kinds) == [(0, 2), (1, -1), (2, 1)]
    assert findings(BUT_DRAWS) == []


@pytest.mark.usefixtures("database")
def test_what_there_is_can_be_allotted_once():
    stage = Stage("ordinary-group", members=1)
    product = stage.make_product()
    sku = variant(product, "only", 5, stage.now)
    on_sale(stage, product, 3)
    assert code_of(on_sale, stage, product, 3) == "stock_short"
    assert code_of(on_sale, stage, product, None) == "stock_needed"
    assert Sku.objects.get(pk=sku.pk).stock == 2
    assert Activity.objects.filter(state=Activity.State.DRAFT).count() == 2  # still drafts, nothing taken
    assert code_of(correct, sku.pk, -3, "counted", None, stage.now) == "stock_short"
    assert code_of(correct, sku.pk, -1, " ", None, stage.now) == "reason_missing"
    assert code_of(receive, sku.pk, 0, "", None, stage.now) == "amount_out_of_range"
    assert code_of(receive, 1, 1, "", None, stage.now) == "not_found"
    correct(sku.pk, -2, "counted", None, stage.now)
    assert findings(BUT_DRAWS) == []
    Sku.objects.filter(pk=sku.pk).update(stock=1)
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"stock_is_the_sum_of_movements"}
    Sku.objects.filter(pk=sku.pk).update(stock=0)
    ActivityProduct.objects.filter(sku=sku, left=3, activity__state=Activity.State.RUNNING).update(left=2)
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"allotted_pieces_are_sold_or_left"}


@pytest.mark.usefixtures("database")
def test_a_payment_that_is_refunded_after_the_end_brings_its_piece_back():
    stage = Stage("ordinary-group", "{group.seating: queue}", members=2)
    product = stage.make_product()
    sku = variant(product, "late", 1, stage.now)
    activity = on_sale(stage, product, 1)
    order = stage.join(stage.members[0], activity=activity.pk, external=True).order_id
    end(activity, stage.now)
    assert Sku.objects.get(pk=sku.pk).stock == 0  # the order may still be paid
    stage.callback(order)
    give_back_ended(stage.now)
    assert Sku.objects.get(pk=sku.pk).stock == 1
    assert findings(BUT_DRAWS) == []


@pytest.mark.usefixtures("database")
def test_a_copy_is_off_the_shelf_without_stock_under_its_own_codes():
    stage = Stage(members=1)
    product = stage.make_product()
    variant(product, "tin", 7, stage.now)
    copy, again = copy_product(product.pk, stage.now), copy_product(product.pk, stage.now)
    assert {copy.code, again.code} == {f"{product.code}-2", f"{product.code}-3"}
    for one in (copy, again):
        assert not one.is_on_shelf
        assert [(sku.stock, sku.options_zh) for sku in one.skus.all()] == [(0, "tin")]
    assert Product.objects.get(pk=product.pk).is_on_shelf and product.skus.get().stock == 7
    assert code_of(copy_product, 1, stage.now) == "not_found"
    assert findings(BUT_DRAWS) == []


@pytest.mark.usefixtures("database")
def test_the_price_named_as_before_is_the_lowest_of_seven_days():
    stage = Stage(members=1)
    product = stage.make_product()

    def price(fen: int, days: int) -> None:
        Product.objects.filter(pk=product.pk).update(price=fen)
        product.refresh_from_db()
        keep_price(product, START + timedelta(days=days))

    for fen, days in ((19_900, 0), (19_900, 1), (29_900, 10), (24_900, 12)):
        price(fen, days)
    assert PriceChange.objects.filter(product=product).count() == 3  # the same again is no change
    asked = {
        days: reference_price(product.pk, START + timedelta(days=days))
        for days in (0, 6, 7, 11, 16, 17, 19, 20)
    }
    assert asked == {
        0: None,  # it had no price yet
        6: None,  # nor for seven days
        7: 19_900,
        11: 19_900,  # raised yesterday: the old price counts for seven days
        16: 19_900,
        17: 24_900,
        19: 24_900,
        20: 24_900,
    }


class Warehouse(RuleBasedStateMachine):
    """One variant, two activities after each other and at once, refunds and ends in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = fresh_database()
        self.scratch.__enter__()
        self.stage = Stage(
            "draw-on-fill",
            "{group.size: 3, draw.seat_rules: [], limits.joins_per_day: null, limits.seats_per_group: 3}",
            members=3,
            cash=50_000_000,
            at=START,
        )
        self.product = self.stage.make_product()
        self.sku = variant(self.product, "one", 5, self.stage.now)
        self.received = 5
        self.activities: list[Activity] = []

    def teardown(self) -> None:
        for activity in self.activities:
            end(Activity.objects.get(pk=activity.pk), self.stage.now)
        run_due(self.stage.now + 2 * DAY)
        sold = Order.objects.filter(sku_id=self.sku.pk, state=Order.State.SETTLED).count()
        assert Sku.objects.get(pk=self.sku.pk).stock == self.received - sold
        assert findings(BUT_DRAWS) == []
        self.scratch.__exit__(None, None, None)

    @rule(pieces=st.integers(1, 4))
    def sell(self, pieces: int) -> None:
        try:
            self.activities.append(on_sale(self.stage, self.product, pieces))
        except Refused as refused:
            assert refused.code == "stock_short"
            assert Sku.objects.get(pk=self.sku.pk).stock < pieces

    @rule(pieces=st.integers(1, 3))
    def receive(self, pieces: int) -> None:
        receive(self.sku.pk, pieces, "", None, self.stage.now)
        self.received += pieces

    @rule(member=st.integers(0, 2), place=st.integers(0, 3), external=st.booleans())
    def join(self, member: int, place: int, external: bool) -> None:
        if place < len(self.activities):
            request = self.stage.request(
                self.stage.members[member], activity=self.activities[place].pk, external=external
            )
            take_joins([request], self.stage.now)

    @rule(place=st.integers(0, 3))
    def settle(self, place: int) -> None:
        if place < len(self.activities):
            settle_activity(self.activities[place].pk, self.stage.now, maker=in_seat_order)

    @rule(place=st.integers(0, 3))
    def stop(self, place: int) -> None:
        if place < len(self.activities):
            end(Activity.objects.get(pk=self.activities[place].pk), self.stage.now)

    @rule(time=st.sampled_from([HOUR, DAY]))
    def wait(self, time: timedelta) -> None:
        self.stage.wait(time)

    @invariant()
    def nothing_is_found(self) -> None:
        assert findings(BUT_DRAWS) == []


@pytest.mark.timeout(600)
def test_whatever_happens_no_piece_is_sold_twice_or_lost():
    run_state_machine_as_test(
        Warehouse,
        settings=settings(
            max_examples=7,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=True,
        ),
    )
