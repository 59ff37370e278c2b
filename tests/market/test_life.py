"""The life of groups, payments from outside, stock, and what happens when time is over."""

import pytest
from django.db import Error, connection, transaction

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import end
from pinwheel.market.cashier.models import Payment, Refund, SandboxCharge
from pinwheel.market.cashier.providers import PROVIDERS, Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.due import next_due, run_due
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.orders.models import Order, Waiting
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.refusals import Refused
from pinwheel.plan.load import playbook, playbook_names
from pinwheel.plan.model import drawn_on_close
from pinwheel.rules.draw import commitment
from stage import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    START,
    Stage,
    changed,
    findings,
    in_seat_order,
    make_members,
    seat_order,
)

pytestmark = pytest.mark.usefixtures("shared_database")
FORMING, SETTLED, EXPIRED, DISSOLVED, UNUSED = 0, 2, 3, 4, 5
BUT_DRAWS = ["draws_hold"]  # where a test sets the drawn order itself
SMALL_DRAW = "{group.size: 3, draw.seat_rules: []}"


def clean() -> None:
    assert findings(BUT_DRAWS) == []


def leaders(changes: str = "{group.size: 3}", members: int = 5, **how) -> tuple[Stage, int]:
    """A leader's group with its leader in it; the leader is the last member."""
    stage = Stage("leader-five", changes, members=members, **how)
    return stage, stage.join(stage.members[-1], opens=True).group_id


# Groups


@pytest.mark.parametrize("name", playbook_names())
def test_a_shipped_playbook_runs_a_full_group_with_a_clean_audit(name):
    plan = playbook(name)
    size = plan.group.size
    stage = Stage(plan, members=size, cash=plan.offer.price, starts=HOUR, ends=DAY)
    stage.wait(HOUR + 1 * MINUTE)  # 10:01, also where there are hours
    group = 0
    if plan.group.seating == "leader":
        group = stage.join(stage.members[0], opens=True).group_id
    for member in stage.members[1 if group else 0 :]:
        stage.join(member, group=group)
    settle_truly(stage)
    if drawn_on_close(plan):
        end(stage.activity, stage.now)
    for balance in Balance.objects.filter(activity_id=stage.activity.pk):
        pay_balance(balance.pk, balance.member_id, stage.now)
    (settled,) = stage.groups(SETTLED)
    assert settled.taken == size and list(settled.seat_members) == stage.members
    assert (settled.drawn_order is None) == (len(plan.outcomes) == 1 or drawn_on_close(plan))
    assert [finding for finding in findings() if finding.where == str(settled.pk)] == []
    clean()


def settle_truly(stage: Stage) -> None:
    """With draw-v1, as live."""
    settle_activity(stage.activity.pk, stage.now)


def test_an_ordinary_group_keeps_every_payment_and_draws_nothing():
    stage = Stage("ordinary-group", members=3)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle(maker=None)
    (group,) = stage.groups(SETTLED)
    assert group.drawn_order is None and group.server_seed is not None
    assert [stage.order(order).state for order in orders] == [Order.State.SETTLED] * 3
    assert [stage.cash(member) for member in stage.members] == [94_100] * 3
    clean()


def test_a_group_without_enough_seats_that_may_win_dissolves():
    """The foremost newcomer is barred; two prizes cannot be given to the one seat left."""
    changes = "{group.size: 2, outcomes.0.count: 2, each_join: [{cash: 1.00}]}"
    stage = Stage("draw-on-fill", changes, members=2)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle()
    (group,) = stage.groups(DISSOLVED)
    assert group.server_seed is not None and list(group.drawn_order) == [1, 2]
    assert [stage.cash(member) for member in stage.members] == [100_000] * 2
    assert [stage.order(o).bars for o in orders] == [4, 0]
    assert [stage.order(o).outcome for o in orders] == [-1, -1]
    assert len(stage.groups(FORMING)) >= 1  # a new group is open
    clean()


def test_drawn_anyway_the_barred_win_what_is_left():
    changes = (
        "{group.size: 2, outcomes.0.count: 2, draw: {seat_rules: [newcomer_in_front], conflict: draw_anyway}}"
    )
    stage = Stage("draw-on-fill", changes, members=2)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle()
    assert [stage.order(o).outcome for o in orders] == [0, 0]
    assert [stage.order(o).bars for o in orders] == [4, 0]
    clean()


