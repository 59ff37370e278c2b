"""From facts to messages: who is told what, once, and in which words."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinwheel.config.environment import environment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.services import end
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.messages import expand, write
from pinwheel.market.messages.events import tell
from pinwheel.market.messages.expand import remind_of_prizes, tell_members
from pinwheel.market.messages.kinds import BY_NAME, BY_NUMBER, KINDS, places_in
from pinwheel.market.messages.models import Delivery, Event, Message, Wording
from pinwheel.market.messages.render import preview, shown
from pinwheel.market.messages.services import (
    keep_silent,
    mark_read,
    unread_count,
    wish,
    write_wording,
)
from pinwheel.market.orders.models import Order
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.prizes.services import choose_voucher
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from stage import DAY, HOUR, Stage, findings, make_members

pytestmark = pytest.mark.database


def told(stage: Stage, member: int) -> list[str]:
    """The kinds of a member's messages, oldest first, once everything is told."""
    tell_members(stage.now)
    kinds = Message.objects.filter(member_id=member).order_by("id").values_list("kind", flat=True)
    return [BY_NUMBER[number].name for number in kinds]


def texts(stage: Stage, member: int, language: str = "en") -> list[str]:
    tell_members(stage.now)
    messages = list(Message.objects.filter(member_id=member).order_by("id"))
    return [text.body for text in shown(messages, language)]


def test_a_drawn_group_tells_everybody_once(database: str) -> None:
    stage = Stage("draw-on-fill", members=10)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    winner = Order.objects.get(state=Order.State.SETTLED).member_id
    last = next(member for member in reversed(stage.members) if member != winner)
    assert told(stage, winner) == ["paid", "won"]
    assert told(stage, last) == ["paid", "not_won_refunded"]
    assert "You also get 5.00 cash." in texts(stage, last)[1]
    assert f"your {format_amount(stage.plan.offer.price)} yuan go back" in texts(stage, last)[1]
    assert "另得 5.00 零钱。" in texts(stage, last, "zh")[1]
    assert Message.objects.count() == 20 and not Event.objects.exists()
    assert tell_members(stage.now) == 0 and findings(["draws_hold"]) == []


def test_an_ordinary_group_is_filled_and_not_drawn(database: str) -> None:
    stage = Stage("ordinary-group", members=3)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    assert told(stage, stage.members[0]) == ["paid", "filled"]
    assert "Tea" in texts(stage, stage.members[0])[1]


def test_groups_that_do_not_fill_say_why(database: str) -> None:
    expiring = Stage("leader-five", "{referral: null}", members=1)
    expiring.join(expiring.members[0], opens=True)
    expiring.wait(25 * HOUR)
    assert told(expiring, expiring.members[0]) == ["paid", "expired"]
    stopped = Stage("draw-on-fill", members=2)
    for member in stopped.members:
        stopped.join(member)
    end(stopped.activity, stopped.now)
    assert told(stopped, stopped.members[1]) == ["paid", "stopped"]


def test_an_outside_payment_and_its_refund(database: str) -> None:
    stage = Stage("draw-on-fill", members=2, ends=HOUR)
    order = stage.join(stage.members[0], external=True).order_id
    assert told(stage, stage.members[0]) == []
    stage.callback(order)
    stage.wait(2 * HOUR)
    assert told(stage, stage.members[0]) == ["paid", "expired", "refund_sent"]
    late = stage.members[1]
    stage = Stage("draw-on-fill", members=1, ends=timedelta(minutes=10))
    late, order = stage.members[0], stage.join(stage.members[0], external=True).order_id
    stage.wait(HOUR)
    stage.callback(order)
    stage.wait(HOUR)
    assert told(stage, late) == ["no_seat", "refund_sent"]


def test_a_prize_is_announced_reminded_once_and_the_voucher_told(database: str) -> None:
    stage = Stage("national-group-buy", members=10)
    for member in stage.members:
        stage.join(member)
    settle_activity(stage.activity.pk, stage.now)
    tell_members(stage.now)
    choice = PrizeChoice.objects.order_by("order_id")[0]
    assert told(stage, choice.member_id)[1:] == ["won", "prize_open"]
    assert remind_of_prizes(choice.due_at - timedelta(days=2)) == 0
    assert remind_of_prizes(choice.due_at - timedelta(hours=20)) == 3
    assert remind_of_prizes(choice.due_at - timedelta(hours=19)) == 0
    stage.now = choice.due_at - timedelta(hours=18)
    choose_voucher(choice.order_id, choice.member_id, stage.now)
    assert told(stage, choice.member_id)[4:] == ["voucher"]
    assert "100.00 yuan" in texts(stage, choice.member_id)[-1]


def test_a_day_is_told_once_to_each_who_was_paid(database: str) -> None:
    stage = Stage("national-group-buy", members=10)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    stage.now += DAY
    run_days(stage.now, 3)
    tell_members(stage.now)
    dividends = Message.objects.filter(kind=BY_NAME["daily_dividend"].number)
    assert dividends.count() == 3 and {message.amount > 0 for message in dividends} == {True}
    run_days(stage.now, 3)
    tell_members(stage.now)
    assert dividends.count() == 3


