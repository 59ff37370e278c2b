"""A wrong tracking number is put right until receipt; what stood there is kept, the member told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.market.aftersales.services import approve, withdraw
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.models import Delivery, TrackingCorrection
from pinwheel.market.delivery.services import receive, ship
from pinwheel.market.ids import ORDER, new_id, to_text
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Message
from pinwheel.market.messages.render import shown
from pinwheel.market.refusals import Refused
from stage import DAY, findings

pytestmark = pytest.mark.usefixtures("shared_database")
RIGHT, WRONG = "ZTO7654321", "SF1234567"


def refused(action, *facts):
    with pytest.raises(Refused) as found:
        action(*facts)
    return found.value


@pytest.fixture
def shipped():
    """A stage, an order that was shipped with a wrong number, and who shipped it."""
    stage, [order, other] = settled_orders()
    clerk = operator()
    ship(order, "sf", WRONG, clerk, stage.now)
    return stage, order, other, clerk


def told(stage):
    tell_members(stage.now)
    kind = BY_NAME["tracking_corrected"].number
    return list(Message.objects.filter(member_id=stage.members[0], kind=kind).order_by("id"))


def test_the_new_number_counts_the_old_one_is_kept_and_the_member_is_told_once(shipped):
    stage, order, _, _ = shipped
    other_clerk, due = operator(), parcel(order).due_at
    stage.now += DAY
    for _ in range(2):
        correct_tracking(order, "中通快递", " zto 7654321", other_clerk, stage.now)
    now = parcel(order)
    assert (now.carrier, now.tracking_number, now.state) == ("zto", RIGHT, Delivery.State.SHIPPED)
    assert now.due_at == due + DAY  # the member has the whole time again
    [kept] = TrackingCorrection.objects.filter(parcel_id=order)
    assert (kept.old_carrier, kept.old_number, kept.new_carrier, kept.new_number) == (
        "sf",
        WRONG,
        "zto",
        RIGHT,
    )
    assert (kept.by, kept.at) == (other_clerk, stage.now)
    [message] = told(stage)
    [english], [chinese] = shown([message], "en"), shown([message], "zh")
    assert english.page == chinese.page == f"/orders/{to_text(ORDER, order)}"
    assert WRONG in english.body and f"It goes by ZTO Express: {RIGHT}" in english.body
    assert WRONG in chinese.body and f"中通快递：{RIGHT}" in chinese.body
    assert findings(["draws_hold"]) == []


def test_each_correction_is_told_and_kept(shipped):
    stage, order, _, clerk = shipped
    for number in (RIGHT, "ZTO0000001", RIGHT):  # back to what was right after all
        correct_tracking(order, "zto", number, clerk, stage.now)
        stage.now += timedelta(seconds=1)
    numbers = list(parcel(order).corrections.values_list("old_number", "new_number"))
    assert numbers == [("ZTO0000001", RIGHT), (RIGHT, "ZTO0000001"), (WRONG, RIGHT)]
    assert len(told(stage)) == 3


def test_a_number_that_looks_like_a_moment_is_told_as_it_stands(shipped):
    stage, order, _, clerk = shipped
    number = "2026110209T00-00000"  # with a T where a moment has one
    correct_tracking(order, "zto", number, clerk, stage.now)
    [message] = told(stage)
    assert number in shown([message], "en")[0].body


def test_only_what_is_on_its_way_can_be_corrected(shipped):
    stage, order, other, clerk = shipped
    assert refused(correct_tracking, other, "zto", RIGHT, clerk, stage.now).code == "not_allowed_now"
    assert refused(correct_tracking, 1, "zto", RIGHT, clerk, stage.now).code == "not_found"
    assert refused(correct_tracking, order, "x", RIGHT, clerk, stage.now).code == "unknown_carrier"
    assert refused(correct_tracking, order, "zto", "?", clerk, stage.now).code == "bad_tracking_number"
    receive(order, stage.members[0], stage.now)
    late = refused(correct_tracking, order, "zto", RIGHT, clerk, stage.now)
    assert late.code == "not_allowed_now" and "received" in late.sentence("en")
    assert not TrackingCorrection.objects.filter(parcel_id=order).exists()
    assert parcel(order).tracking_number == WRONG and told(stage) == []


def test_another_number_is_refused_by_shipping_and_says_where_to_correct_it(shipped):
    stage, order, _, clerk = shipped
    no = refused(ship, order, "zto", RIGHT, clerk, stage.now)
    assert no.code == "shipped_otherwise"
    assert "SF Express SF1234567" in no.sentence("en") and "Correct the number" in no.sentence("en")
    assert "顺丰速运 SF1234567" in no.sentence("zh") and "更正单号" in no.sentence("zh")
    correct_tracking(order, "zto", RIGHT, clerk, stage.now)
    assert ship(order, "zto", RIGHT, clerk, stage.now).tracking_number == RIGHT  # said before: no refusal
    assert refused(ship, order, "sf", WRONG, clerk, stage.now).code == "shipped_otherwise"


def test_an_open_after_sale_does_not_stand_in_the_way(shipped):
    stage, order, _, clerk = shipped
    one = asked(stage, order, "return_and_refund")
    correct_tracking(order, "zto", RIGHT, clerk, stage.now)
    assert parcel(order).is_disputed and parcel(order).due_at is None
    approve(one.pk, clerk, stage.now)
    withdraw(one.pk, stage.members[0], stage.now)
    assert parcel(order).due_at is not None
    assert findings(["draws_hold"]) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda row: TrackingCorrection.objects.filter(pk=row.pk).delete(),
        lambda row: TrackingCorrection.objects.filter(pk=row.pk).update(old_number="X"),
        lambda row: TrackingCorrection.objects.create(
            id=new_id(row.at),
            parcel=row.parcel,
            old_carrier="sf",
            old_number=WRONG,
            new_carrier="sf",
            new_number=WRONG,
            by=row.by,
            at=row.at,
        ),
    ],
)
def test_the_database_keeps_what_stood_there(change, shipped):
    stage, order, _, clerk = shipped
    correct_tracking(order, "zto", RIGHT, clerk, stage.now)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        change(TrackingCorrection.objects.get(parcel_id=order))