def test_a_member_sits_once_in_a_group_and_again_in_the_next():
    stage = Stage("draw-on-fill", SMALL_DRAW, members=3)
    a, b, c = stage.members
    for member in (a, a, b, c, b, c):
        stage.join(member)
    stage.settle()
    assert [list(group.seat_members) for group in stage.groups(SETTLED)] == [[a, b, c], [a, b, c]]


def test_several_seats_of_one_group_where_the_plan_allows_it():
    stage = Stage(
        "draw-on-fill", "{group.size: 4, draw.seat_rules: [], limits.seats_per_group: 2}", members=2
    )
    a, b = stage.members
    for member in (a, a, a, b, b):
        stage.join(member)
    stage.settle()
    (group,) = stage.groups(SETTLED)
    assert list(group.seat_members) == [a, a, b, b]
    assert [list(group.seat_members) for group in stage.groups(FORMING) if group.taken] == [[a]]
    clean()


def test_a_group_expires_and_everybody_is_refunded():
    stage = Stage("draw-on-fill", members=2)
    orders = [stage.join(member).order_id for member in stage.members]
    stage.settle()
    stage.wait(DAY + MINUTE)
    (group,) = stage.groups(EXPIRED)
    assert group.taken == 2 and group.server_seed is not None and group.drawn_order is None
    assert [stage.order(o).state for o in orders] == [Order.State.REFUNDED] * 2
    assert [stage.cash(member) for member in stage.members] == [100_000] * 2
    clean()


def test_whoever_comes_after_a_groups_time_is_not_seated_in_it():
    """The clock's work is late: the group whose time is over must not fill with a later payment."""
    stage = Stage("draw-on-fill", "{group.size: 2, draw.seat_rules: []}", members=2)
    stage.join(stage.members[0])
    stage.settle()
    stage.now += DAY + MINUTE
    stage.join(stage.members[1])
    stage.settle()
    run_due(stage.now)
    assert stage.groups(SETTLED) == []
    assert stage.cash(stage.members[0]) == 100_000


def test_the_time_of_a_queue_group_runs_from_its_first_seat():
    stage = Stage("draw-on-fill", members=1)
    stage.wait(3 * DAY)
    assert stage.groups(EXPIRED) == []
    stage.join(stage.members[0])
    stage.settle()
    (group,) = [group for group in stage.groups(FORMING) if group.taken]
    assert group.expires_at == group.opened_at + DAY == stage.now + DAY


def test_a_group_does_not_outlive_its_activity():
    stage = Stage("draw-on-fill", members=2, ends=HOUR)
    stage.join(stage.members[0])
    stage.settle()
    (group,) = [group for group in stage.groups() if group.taken]
    assert group.expires_at == stage.activity.ends_at


# Leaders' groups


def test_an_unpaid_order_holds_a_seat_until_it_lapses():
    stage, group = leaders()
    a, b, c = stage.members[:3]
    order = stage.join(a, group=group, external=True)
    stage.join(b, group=group)
    assert stage.refusal(c, group=group).code == "group_full"
    stage.wait(30 * MINUTE)
    assert stage.order(order.order_id).state == Order.State.LAPSED
    stage.join(c, group=group)
    stage.settle()
    (settled,) = stage.groups(SETTLED)
    assert list(settled.seat_members) == [stage.members[-1], b, c]
    clean()


def test_seats_are_numbered_by_payment():
    stage, group = leaders()
    a, b = stage.members[:2]
    order = stage.join(a, group=group, external=True)
    stage.join(b, group=group)
    stage.callback(order.order_id)
    stage.settle()
    (settled,) = stage.groups(SETTLED)
    assert list(settled.seat_members) == [stage.members[-1], b, a]


def test_a_payment_after_its_hold_lapsed_takes_a_seat_that_is_free():
    stage, group = leaders()
    order = stage.join(stage.members[0], group=group, external=True)
    stage.wait(31 * MINUTE)
    stage.callback(order.order_id)
    stage.settle()
    assert stage.order(order.order_id).state == Order.State.SEATED
    clean()


def late_payment(changes: str) -> tuple[Stage, int, int]:
    """An order in a leader's group that is full by the time it is paid."""
    stage, group = leaders(changes, members=6)
    order = stage.join(stage.members[0], group=group, external=True)
    stage.wait(31 * MINUTE)
    for member in stage.members[1:3]:
        stage.join(member, group=group)
    return stage, group, order.order_id


