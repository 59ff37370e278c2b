"""The intake of joins: several in one batch see each other, keys are answered once, flags are right."""

from datetime import datetime, timedelta

import pytest

from pinwheel.ledger.models import Batch, Transfer
from pinwheel.market.orders.models import Order, Participation, Unpaid, Waiting
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from stage import DAY, MINUTE, Stage, findings, in_seat_order, make_members

pytestmark = pytest.mark.usefixtures("shared_database")


def codes(answers):
    return [answer.code if isinstance(answer, Refused) else "taken" for answer in answers]


def test_a_paid_join_holds_its_money_and_waits_for_a_seat():
    stage = Stage(members=1)
    answer = stage.join(stage.members[0])
    order = stage.order(answer.order_id)
    assert (answer.price, answer.state, answer.is_replay) == (10_000, Order.State.PAID, False)
    assert (order.state, order.route, order.seat, order.outcome) == (1, 0, 0, -1)
    assert stage.cash(stage.members[0]) == 90_000
    (transfer,) = Transfer.objects.filter(batch=order.paid_batch)
    assert (transfer.from_account, transfer.amount, transfer.about) == (stage.members[0], 10_000, order.pk)
    assert Waiting.objects.get(order_id=order.pk).member_id == stage.members[0]
    assert findings() == []


def test_joins_of_one_batch_see_each_others_limits():
    stage = Stage(changes="{limits.joins_per_day: 3}", members=2)
    a, b = stage.members
    answers = stage.take(*(stage.request(member) for member in (a, a, b, a, a)))
    assert codes(answers) == ["taken", "taken", "taken", "taken", "limit_per_day"]


def test_joins_of_one_batch_see_each_others_spending():
    stage = Stage(members=1, cash=25_000)
    answers = stage.take(*(stage.request(stage.members[0]) for _ in range(4)))
    assert codes(answers) == ["taken", "taken", "insufficient_balance", "insufficient_balance"]
    assert stage.cash(stage.members[0]) == 5_000


def test_joins_of_one_batch_see_each_others_seats_stock_and_groups():
    stage = Stage("leader-five", "{group.size: 3}", members=5)
    leader, *others = stage.members
    group = stage.join(leader, opens=True).group_id
    answers = stage.take(*(stage.request(member, group=group) for member in [others[0], *others]))
    assert codes(answers) == ["taken", "already_in_group", "taken", "group_full", "group_full"]
    again = stage.take(*(stage.request(others[3], opens=True) for _ in range(2)))
    assert codes(again) == ["taken", "too_many_open_groups"]
    limited = Stage(members=3, stock=2)
    assert codes(limited.take(*map(limited.request, limited.members))) == ["taken", "taken", "sold_out"]


def test_a_refusal_in_a_batch_harms_nobody_else():
    stage = Stage(members=2)
    poor = make_members(1, 50, stage.now)[0]
    answers = stage.take(*map(stage.request, (stage.members[0], poor, 999, stage.members[1])))
    assert codes(answers) == ["taken", "insufficient_balance", "not_found", "taken"]
    assert Batch.objects.get(pk=stage.order(answers[0].order_id).paid_batch).lines == 2


def test_several_activities_in_one_batch():
    stages = [Stage(members=1), Stage("ordinary-group", members=1)]
    requests = [stage.request(stage.members[0]) for stage in stages]
    answers = stages[1].take(*requests)
    assert [answer.price for answer in answers] == [10_000, 5_900]
    for stage in stages:
        assert stage.settle() == 1
    assert findings() == []


def test_the_same_request_again_is_answered_and_not_taken_again():
    stage = Stage(members=1)
    first = stage.join(stage.members[0], key="once")
    again = stage.join(stage.members[0], key="once")
    assert again.is_replay and again.order_id == first.order_id
    assert stage.cash(stage.members[0]) == 90_000
    stage.settle()
    late = stage.join(stage.members[0], key="once")
    assert (late.order_id, late.state) == (first.order_id, Order.State.SEATED)


def test_the_same_key_twice_in_one_batch_is_one_order():
    stage = Stage(members=2)
    a, b = stage.members
    request = stage.request(a, key="twice")
    answers = stage.take(request, request, stage.request(b, key="twice"))
    assert answers[0].order_id == answers[1].order_id
    assert (answers[0].is_replay, answers[1].is_replay) == (False, True)
    assert answers[2].code == "idempotency_conflict"
    assert Order.objects.filter(activity_id=stage.activity.pk).count() == 1


def test_a_key_whose_first_request_was_refused_is_not_used_up():
    stage = Stage(members=1, cash=10_000)
    other = Stage("ordinary-group")
    dear = stage.request(stage.members[0], key="k", external=False)
    stage.join(stage.members[0])
    assert stage.take(dear)[0].code == "insufficient_balance"
    cheap = stage.request(stage.members[0], key="k", activity=other.activity.pk, external=True)
    assert isinstance(stage.take(cheap)[0], JoinResult)


