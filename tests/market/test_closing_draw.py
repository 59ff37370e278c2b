"""One draw when the activity ends: among the seats of all full groups, decided once, settled bit by bit."""

import pytest
from django.db import transaction
from psycopg.errors import RestrictViolation

from pinwheel.doors.storefront.static.storefront import verify_draw
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.services import end
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.audit import CHECKS
from pinwheel.market.groups import closing
from pinwheel.market.groups.closing import close_draw, decide
from pinwheel.market.groups.draws import draw_v1
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.models import ClosingDraw, Group, WinCounter
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused
from stage import DAY, HOUR, MINUTE, Stage, damage_of, findings, in_seat_order, seat_order

pytestmark = pytest.mark.usefixtures("database")

PLAN = "draw-on-close"
SMALL = "{group.size: 3, outcomes.0.count: 2, limits: {seats_per_group: 1}, budget: 500.00"


def stage(more: str = "", members: int = 9, joins: int | None = None, ends=DAY, **how) -> Stage:
    """Groups of three, two prizes in all; the members have joined in their order."""
    shop = Stage(PLAN, SMALL + more + "}", members=members, ends=ends, **how)
    for member in shop.members[: members if joins is None else joins]:
        shop.join(member)
    shop.settle()
    return shop


def test_nothing_is_drawn_before_the_end_and_then_everything_at_once():
    shop = stage(joins=8)
    assert [group.state for group in shop.groups()[:3]] == [1, 1, 0]
    assert set(Order.objects.values_list("state", "outcome")) == {(Order.State.SEATED, -1)}
    assert findings() == []
    shop.wait(2 * DAY)
    states = [group.state for group in shop.groups() if group.taken]
    assert states == [Group.State.SETTLED, Group.State.SETTLED, Group.State.EXPIRED]
    assert Order.objects.filter(outcome=0, state=Order.State.SETTLED).count() == 2
    assert Order.objects.filter(outcome=1, state=Order.State.REFUNDED).count() == 4
    assert Order.objects.filter(outcome=-1, state=Order.State.REFUNDED).count() == 2
    assert findings() == []


def test_an_activity_that_is_drawn_when_it_ends_needs_an_end():
    with pytest.raises(Refused) as refused:
        Stage(PLAN)
    assert refused.value.code == "invalid" and "enter when that is" in refused.value.sentence("en")


def test_the_commit_is_public_before_anybody_joins_and_the_evidence_is_checked_by_everybody():
    shop = stage(joins=0)
    draw = ClosingDraw.objects.get()
    assert (draw.activity_id, draw.server_seed, draw.state) == (shop.activity.pk, None, 0)
    for member in shop.members[:6]:
        shop.join(member)
    shop.settle()
    group = shop.groups()[0]
    before = evidence(group)
    assert before["state"] == "forming" and before["commit"] == bytes(draw.commit).hex()
    assert "server_seed" not in before
    shop.wait(2 * DAY)
    told = evidence(shop.groups()[0])
    assert told["commit"] == before["commit"] and len(told["seats"]) == 6
    assert [entry["count"] for entry in told["classes"]] == [2, 4]
    assert all(holds for _, holds, _ in verify_draw.verify(told))
    told["order"][0], told["order"][1] = told["order"][1], told["order"][0]
    assert next(name for name, holds, _ in verify_draw.verify(told) if not holds) == "order"


def test_prizes_fall_anywhere_and_counts_are_of_the_activity():
    shop = stage()
    end(shop.activity, shop.now, seat_order(9, 5, 1, 2, 3, 4, 6, 7, 8))
    won = [
        list(Order.objects.filter(group_id=group.pk, outcome=0).values_list("seat", flat=True))
        for group in shop.groups()[:3]
    ]
    assert won == [[], [2], [3]]


def test_where_no_group_filled_everybody_is_refunded_and_the_seed_is_shown():
    shop = stage(joins=2)
    shop.wait(2 * DAY)
    draw = ClosingDraw.objects.get()
    assert draw.state == ClosingDraw.State.FINISHED and draw.server_seed is not None and draw.groups == []
    assert set(Order.objects.values_list("state", flat=True)) == {Order.State.REFUNDED}
    assert findings() == []


@pytest.mark.parametrize(("conflict", "won"), [("draw_anyway", 2), ("dissolve", 0)])
def test_too_few_that_may_win(conflict, won):
    """The second prize would have to go to somebody who sits out: rule 3 with one win."""
    rules = ", draw.seat_rules: [{after_wins_in_a_row: {wins: 1, sit_out: 3}}], draw.conflict: " + conflict
    shop = stage(rules, members=3)
    for member in shop.members[:2]:
        WinCounter.objects.create(member_id=member, plan=PLAN, sit_out=3)
    end(shop.activity, shop.now, in_seat_order)
    assert Order.objects.filter(outcome=0).count() == won
    state = Group.State.SETTLED if won else Group.State.DISSOLVED
    assert [group.state for group in shop.groups() if group.taken] == [state]
    assert dict(WinCounter.objects.filter(member_id=shop.members[0]).values_list("member_id", "sit_out")) == {
        shop.members[0]: 3 + 3 * bool(won)
    }
    assert findings(["draws_hold", "counters_hold"]) == []


