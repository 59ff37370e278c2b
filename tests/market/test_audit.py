"""The audit of the market: with the triggers off, each kind of damage is done once, found, and located."""

from typing import Any

import pytest
from budget_damage import BUDGET_DAMAGE
from delivery_damage import DELIVERY_DAMAGE
from django.db import transaction
from goods_damage import GOODS_DAMAGE
from presale_damage import PRESALE_DAMAGE
from promise_damage import PROMISE_DAMAGE
from public_value_damage import DRAWN_DAMAGE, WAITING_DAMAGE

from pinwheel.ledger.accounts import plan_accounts
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.audit import CHECKS, QUERIES, audit
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.plans.models import PlanVersion
from stage import DAY, MINUTE, START, Stage, findings

DRAW = "{group.size: 3, draw.seat_rules: []}"


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def shop(shared_database) -> dict[str, Any]:
    """One order and one group of every kind, by name."""
    stage = Stage("draw-on-fill", DRAW, members=8, stock=100)
    orders = [stage.join(member).order_id for member in stage.members[:2]]
    outside = stage.join(stage.members[2], external=True).order_id
    stage.callback(outside)
    settle_activity(stage.activity.pk, stage.now)
    late = Stage("draw-on-fill", DRAW, members=2, ends=MINUTE, at=START)
    refunded_outside = late.join(late.members[0], external=True).order_id
    expired = late.join(late.members[1]).order_id
    late.wait(MINUTE)
    late.callback(refunded_outside)
    ladder = Stage(
        "ladder-group", "{group.tiers: [{size: 2, price: 99.00}, {size: 3, price: 89.00}]}", members=3
    )
    cut = ladder.join(ladder.members[0], external=True).order_id
    ladder.callback(cut)
    for member in ladder.members[1:]:
        ladder.join(member)
    settle_activity(ladder.activity.pk, ladder.now)
    seated = stage.join(stage.members[4]).order_id
    settle_activity(stage.activity.pk, stage.now)
    waiting = stage.join(stage.members[5]).order_id
    unpaid = stage.join(stage.members[6], external=True).order_id
    by_state = {stage.order(order).state: order for order in [*orders, outside]}
    settled, forming = (stage.order(order).group_id for order in (orders[0], seated))
    facts = {
        "activity": stage.activity.pk,
        "kept": by_state[3],
        "refunded": next(order for order in orders if stage.order(order).state == 4),
        "outside": refunded_outside,
        "expired": expired,
        "expired_group": stage.order(expired).group_id,
        "seated": seated,
        "waiting": waiting,
        "unpaid": unpaid,
        "group": settled,
        "forming": forming,
        "member": stage.members[0],
        "cut": cut,
        "cut_group": ladder.order(cut).group_id,
        "held": -plan_accounts("draw-on-fill").held,
        "version": stage.activity.plan_version_id,
        "plan": f"draw-on-fill v{PlanVersion.objects.get(pk=stage.activity.plan_version_id).version}",
    }
    assert findings() == []
    return facts


