"""Business days: several plans, versions and activities at once, in time or late; the pool beside them."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from kept_database import fresh_database
from pinwheel.ledger.models import Wallet
from pinwheel.market.days.calendar import day_start
from pinwheel.market.days.models import DayRun, PlanDays
from pinwheel.market.days.services import close_day, run_days
from pinwheel.market.groups.models import Group
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.pool import profit as profits
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.profit import confirm_profit, enter_profit, reject_profit
from pinwheel.market.pool.services import move_points, points_in_pool
from pinwheel.market.promoters.services import promoter_status
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.rules.assets import DIVIDEND_POINTS, SHOPPING_CREDIT
from stage import DAY, HOUR, SECOND, START, Stage, findings, in_seat_order

pytestmark = pytest.mark.usefixtures("database")
NATIONAL = "national-group-buy"
TWO = "group.size: 2, outcomes.0.count: 1, draw.seat_rules: []"
MIDNIGHT = datetime.fromisoformat("2026-11-03T00:00:00+08:00")
FROZEN = datetime.fromisoformat("2026-11-26T10:00:00+08:00")


def refused(code, action, *facts):
    """The refusal that an action must end with."""
    with pytest.raises(Refused) as found:
        action(*facts)
    assert found.value.code == code
    return found.value


def play(stage, *members):
    """These members join one after another; the first seat of each group wins."""
    for member in members:
        stage.join(member)
    stage.settle(in_seat_order)


# Several plans, activities and versions


def credit_after_three_days(*clock):
    """A member's credit that two plans release daily, when the days run at these moments."""
    for name, rate in (("first-plan", "33%"), ("second-plan", "21%")):
        stage = Stage(NATIONAL, f"{{plan: {name}, dividends: null, credit: {{static_release: {rate}}}}}")
    member = Stage(members=1).members[0]
    adjust_balances([member], SHOPPING_CREDIT, [997], 0, stage.now)
    for now in clock:
        run_days(now)
    assert findings() == []
    return Wallet.objects.get(pk=member).shopping_credit


def test_two_plans_release_the_same_late_as_in_time(database):
    in_time = credit_after_three_days(*(MIDNIGHT + number * DAY for number in range(3)))
    with fresh_database():
        late = credit_after_three_days(MIDNIGHT + 2 * DAY)
    assert late == in_time == 149  # day by day, first-plan before second-plan


def test_winners_of_two_prices_share_one_pool():
    """Example D1: 100.00, 100.00 and 1000.00 were won; 6.00 are shared 0.50, 0.50, 5.00."""
    cheap, dear = (Stage(NATIONAL, f"{{{TWO}}}", price=price) for price in (10_000, 100_000))
    members = Stage(members=6, cash=200_000).members
    play(cheap, *members[:4])
    play(dear, *members[4:])
    before = [cheap.cash(member) for member in members]
    run_days(MIDNIGHT)
    gained = [cheap.cash(member) - had for member, had in zip(members, before, strict=True)]
    assert gained == [50, 0, 50, 0, 500, 0]
    assert findings(["draws_hold"]) == []


def test_each_winner_is_owed_by_the_version_of_the_order():
    """A newer version doubles what a win puts into the pool, and weighs its winners half."""
    old = Stage(NATIONAL, f"{{{TWO}}}", members=2)
    new = Stage(
        NATIONAL,
        f"{{{TWO}, dividends.daily.per_win: 4.00, outcomes.0.gives: [daily_dividend_share: 50%]}}",
        members=2,
    )
    play(old, *old.members)
    play(new, *new.members)
    run_days(MIDNIGHT)
    run = DayRun.objects.get()
    assert (run.funded, run.version_id) == (200 + 400, new.activity.plan_version_id)
    assert new.cash(old.members[0]) == 90_000 + 400
    assert new.cash(new.members[0]) == 90_000 + 200


def test_an_older_version_without_days_settles_on_no_closed_day():
    """Joins under it count for the accelerated release of the newer version: on one day or the next."""
    old = Stage(NATIONAL, f"{{{TWO}, dividends: null}}", members=2)
    Stage(NATIONAL, f"{{{TWO}, dividends: null, credit: {{accelerated_release: 10%}}}}")
    for member in old.members:
        old.join(member)
    run_days(START + SECOND)
    close_day(NATIONAL, MIDNIGHT.date(), MIDNIGHT)
    old.now = MIDNIGHT - SECOND  # a settler whose clock is behind
    old.settle()
    assert Group.objects.get(state=2).finished_at >= MIDNIGHT
    run_days(MIDNIGHT + DAY)
    assert Wallet.objects.get(pk=old.members[0]).shopping_credit == 10_000 - 1_000


