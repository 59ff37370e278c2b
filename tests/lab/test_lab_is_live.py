"""One rule, two speeds: what the lab plays is replayed through the live settler, and each figure is the same.

Compiled loops do what plain ones do (test_lab_loop.py); here the plain ones are held against live orders,
seating, draws, ledger and days.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from lab_stage import EVERYTHING, changed, run

from pinwheel.lab import closing, life, loop, settling
from pinwheel.lab.closing import CLOSING_DRAWN, CLOSING_HOLDER, CLOSING_OUTCOMES
from pinwheel.lab.world import (
    COUNTERS,
    EXPIRED,
    GROUP,
    HOLDER,
    JOINER,
    LOTS,
    OPEN_SEATS,
    OUTCOMES,
    PROMOTER_UNTIL,
    SEAT_DRAWN,
    SEAT_HOLDER,
    SPONSOR,
    TIME,
)
from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.services import create_activity, end, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.days.services import run_days
from pinwheel.market.due import run_due
from pinwheel.market.groups.models import Group, WinCounter
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import create_many
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinRequest, JoinResult, request_key
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.promoters.models import Promoter
from pinwheel.plan.model import Plan
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.counters import Counters
from pinwheel.rules.ladder import price_at
from pinwheel.rules.money import MILLION
from pinwheel.rules.outcomes import NO_OUTCOME

START = datetime.fromisoformat("2026-11-02T00:00:00+08:00")
CASH_AT_FIRST = 10**9
PLAN = changed(EVERYTHING | {"draw.conflict": "dissolve", "outcomes.0.count": 4})


class Log(NamedTuple):
    """What happened in the lab, in its order."""

    batches: list[tuple[int, list[int], list[int]]]  # day, members in the order of their joins, their moments
    groups: list[tuple[list[int], list[int], list[int]]]  # holders, drawn order, outcomes
    balances: list[list[bool]]  # of each full group of a presale: the seats that paid
    end: list[list[int]]  # of a draw at the end: the drawn order of all seats


def play_and_log(monkeypatch: Any, days: int, plan: Plan = PLAN, **behaviour: int) -> tuple[Any, Log]:
    """A run of the lab in plain Python, with every join and every draw written down."""
    log = Log([], [], [], [])
    play_batch, settle_drawn = life.play_batch, settling.settle_drawn

    def logged_batch(game: Any, behaviour: Any, day: int, count: int, world: Any, lots: Any) -> bool:
        log.batches.append((day, *(world.joins[row, :count].tolist() for row in (JOINER, TIME))))
        return play_batch(game, behaviour, day, count, world, lots)

    def logged_settle(game: Any, size: int, day: int, groups: int, world: Any) -> int:
        used = settle_drawn(game, size, day, groups, world)
        for group in range(groups):
            seats = slice(group * size, (group + 1) * size)
            rows = (world.seats[row, seats].tolist() for row in (SEAT_HOLDER, SEAT_DRAWN, OUTCOMES))
            log.groups.append(tuple(rows))
        return used

    def logged_balances(game: Any, pays: int, day: int, full: int, world: Any, lots: Any) -> None:
        size, first = game.tables.size, int(world.numbers[LOTS])
        for group in range(full):
            seats = slice(group * size, (group + 1) * size)
            holders = world.seats[SEAT_HOLDER, seats].tolist()
            paid = [bool(lot * MILLION < pays) for lot in lots[first:][seats]]
            log.balances.append(paid)
            log.groups.append((holders, [], [0 if one else NO_OUTCOME for one in paid]))
        take_balances(game, pays, day, full, world, lots)

    def logged_end(game: Any, tables: Any, day: int, columns: Any, seen: Any, world: Any) -> None:
        close_activity(game, tables, day, columns, seen, world)
        size = game.tables.size
        log.end.append(columns[CLOSING_DRAWN].tolist())
        for first in range(0, columns.shape[1], size):
            rows = columns[[CLOSING_HOLDER, CLOSING_OUTCOMES], first : first + size].tolist()
            log.groups.append((rows[0], [], rows[1]))

    take_balances, close_activity = loop.take_balances, life.close_activity
    with monkeypatch.context() as patch:
        patch.setattr(life, "play_batch", logged_batch)
        patch.setattr(life, "close_activity", logged_end)
        patch.setattr(loop, "settle_drawn", logged_settle)
        patch.setattr(loop, "take_balances", logged_balances)
        return run(plan, days=days, parts=life, **behaviour), log


def replay(world: Any, log: Log, plan: Plan = PLAN, one_by_one: bool = False) -> tuple[list[int], int]:
    """The same joins with the same draws through the live services; return the members and the activity.

    `one_by_one`: each join at its own moment, where groups run out of time; else a batch at its last.
    """
    count = len(world.members)
    members = create_many(
        [f"+86137{n:08d}" for n in range(count)], [f"r{n}" for n in range(count)], "", START
    )
    adjust_balances(members, CASH, [CASH_AT_FIRST] * count, 0, START)
    for member, sponsor in enumerate(world.facts[:, SPONSOR].tolist()):
        if sponsor >= 0:
            Member.objects.filter(pk=members[member]).update(sponsor_id=members[sponsor])
    product = Product.objects.create(
        id=new_id(START), code="r", name_zh="茶", name_en="Tea", price=plan.offer.price, created_at=START
    )
    version = publish_plan_on_stage(plan, "", None, START)
    ends = START + timedelta(days=len(world.days)) if log.end else None
    activity = create_activity(version, [product], START, ends, START)
    schedule(activity, START)
    draws, balances = iter(log.groups), iter(log.balances)
    begun = 0
    for number, (day, joiners, moments) in enumerate(log.batches):
        while begun < day:
            begun += 1
            midnight = START + timedelta(days=begun)
            run_due(midnight)
            run_days(midnight)
        times = [START + timedelta(seconds=moment) for moment in moments]
        asked = [
            JoinRequest(activity.pk, members[member], request_key("replay", f"{number} {place}"))
            for place, member in enumerate(joiners)
        ]
        if one_by_one:
            run_due(times[0])
            answers = [take_joins([one], at)[0] for one, at in zip(asked, times, strict=True)]
        else:
            answers = take_joins(asked, times[-1])
        assert all(isinstance(answer, JoinResult) for answer in answers), answers
        settle_activity(activity.pk, times[-1], maker=lambda *_: list(next(draws)[1]))
        pay_balances(activity.pk, balances, times[-1])
    if plan.presale:
        run_due(times[-1] + timedelta(seconds=plan.presale.balance_within))
    if ends:
        activity.refresh_from_db()
        end(activity, ends, lambda *_: log.end[0])
    return members, activity.pk


def pay_balances(activity: int, balances: Any, now: datetime) -> None:
    """Pay what the lab's members paid, of groups that have just filled."""
    due = Balance.objects.filter(activity_id=activity, asked_at=now).values_list("group_id", flat=True)
    for group in Group.objects.filter(pk__in=set(due)).order_by("draw_number"):
        for order, member, paid in zip(group.seats, group.seat_members, next(balances), strict=True):
            if paid:
                pay_balance(order, member, now)


