"""Members are told when a parcel leaves and what an after-sale is answered, each once."""

import pytest

from delivery_stage import asked, operator, settled_orders
from pinwheel.market.aftersales.services import approve, refund, refuse, send_back
from pinwheel.market.delivery.services import receive, ship
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Event, Message
from pinwheel.market.messages.render import shown
from pinwheel.market.refusals import Refused

pytestmark = pytest.mark.usefixtures("shared_database")


def told(stage, kind, member=0):
    """The texts of a kind that a member was told, in order: Chinese and English."""
    tell_members(stage.now)
    found = Message.objects.filter(member_id=stage.members[member], kind=BY_NAME[kind].number)
    messages = list(found.order_by("id"))
    chinese, english = (shown(messages, language) for language in ("zh", "en"))
    return [(zh.body, en.body, en.page) for zh, en in zip(chinese, english, strict=True)]


def test_a_parcel_that_leaves_is_told_once_with_its_number():
    stage, [order, _] = settled_orders()
    clerk = operator()
    for _ in range(2):
        ship(order, "sf", "SF1234567", clerk, stage.now)
    page = f"/orders/{to_text(ORDER, order)}"
    assert told(stage, "shipped") == [
        ("茶 已发货，顺丰速运：SF1234567。", "Tea is on its way by SF Express: SF1234567.", page)
    ]
    assert told(stage, "shipped", 1) == []


def test_what_is_refused_tells_nobody():
    stage, [order, _] = settled_orders()
    tell_members(stage.now)
    for carrier, number in (("x", "SF1234567"), ("sf", "?")):
        with pytest.raises(Refused):
            ship(order, carrier, number, operator(), stage.now)
    assert not Event.objects.exists()


def test_each_answer_of_a_return_is_told():
    stage, [order, _] = settled_orders()
    member, clerk = stage.members[0], operator()
    ship(order, "sf", "SF1234567", clerk, stage.now)
    for amount in (2_500, 1_000):  # two cases of one order: each is told by itself
        one = asked(stage, order, "return_and_refund", amount)
        approve(one.pk, clerk, stage.now)
        send_back(one.pk, member, "jd", "JD7654321", stage.now)
        refund(one.pk, clerk, stage.now)
    receive(order, member, stage.now)
    three = asked(stage, order, "refund_only", 100)
    refuse(three.pk, clerk, "{worn}", stage.now)
    texts = told(stage, "after_sale")
    assert [english.split(": ", 1)[1][:24] for _, english, _ in texts] == [
        "the return is agreed. Pl",
        "25.00 yuan go back the w",
        "the return is agreed. Pl",
        "10.00 yuan go back the w",
        "your request was refused",
    ]
    assert texts[1][0] == "茶：25.00 元已按原路退回。"
    assert texts[4][:2] == ("茶：未通过：{worn}", "Tea: your request was refused: {worn}")
    assert {page for _, _, page in texts} == {f"/orders/{to_text(ORDER, order)}"}


def test_what_a_second_person_has_to_look_at_is_told_when_they_have():
    stage, [order, _] = settled_orders(price=60_000)
    one = asked(stage, order)
    approve(one.pk, operator(), stage.now)
    assert told(stage, "after_sale") == []
    refund(one.pk, operator(), stage.now)
    assert len(told(stage, "after_sale")) == 1