def test_a_clock_that_is_behind_at_midnight_is_no_damage():
    """A join of yesterday that is counted after one of today adds no day, and the audit counts alike."""
    stage = Stage(NATIONAL, "{promoter: {newcomer_days: 5, day_with_join: 1}}", members=1)
    for now in (stage.now, MIDNIGHT + DAY, MIDNIGHT + DAY - SECOND):
        stage.now = now
        stage.join(stage.members[0])
    assert promoter_status(stage.members[0]) == {NATIONAL: (START + 6 * DAY).date()}
    assert findings() == []


def test_releases_go_on_after_the_activity_has_ended():
    stage = Stage(NATIONAL, "{dividends: null, credit: {static_release: 1%}}", members=1, ends=HOUR)
    adjust_balances(stage.members, SHOPPING_CREDIT, [10_000], 0, stage.now)
    stage.wait(2 * HOUR)
    run_days(MIDNIGHT + DAY)
    assert Wallet.objects.get(pk=stage.members[0]).shopping_credit == 10_000 - 100 - 99


def test_what_came_after_the_day_began_is_not_released_for_it():
    """A worker that is two days late releases by the balances of then, and never more than there is."""
    stage = Stage(NATIONAL, "{dividends: null, credit: {static_release: 10%}}", members=3)
    gained, spent, same = stage.members
    adjust_balances(stage.members, SHOPPING_CREDIT, [1_000] * 3, 0, stage.now)
    later = MIDNIGHT + HOUR
    adjust_balances([gained, spent], SHOPPING_CREDIT, [9_000, -950], 0, later)
    run_days(MIDNIGHT + DAY)
    credit = [Wallet.objects.get(pk=member).shopping_credit for member in (gained, spent, same)]
    # 3 November: 10% of 1000, of the last but what is left; 4 November: 10% of what there was at midnight.
    assert credit == [9_900 - 990, 0, 810]
    assert findings() == []


# The monthly pool


def in_pool(*points, at=START):
    stage = Stage(NATIONAL, members=len(points), at=at)
    adjust_balances(stage.members, DIVIDEND_POINTS, [count + 50_000 for count in points], 0, stage.now)
    for member, count in zip(stage.members, points, strict=True):
        move_points(NATIONAL, member, count, uuid4(), stage.now)
    clerk, second = (Operator.objects.create_user(name, password="x") for name in ("clerk", "second"))
    return stage, clerk, second


def test_a_profit_confirmed_while_the_last_is_unpaid_does_not_share_it_again():
    stage, clerk, second = in_pool(10_000, 20_000)
    for now in (FROZEN, FROZEN + 30 * DAY):  # no worker runs for a month
        confirm_profit(enter_profit(NATIONAL, now.date(), 10_000, clerk, now).pk, second, now)
    run_days(FROZEN + 31 * DAY)
    assert [run.pool for run in DayRun.objects.filter(kind=3).order_by("day")] == [10_000, 10_000]
    assert [stage.cash(member) - 100_000 for member in stage.members] == [6_666, 13_332]
    assert findings() == []


def test_a_rejected_profit_is_entered_again_and_a_second_person_confirms():
    stage, clerk, second = in_pool(10_000)
    first = enter_profit(NATIONAL, FROZEN.date(), 10_000, clerk, FROZEN)
    refused("profit_entered", enter_profit, NATIONAL, FROZEN.date(), 20_000, second, FROZEN)
    reject_profit(first.pk, clerk, FROZEN)
    refused("already_decided", confirm_profit, first.pk, second, FROZEN)
    again = enter_profit(NATIONAL, FROZEN.date(), 7_000, clerk, FROZEN)
    refused("same_person", confirm_profit, again.pk, clerk, FROZEN)
    refused("month_not_frozen", confirm_profit, again.pk, second, FROZEN + 5 * DAY)
    confirm_profit(again.pk, second, FROZEN)
    refused("already_decided", confirm_profit, again.pk, second, FROZEN)
    refused("not_found", confirm_profit, 1, second, FROZEN)
    run_days(FROZEN)
    run_days(FROZEN)
    assert stage.cash(stage.members[0]) == 100_000 + 7_000
    assert findings() == []


