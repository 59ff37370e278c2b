"""Races on what plans owe beyond the group. Each is first met with its guard taken away."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from together import Rendezvous, Unlocked, of_kind, together

from pinwheel.ledger import wallets as wallets_module
from pinwheel.ledger.models import Wallet
from pinwheel.market.days import services as days_services
from pinwheel.market.days.calendar import day_start
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.days.services import close_day, run_days
from pinwheel.market.groups import settle as settle_module
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members import sponsors
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.pool import services as pool_services
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove
from pinwheel.market.pool.services import move_points, points_in_pool
from pinwheel.market.refusals import Refused
from pinwheel.rules.assets import DIVIDEND_POINTS, SHOPPING_CREDIT
from stage import DAY, SECOND, Stage, findings, in_seat_order

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(120)]
RELEASING = "{dividends: null, draw.seat_rules: [], credit: {static_release: 1%}}"


def credit_of(stage):
    return sorted(Wallet.objects.filter(pk__in=stage.members).values_list("shopping_credit", flat=True))


def credit_stage():
    """Forty members with 100.00 of credit, and tomorrow."""
    stage = Stage("national-group-buy", RELEASING, members=40)
    adjust_balances(stage.members, SHOPPING_CREDIT, [10_000] * 40, 0, stage.now)
    return stage, stage.now + DAY


def test_two_workers_release_a_day_once():
    stage, later = credit_stage()
    assert together(*(lambda: run_days(later, 7) for _ in range(2))) == [None, None]
    assert credit_of(stage) == [9_900] * 40
    assert DayRun.objects.get().members == 40
    assert findings() == []


def test_without_the_runs_lock_a_day_is_released_twice(monkeypatch):
    point = Rendezvous(2)
    real = days_services.PAYS[DayRun.Kind.CREDIT_RELEASE]

    def met(*arguments):
        point.wait()
        return real(*arguments)

    stage, later = credit_stage()
    days = PlanDays.objects.create(
        plan=stage.plan.plan, closed_through=stage.now.date(), done_through=stage.now.date()
    )
    close_day(days.plan, days.done_through + DAY, later)
    run = DayRun.objects.get()
    assert not days_services.advance(run.pk, later)  # prepared, nobody is paid yet
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
    monkeypatch.setitem(days_services.PAYS, DayRun.Kind.CREDIT_RELEASE, met)
    together(*(lambda: days_services.finish_run(run.pk, later, 7) for _ in range(2)))
    assert min(credit_of(stage)) < 9_900


def settling_while_a_day_is_closed():
    """A group settles with yesterday's clock while today begins."""
    stage = Stage(
        "national-group-buy", "{draw.seat_rules: [], group.size: 2, outcomes.0.count: 1}", members=2
    )
    for member in stage.members:
        stage.ask(member)
    day = stage.now.date() + DAY
    PlanDays.objects.create(
        plan=stage.plan.plan, closed_through=stage.now.date(), done_through=stage.now.date()
    )
    late = day_start(day) - SECOND
    answers = together(
        lambda: settle_activity(stage.activity.pk, late, maker=in_seat_order),
        lambda: close_day(stage.plan.plan, day, late + 2 * SECOND),
    )
    assert of_kind(answers, Exception) == []
    return day


@pytest.mark.parametrize("turn", range(5))
def test_nothing_is_settled_on_a_closed_day(turn):
    day = settling_while_a_day_is_closed()
    run_days(day_start(day) + timedelta(minutes=1))
    run = DayRun.objects.get(day=day)
    is_of_the_day_before = Group.objects.get(state=2).finished_at < day_start(day)
    assert run.funded == (200 if is_of_the_day_before else 0)
    run_days(day_start(day) + DAY)
    assert sum(DayRun.objects.values_list("paid", flat=True)) == 200  # paid once, on one day or the next
    assert findings(["draws_hold"]) == []


class WaitsForNobody(Unlocked):
    """A cursor on which closing a day does not wait for the settlements in hand."""

    def execute(self, query, *arguments, **named):
        self.cursor.execute(
            query.replace("pg_advisory_xact_lock(2, hashint8(id))", "id"), *arguments, **named
        )
        return self


def paid_for_a_win_settled_while_its_day_is_closed(monkeypatch, seconds=20):
    """A settlement has read that its day is open; before it commits, the day is closed and paid.

    It waits so many seconds for that; where the lock keeps the day open, it waits in vain.
    """
    stage = Stage(
        "national-group-buy", "{draw.seat_rules: [], group.size: 2, outcomes.0.count: 1}", members=2
    )
    for member in stage.members:
        stage.ask(member)
    midnight = day_start(stage.now.date() + DAY)
    run_days(stage.now)
    is_read, is_paid, real = threading.Event(), threading.Event(), settle_module.settled_not_before

    def met(*facts):
        found = real(*facts)
        is_read.set()
        is_paid.wait(seconds)
        return found

    def close_and_pay():
        is_read.wait(20)
        run_days(midnight)
        is_paid.set()

    monkeypatch.setattr(settle_module, "settled_not_before", met)
    answers = together(
        lambda: settle_activity(stage.activity.pk, midnight - SECOND, maker=in_seat_order), close_and_pay
    )
    assert of_kind(answers, Exception) == []
    run_days(midnight + DAY)
    return sum(DayRun.objects.values_list("paid", flat=True))


