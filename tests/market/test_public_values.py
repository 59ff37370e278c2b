"""Full groups wait for a public value: the beacon's round or a number; then they are drawn, or refunded."""

from datetime import UTC, datetime, timedelta

import pytest
from beacon_chain import RECORDED, RECORDED_SIGNATURE, answer, is_signed_here, sign
from django.db import IntegrityError, connection, transaction
from psycopg.errors import RestrictViolation
from public_value_damage import DRAWN_DAMAGE, WAITING_DAMAGE

from pinwheel.doors.storefront.static.storefront import verify_draw
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.services import end
from pinwheel.market.audit import CHECKS
from pinwheel.market.budgets.models import Allotment
from pinwheel.market.groups.draws import draw_v1
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.models import Group, WinCounter
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Message
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values import settling
from pinwheel.market.public_values.entering import (
    Told,
    confirm_for_all,
    confirm_number,
    enter_for_all,
    enter_number,
    open_entry,
    waiting_alike,
)
from pinwheel.market.public_values.fetching import fetch_rounds, next_round
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.market.public_values.relays import Unusable, read_round
from pinwheel.market.public_values.settling import refund_overdue, settle_known
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules import beacon, beacon_signature
from stage import DAY, HOUR, MINUTE, SECOND, Stage, damage_of, findings

pytestmark = pytest.mark.usefixtures("database")

SMALL = "{group.size: 3, draw.seat_rules: [], draw.conflict: draw_anyway, "
EVENT = "draw.public_event: {zh: 当晚福彩3D, en: the 3D lottery of that evening}"
NUMBER = SMALL + "draw.public_value: public_number, draw.public_value_within: 30h, " + EVENT + "}"
DRAND = SMALL + "draw.public_value: drand, draw.public_value_within: 1h}"


def stage(changes: str = NUMBER, members: int = 3, joins: int | None = None, **how) -> Stage:
    """Groups of three; the first of them is full and waits."""
    shop = Stage("draw-on-fill", changes, members=members, **how)
    for member in shop.members[: members if joins is None else joins]:
        shop.join(member)
    shop.settle(draw_v1)
    shop.now += SECOND
    return shop


def people(*names: str) -> list[Operator]:
    return [Operator.objects.get_or_create(username=name)[0] for name in names]


def told(shop: Stage) -> Told:
    return Told("福彩3D 第 2026310 期", "https://www.cwl.gov.cn/", shop.now)


def refusal(call, *arguments) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value.code


def waiting(shop: Stage) -> PublicValue:
    return PublicValue.objects.filter(activity_id=shop.activity.pk).order_by("frozen_at", "group_id")[0]


def enter_both(shop: Stage, digits: str = "507", group: int = 0) -> None:
    first, second = people("first", "second")
    group = group or waiting(shop).group_id
    enter_number(group, digits, told(shop), first, shop.now)
    confirm_number(group, digits, second, shop.now)


@pytest.fixture
def chain(monkeypatch):
    """The tests' own beacon in the place of the real one."""
    monkeypatch.setattr(beacon_signature, "is_signed", is_signed_here)


def fetch(shop: Stage, ask=lambda relay, number: answer(number)) -> int:
    return fetch_rounds(lambda: shop.now, ask=ask)


# --- waiting -------------------------------------------------------------------------------------------


def test_a_full_group_freezes_its_list_and_waits():
    shop = stage(joins=3, members=4)
    shop.join(shop.members[3])
    shop.settle(draw_v1)
    full, next_one = shop.groups()[:2]
    assert (full.state, full.server_seed, full.drawn_order, full.taken) == (Group.State.FILLED, None, None, 3)
    assert next_one.taken == 1  # the next group fills meanwhile
    assert set(Order.objects.filter(group_id=full.pk).values_list("state", "outcome")) == {
        (Order.State.SEATED, -1)
    }
    value = waiting(shop)
    assert (value.state, value.frozen_at) == (PublicValue.State.WAITING, full.filled_at)
    assert value.due_at == value.frozen_at + timedelta(hours=30)
    shown = evidence(full)
    assert shown["list_hash"] == bytes(value.list_hash).hex() and shown["state"] == "filled"
    assert shown["public_value"]["kind"] == "public_number" and shown["public_value"]["bytes"] == ""
    assert not {"server_seed", "list", "order", "seed"} & set(shown)
    assert findings() == []