def test_a_confirmation_that_fails_leaves_nothing(monkeypatch):
    stage, clerk, second = in_pool(10_000)
    entry = enter_profit(NATIONAL, FROZEN.date(), 10_000, clerk, FROZEN)

    def fails(*facts):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(profits, "prepare_monthly_dividend", fails)
        with pytest.raises(RuntimeError):
            confirm_profit(entry.pk, second, FROZEN)
    assert not DayRun.objects.filter(kind=3).exists()
    confirm_profit(entry.pk, second, FROZEN)
    run_days(FROZEN)
    assert stage.cash(stage.members[0]) == 100_000 + 10_000


def test_a_move_and_its_key():
    stage, _, _ = in_pool(10_000)
    member, key = stage.members[0], uuid4()
    move = move_points(NATIONAL, member, 10_000, key, stage.now)
    late = datetime.fromisoformat("2026-11-30T10:00:00+08:00")
    assert move_points(NATIONAL, member, 10_000, key, late).pk == move.pk  # frozen, but done before
    refused("idempotency_conflict", move_points, NATIONAL, member, 20_000, key, stage.now)
    refused("idempotency_conflict", move_points, NATIONAL, member + 1, 10_000, key, stage.now)
    refused("not_found", move_points, "no-such-plan", member, 10_000, uuid4(), stage.now)
    assert points_in_pool(NATIONAL, member) == 20_000


# Goods for points


@pytest.fixture
def counter(database):
    stage, _, _ = in_pool(10_000)
    product = stage.products[0]
    return stage, ExchangeItem.objects.create(plan=NATIONAL, product=product, points=12_300, left=2)


def test_goods_are_given_for_points(counter):
    stage, item = counter
    member, key = stage.members[0], uuid4()
    done = exchange(item.pk, 12_300, member, key, stage.now)
    assert exchange(item.pk, 12_300, member, key, stage.now).pk == done.pk
    refused("idempotency_conflict", exchange, item.pk, 10_000, member, key, stage.now)
    assert Wallet.objects.get(pk=member).dividend_points == 50_000 - 12_300
    item.refresh_from_db()
    assert item.left == 1
    assert findings() == []


@pytest.mark.parametrize(
    ("code", "points", "day", "change"),
    [
        ("not_found", 12_300, 2, {"is_shown": False}),
        ("sold_out", 12_300, 2, {"left": 0}),
        ("price_changed", 12_000, 2, {}),
        ("exchange_closed", 12_300, 6, {}),
        ("exchange_closed", 12_300, 25, {}),
        ("insufficient_points", 50_001, 2, {"points": 50_001}),
    ],
)
def test_an_exchange_is_refused(counter, code, points, day, change):
    stage, item = counter
    ExchangeItem.objects.filter(pk=item.pk).update(**change)
    now = stage.now.replace(day=day)
    found = refused(code, exchange, item.pk, points, stage.members[0], uuid4(), now)
    if code == "exchange_closed":
        assert found.details == {"next": "2026-12-01"}
    assert Wallet.objects.get(pk=stage.members[0]).dividend_points == 50_000


# Days that are done stay done


def test_a_day_that_is_done_is_not_done_again():
    stage = Stage(NATIONAL, f"{{{TWO}, credit: {{static_release: 1%}}}}", members=2)
    play(stage, *stage.members)
    for _ in range(3):
        run_days(MIDNIGHT)
    run_days(MIDNIGHT - timedelta(hours=5))  # a process whose clock is behind
    assert [run.day for run in DayRun.objects.all()] == [MIDNIGHT.date()] * 2
    assert PlanDays.objects.get().done_through == MIDNIGHT.date()
    assert stage.cash(stage.members[0]) == 90_000 + 200 + 100
    assert day_start(MIDNIGHT.date()) == MIDNIGHT
    assert findings(["draws_hold"]) == []


def test_an_activity_put_on_sale_late_owes_nothing_for_the_days_before(database):
    stage = Stage(
        "national-group-buy",
        "{dividends: null, draw.seat_rules: [], credit: {static_release: 1%}}",
        members=1,
        starts=-30 * DAY,
    )
    assert stage.reload().starts_at == stage.reload().created_at
    adjust_balances(stage.members, SHOPPING_CREDIT, [10_000], 0, stage.now)
    run_days(stage.now)
    assert Wallet.objects.get(pk=stage.members[0]).shopping_credit == 10_000
    run_days(stage.now + DAY)
    assert Wallet.objects.get(pk=stage.members[0]).shopping_credit == 9_900
