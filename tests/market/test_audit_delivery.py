"""The audit of parcels and after-sales: each kind of damage is done once, found, and located."""

from typing import Any
from uuid import uuid4

import pytest
from delivery_damage import DELIVERY_DAMAGE
from django.db import transaction

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.aftersales.services import approve
from pinwheel.market.audit import CHECKS
from pinwheel.market.delivery.correcting import correct_tracking
from pinwheel.market.delivery.services import ship
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import ExchangeItem
from pinwheel.market.pool.parcels import ship_exchange
from pinwheel.rules.assets import CONSUMER_POINTS
from stage import Stage, findings, in_seat_order

CHOICE = (
    "{group.size: 2, outcomes.0.count: 1, draw.seat_rules: [], dividends: null,"
    " outcomes.0.gives: [{goods: {choose_from: 2, choose_within: 2d}}]}"
)


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def returned(shared_database) -> dict[str, Any]:
    """An order of each kind, by name."""
    stage, [order, other, disputed, corrected] = settled_orders(4)
    adjust_balances([stage.members[0]], CONSUMER_POINTS, [-5_000], 0, stage.now)
    approve(asked(stage, order, "refund_only", 5_000).pk, operator(), stage.now)
    asked(stage, disputed)
    ship(corrected, "sf", "SF1234567", operator(), stage.now)
    correct_tracking(corrected, "zto", "ZTO7654321", operator(), stage.now)
    outside, [paid, _] = settled_orders(2, external=True)
    approve(asked(outside, paid).pk, operator(), outside.now)
    choosing = Stage("national-group-buy", CHOICE, members=2)
    won = choosing.join(choosing.members[0]).order_id
    choosing.join(choosing.members[1])
    choosing.settle(in_seat_order)
    given = shipped_exchange(stage, corrected)
    assert findings(["draws_hold"]) == []
    return {
        "order": order,
        "other": other,
        "disputed": disputed,
        "outside": paid,
        "choosing": won,
        "corrected": corrected,
        "given": given,
    }


def shipped_exchange(stage: Stage, order: int) -> int:
    """Goods for points of the order's member, shipped."""
    member = parcel(order).member_id
    adjust_balances([member], CONSUMER_POINTS, [10_000], 0, stage.now)
    item = ExchangeItem.objects.create(plan="", product=stage.products[0], points=1_000, left=1)
    given = exchange(item.pk, 1_000, member, uuid4(), stage.now).pk
    ship_exchange(given, "sf", "SF1234567", operator(), stage.now)
    return given


@pytest.mark.parametrize("what", DELIVERY_DAMAGE)
def test_damage_is_found_and_located(what: str, returned: dict[str, Any]) -> None:
    statement, check, where = (text.format(**returned) for text in DELIVERY_DAMAGE[what])
    found = []
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount, "the damage did nothing"
        for one in CHECKS:
            found += list(one(cursor))
        raise Undo
    named = {(finding.check, finding.where) for finding in found}
    assert (check, where) in named if where else check in {name for name, _ in named}
