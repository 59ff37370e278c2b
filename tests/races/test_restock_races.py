"""A piece comes back while the last one is sold, or two confirm it; met without the guard too."""

import pytest
from test_stock_races import read_without_lock
from together import Rendezvous, of_kind, together

from delivery_stage import operator, parcel
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import schedule
from pinwheel.market.aftersales import restock
from pinwheel.market.aftersales import services as aftersales
from pinwheel.market.aftersales.models import AfterSale, Restocked
from pinwheel.market.catalogue import stock
from pinwheel.market.catalogue.models import Sku, StockMovement
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.delivery import services as delivery
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.refusals import Refused
from return_stage import Sold
from stage import findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]


def on_its_way(in_stock):
    """A return on its way, so many pieces in stock without it, and a draft of an activity that wants one."""
    sold = Sold().shipped()
    if in_stock:
        receive(sold.sku.pk, in_stock, "", None, sold.stage.now)
    return sold, sold.sent_back(), sold.draft(1)


def back_while_sold(sold, one, draft):
    """The return arrives while the activity goes on sale."""
    clerk, now = operator(), sold.stage.now
    return together(lambda: aftersales.refund(one.pk, clerk, now), lambda: schedule(draft, now))


def test_a_piece_that_comes_back_while_the_last_is_sold_is_counted():
    for _ in range(4):
        sold, one, draft = on_its_way(1)
        answers = back_while_sold(sold, one, draft)
        assert isinstance(answers[0], AfterSale) and answers[1] is None, answers
        assert sold.stock() == 1
    assert findings(BUT_DRAWS) == []


def test_what_is_not_back_yet_is_not_sold():
    for _ in range(4):
        sold, one, draft = on_its_way(0)
        answers = back_while_sold(sold, one, draft)
        assert isinstance(answers[0], AfterSale), answers
        if answers[1] is None:
            assert sold.stock() == 0
        else:
            assert answers[1].code == "stock_short"
            assert sold.stock() == 1
            assert Activity.objects.get(pk=draft.pk).state == Activity.State.DRAFT
    assert findings(BUT_DRAWS) == []


def confirm_at_once(people):
    sold = Sold().shipped()
    one, clerks = sold.sent_back(), [operator() for _ in range(people)]
    answers = together(
        *(lambda clerk=clerk: aftersales.refund(one.pk, clerk, sold.stage.now) for clerk in clerks)
    )
    return sold, answers


def test_of_several_confirmations_one_brings_the_piece_back():
    sold, answers = confirm_at_once(5)
    assert len(of_kind(answers, AfterSale)) == 1
    assert {answer.code for answer in of_kind(answers, Refused)} == {"not_allowed_now"}
    assert (sold.stock(), parcel(sold.order).refunded) == (1, 10_000)
    assert Restocked.objects.filter(order_id=sold.order).count() == 1
    assert findings(BUT_DRAWS) == []


# Without the guard; last, for what they leave behind may be wrong


def test_without_the_lock_on_the_parcel_the_database_stops_the_second_piece(monkeypatch):
    """Both confirm and both would add a piece; the database refuses one of them as a failure."""
    point = Rendezvous(2)

    def read_parcel(order_id):
        found = Delivery.objects.get(pk=order_id)
        point.wait()
        return found

    monkeypatch.setattr(delivery, "lock_parcel", read_parcel)
    monkeypatch.setattr(aftersales, "lock_aftersale", lambda number: AfterSale.objects.get(pk=number))
    sold, answers = confirm_at_once(2)
    failures = [one for one in of_kind(answers, Exception) if not isinstance(one, Refused)]
    assert len(failures) == 1, answers
    assert sold.stock() == 1


def test_without_any_guard_on_the_stock_a_sale_is_lost_and_the_audit_says_so(monkeypatch):
    """What a mall does that writes back the stock that it read."""
    sold, one, draft = on_its_way(1)
    read = read_without_lock(2)

    def written_back(sku_id, kind, pieces, now, about=0, reason="", operator=None):
        Sku.objects.filter(pk=sku_id).update(stock=1 + pieces)
        return StockMovement.objects.create(
            id=stock.new_id(now), sku_id=sku_id, kind=kind, pieces=pieces, about=about, at=now
        )

    with monkeypatch.context() as without:
        for place in (stock, restock):
            without.setattr(place, "lock_skus", read)
            without.setattr(place, "move", written_back)
        answers = back_while_sold(sold, one, draft)
    assert answers[1] is None and isinstance(answers[0], AfterSale), answers
    assert sold.stock() != 1  # one piece came, one went, and one of the two was forgotten
    assert "stock_is_the_sum_of_movements" in {finding.check for finding in findings(BUT_DRAWS)}
