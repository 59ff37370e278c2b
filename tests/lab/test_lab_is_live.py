"""One rule, two speeds: what the lab plays is replayed through the live settler, and each figure is the same.

Compiled loops do what plain ones do (test_lab_loop.py); here the plain ones are held against live orders,
seating, draws, ledger and days.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from lab_stage import EVERYTHING, changed, run

from pinwheel.lab import life, loop
from pinwheel.lab.world import (
    COUNTERS,
    GROUP,
    HOLDER,
    JOINER,
    OPEN_SEATS,
    OUTCOMES,
    PROMOTER_UNTIL,
    SEAT_DRAWN,
    SEAT_HOLDER,
    SPONSOR,
    TIME,
)
from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.services import create_activity, schedule
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
from pinwheel.market.promoters.models import Promoter
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.counters import Counters

START = datetime.fromisoformat("2026-11-02T00:00:00+08:00")
CASH_AT_FIRST = 10**9
PLAN = changed(EVERYTHING | {"draw.conflict": "dissolve", "outcomes.0.count": 4})


class Log(NamedTuple):
    """What happened in the lab, in its order."""

    batches: list[tuple[int, list[int], int]]  # day, members in the order of their joins, moment of the last
    groups: list[tuple[list[int], list[int], list[int]]]  # holders, drawn order, outcomes


def play_and_log(monkeypatch: Any, days: int, **behaviour: int) -> tuple[Any, Log]:
    """A run of the lab in plain Python, with every join and every draw written down."""
    log = Log([], [])
    play_batch, settle_drawn = life.play_batch, loop.settle_drawn

    def logged_batch(game: Any, day: int, count: int, world: Any, lots: Any) -> bool:
        joiners = world.joins[JOINER, :count].tolist()
        log.batches.append((day, joiners, int(world.joins[TIME, count - 1])))
        return play_batch(game, day, count, world, lots)

    def logged_settle(game: Any, day: int, groups: int, world: Any) -> int:
        size = game.tables.size
        used = settle_drawn(game, day, groups, world)
        for group in range(groups):
            seats = slice(group * size, (group + 1) * size)
            rows = (world.seats[row, seats].tolist() for row in (SEAT_HOLDER, SEAT_DRAWN, OUTCOMES))
            log.groups.append(tuple(rows))
        return used

    with monkeypatch.context() as patch:
        patch.setattr(life, "play_batch", logged_batch)
        patch.setattr(loop, "settle_drawn", logged_settle)
        return run(PLAN, days=days, parts=life, **behaviour), log


def replay(world: Any, log: Log, days: int) -> tuple[list[int], int]:
    """The same joins with the same draws through the live services; return the members and the activity."""
    count = len(world.members)
    members = create_many(
        [f"+86137{n:08d}" for n in range(count)], [f"r{n}" for n in range(count)], "", START
    )
    adjust_balances(members, CASH, [CASH_AT_FIRST] * count, 0, START)
    for member, sponsor in enumerate(world.facts[:, SPONSOR].tolist()):
        if sponsor >= 0:
            Member.objects.filter(pk=members[member]).update(sponsor_id=members[sponsor])
    product = Product.objects.create(
        id=new_id(START), code="r", name_zh="茶", name_en="Tea", price=PLAN.offer.price, created_at=START
    )
    version = publish_plan_on_stage(PLAN, "", None, START)
    activity = create_activity(version, [product], START, None, START)
    schedule(activity, START)
    draws = iter(log.groups)
    begun = 0
    for number, (day, joiners, moment) in enumerate(log.batches):
        while begun < day:
            begun += 1
            midnight = START + timedelta(days=begun)
            run_due(midnight)
            run_days(midnight)
        now = START + timedelta(seconds=moment)
        asked = [
            JoinRequest(activity.pk, members[member], request_key("replay", f"{number} {place}"))
            for place, member in enumerate(joiners)
        ]
        answers = take_joins(asked, now)
        assert all(isinstance(answer, JoinResult) for answer in answers), answers
        settle_activity(activity.pk, now, maker=lambda *_: list(next(draws)[1]))
    return members, activity.pk


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
    done = Group.objects.filter(activity_id=activity, state__in=(2, 4)).order_by("draw_number")
    outcomes = dict(Order.objects.values_list("id", "outcome"))
    live_groups = [
        ([numbers[member] for member in group.seat_members], [outcomes[seat] for seat in group.seats])
        for group in done
    ]
    compare("groups", [(holders, results) for holders, _, results in log.groups], live_groups)
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
    members, activity = replay(world, log, 30)
    assert differences(world, log, members, activity) == []


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
    members, activity = replay(world, log, 4)
    assert differences(world, log, members, activity)


def test_a_settlement_that_is_broken_is_seen(monkeypatch, database):
    settle_groups = loop.settle_groups

    def forgets_privileges(tables: Any, *rest: Any) -> int:
        return settle_groups(tables._replace(row_wins=0), *rest)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "settle_groups", forgets_privileges)
        world, log = play_and_log(monkeypatch, 6, start_members=30, joins_a_day=2_000_000)
    members, activity = replay(world, log, 6)
    found = differences(world, log, members, activity)
    assert any(line.startswith(("sit_out", "groups")) for line in found)