def test_nothing_is_drawn_or_refunded_before_the_value_or_the_limit():
    shop = stage()
    shop.wait(HOUR * 29)
    assert shop.groups()[0].state == Group.State.FILLED
    assert [shop.cash(member) for member in shop.members] == [90_000] * 3
    assert findings() == []


def test_a_stopped_activity_does_not_undo_a_frozen_draw():
    shop = stage(ends=DAY)
    end(shop.activity, shop.now)
    assert shop.groups()[0].state == Group.State.FILLED
    enter_both(shop)
    settle_known(shop.now)
    assert shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


COUNTING = (
    "{group.size: 2, outcomes.0.count: 1, draw.conflict: %s, draw.public_value: public_number, "
    "draw.seat_rules: [{after_wins_in_a_row: {wins: 1, sit_out: 1}}], draw.public_value_within: 30h, "
    + EVENT
    + "}"
)


def test_bars_are_frozen_with_the_list_whatever_counters_do_meanwhile():
    """Both wait in two groups; the winner of the first would sit out the next, but that list is frozen."""
    shop = stage(COUNTING % "draw_anyway", members=2)
    for member in shop.members:
        shop.join(member)
    shop.settle(draw_v1)
    shop.now += SECOND
    first, second = shop.groups()[:2]
    assert list(PublicValue.objects.values_list("bars", flat=True)) == [[0, 0], [0, 0]]
    enter_both(shop, group=first.pk)
    settle_known(shop.now)
    [winner] = Order.objects.filter(group_id=first.pk, outcome=0).values_list("member_id", flat=True)
    assert WinCounter.objects.get(member_id=winner).sit_out == 1
    enter_both(shop, group=second.pk)
    settle_known(shop.now)
    assert set(Order.objects.filter(group_id=second.pk).values_list("bars", flat=True)) == {0}
    for member in shop.members:  # a third group is frozen with what the first two gave
        shop.join(member)
    shop.settle(draw_v1)
    third = PublicValue.objects.order_by("-frozen_at")[0]
    assert any(third.bars) and evidence(shop.groups()[2])["barred"] == [
        ["sitting_out"] if bits else [] for bits in third.bars
    ]
    assert findings() == []


def test_groups_that_keep_to_their_bars_and_those_that_cannot_are_settled_one_after_the_other():
    shop = stage(COUNTING % "draw_anyway", members=4, joins=0)
    for member in shop.members[:2]:  # both sit out: drawn anyway
        WinCounter.objects.create(member_id=member, plan="draw-on-fill", sit_out=1)
    for member in (*shop.members[2:], *shop.members[:2]):
        shop.join(member)
    shop.settle(draw_v1)
    shop.now += SECOND
    for group in shop.groups()[:2]:
        enter_both(shop, group=group.pk)
    assert settle_known(shop.now) == 2
    batches = {group.settled_batch for group in shop.groups(Group.State.SETTLED)}
    assert len(batches) == 2
    # Drawn anyway uses up nothing.
    kept = WinCounter.objects.filter(member_id__in=shop.members[:2]).values_list("sit_out", flat=True)
    assert sum(kept) == 3  # 1 each, and 1 for the win
    assert all(
        holds
        for group in shop.groups(Group.State.SETTLED)
        for _, holds, _ in verify_draw.verify(evidence(group))
    )
    assert findings(["counters_hold"]) == []


