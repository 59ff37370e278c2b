"""Races on the market. Each is first met with its guard taken away, so that we know the test sees it."""

import threading

import pytest
from django.db import connection, transaction
from together import Rendezvous, Unlocked, of_kind, together

from pinwheel.ledger import wallets as wallets_module
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.due import run_due, run_due_but_ends, run_ends
from pinwheel.market.groups import load as settle_load
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.orders import intake, load
from pinwheel.market.orders.desk import JoinDesk
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from stage import HOUR, Stage, findings, in_seat_order

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]


def joins(stage, requests):
    """Each request by itself, all at the same moment."""
    return together(*((lambda request=request: take_joins([request], stage.now)[0]) for request in requests))


def orders_of(stage):
    return Order.objects.filter(activity_id=stage.activity.pk)


def unguarded(monkeypatch, module, name, parties):
    """Replace a locking read by the same without its lock; those who read meet before they go on."""
    real = getattr(module, name)
    point = Rendezvous(parties)

    def unlocked(cursor, *arguments):
        answer = real(Unlocked(cursor), *arguments)
        point.wait()
        return answer

    monkeypatch.setattr(module, name, unlocked)


# One key


def same_join_at_once(count=50):
    stage = Stage(members=1, cash=10_000_000)
    request = stage.request(stage.members[0], key="one")
    return stage, joins(stage, [request] * count)


def test_the_same_join_fifty_times_at_once_is_one_order():
    stage, answers = same_join_at_once()
    assert len(of_kind(answers, JoinResult)) == 50, answers
    assert len({answer.order_id for answer in answers}) == 1
    assert sum(not answer.is_replay for answer in answers) == 1
    assert orders_of(stage).count() == 1
    assert stage.cash(stage.members[0]) == 10_000_000 - 10_000
    assert findings(BUT_DRAWS) == []


def test_without_the_unique_key_there_would_be_several(monkeypatch):
    """The guard is the database's; without it the look-up alone lets the same join in several times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'orders_order'::regclass AND contype = 'u'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE orders_order DROP CONSTRAINT {name}")
    try:
        unguarded(monkeypatch, load, "orders_of_keys", 5)
        stage, _ = same_join_at_once(5)
        assert orders_of(stage).count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orders_order SET request_key = gen_random_uuid()")
            cursor.execute(f"ALTER TABLE orders_order ADD CONSTRAINT {name} UNIQUE (request_key)")


# One wallet


def spend_at_once(count=20):
    stage = Stage(changes="{limits.joins_per_day: null}", members=1, cash=10_000)
    return stage, joins(stage, [stage.request(stage.members[0]) for _ in range(count)])


def test_a_wallet_with_one_price_pays_one_of_twenty_joins():
    stage, answers = spend_at_once()
    assert len(of_kind(answers, JoinResult)) == 1, answers
    assert {answer.code for answer in of_kind(answers, Refused)} == {"insufficient_balance"}
    assert stage.cash(stage.members[0]) == 0
    assert findings(BUT_DRAWS) == []


def test_without_the_lock_on_the_wallet_the_database_has_to_refuse(monkeypatch):
    """Two decide on the same balance; only the check constraint keeps the second out: as a failure."""
    monkeypatch.setattr(intake, "ATTEMPTS", 1)
    unguarded(monkeypatch, load, "lock_wallets", 2)
    stage, answers = spend_at_once(2)
    failures = [a for a in of_kind(answers, Exception) if not isinstance(a, Refused)]
    assert len(failures) == 1 and "not_negative" in str(failures[0])
    assert stage.cash(stage.members[0]) == 0


# The last seats


def crowd_at_a_group(count=50):
    """A leader's group with three seats left."""
    stage = Stage("leader-five", members=count + 2)
    *crowd, second, leader = stage.members
    group = stage.join(leader, opens=True).group_id
    stage.join(second, group=group)
    return stage, group, joins(stage, [stage.request(member, group=group) for member in crowd])


def test_of_fifty_for_the_last_three_seats_three_get_in():
    stage, group, answers = crowd_at_a_group()
    assert len(of_kind(answers, JoinResult)) == 3, answers
    assert {answer.code for answer in of_kind(answers, Refused)} == {"group_full"}
    settle_activity(stage.activity.pk, stage.now)
    assert Group.objects.get(pk=group).state == Group.State.SETTLED
    assert findings(BUT_DRAWS) == []


def test_without_the_lock_on_the_group_too_many_get_in(monkeypatch):
    unguarded(monkeypatch, load, "lock_groups", 6)
    stage, group, answers = crowd_at_a_group(6)
    assert len(of_kind(answers, JoinResult)) > 3
    held = Group.objects.get(pk=group)
    assert len(held.held_members) + held.taken > held.size
    monkeypatch.undo()
    settle_activity(stage.activity.pk, stage.now)  # and the settler sends those back whom it cannot seat
    assert findings(BUT_DRAWS) == []