def test_a_late_payment_goes_back_where_the_plan_says_refund():
    stage, _, order = late_payment("{group.size: 3, group.late_payment: refund}")
    stage.callback(order)
    stage.settle()
    found = stage.order(order)
    assert (found.state, found.refunded, found.seat) == (Order.State.REFUNDED, 10_000, 0)
    assert Refund.objects.get(pk=order).amount == 10_000
    clean()


def test_a_late_payment_takes_a_seat_of_another_leaders_group():
    stage, _, order = late_payment("{group.size: 3, group.late_payment: next_group}")
    other = stage.join(stage.members[3], opens=True).group_id
    stage.callback(order)
    stage.settle()
    assert (stage.order(order).state, stage.order(order).group_id) == (Order.State.SEATED, other)
    clean()


def test_a_late_payment_is_refunded_when_no_other_group_has_a_seat():
    stage, _, order = late_payment("{group.size: 3, group.late_payment: next_group}")
    stage.callback(order)
    assert stage.order(order).state == Order.State.REFUNDED
    stage.settle()
    clean()


def test_a_late_payment_joins_the_queue_where_there_is_one():
    stage, group, order = late_payment(
        "{group.size: 3, group.seating: either, group.late_payment: next_group}"
    )
    stage.callback(order)
    stage.settle()
    found = stage.order(order)
    assert found.state == Order.State.SEATED and found.group_id != group
    assert Group.objects.get(pk=found.group_id).leader_id == 0
    clean()


def test_a_payment_in_time_for_a_group_that_expired_is_refunded():
    stage, group = leaders("{group.size: 3, group.fill_within: 10m}")
    order = stage.join(stage.members[0], group=group, external=True)
    stage.wait(11 * MINUTE)
    assert Group.objects.get(pk=group).state == EXPIRED
    stage.callback(order.order_id)
    stage.settle()
    assert stage.order(order.order_id).state == Order.State.REFUNDED
    clean()


# Payments from outside


def external(stage: Stage, member: int | None = None) -> int:
    return stage.join(stage.members[0] if member is None else member, external=True).order_id


def test_a_confirmed_payment_is_taken_once_however_often_it_is_told():
    stage = Stage(members=1)
    order = external(stage)
    for _ in range(3):
        payment = stage.callback(order)
    assert payment.state == Payment.State.PAID
    assert Waiting.objects.filter(order_id=order).count() == 1
    stage.settle()
    stage.callback(order)
    assert stage.order(order).state == Order.State.SEATED
    clean()


@pytest.mark.parametrize("field", ["payment", "amount", "reference", "said", "signature"])
def test_a_forged_callback_is_refused(field):
    stage = Stage(members=1)
    order = external(stage)
    fields = Sandbox().signed_fields(Payment.objects.get(order_id=order), "failed")
    forged = {"payment": "1", "amount": "1", "reference": "x", "said": "paid", "signature": "0" * 64}
    for wrong in ({**fields, field: forged[field]}, {k: v for k, v in fields.items() if k != field},
                  {**fields, "more": "x"}, {**fields, field: "ü"}):  # fmt: skip
        with pytest.raises(Refused) as refused:
            hear_callback("sandbox", wrong, stage.now)
        assert refused.value.code == "bad_signature"
    assert stage.order(order).state == Order.State.UNPAID


def signed(**fields: str) -> dict[str, str]:
    return fields | {"signature": Sandbox().signature(fields)}


def test_a_callback_with_another_amount_or_for_no_payment_is_refused():
    stage = Stage(members=1)
    order = external(stage)
    payment = Payment.objects.get(order_id=order)
    for amount, number, code in (("1", payment.pk, "invalid"), ("10000", 77, "not_found")):
        with pytest.raises(Refused) as refused:
            hear_callback(
                "sandbox", signed(payment=str(number), amount=amount, reference="r", said="paid"), stage.now
            )
        assert refused.value.code == code
        assert refused.value.sentence("zh") and refused.value.sentence("en")
    with pytest.raises(Refused):
        hear_callback("another", {}, stage.now)
    assert (stage.order(order).state, Payment.objects.get(pk=payment.pk).state) == (0, 0)