def test_too_few_that_may_win_dissolve_also_after_waiting():
    shop = stage(COUNTING % "dissolve", members=2, joins=0)
    for member in shop.members:
        WinCounter.objects.create(member_id=member, plan="draw-on-fill", sit_out=1)
        shop.join(member)
    shop.settle(draw_v1)
    shop.now += SECOND
    enter_both(shop)
    assert settle_known(shop.now) == 1
    group = shop.groups()[0]
    assert group.state == Group.State.DISSOLVED and [shop.cash(one) for one in shop.members] == [100_000] * 2
    assert all(holds for _, holds, _ in verify_draw.verify(evidence(group)))
    assert findings(["counters_hold"]) == []


# --- a public number -----------------------------------------------------------------------------------


def test_a_number_that_two_operators_enter_draws_the_group_and_everybody_can_check_it():
    shop = stage()
    frozen = waiting(shop)
    shop.now += HOUR
    enter_both(shop)
    assert waiting(shop).state == PublicValue.State.KNOWN
    assert settle_known(shop.now) == 1
    group = shop.groups()[0]
    assert group.state == Group.State.SETTLED and group.filled_at == frozen.frozen_at
    assert [seat - 1 for seat in group.drawn_order] == draw_v1(
        evidence(group)["draw_id"], bytes(group.server_seed), group.seats, b"507"
    )
    document = evidence(group)
    assert document["public_value"] == {
        "kind": "public_number",
        "bytes": b"507".hex(),
        "event": {"zh": "当晚福彩3D", "en": "the 3D lottery of that evening"},
        "number": "507",
        "source": "福彩3D 第 2026310 期",
        "reference": "https://www.cwl.gov.cn/",
        "published_at": shop.now.astimezone(UTC).isoformat(),
    }
    assert document["list_hash"] == bytes(frozen.list_hash).hex()
    assert [name for name, holds, _ in verify_draw.verify(document) if not holds] == []
    value = waiting(shop)
    assert (value.entered_by.username, value.confirmed_by.username) == ("first", "second")
    assert findings() == []
    assert settle_known(shop.now) == 0


def test_another_number_gives_another_evidence():
    shop = stage()
    enter_both(shop)
    settle_known(shop.now)
    document = evidence(shop.groups()[0])
    document["public_value"] |= {"number": "508", "bytes": b"508".hex()}
    failed = [name for name, holds, _ in verify_draw.verify(document) if not holds]
    assert failed == ["seed"]


def test_the_second_person_is_another_one_and_sees_nothing():
    shop = stage()
    first, second = people("first", "second")
    group = waiting(shop).group_id
    assert refusal(confirm_number, group, "507", second, shop.now) == "not_found"
    enter_number(group, "507", told(shop), first, shop.now)
    assert refusal(confirm_number, group, "507", first, shop.now) == "same_person"
    assert refusal(enter_number, group, "507", told(shop), second, shop.now) == "entry_open"
    assert open_entry(group).operator_id == first.pk
    assert waiting(shop).state == PublicValue.State.WAITING


def test_two_that_differ_count_for_nothing_and_are_kept():
    shop = stage()
    first, second = people("first", "second")
    group = waiting(shop).group_id
    enter_number(group, "507", told(shop), first, shop.now)
    assert refusal(confirm_number, group, "570", second, shop.now) == "numbers_differ"
    assert waiting(shop).state == PublicValue.State.WAITING and open_entry(group) is None
    kept = NumberEntry.objects.order_by("id").values_list("digits", "state")
    assert list(kept) == [("507", NumberEntry.State.CONFLICT), ("570", NumberEntry.State.CONFLICT)]
    enter_both(shop, "570")
    settle_known(shop.now)
    assert shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


def test_one_entry_may_be_for_all_groups_that_wait_for_the_same_number():
    shop = stage(members=6)
    first, second = people("first", "second")
    groups = shop.groups()[:2]
    shop.now += HOUR
    assert enter_for_all(groups[0].pk, "507", told(shop), first, shop.now) == 2
    assert refusal(confirm_for_all, groups[1].pk, "570", second, shop.now) == "numbers_differ"
    assert NumberEntry.objects.filter(state=NumberEntry.State.CONFLICT).count() == 4
    assert enter_for_all(groups[1].pk, "507", told(shop), second, shop.now) == 2
    assert refusal(confirm_for_all, groups[0].pk, "507", second, shop.now) == "same_person"
    assert confirm_for_all(groups[0].pk, "507", first, shop.now) == 2
    assert settle_known(shop.now) == 2
    assert len(shop.groups(Group.State.SETTLED)) == 2
    assert findings() == []


