"""A leader who opens from outside and never pays leaves no group behind."""

from datetime import timedelta

from pinwheel.market.orders.models import Order
from stage import Stage, findings


def test_a_leader_who_never_pays_may_open_again(database: str) -> None:
    stage = Stage("leader-five", "{referral: null}", members=2)
    leader = stage.members[0]
    opened = stage.join(leader, opens=True, external=True)
    assert stage.refusal(leader, opens=True).code == "too_many_open_groups"
    stage.wait(timedelta(minutes=31))
    assert stage.order(opened.order_id).state == Order.State.LAPSED
    assert [group.leader_id for group in stage.groups(0) if group.leader_id] == []
    again = stage.join(leader, opens=True)
    assert again.group_id
    stage.callback(opened.order_id)  # the first payment arrives after all: there is no seat for it
    assert stage.order(opened.order_id).state == Order.State.REFUNDED
    assert findings() == []