def test_failed_then_paid_is_paid_and_paid_then_failed_stays_paid():
    stage = Stage(members=2)
    first, second = (external(stage, member) for member in stage.members)
    stage.callback(first, "failed")
    assert stage.order(first).state == Order.State.UNPAID
    assert stage.callback(first).state == Payment.State.PAID
    assert stage.callback(second).state == Payment.State.PAID
    assert stage.callback(second, "failed").state == Payment.State.PAID
    stage.settle()
    assert [stage.order(order).state for order in (first, second)] == [Order.State.SEATED] * 2
    clean()


def test_what_the_cashier_page_was_asked_is_no_callback():
    """The member sees the signed address of the cashier page; sent as a callback it must do nothing."""
    stage = Stage(members=1)
    payment = Payment.objects.get(order_id=external(stage))
    with pytest.raises(Refused):
        hear_callback("sandbox", Sandbox().signed_fields(payment, "asked"), stage.now)
    payment.refresh_from_db()
    assert payment.state == Payment.State.PENDING


def test_a_payment_for_an_ended_activity_goes_back():
    stage = Stage(members=1, ends=10 * MINUTE)
    order = external(stage)
    stage.wait(11 * MINUTE)
    stage.callback(order)
    found = stage.order(order)
    assert (found.state, found.refunded) == (Order.State.REFUNDED, 10_000)
    clean()


def test_an_outside_refund_is_sent_once_by_the_route_it_came():
    stage = Stage("draw-on-fill", SMALL_DRAW, members=3, cash=0)
    orders = [external(stage, member) for member in stage.members]
    for order in orders:
        Sandbox().charge(Payment.objects.get(order_id=order), stage.now)
        stage.callback(order)
    stage.settle(seat_order(2, 1, 3))
    assert sorted(Refund.objects.filter(pk__in=orders).values_list("pk", "state")) == [
        (orders[0], Refund.State.WAITING),
        (orders[2], Refund.State.WAITING),
    ]
    for _ in range(2):
        run_due(stage.now)
    payments = [Payment.objects.get(order_id=order).pk for order in orders]
    charges = {charge.payment_id: charge.refunded for charge in SandboxCharge.objects.all()}
    assert [charges[payment] for payment in payments] == [10_000, 0, 10_000]
    assert {refund.state for refund in Refund.objects.filter(pk__in=orders)} == {Refund.State.DONE}
    assert [stage.cash(member) for member in stage.members] == [500, 0, 500]
    clean()


def test_a_refund_that_could_not_be_sent_waits_for_the_next_run(monkeypatch):
    stage = Stage(members=1, ends=MINUTE)
    order = external(stage)
    stage.now += HOUR
    stage.callback(order)

    def down(refund, now):
        raise ConnectionError("provider is down")

    monkeypatch.setattr(PROVIDERS["sandbox"], "refund", down, raising=False)
    run_due(stage.now)
    assert Refund.objects.get(pk=order).state == Refund.State.WAITING
    monkeypatch.undo()
    run_due(stage.now)
    assert Refund.objects.get(pk=order).state == Refund.State.DONE


def test_a_payment_is_asked_for_once_and_only_of_an_order_from_outside():
    stage = Stage(members=2)
    order = external(stage)
    assert ask_payment(order, "sandbox", stage.now).pk == Payment.objects.get(order_id=order).pk
    for number, name in ((stage.join(stage.members[1]).order_id, "sandbox"), (1, "sandbox"), (order, "else")):
        with pytest.raises(Refused):
            ask_payment(number, name, stage.now)


# Stock


def test_stock_is_taken_by_joins_and_given_back_by_refunds():
    stage = Stage("draw-on-fill", SMALL_DRAW, members=6, stock=4)
    for member in stage.members[:4]:
        stage.join(member)
    assert stage.left() == 0
    assert stage.refusal(stage.members[4]).code == "sold_out"
    stage.settle()
    assert stage.left() == 2  # one of three won
    stage.wait(DAY + MINUTE)
    assert stage.left() == 3  # the fourth's group expired
    clean()


def test_stock_is_counted_per_product():
    stage = Stage(members=3, stock=1, products=2)
    first, second = (product.pk for product in stage.products)
    stage.join(stage.members[0], product=second)
    assert stage.refusal(stage.members[1], product=second).code == "sold_out"
    stage.join(stage.members[1], product=first)
    assert (stage.left(0), stage.left(1)) == (0, 0)