def test_a_number_is_entered_for_those_alone_for_whom_it_is_the_first():
    """Full before yesterday's number was out: waits for that one. Full after this one: for the next."""
    shop = stage(joins=3, members=12)
    first, second = people("first", "second")
    times = []
    for number in range(3):
        shop.now += HOUR
        times.append(shop.now)
        for member in shop.members[3 * number + 3 : 3 * number + 6]:
            shop.join(member)
        shop.settle(draw_v1)
        shop.now += SECOND
    missed, one, two, late = shop.groups()[:4]
    shop.now += HOUR
    enter_number(one.pk, "111", Told("x", "x", times[1] - SECOND), first, shop.now)
    confirm_number(one.pk, "111", second, shop.now)
    assert waiting_alike(two.pk, times[2] - SECOND, shop.now) == []
    assert waiting_alike(missed.pk, times[2] + MINUTE, shop.now) == sorted([two.pk, late.pk])


@pytest.mark.parametrize("digits", ["", " 507", "5 0 7", "５０７", "abc", "507.", ",507", "1" * 61, "5\n"])
def test_what_is_no_number_is_refused(digits):
    shop = stage()
    [first] = people("first")
    assert refusal(enter_number, waiting(shop).group_id, digits, told(shop), first, shop.now) == (
        "number_invalid"
    )


@pytest.mark.parametrize("digits", ["5", "3,412.55", "007", "1" * 60])
def test_numbers_as_they_are_published(digits):
    shop = stage()
    enter_both(shop, digits)
    settle_known(shop.now)
    document = evidence(shop.groups()[0])
    assert document["public_value"]["number"] == digits
    assert all(holds for _, holds, _ in verify_draw.verify(document))


def test_a_number_has_its_source_and_comes_after_the_freeze():
    shop = stage()
    [first] = people("first")
    value = waiting(shop)
    shop.now += MINUTE
    for source, reference in (("", "x"), ("x", " "), ("x" * 201, "x"), ("x", "x" * 501), ("a\nb", "x")):
        wrong = Told(source, reference, shop.now)
        assert refusal(enter_number, value.group_id, "507", wrong, first, shop.now) == "source_missing"
    for at in (value.frozen_at, value.frozen_at - SECOND, shop.now + SECOND):
        wrong = Told("x", "x", at)
        assert refusal(enter_number, value.group_id, "507", wrong, first, shop.now) == "not_after_freeze"


def test_a_number_is_refused_for_a_group_that_does_not_wait_for_one(chain):
    shop = stage(members=4, joins=4)
    first, second = people("first", "second")
    forming = shop.groups()[1].pk
    for group in (forming, 12345):
        assert refusal(enter_number, group, "507", told(shop), first, shop.now) == "not_waiting"
    enter_both(shop)
    value = waiting(shop)
    for _ in range(2):  # known, and then drawn
        assert refusal(enter_number, value.group_id, "507", told(shop), first, shop.now) == "not_waiting"
        assert refusal(confirm_number, value.group_id, "507", second, shop.now) == "not_waiting"
        settle_known(shop.now)
    of_beacon = stage(DRAND)
    assert refusal(
        enter_number, waiting(of_beacon).group_id, "507", told(of_beacon), first, of_beacon.now
    ) == ("not_waiting")