def test_other_content_under_a_refused_key_of_the_same_batch_is_not_answered_with_that_refusal():
    """What was refused was another request; this one is told of the conflict, or decided by itself."""
    stage = Stage(members=2, cash=10_000)
    poor = make_members(1, 1, stage.now)[0]
    answers = stage.take(stage.request(poor, key="k"), stage.request(stage.members[0], key="k"))
    assert codes(answers) in (
        ["insufficient_balance", "idempotency_conflict"],
        ["insufficient_balance", "taken"],
    )


def test_callers_do_not_meet_each_others_keys():
    one, other = Stage(members=1), Stage(members=1)
    answers = [stage.join(stage.members[0], key="same") for stage in (one, other)]
    assert answers[0].order_id != answers[1].order_id


def test_an_unpaid_order_counts_towards_limits_until_it_lapses():
    stage = Stage(changes="{limits.joins_per_day: 1}", members=1)
    order = stage.join(stage.members[0], external=True)
    assert stage.refusal(stage.members[0]).code == "limit_per_day"
    assert stage.cash(stage.members[0]) == 100_000
    stage.wait(31 * MINUTE)
    assert stage.order(order.order_id).state == Order.State.LAPSED
    assert not Unpaid.objects.filter(order_id=order.order_id).exists()
    stage.join(stage.members[0])
    assert findings() == []


def flags_of(stage, *answers):
    return [stage.order(answer.order_id).flags for answer in answers]


def test_flags_look_at_all_activities():
    stage, other = Stage(members=2), Stage("ordinary-group")
    a, b = stage.members
    first = stage.join(a)
    second = stage.join(a, activity=other.activity.pk)
    next_day = [stage.join(b)]
    stage.now += DAY
    next_day += [stage.join(b, activity=other.activity.pk), stage.join(b), stage.join(a)]
    assert flags_of(stage, first, second) == [3, 0]
    assert flags_of(stage, *next_day) == [3, 1, 0, 1]


def test_flags_within_one_batch():
    stage = Stage(members=1)
    answers = stage.take(*(stage.request(stage.members[0]) for _ in range(3)))
    assert flags_of(stage, *answers) == [3, 0, 0]
    (count,) = Participation.objects.filter(member_id=stage.members[0])
    assert (count.joins_total, count.joins_today) == (3, 3)


def test_a_business_day_begins_at_midnight_in_shanghai():
    stage = Stage(members=2, at=datetime.fromisoformat("2026-11-02T15:59:58+00:00"))
    stage.now = datetime.fromisoformat("2026-11-02T15:59:59.999+00:00")  # 23:59:59.999
    a, b = stage.members
    evening = stage.join(a), stage.join(b)  # the second at 00:00:00.999
    assert flags_of(stage, *evening) == [3, 3]
    midnight = stage.join(a), stage.join(b)
    assert flags_of(stage, *midnight) == [1, 0]
    counts = Participation.objects.filter(activity_id=stage.activity.pk).order_by("member_id")
    assert [(count.joins_total, count.joins_today) for count in counts] == [(2, 1), (2, 2)]


def test_a_limit_per_day_is_free_again_after_midnight():
    stage = Stage(changes="{limits.joins_per_day: 1}", members=1)
    stage.join(stage.members[0])
    stage.now = stage.now.replace(hour=23, minute=59, second=59)
    assert stage.refusal(stage.members[0]).code == "limit_per_day"
    stage.now += timedelta(seconds=1)
    stage.join(stage.members[0])


def test_an_external_joins_flags_are_decided_when_it_is_paid():
    stage = Stage(members=1)
    order = stage.join(stage.members[0], external=True)
    stage.join(stage.members[0])
    stage.callback(order.order_id)
    assert flags_of(stage, order) == [0]


def test_many_leaders_may_open_groups_in_one_batch():
    """More than there are groups open in advance."""
    stage = Stage("leader-five", members=30)
    answers = stage.take(*(stage.request(member, opens=True) for member in stage.members))
    assert codes(answers) == ["taken"] * 30
    assert len({answer.group_id for answer in answers}) == 30


def test_one_member_may_begin_very_many_groups():
    """Nobody else comes: each join of the same member needs a group of its own, and finds one."""
    stage = Stage("ordinary-group", members=1, cash=10_000_000)
    for _ in range(3):
        stage.take(*(stage.request(stage.members[0]) for _ in range(25)))
        settle_within(stage, 10)
    stage.join(stage.members[0])
    settle_within(stage, 10)
    assert sum(group.taken for group in stage.groups(0)) == 76


def settle_within(stage, rounds):
    """Settle, but give up if the settler goes round and round without seating anybody."""
    from pinwheel.market.groups import settle

    batches = iter(range(rounds))
    real = settle.settle_batch

    def counted(*arguments):
        assert next(batches, None) is not None, "the settler does not come to an end"
        return real(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle, "settle_batch", counted)
        stage.settle(in_seat_order)
