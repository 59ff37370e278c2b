"""One coupon, two orders at the same moment: met first with its guards taken away."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from together import Rendezvous, Unlocked, of_kind, together

from pinwheel.market.activities.models import Activity
from pinwheel.market.coupons import services
from pinwheel.market.coupons.models import Coupon, CouponTemplate, CouponUse
from pinwheel.market.coupons.services import Terms, grant_coupons, make_template, take_coupon
from pinwheel.market.orders import intake, load
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinResult
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from stage import Stage, findings

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]
BUT_DRAWS = ["draws_hold"]
TENNER = Terms(("券", "Coupon"), threshold=5_000, discount=1_000, valid_seconds=7 * 86_400)


def use_at_once(count):
    """One member, one coupon, so many orders at the same moment."""
    stage = Stage(changes="{limits.joins_per_day: null}", members=1, cash=10_000_000)
    Activity.objects.filter(pk=stage.activity.pk).update(takes_coupons=True)
    clerk = Operator.objects.get_or_create(username="clerk")[0]
    template = make_template(TENNER, stage.now)
    [coupon] = grant_coupons(template.pk, stage.members, "to race", clerk, stage.now)
    requests = [replace(stage.request(stage.members[0]), coupon_id=coupon) for _ in range(count)]
    calls = ((lambda request=request: take_joins([request], stage.now)[0]) for request in requests)
    return stage, coupon, together(*calls)


class UnlockedCoupons(Unlocked):
    """Without the lock on wallets and coupons."""

    def execute(self, query, *arguments, **named):
        return super().execute(query.replace("FOR NO KEY UPDATE OF c", ""), *arguments, **named)


def take_locks_away(monkeypatch, parties):
    """Those who read wallets and coupons meet before they go on, and hold nothing."""
    monkeypatch.setattr(load, "lock_wallets", unlocked(load.lock_wallets, parties))
    monkeypatch.setattr(intake, "lock_coupons", unlocked(intake.lock_coupons, parties))


def unlocked(real, parties):
    point = Rendezvous(parties)

    def read(cursor, ids):
        answer = real(UnlockedCoupons(cursor), ids)
        point.wait()
        return answer

    return read


def use_blindly(cursor, uses, now):
    """What a mall writes that trusts what it read."""
    for order, coupon, discount in uses:
        cursor.execute("UPDATE coupons_coupon SET state = 1, order_id = %s WHERE id = %s", (order, coupon))
        cursor.execute(
            "INSERT INTO coupons_use (order_id, coupon_id, discount, used_at, is_live)"
            " VALUES (%s, %s, %s, %s, true)",
            (order, coupon, discount, now),
        )


def test_of_twenty_orders_with_one_coupon_one_has_it():
    stage, coupon, answers = use_at_once(20)
    [taken] = of_kind(answers, JoinResult)
    assert {answer.code for answer in of_kind(answers, Refused)} == {"coupon_used"}
    assert Coupon.objects.get(pk=coupon).order_id == taken.order_id
    assert stage.cash(stage.members[0]) == 10_000_000 - 9_000
    assert findings(BUT_DRAWS) == []


def test_without_the_locks_the_second_fails_at_the_row(monkeypatch):
    monkeypatch.setattr(intake, "ATTEMPTS", 1)
    take_locks_away(monkeypatch, 2)
    _, coupon, answers = use_at_once(2)
    failures = [one for one in of_kind(answers, Exception) if not isinstance(one, Refused)]
    assert len(failures) == 1 and "not found unused again" in str(failures[0]), answers
    assert CouponUse.objects.filter(coupon_id=coupon).count() == 1


def test_without_any_guard_one_coupon_pays_two_orders_and_the_audit_says_so(monkeypatch):
    monkeypatch.setattr(intake, "ATTEMPTS", 1)
    take_locks_away(monkeypatch, 2)
    monkeypatch.setattr(intake, "use_coupons", use_blindly)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX coupon_used_once")
    try:
        stage, coupon, answers = use_at_once(2)
        assert len(of_kind(answers, JoinResult)) == 2, answers
        orders = Order.objects.filter(activity_id=stage.activity.pk, discount=1_000)
        assert orders.count() == 2
        names = {finding.check for finding in findings(BUT_DRAWS)}
        assert names == {"used_coupons_have_one_live_order"}
        loser = orders.exclude(pk=Coupon.objects.get(pk=coupon).order_id).get()
        CouponUse.objects.filter(pk=loser.pk).update(is_live=False)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("CREATE UNIQUE INDEX coupon_used_once ON coupons_use (coupon_id) WHERE is_live")
            cursor.execute("DELETE FROM orders_waiting WHERE activity_id = %s", (stage.activity.pk,))


def take_at_once(count, total):
    """So many members take from a list with fewer coupons."""
    stage = Stage(members=count)
    template = make_template(TENNER._replace(total=total, is_public=True), stage.now).pk
    calls = ((lambda one=one: take_coupon(template, one, uuid4(), stage.now)) for one in stage.members)
    return template, together(*calls)


def test_of_fifty_for_the_last_three_coupons_three_get_one():
    template, answers = take_at_once(50, 3)
    assert len(of_kind(answers, Coupon)) == 3, answers
    assert {answer.code for answer in of_kind(answers, Refused)} == {"coupons_gone"}
    assert CouponTemplate.objects.get(pk=template).given == 3


def test_without_the_lock_on_the_template_the_database_has_to_refuse(monkeypatch):
    point = Rendezvous(2)

    def unlocked(template_id, now):
        template = CouponTemplate.objects.get(pk=template_id)
        point.wait()
        return template

    monkeypatch.setattr(services, "lock_template", unlocked)
    template, answers = take_at_once(2, 1)
    failures = [one for one in of_kind(answers, Exception) if not isinstance(one, Refused)]
    assert len(failures) == 1, answers
    assert CouponTemplate.objects.get(pk=template).given == 1
