"""Two activities of one plan ask for its budget at once. First met with the guard taken away."""

import pytest
from together import Rendezvous, together

from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.budgets import services
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.orders.models import Order
from stage import Stage, findings, in_seat_order

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(120)]
# A group of 4 loses 20.00; the budget carries three.
LOSING = (
    "{group.size: 4, limits: null, draw.seat_rules: [], dividends: null, promoter: null, budget: 65.00,"
    " offer.payment_fee: 0%, outcomes.0.count: 1, outcomes.0.gives: [{goods: ordered}],"
    " outcomes.1.gives: [{cash: 30%}]}"
)


def two_activities_with_twelve_joins_each():
    shop = Stage("national-group-buy", LOSING, members=12)
    other = create_activity(shop.activity.plan_version, shop.products, shop.now, None, shop.now)
    schedule(other, shop.now)
    for member in shop.members:
        shop.join(member)
        shop.join(member, activity=other.pk)
    return shop, [shop.activity.pk, other.pk]


def settle_both(shop, activities):
    return together(
        *(
            lambda activity=number: settle_activity(activity, shop.now, maker=in_seat_order)
            for number in activities
        )
    )


def settled():
    return Group.objects.filter(state=Group.State.SETTLED).count()


def test_two_activities_at_once_stay_within_one_budget():
    shop, activities = two_activities_with_twelve_joins_each()
    settle_both(shop, activities)
    assert settled() == 3
    assert Order.objects.filter(state=Order.State.REFUNDED, outcome=-1).count() == 24 - 12
    assert findings(but=["draws_hold"]) == []


def test_without_the_lock_both_are_given_the_same_budget(monkeypatch):
    """Both see that three groups are free before either has taken them."""
    point = Rendezvous(2)
    real = services.position_of

    def met(*arguments):
        found = real(*arguments)
        point.wait()
        return found

    monkeypatch.setattr(services, "BUDGET_LOCK", "SELECT %s")
    monkeypatch.setattr(services, "position_of", met)
    shop, activities = two_activities_with_twelve_joins_each()
    settle_both(shop, activities)
    assert settled() > 3