# What was damaged: (the statement, the check that must find it, where). Others may find it too.
DAMAGE: dict[str, tuple[str, str, str]] = {
    "a paid order lost its place": (
        "DELETE FROM orders_waiting WHERE order_id = {waiting}",
        "paid_orders_wait",
        "{waiting}",
    ),
    "a seated order stands in the queue": (
        "INSERT INTO orders_waiting"
        " (activity_id, order_id, member_id, group_id, price, paid_at, route, flags)"
        " SELECT activity_id, id, member_id, 0, price, paid_at, route, flags FROM orders_order"
        " WHERE id = {seated}",
        "waiting_orders_are_paid",
        "{seated}",
    ),
    "an order stands in the queue twice": (
        "INSERT INTO orders_waiting"
        " (activity_id, order_id, member_id, group_id, price, paid_at, route, flags)"
        " SELECT activity_id, order_id, member_id, 0, price, paid_at, route, flags FROM orders_waiting"
        " WHERE order_id = {waiting}",
        "waiting_orders_are_paid",
        "{waiting}",
    ),
    "an order sits elsewhere": (
        "UPDATE orders_order SET seat = 2 WHERE id = {seated}",
        "seats_hold_their_orders",
        "{forming}",
    ),
    "a seat was given to another member": (
        "UPDATE groups_group SET seat_members[1] = 5 WHERE id = {group}",
        "seats_hold_their_orders",
        "{group}",
    ),
    "a group counts a seat too many": (
        "UPDATE groups_group SET taken = 2 WHERE id = {forming}",
        "seats_hold_their_orders",
        "{forming}",
    ),
    "an order was lost": ("DELETE FROM orders_order WHERE id = {kept}", "seats_hold_their_orders", "{group}"),
    "a settled order is seated again": (
        "UPDATE orders_order SET state = 2 WHERE id = {kept}",
        "seated_orders_are_in_forming_groups",
        "{kept}",
    ),
    "a finished group is open again": (
        "UPDATE groups_group SET state = 0 WHERE id = {group}",
        "seated_orders_are_in_forming_groups",
        "{kept}",
    ),
    "an order was refunded in part": (
        "UPDATE orders_order SET refunded = 1 WHERE id = {kept}",
        "finished_orders_have_one_end",
        "{kept}",
    ),
    "an order ended without its batch": (
        "UPDATE orders_order SET settled_batch = 0 WHERE id = {refunded}",
        "finished_orders_have_one_end",
        "{refunded}",
    ),
    "an order of an expired group was kept": (
        "UPDATE orders_order SET state = 3, refunded = 0 WHERE id = {expired}",
        "expired_groups_refunded",
        "{expired_group}",
    ),
    "a winner was made a loser": (
        "UPDATE orders_order SET state = 4, refunded = price WHERE id = {kept}",
        "payments_moved_once",
        "{kept}",
    ),
    "a hold was taken out of the books": (
        "DELETE FROM ledger_transfer WHERE about = {waiting} AND reason = 1",
        "payments_moved_once",
        "{waiting}",
    ),
    "a refund went another way": (
        "UPDATE orders_order SET route = 0 WHERE id = {outside}",
        "payments_moved_once",
        "{outside}",
    ),
    "held money was taken": (
        "UPDATE ledger_platform_balance SET amount = amount - 1 WHERE account_id = {held} AND asset = 0",
        "held_money_is_of_unfinished_orders",
        "{held}",
    ),
    "a refund to the outside is missing": (
        "DELETE FROM cashier_refund WHERE id = {outside}",
        "outside_refunds_are_sent",
        "{outside}",
    ),
    "a refund to the outside is of another amount": (
        "UPDATE cashier_refund SET amount = 1 WHERE id = {outside}",
        "outside_refunds_are_sent",
        "{outside}",
    ),
    "a refund to the outside that no order knows": (
        "UPDATE cashier_refund SET id = 77 WHERE id = {outside}",
        "outside_refunds_are_sent",
        "77",
    ),
    "nobody waits for an unpaid order": (
        "DELETE FROM orders_unpaid WHERE order_id = {unpaid}",
        "unpaid_orders_are_remembered",
        "{unpaid}",
    ),
    "a payment is awaited for a paid order": (
        "UPDATE orders_unpaid SET order_id = {seated} WHERE order_id = {unpaid}",
        "unpaid_orders_are_remembered",
        "{seated}",
    ),
    "a member's joins are miscounted": (
        "UPDATE orders_participation SET joins_total = joins_total + 1 WHERE member_id = {member}",
        "joins_are_counted",
        "{member}",
    ),
    "a member's joins are forgotten": (
        "DELETE FROM orders_participation WHERE member_id = {member}",
        "joins_are_counted",
        "{member}",
    ),
    "a draw was taken out": (
        "DELETE FROM groups_group WHERE activity_id = {activity} AND draw_number = 3",
        "draw_numbers_have_no_gaps",
        "{activity}",
    ),
    "the first draw was taken out": (
        "DELETE FROM groups_group WHERE activity_id = {activity} AND draw_number = 1",
        "draw_numbers_have_no_gaps",
        "{activity}",
    ),
    "stock is negative": (
        "ALTER TABLE activities_activity_product DROP CONSTRAINT activity_left_not_negative;"
        'UPDATE activities_activity_product SET "left" = -1 WHERE activity_id = {activity}',
        "stock_is_counted",
        "",
    ),
    "another seed was revealed": (
        "UPDATE groups_group SET server_seed = sha256('x') WHERE id = {group}",
        "seeds_hold",
        "{group}",
    ),
    "the commit was changed": (
        "UPDATE groups_group SET commit = sha256('x') WHERE id = {group}",
        "seeds_hold",
        "{group}",
    ),
    "the seed was taken away": (
        "UPDATE groups_group SET server_seed = NULL WHERE id = {group}",
        "seeds_hold",
        "{group}",
    ),
    "the seed was cut short": (
        "UPDATE groups_group SET server_seed = 'short' WHERE id = {group}",
        "seeds_hold",
        "{group}",
    ),
    "the drawn order was changed": (
        "UPDATE groups_group SET drawn_order = ARRAY[drawn_order[2], drawn_order[1], drawn_order[3]]"
        " WHERE id = {group}",
        "draws_hold",
        "{group}",
    ),
    "the drawn order was taken away": (
        "UPDATE groups_group SET drawn_order = NULL WHERE id = {group}",
        "draws_hold",
        "{group}",
    ),
    "the list was changed": (
        "UPDATE groups_group SET seats = ARRAY[seats[2], seats[1], seats[3] + 1] WHERE id = {group}",
        "seats_hold_their_orders",  # another list may by chance give the same order of three
        "{group}",
    ),
    "two seats changed their outcomes": (
        "UPDATE orders_order SET outcome = 1 - outcome WHERE group_id = {group} AND seat > 0",
        "outcomes_hold",
        "{group}",
    ),
    "a difference was not sent": (
        "DELETE FROM cashier_refund WHERE amount = 1000",
        "outside_refunds_are_sent",
        "{cut}",
    ),
    "a difference was not booked": (
        "UPDATE orders_order SET price_cut = price_cut + 100 WHERE id = {cut}",
        "payments_moved_once",
        "{cut}",
    ),
    "a seat was sold at another price": (
        "UPDATE orders_order SET price = price + 100 WHERE id = {cut}",
        "groups_end_at_one_price",
        "{cut_group}",
    ),
    "a plan was changed": (
        "UPDATE plans_version SET canonical = replace(canonical, '500', '501') WHERE id = {version}",
        "plans_hold",
        "{plan}",
    ),
    "a plan is no plan any more": (
        "UPDATE plans_version SET canonical = 'x' WHERE id = {version}",
        "plans_hold",
        "{plan}",
    ),
    "a plan's hash was changed": (
        "UPDATE plans_version SET hash = 'x' WHERE id = {version}",
        "plans_hold",
        "{plan}",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_located(what, shop):
    statement, check, where = (text.format(**shop) for text in DAMAGE[what])
    found = []
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        for one in statement.split(";"):
            cursor.execute(one)
            assert cursor.rowcount, "the damage did nothing"
        for one in CHECKS:  # every check must bear the damage, not only the one that finds it
            found += list(one(cursor))
        raise Undo
    named = {(finding.check, finding.where) for finding in found}
    assert (check, where) in named if where else check in {name for name, _ in named}


def test_every_query_has_its_damage():
    checks = {check for _, check, _ in [*DAMAGE.values(), *PROMISE_DAMAGE.values()]}
    checks |= {check for _, check, _ in DELIVERY_DAMAGE.values()}
    plain = [*BUDGET_DAMAGE.values(), *GOODS_DAMAGE.values(), *PRESALE_DAMAGE.values()]
    checks |= {check for _, check in [*plain, *DRAWN_DAMAGE, *WAITING_DAMAGE]}
    checks |= {"closing_draws_hold"}  # tests/market/test_closing_draw.py
    checks |= {"extra_pieces_are_given_or_left", "parcels_have_their_extra"}  # tests/market/test_extra.py
    # tests/market/test_stopping.py
    checks |= {"stopped_activities_owe_nothing", "stops_refunded_what_they_say"}
    assert set(QUERIES) <= checks
    assert {check.__name__ for check in CHECKS} - checks == {
        "books_balance",
        "balances_are_the_sum_of_transfers",
        "no_member_is_negative",
        "chains_hold",
    }  # tests/ledger damages those


def test_the_audit_reads_one_snapshot_and_writes_nothing(shop):
    names = []
    for name, found in audit():
        names.append(name)
        assert found == []
        with pytest.raises(Exception, match="read-only"), transaction.atomic():
            raw_cursor().execute("UPDATE ledger_wallet SET cash = 0")
    assert names == [check.__name__ for check in CHECKS]


def test_time_alone_does_no_damage(shop):
    stage = Stage(at=START + DAY)
    stage.wait(3 * DAY)
    assert findings() == []