# --- the limit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [NUMBER, DRAND])
def test_without_the_value_everybody_is_refunded_in_full_at_the_limit(changes):
    shop = stage(changes, joins=2, stock=10)
    outside = shop.join(shop.members[2], external=True).order_id
    shop.callback(outside)
    shop.settle(draw_v1)
    assert shop.left() == 7
    value = waiting(shop)
    shop.now = value.due_at
    shop.wait(timedelta(0))
    group = shop.groups()[0]
    assert group.state == Group.State.EXPIRED and bytes(group.server_seed) and group.drawn_order is None
    assert shop.cash(shop.members[0]) == 100_000 and shop.order(outside).refunded == 10_000
    assert shop.left() == 10
    assert waiting(shop).state == PublicValue.State.OVERDUE
    document = evidence(group)
    assert (document["state"], document["public_value"]["bytes"], document["seed"]) == ("expired", "", None)
    assert document["frozen_at"] == value.frozen_at.isoformat()
    assert all(holds for _, holds, _ in verify_draw.verify(document))
    assert findings() == []
    tell_members(shop.now)
    assert Message.objects.filter(kind=BY_NAME["no_value"].number).count() == 3
    assert refund_overdue(shop.now) == 0


def test_members_hear_that_their_group_waits_for_a_number_and_until_when():
    shop = stage()
    tell_members(shop.now)
    told = Message.objects.filter(kind=BY_NAME["awaits_value"].number).order_by("member_id")
    assert [message.member_id for message in told] == sorted(shop.members)
    assert {message.facts["until"] for message in told} == {waiting(shop).due_at.isoformat()}
    beacon = stage(DRAND)  # its round comes within seconds
    tell_members(beacon.now)
    assert told.count() == 3


def test_a_number_that_comes_late_is_refused():
    shop = stage()
    first, second = people("first", "second")
    value = waiting(shop)
    enter_number(value.group_id, "507", told(shop), first, shop.now)
    shop.now = value.due_at
    assert refusal(confirm_number, value.group_id, "507", second, shop.now) == "value_too_late"
    shop.wait(timedelta(0))
    assert refusal(confirm_number, value.group_id, "507", second, shop.now) == "value_too_late"
    assert shop.groups()[0].state == Group.State.EXPIRED


def test_a_value_known_in_time_is_drawn_with_also_after_the_limit():
    shop = stage()
    enter_both(shop)
    shop.now = waiting(shop).due_at + HOUR
    shop.wait(timedelta(0))
    assert shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


def test_a_budget_is_given_free_by_an_overdue_group_and_counted_by_a_drawn_one():
    losing = NUMBER[:-1] + ", outcomes.1.gives: [{cash: 80.00}], budget: 400.00}"
    shop = stage(losing, members=6)
    assert [group.state for group in shop.groups()[:2]] == [Group.State.FILLED] * 2
    enter_both(shop)
    settle_known(shop.now)
    assert Allotment.objects.get(activity=shop.activity).settled == 1
    shop.now = PublicValue.objects.order_by("-due_at")[0].due_at
    shop.wait(timedelta(0))
    assert sorted(group.state for group in shop.groups() if group.taken) == [2, 3]
    assert Allotment.objects.get(activity=shop.activity).settled == 1
    assert findings() == []


# --- the beacon ----------------------------------------------------------------------------------------


def test_the_round_is_the_first_after_the_freeze_and_stays():
    assert beacon.round_after(beacon.GENESIS * 1_000_000 - 1) == 1
    assert beacon.round_after(beacon.GENESIS * 1_000_000) == 2
    assert beacon.round_after(beacon.round_time(RECORDED) * 1_000_000 - 1) == RECORDED
    shop = stage(DRAND)
    value = waiting(shop)
    published = datetime.fromtimestamp(beacon.round_time(value.round), UTC)
    assert timedelta(0) < published - value.frozen_at <= timedelta(seconds=beacon.PERIOD)
    with pytest.raises(RestrictViolation), transaction.atomic():
        raw_cursor().execute("UPDATE public_values_value SET round = round + 1")