def differences(world: Any, log: Log, members: list[int], activity: int) -> list[str]:
    """Every balance, counter, promoter's day and group that is not the same."""
    found = []

    def compare(what: str, lab: Any, live: Any) -> None:
        if lab != live:
            found.append(f"{what}: lab {lab}, live {live}")

    wallets = {wallet.member_id: wallet for wallet in Wallet.objects.filter(member_id__in=members)}
    counters = {counter.member_id: counter for counter in WinCounter.objects.all()}
    promoters = {promoter.member_id: promoter.until for promoter in Promoter.objects.all()}
    for number, member in enumerate(members):
        for asset, name in enumerate(ASSETS):
            at_first = CASH_AT_FIRST if asset == CASH else 0
            lab = int(world.members[number, asset]) + at_first
            compare(f"{name} of {number}", lab, getattr(wallets[member], name))
        for place, name in enumerate(Counters._fields):
            live = getattr(counters[member], name) if member in counters else 0
            compare(f"{name} of {number}", int(world.facts[number, COUNTERS + place]), live)
        until = int(world.facts[number, PROMOTER_UNTIL])
        day = START.date() + timedelta(days=until) if until >= 0 else None
        compare(f"promoter {number}", day, promoters.get(member))
    numbers = {member: number for number, member in enumerate(members)}
    done = Group.objects.filter(activity_id=activity, state__in=(2, 4), taken__gt=0)
    outcomes = dict(Order.objects.values_list("id", "outcome"))
    live_groups = [
        ([numbers[member] for member in group.seat_members], [outcomes[seat] for seat in group.seats])
        for group in done
    ]
    lab_groups = [(holders, results) for holders, _, results in log.groups]
    compare("groups", sorted(lab_groups), sorted(live_groups))
    used = int(world.numbers[OPEN_SEATS])
    waiting = [
        world.queue[HOLDER, :used][world.queue[GROUP, :used] == group].tolist()
        for group in sorted(set(world.queue[GROUP, :used].tolist()))
    ]
    forming = Group.objects.filter(activity_id=activity, state=0, taken__gt=0).order_by("draw_number")
    compare("forming", waiting, [[numbers[member] for member in group.seat_members] for group in forming])
    return found


