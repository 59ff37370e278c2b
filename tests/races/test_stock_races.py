"""The last piece with fifty buyers, two activities that want one stock: met first without their lock."""

import pytest
from test_races import unguarded
from together import Rendezvous, of_kind, together

from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue import stock
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.ids import new_id
from pinwheel.market.orders import load
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from stage import Stage, findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]


def stocked(pieces):
    """A stage with a product of one variant, and its activity of so many pieces still a draft."""
    stage = Stage("ordinary-group", members=50)
    product = stage.make_product()
    sku = Sku.objects.create(id=new_id(stage.now), product=product, code=product.code, price=product.price)
    receive(sku.pk, pieces, "", None, stage.now)
    return stage, product, sku


def draft(stage, product, pieces):
    version = stage.activity.plan_version
    return create_activity(version, [product], stage.now, None, stage.now, stock=pieces)


def buy_at_once(count):
    """So many buyers for the last piece of a variant."""
    stage, product, sku = stocked(1)
    activity = draft(stage, product, 1)
    schedule(activity, stage.now)
    requests = [stage.request(member, activity=activity.pk) for member in stage.members[:count]]
    calls = ((lambda request=request: take_joins([request], stage.now)[0]) for request in requests)
    return activity, sku, together(*calls)


def test_of_fifty_buyers_one_gets_the_last_piece():
    activity, sku, answers = buy_at_once(50)
    assert len(of_kind(answers, JoinResult)) == 1, answers
    assert {answer.code for answer in of_kind(answers, Refused)} == {"sold_out"}
    assert Order.objects.filter(sku_id=sku.pk).count() == 1
    assert ActivityProduct.objects.get(activity=activity).left == 0
    assert findings(BUT_DRAWS) == []


def test_without_the_lock_on_the_offer_the_database_has_to_refuse(monkeypatch):
    unguarded(monkeypatch, load, "lock_products", 2)
    monkeypatch.setattr("pinwheel.market.orders.intake.ATTEMPTS", 1)
    _, sku, answers = buy_at_once(2)
    failures = [one for one in of_kind(answers, Exception) if not isinstance(one, Refused)]
    assert len(failures) == 1 and "activity_left_not_negative" in str(failures[0]), answers
    assert Order.objects.filter(sku_id=sku.pk).count() == 1


def rivals(count, pieces):
    """So many drafts that want all the stock that there is."""
    stage, product, sku = stocked(pieces)
    return stage, sku, [draft(stage, product, pieces) for _ in range(count)]


def sell_at_once(stage, drafts):
    """All of them go on sale at the same moment."""
    calls = ((lambda one=one: schedule(one, stage.now)) for one in drafts)
    return together(*calls)


def read_without_lock(parties):
    """Reading the stock as a mall does that locks nothing; those who read meet before they go on."""
    point = Rendezvous(parties)

    def read(ids):
        found = {sku.pk: sku for sku in Sku.objects.filter(pk__in=ids)}
        point.wait()
        return found

    return read


def test_of_six_activities_for_one_stock_one_goes_on_sale():
    stage, sku, drafts = rivals(6, 4)
    answers = sell_at_once(stage, drafts)
    assert [answer for answer in answers if answer is None] == [None]
    assert {answer.code for answer in of_kind(answers, Refused)} == {"stock_short"}
    assert Sku.objects.get(pk=sku.pk).stock == 0
    running = Activity.objects.filter(pk__in=[one.pk for one in drafts], state=Activity.State.RUNNING)
    assert running.count() == 1
    assert findings(BUT_DRAWS) == []


def test_without_the_lock_on_the_stock_the_database_has_to_refuse(monkeypatch):
    stage, sku, drafts = rivals(2, 4)
    monkeypatch.setattr(stock, "lock_skus", read_without_lock(2))
    answers = sell_at_once(stage, drafts)
    failures = [one for one in of_kind(answers, Exception) if not isinstance(one, Refused)]
    assert len(failures) == 1 and "sku_stock_not_negative" in str(failures[0]), answers
    assert Sku.objects.get(pk=sku.pk).stock == 0


def test_without_any_guard_two_activities_sell_the_same_pieces_and_the_audit_says_so(monkeypatch):
    """What a mall does that writes back what it read."""

    def written_back(sku_id, kind, pieces, now, about=0, **why):
        Sku.objects.filter(pk=sku_id).update(stock=0)
        stock.StockMovement.objects.create(
            id=new_id(now), sku_id=sku_id, kind=kind, pieces=pieces, about=about, at=now
        )

    stage, sku, drafts = rivals(2, 4)
    monkeypatch.setattr(stock, "lock_skus", read_without_lock(2))
    monkeypatch.setattr(stock, "write_movement", written_back)
    answers = sell_at_once(stage, drafts)
    assert answers == [None, None]  # eight pieces of four are on sale
    assert {finding.check for finding in findings(BUT_DRAWS)} == {"stock_is_the_sum_of_movements"}
    monkeypatch.undo()
    receive(sku.pk, 4, "what was sold twice", None, drafts[0].created_at)
    Sku.objects.filter(pk=sku.pk).update(stock=0)