def test_of_several_seats_each_barred_one_uses_up_one():
    """A member sits out once and has a seat in each of three groups: the first is barred, the others not."""
    rules = ", draw.seat_rules: [{after_wins_in_a_row: {wins: 1, sit_out: 1}}]"
    shop = stage(rules, members=7, joins=0)
    often = shop.members[0]
    WinCounter.objects.create(member_id=often, plan=PLAN, sit_out=1)
    for first in (1, 3, 5):
        for member in (often, *shop.members[first : first + 2]):
            shop.join(member)
        shop.settle()
    end(shop.activity, shop.now, seat_order(1, 4, 7, 2, 3, 5, 6, 8, 9))
    seats = Order.objects.filter(member_id=often).order_by("id").values_list("bars", "outcome")
    assert [(bool(bars), outcome) for bars, outcome in seats] == [(True, 1), (False, 0), (False, 0)]
    assert WinCounter.objects.get(member_id=often).sit_out == 2  # one used up, two granted


def test_what_another_activity_used_up_meanwhile_is_not_used_up_twice():
    rules = ", draw.seat_rules: [{after_wins_in_a_row: {wins: 1, sit_out: 1}}]"
    shop = stage(rules, members=3)
    WinCounter.objects.create(member_id=shop.members[0], plan=PLAN, sit_out=1)
    decide(shop.activity, terms_of(shop.activity.plan_version_id), shop.now, in_seat_order)
    WinCounter.objects.update(sit_out=0)
    close_draw(shop.activity, shop.now)
    assert WinCounter.objects.get(member_id=shop.members[0]).sit_out == 0


def test_an_interrupted_end_goes_on_by_the_same_draw(monkeypatch):
    shop = stage(members=30)
    monkeypatch.setattr(closing, "AT_ONCE", 6)
    settle_some, rounds = closing.settle_some, []

    def interrupted(*arguments):
        rounds.append(1)
        if len(rounds) == 3:
            raise ConnectionError("gone")
        return settle_some(*arguments)

    monkeypatch.setattr(closing, "settle_some", interrupted)
    with pytest.raises(ConnectionError):
        end(shop.activity, shop.now)
    decided = ClosingDraw.objects.values().get()
    assert Group.objects.filter(state=Group.State.SETTLED).count() == 4
    assert Group.objects.filter(state=Group.State.FILLED).count() == 6
    assert findings() == []
    monkeypatch.setattr(closing, "settle_some", settle_some)
    shop.wait(HOUR)
    after = ClosingDraw.objects.values().get()
    assert {**after, "state": 1} == decided and after["state"] == ClosingDraw.State.FINISHED
    assert Order.objects.filter(outcome=0).count() == 2
    assert findings() == []


def test_a_second_end_changes_nothing():
    shop = stage()
    shop.wait(2 * DAY)
    before = list(Order.objects.order_by("id").values())
    end(shop.reload(), shop.now)
    assert list(Order.objects.order_by("id").values()) == before
    assert findings() == []


def test_a_budget_that_is_used_up_ends_the_activity_and_it_is_drawn():
    """A further group costs three fees of 0.06: 0.40 carries two groups."""
    shop = Stage(PLAN, SMALL.replace("500.00", "0.40") + "}", members=9, ends=DAY)
    for member in shop.members:
        shop.ask(member)
        shop.settle()
    shop.wait(MINUTE)
    assert shop.reload().state == 3
    assert Group.objects.filter(state=Group.State.SETTLED).count() == 2
    assert Order.objects.filter(outcome=0).count() == 2
    assert findings() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE groups_closing_draw SET drawn_order = drawn_order[2:6] || drawn_order[1:1]",
        "UPDATE groups_closing_draw SET outcomes = outcomes[2:6] || outcomes[1:1]",
        "UPDATE groups_closing_draw SET commit = sha256('x')",
        "UPDATE groups_closing_draw SET state = 0",
        "DELETE FROM groups_closing_draw",
        "TRUNCATE groups_closing_draw",
    ],
)
def test_the_database_refuses_to_change_what_was_drawn(damage):
    shop = stage(members=6)
    shop.wait(2 * DAY)
    with pytest.raises(RestrictViolation, match="never change"), transaction.atomic():
        raw_cursor().execute(damage)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE groups_closing_draw SET server_seed = sha256('x')", "closing_draws_hold"),
        ("UPDATE groups_closing_draw SET drawn_order = drawn_order[2:6] || drawn_order[1:1]", "draws_hold"),
        ("UPDATE groups_closing_draw SET outcomes = outcomes[2:6] || outcomes[1:1]", "closing_draws_hold"),
        ("UPDATE orders_order SET outcome = 1 - outcome WHERE outcome >= 0", "closing_draws_hold"),
    ],
)
def test_the_audit_sees_what_was_changed(damage, check):
    shop = stage(members=6)
    shop.wait(2 * DAY)
    assert findings() == []
    with transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
        assert check in damage_of(CHECKS, cursor)
        transaction.set_rollback(True)


def test_the_drawn_order_is_that_of_the_protocol():
    shop = stage(members=12)
    shop.wait(2 * DAY)
    draw = ClosingDraw.objects.get()
    groups = {group.pk: group for group in shop.groups()}
    orders = [order for group in draw.groups for order in groups[group].seats]
    told = evidence(groups[draw.groups[0]])
    assert [seat - 1 for seat in draw.drawn_order] == draw_v1(
        told["draw_id"], bytes(draw.server_seed), orders
    )