def test_closing_a_day_waits_for_the_settlement_in_hand(monkeypatch):
    assert paid_for_a_win_settled_while_its_day_is_closed(monkeypatch, seconds=1) == 200
    assert findings(["draws_hold"]) == []


def test_without_waiting_a_win_is_never_paid(monkeypatch):
    real = days_services.raw_cursor
    monkeypatch.setattr(days_services, "raw_cursor", lambda: WaitsForNobody(real()))
    assert paid_for_a_win_settled_while_its_day_is_closed(monkeypatch) == 0
    assert [finding.check for finding in findings(["draws_hold"])] == ["days_owe_what_was_won"]


def pool_stage():
    stage = Stage("national-group-buy", members=1)
    adjust_balances(stage.members, DIVIDEND_POINTS, [10_000], 0, stage.now)
    return stage, stage.members[0]


def moves_at_once(stage, member, points, keys):
    plan, now = stage.plan.plan, stage.now
    return together(*(lambda key=key: move_points(plan, member, points, key, now) for key in keys))


def test_the_same_points_move_in_once():
    stage, member = pool_stage()
    answers = moves_at_once(stage, member, 10_000, [uuid4() for _ in range(8)])
    assert len(of_kind(answers, PoolMove)) == 1
    assert {refused.code for refused in of_kind(answers, Refused)} == {"insufficient_points"}
    assert points_in_pool(stage.plan.plan, member) == 10_000
    assert findings() == []


def test_the_same_points_move_out_once():
    stage, member = pool_stage()
    move_points(stage.plan.plan, member, 10_000, uuid4(), stage.now)
    answers = moves_at_once(stage, member, -10_000, [uuid4() for _ in range(8)])
    assert len(of_kind(answers, PoolMove)) == 1
    assert points_in_pool(stage.plan.plan, member) == 0
    assert findings() == []


def test_without_the_wallets_lock_a_move_out_is_lost_or_doubled(monkeypatch):
    stage, member = pool_stage()
    adjust_balances([member], DIVIDEND_POINTS, [10_000], 0, stage.now)
    for _ in range(2):
        move_points(stage.plan.plan, member, 10_000, uuid4(), stage.now)
    point, real = Rendezvous(2), wallets_module.lock_wallets

    def unlocked(cursor, members):
        found = real(Unlocked(cursor), members)
        point.wait()
        return found

    monkeypatch.setattr(pool_services, "lock_wallets", unlocked)
    moves_at_once(stage, member, -10_000, [uuid4() for _ in range(2)])
    assert findings() != []


def test_one_key_twenty_times_is_one_move():
    stage, member = pool_stage()
    answers = moves_at_once(stage, member, 10_000, [uuid4()] * 20)
    assert len(of_kind(answers, PoolMove)) == 20, answers  # also those for whom no points were left
    assert len({move.pk for move in answers}) == 1
    assert PoolMove.objects.count() == 1
    assert findings() == []


def test_the_last_piece_goes_to_one_of_ten():
    stage = Stage("national-group-buy", members=10)
    adjust_balances(stage.members, DIVIDEND_POINTS, [10_000] * 10, 0, stage.now)
    item = ExchangeItem.objects.create(plan=stage.plan.plan, product=stage.products[0], points=10_000, left=1)
    answers = together(
        *(lambda one=one: exchange(item.pk, 10_000, one, uuid4(), stage.now) for one in stage.members)
    )
    assert len(of_kind(answers, Exchange)) == 1
    assert {refused.code for refused in of_kind(answers, Refused)} == {"sold_out"}
    assert findings() == []


def test_one_key_twenty_times_is_one_exchange():
    stage, member = pool_stage()
    item = ExchangeItem.objects.create(plan=stage.plan.plan, product=stage.products[0], points=10_000, left=1)
    key = uuid4()
    answers = together(*(lambda: exchange(item.pk, 10_000, member, key, stage.now) for _ in range(20)))
    assert len(of_kind(answers, Exchange)) == 20, answers  # also those for whom no piece was left
    assert Exchange.objects.count() == 1
    assert findings() == []


def two_bind_one_another():
    stage = Stage(members=2)
    first, second = stage.members
    together(
        lambda: sponsors.bind_sponsor(first, second, stage.now),
        lambda: sponsors.bind_sponsor(second, first, stage.now),
    )
    return Member.objects.exclude(sponsor_id=None).count()


def test_two_members_do_not_bring_one_another():
    assert two_bind_one_another() == 1
    assert findings() == []


def test_without_the_one_lock_they_do(monkeypatch):
    point, real = Rendezvous(2), sponsors.and_above

    def met(sponsor):
        found = real(sponsor)
        point.wait()
        return found

    monkeypatch.setattr(sponsors, "lock_sponsoring", lambda: None)
    monkeypatch.setattr(sponsors, "and_above", met)
    assert two_bind_one_another() == 2
    assert [finding.check for finding in findings()] == ["sponsors_form_no_loop"] * 2