def test_the_recorded_round_is_the_beacons_and_under_another_number_it_is_not():
    assert beacon_signature.is_signed(RECORDED, RECORDED_SIGNATURE)
    assert not beacon_signature.is_signed(RECORDED + 1, RECORDED_SIGNATURE)
    assert beacon.randomness(RECORDED_SIGNATURE).hex() == (
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    )
    assert not beacon_signature.is_signed(RECORDED, sign(RECORDED))  # of another chain
    assert is_signed_here(RECORDED, sign(RECORDED))
    found = read_round(answer(RECORDED, RECORDED_SIGNATURE), RECORDED, "relay")
    assert found.signature == RECORDED_SIGNATURE


INFINITY = b"\xc0" + bytes(47)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (answer(RECORDED, RECORDED_SIGNATURE[:-1]), "wrong_length"),
        (answer(RECORDED, RECORDED_SIGNATURE + b"\0"), "wrong_length"),
        (answer(RECORDED + 1, RECORDED_SIGNATURE), "other_round"),
        (answer(RECORDED, RECORDED_SIGNATURE, round=True), "other_round"),
        (answer(RECORDED, RECORDED_SIGNATURE, round="657413"), "other_round"),
        (answer(RECORDED, RECORDED_SIGNATURE, randomness="00" * 32), "other_randomness"),
        (answer(RECORDED, sign(RECORDED)), "bad_signature"),
        (answer(RECORDED, INFINITY), "bad_signature"),
        (answer(RECORDED, bytes(48)), "bad_signature"),
        (answer(RECORDED, b"\xff" * 48), "bad_signature"),
        (answer(RECORDED, RECORDED_SIGNATURE, signature="zz"), "not_a_round"),
        (answer(RECORDED, RECORDED_SIGNATURE, signature=None), "not_a_round"),
        (b"", "not_a_round"),
        (b"\xff\xfe", "not_a_round"),
        (b"[]", "not_a_round"),
        (b"null", "not_a_round"),
        (b"[" * 4000, "not_a_round"),
        (b"{}", "not_a_round"),
    ],
)
def test_an_answer_that_is_not_the_round_is_not_believed(body, why):
    with pytest.raises(Unusable, match=f"^{why}$"):
        read_round(body, RECORDED, "relay")


def test_the_recorded_signature_under_the_next_round_is_refused():
    with pytest.raises(Unusable, match=r"^bad_signature$"):
        read_round(answer(RECORDED + 1, RECORDED_SIGNATURE), RECORDED + 1, "relay")


def test_a_round_draws_every_group_that_waits_for_it(chain):
    shop = stage(DRAND, members=6)
    rounds = set(PublicValue.objects.values_list("round", flat=True))
    assert next_round(waiting(shop).frozen_at) is None  # not out yet
    shop.now += MINUTE
    asked = []

    def ask(relay, number):
        asked.append(number)
        return answer(number)

    fetch(shop, ask)
    assert set(asked) <= rounds
    groups = shop.groups(Group.State.SETTLED)
    assert len(groups) == 2
    for group in groups:
        document = evidence(group)
        value = PublicValue.objects.get(pk=group.pk)
        assert document["public_value"] == {
            "kind": "drand",
            "bytes": bytes(value.value).hex(),
            "chain": beacon.CHAIN,
            "round": value.round,
            "signature": sign(value.round).hex(),
        }
        assert all(holds for _, holds, _ in verify_draw.verify(document)), verify_draw.verify(document)
    assert findings() == []
    assert fetch(shop) == 0


def test_a_relay_that_fails_is_passed_over_and_where_all_fail_the_group_keeps_waiting(chain, monkeypatch):
    shop = stage(DRAND)
    shop.now += MINUTE
    relays = ["https://a.example", "https://b.example"]
    monkeypatch.setattr(
        "pinwheel.market.public_values.fetching.environment",
        lambda: type("E", (), {"drand_relays": relays}),
    )
    number = waiting(shop).round

    def failing(relay, number):
        raise Unusable("timeout")

    assert fetch(shop, failing) == 0
    value = waiting(shop)
    assert (value.state, value.tries, value.failure) == (PublicValue.State.WAITING, 1, "timeout")
    assert next_round(shop.now) is None  # not at once again
    shop.now += MINUTE

    def half(relay, number):
        return answer(number) if relay == relays[1] else b"<html>"

    assert next_round(shop.now) == number and fetch(shop, half) == 1
    assert waiting(shop).source == relays[1] and waiting(shop).failure == ""
    assert shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


