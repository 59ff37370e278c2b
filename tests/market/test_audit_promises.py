"""The audit of what plans owe beyond the group: each kind of damage is done once, found, and located."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from promise_damage import PROMISE_DAMAGE

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.audit import CHECKS
from pinwheel.market.days.models import DayRun
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.sponsors import bind_sponsor
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.profit import confirm_profit, enter_profit
from pinwheel.market.pool.services import move_points
from pinwheel.market.prizes.services import choose_voucher
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import DIVIDEND_POINTS
from stage import DAY, START, Stage, findings, in_seat_order

CHANGES = (
    "{group.size: 3, outcomes.0.count: 2, draw.seat_rules: [{after_wins_in_a_row: {wins: 1, sit_out: 1}}]}"
)
CREDIT = "{static_release: 1%, accelerated_release: 1%}"


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def owed(shared_database) -> dict[str, Any]:
    """A plan that paid each of its promises, by name."""
    stage = Stage("national-group-buy", CHANGES[:-1] + f", credit: {CREDIT}}}", members=3)
    member, second, third = stage.members
    bind_sponsor(second, member, stage.now)
    orders = [stage.join(one).order_id for one in stage.members]
    settle_activity(stage.activity.pk, stage.now, maker=in_seat_order)
    choose_voucher(orders[1], second, stage.now)
    adjust_balances([member, third], DIVIDEND_POINTS, [50_000, 50_000], 0, stage.now)
    move = move_points(stage.plan.plan, member, 20_000, uuid4(), stage.now)
    move_points(stage.plan.plan, third, 10_000, uuid4(), stage.now)
    item = ExchangeItem.objects.create(plan=stage.plan.plan, product=stage.products[0], points=10_000, left=3)
    given = exchange(item.pk, 10_000, member, uuid4(), stage.now)
    run_days(stage.now + DAY)
    frozen = START + 24 * DAY
    run_days(frozen)
    clerk, boss = (Operator.objects.create_user(name, password="x") for name in ("clerk", "boss"))
    confirm_profit(enter_profit(stage.plan.plan, frozen.date(), 10_000, clerk, frozen).pk, boss, frozen)
    run_days(frozen)
    runs = DayRun.objects.filter(plan=stage.plan.plan).order_by("day")
    assert findings(["draws_hold"]) == []
    return {
        "plan": stage.plan.plan,
        "member": member,
        "brought": second,
        "won": orders[0],
        "voucher": orders[1],
        "lost": orders[2],
        "move": move.pk,
        "exchange": given.pk,
        "dividend": runs.filter(kind=DayRun.Kind.DAILY_DIVIDEND)[0].pk,
        "later": runs.filter(kind=DayRun.Kind.DAILY_DIVIDEND)[9].pk,
        "release": runs.filter(kind=DayRun.Kind.CREDIT_RELEASE)[0].pk,
    }


@pytest.mark.parametrize("what", PROMISE_DAMAGE)
def test_damage_is_found_and_located(what: str, owed: dict[str, Any]) -> None:
    statement, check, where = (text.format(**owed) for text in PROMISE_DAMAGE[what])
    found = []
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount, "the damage did nothing"
        for one in CHECKS:  # every check must bear the damage, not only the one that finds it
            found += list(one(cursor))
        raise Undo
    named = {(finding.check, finding.where) for finding in found}
    assert (check, where) in named if where else check in {name for name, _ in named}


def test_the_last_profit_left_a_remainder(owed: dict[str, Any]) -> None:
    """So that the pool that lost its remainder had one to lose."""
    run = DayRun.objects.get(kind=DayRun.Kind.MONTHLY_DIVIDEND)
    assert (run.pool, run.paid) == (10_000, 6_666 + 3_333)