def test_an_order_that_lapses_gives_its_piece_back():
    stage = Stage(members=2, stock=1)
    external(stage)
    assert stage.refusal(stage.members[1]).code == "sold_out"
    stage.wait(31 * MINUTE)
    assert stage.left() == 1
    stage.join(stage.members[1])


def test_a_payment_that_is_sent_back_gives_its_piece_back():
    stage = Stage(members=1, stock=1, ends=10 * MINUTE)
    order = external(stage)
    stage.wait(11 * MINUTE)
    stage.callback(order)
    assert stage.order(order).state == Order.State.REFUNDED
    stage.wait(HOUR)
    assert stage.left() == 1


def test_a_late_payment_takes_a_piece_again_or_goes_back():
    """Its piece was free again when its hold lapsed, and somebody else has it now."""
    stage = Stage(members=2, stock=1)  # draw-on-fill: a late payment goes to the next group
    order = external(stage)
    stage.wait(31 * MINUTE)
    stage.join(stage.members[1])
    stage.callback(order)
    assert stage.order(order).state == Order.State.REFUNDED
    assert stage.left() == 0
    clean()


# The end


def test_the_end_refunds_what_did_not_fill_and_reveals_what_was_not_used():
    stage = Stage(members=3, ends=HOUR)
    for member in stage.members:
        stage.join(member)
    stage.wait(HOUR)
    groups = stage.groups()
    assert stage.reload().state == Activity.State.ENDED
    assert [group.draw_number for group in groups] == list(range(1, len(groups) + 1))
    assert {group.state for group in groups} == {EXPIRED, UNUSED}
    for group in groups:
        draw = draw_id(stage.activity.pk, group.draw_number)
        assert commitment(draw, bytes(group.server_seed)) == bytes(group.commit)
    assert [stage.cash(member) for member in stage.members] == [100_000] * 3
    assert stage.refusal(stage.members[0]).code == "ended"
    clean()


def test_who_paid_in_time_is_seated_before_the_end():
    stage = Stage("draw-on-fill", SMALL_DRAW, members=3, ends=HOUR)
    for member in stage.members:
        stage.join(member)
    stage.wait(HOUR)
    assert len(stage.groups(SETTLED)) == 1
    clean()


def test_stopping_refunds_leaders_groups_and_their_outside_payments():
    stage, group = leaders(members=3)
    order = stage.join(stage.members[0], group=group, external=True)
    stage.callback(order.order_id)
    end(stage.activity, stage.now)
    assert Group.objects.get(pk=group).state == EXPIRED
    assert stage.cash(stage.members[-1]) == 100_000
    assert Refund.objects.filter(pk=order.order_id).exists()
    assert stage.reload().ends_at == stage.now
    clean()


@pytest.mark.parametrize("later", [-HOUR, 0 * SECOND])
def test_an_activity_can_be_stopped_before_it_starts(later):
    stage = Stage(starts=DAY, ends=2 * DAY)
    end(stage.activity, stage.now + DAY + later)
    assert stage.reload().state == Activity.State.ENDED
    assert {group.state for group in stage.groups()} == {UNUSED}