def test_a_round_that_comes_late_is_not_used(chain):
    shop = stage(DRAND)
    shop.now = waiting(shop).due_at
    assert fetch(shop) == 0 and waiting(shop).state == PublicValue.State.WAITING
    shop.wait(timedelta(0))
    assert shop.groups()[0].state == Group.State.EXPIRED


def test_an_interrupted_settlement_goes_on_with_the_same_value(chain, monkeypatch):
    shop = stage(DRAND)
    shop.now += MINUTE
    real = settling.finish_groups

    def gone(*arguments):
        raise ConnectionError("gone")

    monkeypatch.setattr(settling, "finish_groups", gone)
    with pytest.raises(ConnectionError):
        fetch(shop)
    before = bytes(waiting(shop).value)
    assert waiting(shop).state == PublicValue.State.KNOWN and findings() == []
    monkeypatch.setattr(settling, "finish_groups", real)
    shop.wait(SECOND)
    assert bytes(waiting(shop).value) == before and shop.groups()[0].state == Group.State.SETTLED
    assert findings() == []


# --- what never changes, and what the audit sees --------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE public_values_value SET value = 'x'",
        "UPDATE public_values_value SET source = 'elsewhere'",
        "UPDATE public_values_value SET due_at = due_at + interval '1 hour'",
        "UPDATE public_values_value SET list_hash = sha256('x')",
        "UPDATE public_values_value SET bars = '{1,0,0}'",
        "UPDATE public_values_value SET state = 1",
        "UPDATE public_values_value SET state = 3",
        "DELETE FROM public_values_value",
        "TRUNCATE public_values_value",
        "UPDATE public_values_entry SET digits = '508'",
        "UPDATE public_values_entry SET state = 0",
        "DELETE FROM public_values_entry",
        "TRUNCATE public_values_entry",
    ],
)
def test_the_database_refuses_to_change_what_is_known(damage):
    shop = stage()
    enter_both(shop)
    settle_known(shop.now)
    with pytest.raises(RestrictViolation, match="never change"), transaction.atomic():
        raw_cursor().execute(damage)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ("state = 1, value = '5', known_at = due_at, published_at = due_at", "public_value_in_time"),
        ("state = 1, value = '5', known_at = frozen_at, published_at = frozen_at", "public_value_in_time"),
        ("state = 1", "public_value_in_time"),
        ("value = '5'", "public_value_in_time"),
        (
            "state = 1, value = '5', known_at = frozen_at, published_at = due_at",
            "public_value_second_person",
        ),
        (
            "state = 1, value = '5', known_at = frozen_at, published_at = due_at, entered_by_id = {first},"
            " confirmed_by_id = {first}",
            "public_value_second_person",
        ),
    ],
)
def test_the_database_refuses_a_value_without_its_grounds(changes, constraint):
    stage()
    [first] = people("first")
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE public_values_value SET {changes.format(first=first.pk)}")


@pytest.mark.parametrize(("damage", "check"), DRAWN_DAMAGE)
def test_the_audit_sees_what_was_changed_afterwards(damage, check):
    # Ten seats: of three another value gives the same order once in six times.
    shop = stage(NUMBER.replace("group.size: 3", "group.size: 10"), members=10)
    enter_both(shop)
    settle_known(shop.now)
    damaged(damage, check)


@pytest.mark.parametrize(("damage", "check"), WAITING_DAMAGE)
def test_the_audit_sees_what_was_changed_while_a_group_waits(damage, check):
    stage(DRAND)
    damaged(damage, check)


def damaged(damage: str, check: str) -> None:
    assert findings() == []
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
        assert check in damage_of(CHECKS, cursor)
        transaction.set_rollback(True)
