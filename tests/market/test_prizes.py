"""Prizes to choose: whose, from which list, and until when."""

import pytest

from pinwheel.market.prizes.models import PrizeChoice, PrizeProduct, Voucher
from pinwheel.market.prizes.services import choose_product, choose_voucher, lapse_choices
from pinwheel.market.refusals import Refused
from stage import DAY, SECOND, Stage, findings, in_seat_order

pytestmark = pytest.mark.usefixtures("shared_database")
CHANGES = (
    "{group.size: 2, outcomes.0.count: 1, draw.seat_rules: [], dividends: null,"
    " outcomes.0.gives: [{goods: {choose_from: 2, or_voucher: 50%, choose_within: 2d}}]}"
)


@pytest.fixture
def won(shared_database):
    """A stage and its winning order; the products that may be chosen are not on sale."""
    stage = Stage("national-group-buy", CHANGES, members=2)
    listed = [stage.make_product() for _ in range(3)]
    for position, product in enumerate(listed):
        PrizeProduct.objects.create(activity=stage.activity, product=product, position=position)
    order = stage.join(stage.members[0]).order_id
    stage.join(stage.members[1])
    stage.settle(in_seat_order)
    return stage, order, [product.pk for product in listed]


def refused(action, *facts):
    with pytest.raises(Refused) as found:
        action(*facts)
    return found.value.code


def test_the_list_of_prizes_stands_before_the_products_on_sale(won):
    stage, order, (_, second, third) = won
    winner = stage.members[0]
    assert refused(choose_product, order, winner, stage.products[0].pk, stage.now) == "not_on_the_list"
    assert refused(choose_product, order, winner, third, stage.now) == "not_on_the_list"  # two of the three
    assert refused(choose_product, order, stage.members[1], second, stage.now) == "not_found"
    assert choose_product(order, winner, second, stage.now).product_id == second
    assert findings(["draws_hold"]) == []


def test_a_choice_is_over_on_time_whether_or_not_a_worker_says_so(won):
    stage, order, (first, *_) = won
    due = PrizeChoice.objects.get(pk=order).due_at
    assert refused(choose_product, order, stage.members[0], first, due) == "choice_over"
    assert refused(choose_voucher, order, stage.members[0], due + DAY) == "choice_over"
    assert lapse_choices(due - SECOND) == 0
    assert lapse_choices(due) == 1
    lapsed = PrizeChoice.objects.get(pk=order)
    assert (lapsed.state, lapsed.product_id) == (PrizeChoice.State.LAPSED, stage.products[0].pk)
    assert refused(choose_voucher, order, stage.members[0], due - SECOND) == "choice_over"
    assert findings(["draws_hold"]) == []


def test_a_voucher_is_worth_its_part_of_the_price_to_the_last_second(won):
    stage, order, _ = won
    due = PrizeChoice.objects.get(pk=order).due_at
    assert choose_voucher(order, stage.members[0], due - SECOND).value == 5_000
    assert lapse_choices(due) == 0
    assert Voucher.objects.filter(order_id=order).count() == 1
    assert findings(["draws_hold"]) == []