def test_a_month_of_the_lab_is_a_month_live(monkeypatch, database):
    behaviour = {"start_members": 700, "arrivals_a_day": 15_000, "growth_ends": 25, "most": 1000}
    world, log = play_and_log(
        monkeypatch, 30, joins_a_day=400_000, after_win=20_000, after_loss=-20_000, **behaviour
    )
    assert len(log.groups) > 800
    assert any(-1 in outcomes for _, _, outcomes in log.groups)  # some dissolve
    members, activity = replay(world, log)
    assert differences(world, log, members, activity) == []


# Groups that end full, past their first tier, and before it; what members get does not depend on the price.
LADDER = changed(
    {
        "group.fill_within": "3h",
        "outcomes.0.gives": [{"goods": "ordered"}, {"shopping_credit": 2}, {"consumer_points": 3}],
        "credit": {"static_release": "10%"},
    },
    "ladder-group",
)


def test_days_of_a_ladder_are_days_live(monkeypatch, database):
    fading = {"start_members": 120, "joins_a_day": 1_000_000, "leaves_a_day": 250_000}
    world, log = play_and_log(monkeypatch, 10, LADDER, **fading)
    sizes = {len(holders) for holders, _, _ in log.groups}
    assert len(sizes) > 5 and world.days[:, EXPIRED].sum() > 3
    members, activity = replay(world, log, LADDER, one_by_one=True)
    assert differences(world, log, members, activity) == []


# Balances are due within a minute, so that what is not paid comes back while other groups wait.
PRESALE = changed(
    {
        "presale.balance_within": "1m",
        "outcomes.0.gives": [{"goods": "ordered"}, {"shopping_credit": "10%"}, {"consumer_points": "5%"}],
    },
    "presale-group",
)
PEOPLE = {"start_members": 60, "joins_a_day": 400_000}


def test_days_of_a_presale_are_days_live(monkeypatch, database):
    world, log = play_and_log(monkeypatch, 4, PRESALE, **PEOPLE, pays_balance=700_000)
    assert len(log.balances) > 15 and 0 < sum(map(sum, log.balances)) < 5 * len(log.balances)
    members, activity = replay(world, log, PRESALE)
    assert differences(world, log, members, activity) == []


def test_another_deposit_is_seen(monkeypatch, database):
    dearer = PRESALE.model_copy(
        update={"presale": changed({"presale.deposit": "20.01"}, "presale-group").presale}
    )
    world, log = play_and_log(monkeypatch, 2, dearer, **PEOPLE, pays_balance=700_000)
    assert world.numbers[OPEN_SEATS] > 0
    members, activity = replay(world, log, PRESALE)
    assert any(line.startswith("cash") for line in differences(world, log, members, activity))