def test_the_same_thing_is_told_once(database: str) -> None:
    members, now = make_members(3, 0, Stage().now), Stage().now
    for _ in range(2):
        facts = {"product": ("茶", "tea"), "carrier": "SF", "tracking": "1"}
        tell(raw_cursor(), "shipped", members, 7, now, facts)
    tell(raw_cursor(), "received", members[:1], 7, now, {"product": "tea"})
    tell_members(now)
    assert Message.objects.count() == 4
    [message] = Message.objects.filter(member_id=members[0], kind=BY_NAME["shipped"].number)
    assert shown([message], "en")[0].body == "tea is on its way by SF: 1."
    assert shown([message], "zh")[0].body == "茶 已发货，SF：1。"
    with pytest.raises(ValueError, match="colour"):
        tell(raw_cursor(), "shipped", members, 8, now, {"colour": "red"})
    with pytest.raises(KeyError):
        tell(raw_cursor(), "nothing", members, 8, now)


def test_silence_in_general_and_of_one_activity(database: str) -> None:
    keep_silent("paid", 0, True)
    loud, quiet = (Stage("ordinary-group", members=3) for _ in range(2))
    keep_silent("filled", quiet.activity.pk, True)
    for stage in (loud, quiet):
        for member in stage.members:
            stage.join(member)
        stage.settle()
    assert told(loud, loud.members[0]) == ["filled"]
    assert told(quiet, quiet.members[0]) == []
    keep_silent("paid", 0, False)
    stage = Stage("ordinary-group", members=1)
    stage.join(stage.members[0])
    assert told(stage, stage.members[0]) == ["paid"]


def test_an_event_that_cannot_be_told_stops_no_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage("ordinary-group", members=3)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    real = expand.orders_of

    def fails(cursor, ids):
        if len(ids) == 1 and ids[0] == broken:
            raise ZeroDivisionError
        return real(cursor, ids)

    broken = Event.objects.order_by("id")[0].subjects[0]
    monkeypatch.setattr(expand, "orders_of", fails)
    tell_members(stage.now)
    assert [event.is_set_aside for event in Event.objects.all()] == [True]
    assert Message.objects.count() == 5
    monkeypatch.undo()
    Event.objects.update(is_set_aside=False)
    tell_members(stage.now)
    assert Message.objects.count() == 6


def test_a_wording_holds_for_messages_made_after_it(database: str) -> None:
    stage = Stage("ordinary-group", members=2)
    stage.join(stage.members[0])
    before = texts(stage, stage.members[0])
    write_wording(BY_NAME["paid"], "en", "Thanks", "Thank you for {amount}!", "boss", stage.now)
    assert texts(stage, stage.members[0]) == before
    stage.join(stage.members[1])
    assert texts(stage, stage.members[1]) == [f"Thank you for {stage.plan.offer.price // 100}.00!"]
    write_wording(BY_NAME["paid"], "en", "", "", "boss", stage.now)
    assert texts(stage, stage.members[1]) == [f"Thank you for {stage.plan.offer.price // 100}.00!"]
    assert Wording.objects.count() == 2


@pytest.mark.parametrize("text", ["{colour}", "{", "}", "{amount:>9}", "{0}", "{}", "{amount!r}", "{a.b}"])
def test_a_wording_names_only_its_places(text: str) -> None:
    with pytest.raises(Refused) as refused:
        preview(BY_NAME["paid"], "en", "", text)
    assert "{activity}" in refused.value.sentence("en")


@given(st.text(max_size=200))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_typed_is_refused_or_shown(text: str) -> None:
    try:
        found = preview(BY_NAME["won"], "zh", "", text)
    except Refused:
        return
    assert isinstance(found.body, str)


def test_every_shipped_text_fills_its_places_in_both_languages() -> None:
    assert len(BY_NUMBER) == len(BY_NAME) == len(KINDS)
    for kind in KINDS:
        for title, body in ((kind.title.zh, kind.body.zh), (kind.title.en, kind.body.en)):
            assert set(places_in(title) + places_in(body)) <= set(kind.places), kind.name
        assert set(places_in(kind.body.zh)) == set(places_in(kind.body.en)), kind.name
        for language in ("zh", "en"):
            assert preview(kind, language, "", "").body


def test_read_and_unread(database: str) -> None:
    stage = Stage("ordinary-group", members=2)
    for member in stage.members:
        stage.join(member)
        stage.join(member)
    tell_members(stage.now)
    first, second = stage.members
    assert unread_count(first) == 2
    [message] = Message.objects.filter(member_id=first)[:1]
    assert mark_read(second, stage.now, [message.pk]) == 0
    assert mark_read(first, stage.now, [message.pk]) == 1
    assert mark_read(first, stage.now) == 1 and unread_count(first) == 0 and unread_count(second) == 2


def test_a_delivery_for_each_channel_unless_the_member_refuses(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = environment().model_copy(
        update={"message_channels": ["console", "sms", "email"], "sms_templates": {"filled": "SMS_1"}}
    )
    monkeypatch.setattr(write, "environment", lambda: changed)
    stage = Stage("ordinary-group", members=3)
    wish(stage.members[1], [(BY_NAME["filled"], "sms", False), (BY_NAME["announcement"], "console", True)])
    for member in stage.members:
        stage.join(member)
    stage.settle()
    tell(raw_cursor(), "announcement", stage.members, 1, stage.now, {"headline": "New", "text": "Come"})
    tell_members(stage.now)
    found = Delivery.objects.order_by("id").values_list("member_id", "kind", "channel", "state")
    filled, advertised = BY_NAME["filled"].number, BY_NAME["announcement"].number
    by_sms = {member: state for member, kind, channel, state in found if (kind, channel) == (filled, 4)}
    assert [by_sms[member] for member in stage.members] == [0, 3, 0]
    assert [row[0] for row in found if row[1] == advertised] == [stage.members[1]]
    assert Message.objects.filter(kind=advertised).count() == 3
    assert not [row for row in found if row[2] == 2]  # nobody gave an address