def test_an_end_that_was_interrupted_is_finished_by_the_next_run(monkeypatch):
    stage = Stage(members=1)
    stage.join(stage.members[0])
    stage.settle()

    def killed(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pinwheel.market.activities.services.expire_groups", killed)
        with pytest.raises(KeyboardInterrupt):
            end(stage.activity, stage.now)
    run_due(stage.now)
    assert stage.cash(stage.members[0]) == 100_000
    assert stage.groups(FORMING) == []


def test_an_order_that_slipped_in_at_the_end_is_refunded_and_no_group_stays_open():
    """Its intake read the activity before it ended and committed afterwards."""
    stage = Stage(members=1, ends=HOUR)
    stage.wait(HOUR)
    Activity.objects.filter(pk=stage.activity.pk).update(state=2, ends_at=stage.now + HOUR)
    stage.join(stage.members[0])
    Activity.objects.filter(pk=stage.activity.pk).update(state=3, ends_at=stage.now)
    stage.settle()
    run_due(stage.now + MINUTE)
    assert stage.cash(stage.members[0]) == 100_000
    assert stage.groups(FORMING) == []


def due_print(stage: Stage) -> list[object]:
    return [
        sorted(
            Order.objects.filter(activity_id=stage.activity.pk).values_list("member_id", "state", "refunded")
        ),
        [(group.state, group.taken) for group in stage.groups()],
        [stage.cash(member) for member in stage.members],
    ]


def test_due_work_twice_or_late_ends_the_same():
    """Three shops with the same history, whose clock work ran in time, twice, and days late."""
    prints = []
    for runs in ((30 * MINUTE, HOUR, DAY), (30 * MINUTE, 30 * MINUTE, HOUR, HOUR, DAY, DAY), (3 * DAY,)):
        stage = Stage("draw-on-fill", SMALL_DRAW, members=5, ends=20 * HOUR)
        start = stage.now
        for member in stage.members[:4]:
            stage.join(member)
        stage.settle()
        stage.join(stage.members[4], external=True)
        for after in runs:
            run_due(start + after)
        first = due_print(stage)
        run_due(start + runs[-1])
        members = sorted(stage.members)
        assert due_print(stage) == first
        orders, groups, cash = first
        prints.append(([(members.index(member), *rest) for member, *rest in orders], groups, cash))
        clean()
    assert prints[0] == prints[1] == prints[2]


def test_what_is_next_due_is_the_earliest_of_all():
    stage = Stage(members=1, starts=HOUR, ends=2 * HOUR, at=START - 3650 * DAY)  # before everything else here
    start = stage.activity.starts_at
    assert next_due() == start
    stage.wait(HOUR)
    assert next_due() == start + HOUR
    order = external(stage)
    assert next_due() == stage.order(order).created_at + 30 * MINUTE
    stage.wait(HOUR)
    rest = next_due()  # of other tests, where any left something
    assert rest is None or rest > start + DAY


# What the database refuses


def refused_by_the_database(statement: str, *values: object) -> None:
    with (
        pytest.raises(Error, match="never change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_a_published_plan_never_changes():
    stage = Stage()
    version = PlanVersion.objects.get(pk=stage.activity.plan_version_id)
    for statement in ("UPDATE plans_version SET canonical = '{}'", "DELETE FROM plans_version"):
        refused_by_the_database(f"{statement} WHERE id = %s", version.pk)
    refused_by_the_database("UPDATE plans_version SET published_by_id = NULL WHERE id = %s", version.pk)


def test_plans_and_groups_cannot_be_truncated():
    for table in ("groups_group", "plans_version CASCADE"):
        refused_by_the_database(f"TRUNCATE {table}")


@pytest.mark.parametrize("state", [SETTLED, EXPIRED, DISSOLVED, UNUSED])
def test_a_finished_group_never_changes(state):
    stage = Stage()
    group = stage.groups()[0]
    with transaction.atomic():
        Group.objects.filter(pk=group.pk).update(state=state)
        for change in ("drawn_order = '{1}'", "state = 0", "server_seed = commit", "seats = '{}'"):
            refused_by_the_database(f"UPDATE groups_group SET {change} WHERE id = %s", group.pk)
        transaction.set_rollback(True)
    refused_by_the_database("DELETE FROM groups_group WHERE id = %s", group.pk)


def test_the_same_plan_published_again_is_the_version_it_has():
    stage = Stage()
    again = publish_plan_on_stage(changed("draw-on-fill"), "", None, stage.now)
    dearer = changed("draw-on-fill", "{offer.price: 101.00}")
    other = publish_plan_on_stage(dearer, "", None, stage.now + MINUTE)
    assert again.pk == stage.activity.plan_version_id
    assert other.version > again.version and other.hash != again.hash


def test_draw_numbers_run_without_gaps_through_batches_of_groups():
    stage = Stage("draw-on-fill", "{group.size: 2, draw.seat_rules: []}", members=60)
    for start in range(0, 60, 20):
        stage.take(*map(stage.request, stage.members[start : start + 20]))
        stage.settle(in_seat_order)
    numbers = [group.draw_number for group in stage.groups()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [group.draw_number for group in stage.groups(SETTLED)] == list(range(1, 31))


def test_ids_of_one_moment_differ_and_grow():
    stage = Stage()
    assert new_id(stage.now) < new_id(stage.now + MINUTE)
    assert make_members(3, 0, stage.now)[0] > 0