CLOSING = changed(
    {
        "outcomes.0.count": 4,
        "outcomes.1.gives": [{"consumer_points": "5%"}, {"shopping_credit": 3}],
        "each_join": [{"release_credit": "1%"}],
        "draw.seat_rules": [
            "first_join_of_day_in_front",
            "newcomer_in_front",
            {"after_wins_in_a_row": {"wins": 1, "sit_out": 2}},
            {"at_most": {"wins": 1, "of_joins": 3}},
        ],
        "budget": "1000000.00",
    },
    "draw-on-close",
)


def test_an_activity_with_a_draw_at_its_end_is_one_live(monkeypatch, database):
    world, log = play_and_log(monkeypatch, 5, CLOSING, start_members=60, joins_a_day=700_000)
    assert len(log.groups) > 30 and sum(row.count(0) for _, _, row in log.groups) == 4
    members, activity = replay(world, log, CLOSING)
    assert differences(world, log, members, activity) == []


@pytest.mark.parametrize(("rule", "broken"), [("settle_decided", "forgets"), ("decide_closing", "turned")])
def test_a_draw_at_the_end_that_is_broken_is_seen(monkeypatch, database, rule, broken):
    real = getattr(closing, rule)

    def forgets(tables: Any, *rest: Any) -> int:
        return int(real(tables._replace(row_wins=0, cap_joins=0), *rest))

    def turned(tables: Any, seats: Any, *rest: Any) -> int:
        return int(real(tables, seats._replace(drawn=seats.drawn[::-1]), *rest))

    with monkeypatch.context() as patch:
        patch.setattr(closing, rule, {"forgets": forgets, "turned": turned}[broken])
        world, log = play_and_log(monkeypatch, 2, CLOSING, start_members=30, joins_a_day=700_000)
    members, activity = replay(world, log, CLOSING)
    assert differences(world, log, members, activity)


def test_a_tier_that_gives_too_little_back_is_seen(monkeypatch, database):
    with monkeypatch.context() as patch:
        patch.setattr(loop, "price_at", lambda sizes, prices, seats: price_at(sizes, prices, seats - 1))
        world, log = play_and_log(monkeypatch, 2, LADDER, start_members=40, joins_a_day=1_000_000)
    members, activity = replay(world, log, LADDER, one_by_one=True)
    assert any(line.startswith("cash") for line in differences(world, log, members, activity))


def less(function: Any) -> Any:
    """A rule that gives one hundredth less than it should."""
    return lambda *facts: max(0, function(*facts) - 1)


def late(function: Any) -> Any:
    """Promoter days that end a day later."""
    return lambda until, today, days: function(until, today, days) + 1


@pytest.mark.parametrize(
    ("room", "rule", "broken"),
    [(life, "daily_release", less), (life, "dividend", less), (life, "promoter_until", late)],
)
def test_a_rule_that_is_broken_in_one_place_is_seen(monkeypatch, database, room, rule, broken):
    with monkeypatch.context() as patch:
        patch.setattr(room, rule, broken(getattr(room, rule)))
        world, log = play_and_log(monkeypatch, 4, start_members=60, joins_a_day=1_000_000)
    members, activity = replay(world, log)
    assert differences(world, log, members, activity)


def test_a_settlement_that_is_broken_is_seen(monkeypatch, database):
    settle_groups = settling.settle_groups

    def forgets_privileges(tables: Any, *rest: Any) -> int:
        return settle_groups(tables._replace(row_wins=0), *rest)

    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle_groups", forgets_privileges)
        world, log = play_and_log(monkeypatch, 6, start_members=30, joins_a_day=2_000_000)
    members, activity = replay(world, log)
    found = differences(world, log, members, activity)
    assert any(line.startswith(("sit_out", "groups")) for line in found)