# The last piece


def buyers_of_one_piece(count=50):
    stage = Stage(members=count, stock=1)
    return stage, joins(stage, [stage.request(member) for member in stage.members])


def test_of_fifty_buyers_of_the_last_piece_one_gets_it():
    stage, answers = buyers_of_one_piece()
    assert len(of_kind(answers, JoinResult)) == 1, answers
    assert {answer.code for answer in of_kind(answers, Refused)} == {"sold_out"}
    assert stage.left() == 0


def test_without_the_lock_on_the_stock_the_database_has_to_refuse(monkeypatch):
    monkeypatch.setattr(intake, "ATTEMPTS", 1)
    unguarded(monkeypatch, load, "activities", 2)
    stage, answers = buyers_of_one_piece(2)
    failures = [a for a in of_kind(answers, Exception) if not isinstance(a, Refused)]
    assert len(failures) == 1 and "left_not_negative" in str(failures[0])
    assert stage.left() == 0


# Two settlers


def two_settlers(rounds=3):
    stage = Stage("draw-on-fill", "{group.size: 3, draw.seat_rules: []}", members=90)
    answers = []
    for start in range(0, 90, 90 // rounds):
        stage.take(*map(stage.request, stage.members[start : start + 90 // rounds]))
        settle = lambda: settle_activity(stage.activity.pk, stage.now, at_most=7, maker=in_seat_order)  # noqa: E731
        answers += together(settle, settle, settle)
    return stage, answers


def test_several_settlers_of_one_activity_seat_everybody_once():
    stage, answers = two_settlers()
    assert sum(answers) == 90, answers
    groups = stage.groups(Group.State.SETTLED)
    assert len(groups) == 30
    assert [member for group in groups for member in group.seat_members] == stage.members
    assert findings(BUT_DRAWS) == []


def test_without_one_settler_at_a_time_they_would_meet(monkeypatch):
    """Without the lock two settlers read the same queue; one of them then fails or handles it again."""
    monkeypatch.setattr(settle_load, "lock_activity", lambda cursor, activity_id: None)
    point = Rendezvous(2)
    real = settle_load.waiting_orders

    def read(cursor, *arguments):
        answer = real(cursor, *arguments)
        point.wait()
        return answer

    monkeypatch.setattr(settle_load, "waiting_orders", read)
    stage = Stage("draw-on-fill", "{group.size: 2, draw.seat_rules: []}", members=2)
    stage.take(*map(stage.request, stage.members))
    settle = lambda: settle_activity(stage.activity.pk, stage.now, maker=in_seat_order)  # noqa: E731
    answers = together(settle, settle)
    handled = sum(answer for answer in answers if isinstance(answer, int))
    assert handled > 2 or of_kind(answers, Exception)
    if not of_kind(answers, Exception):
        undo_double_settlement(stage)


def undo_double_settlement(stage):
    """The damage that was shown is taken out of the shared database, so that other tests audit cleanly."""
    assert findings(BUT_DRAWS) != []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("ledger_transfer", "ledger_batch", "groups_group", "orders_order", "orders_waiting"):
            cursor.execute(f"DELETE FROM {table}")
        for table in ("orders_participation", "ledger_platform_balance", "cashier_refund", "orders_unpaid"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE ledger_lane SET length = 0, digest = decode(repeat('00', 32), 'hex')")
        cursor.execute("DELETE FROM ledger_wallet")


# Many at once


def test_batches_with_the_same_members_in_opposite_order_do_not_deadlock():
    """As two processes would: other lanes, the same wallets, the same groups, the same stock."""
    stage = Stage(
        "ordinary-group", "{group.size: 90, limits.open_groups: 9}", members=12, stock=5000, products=2
    )
    groups = [stage.join(member, opens=True).group_id for member in stage.members[:4]]
    products = [product.pk for product in stage.products]
    plain = [
        stage.request(member, group=group, product=products[number % 2])
        for number, (member, group) in enumerate((m, g) for m in stage.members[4:] for g in groups)
    ]
    batches = []
    for turn in range(6):
        renamed = [stage.request(r.member_id, product=r.product_id) if turn > 1 else r for r in plain]
        batches.append(renamed if turn % 2 else renamed[::-1])
    answers = together(*((lambda batch=batch: take_joins(batch, stage.now)) for batch in batches))
    assert of_kind(answers, Exception) == []
    settle_activity(stage.activity.pk, stage.now, maker=in_seat_order)
    assert findings(BUT_DRAWS) == []


class BusyHour:
    """What goes on at one activity at the same time."""

    def __init__(self) -> None:
        changes = "{group.late_payment: next_group}"
        self.stage = Stage("ordinary-group", changes, members=40, stock=5000)
        self.unpaid = [self.stage.join(member, external=True).order_id for member in self.stage.members[:10]]
        self.later = self.stage.now + HOUR
        self.is_over = threading.Event()

    def settle(self) -> None:
        while not self.is_over.wait(0.01):
            settle_activity(self.stage.activity.pk, self.stage.now)

    def pay(self) -> None:
        for order in self.unpaid * 2:
            self.stage.callback(order)

    def lapse(self) -> None:
        for _ in range(5):
            run_due(self.later)

    def join(self, part: int) -> None:
        for member in self.stage.members[10 + part :: 3]:
            requests = self.stage.request(member), self.stage.request(member, opens=True)
            take_joins(requests, self.stage.now)

    def everything(self) -> list[object]:
        try:
            joins = ((lambda part=part: self.join(part)) for part in range(3))
            return together(*joins, self.pay, self.pay, self.lapse)
        finally:
            self.is_over.set()


def test_intake_settlement_payment_and_lapse_at_once_do_not_deadlock():
    hour = BusyHour()
    settled, others = together(hour.settle, hour.everything)
    assert [settled, *others] == [None] * 7
    settle_activity(hour.stage.activity.pk, hour.stage.now)
    assert findings(BUT_DRAWS) == []


def test_many_leaders_open_groups_at_once():
    """More than there are groups open in advance, each in a transaction of its own."""
    stage = Stage("leader-five", members=40)
    answers = joins(stage, [stage.request(member, opens=True) for member in stage.members])
    assert len(of_kind(answers, JoinResult)) == 40, answers
    assert len({answer.group_id for answer in answers}) == 40


def test_a_leader_opens_a_group_while_the_settler_holds_the_empty_ones():
    stage = Stage("ordinary-group", members=3)
    stage.join(stage.members[0])
    opened = []

    def settling(draw, seed, orders):
        return []

    real = settle_load.lock_queue_groups

    def locked(cursor, *arguments):
        groups = real(cursor, *arguments)
        opened.extend(joins(stage, [stage.request(stage.members[1], opens=True)]))
        return groups

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle_load, "lock_queue_groups", locked)
        settle_activity(stage.activity.pk, stage.now, maker=settling)
    assert len(of_kind(opened, JoinResult)) == 1, opened


def test_the_desk_answers_every_thread_and_takes_each_join_once(monkeypatch):
    stage = Stage(members=60)
    monkeypatch.setattr("pinwheel.market.orders.desk.current_time", lambda: stage.now)
    desk = JoinDesk()
    requests = [stage.request(member) for member in stage.members]
    answers = together(*((lambda request=request: desk.join(request)) for request in requests))
    assert len(of_kind(answers, JoinResult)) == 60, answers
    assert orders_of(stage).count() == 60
    assert findings(BUT_DRAWS) == []


def test_one_join_that_breaks_harms_nobody_else_at_the_desk(monkeypatch):
    stage = Stage(members=6)
    monkeypatch.setattr("pinwheel.market.orders.desk.current_time", lambda: stage.now)
    bad = stage.request(stage.members[0])
    real = intake.decide_join

    def decide(request, *rest):
        if request is bad:
            raise ZeroDivisionError
        return real(request, *rest)

    monkeypatch.setattr(intake, "decide_join", decide)
    desk = JoinDesk()
    requests = [bad, *map(stage.request, stage.members[1:])]
    answers = together(*((lambda request=request: desk.join(request)) for request in requests))
    assert isinstance(answers[0], ZeroDivisionError)
    assert len(of_kind(answers, JoinResult)) == 5


def test_the_guard_that_the_tests_take_away_is_there():
    """`Unlocked` takes the lock out of the very statements that the code sends."""
    stage = Stage(members=1)
    with transaction.atomic():
        cursor = intake.raw_cursor()
        wallets_module.lock_wallets(cursor, stage.members)
        blocked = together(lambda: take_with_timeout(stage))
    assert "lock timeout" in str(blocked[0])


def take_with_timeout(stage):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    return take_joins([stage.request(stage.members[0])], stage.now)


# What the clock brings


def test_what_is_due_elsewhere_does_not_wait_while_an_activity_ends():
    ending, other = Stage(members=1, ends=HOUR), Stage(members=1)
    order = other.ask(other.members[0], external=True).order_id
    later = max(ending.now, other.now) + 2 * HOUR
    with transaction.atomic():
        settle_load.lock_activity(raw_cursor(), ending.activity.pk)
        held = threading.Thread(target=in_a_thread, args=(run_ends, later), daemon=True)
        held.start()
        assert together(lambda: run_due_but_ends(later)) == [None]
        assert Order.objects.get(pk=order).state == Order.State.LAPSED
        assert held.is_alive()
    held.join(60)
    assert not held.is_alive() and ending.reload().state == 3


def in_a_thread(work, now):
    try:
        work(now)
    finally:
        connection.close()
