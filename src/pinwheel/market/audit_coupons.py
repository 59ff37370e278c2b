"""The audit of coupons: given as plans say, used by one live order each, what they paid is in the books."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg

from pinwheel.ledger.audit import Finding
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.coupons.giving import EACH_JOIN, LEADER, coupons_in
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order

Cursor = psycopg.Cursor[Any]

# States of orders and coupons, and reasons 23 and 24: their models, rules/reasons.py.
COUPON_QUERIES: dict[str, tuple[str, str]] = {
    "used_coupons_have_one_live_order": (
        "coupon is used without one live order of its member that it discounts, or the other way round",
        "SELECT coalesce(c.id, u.coupon_id) FROM (SELECT id, order_id, member_id, template_id"
        " FROM coupons_coupon WHERE state = 1) c"
        " FULL JOIN (SELECT order_id, coupon_id, discount FROM coupons_use WHERE is_live) u"
        " ON u.coupon_id = c.id AND u.order_id = c.order_id"
        " LEFT JOIN orders_order o ON o.id = u.order_id LEFT JOIN coupons_template t ON t.id = c.template_id"
        " WHERE c.id IS NULL OR u.coupon_id IS NULL OR o.id IS NULL OR o.state IN (4, 5)"
        " OR o.member_id <> c.member_id OR o.discount <> u.discount OR t.discount <> u.discount",
    ),
    "discounts_have_their_coupons": (
        "order has a discount and never had a coupon, or is live and has none",
        "SELECT o.id FROM orders_order o LEFT JOIN coupons_use u ON u.order_id = o.id"
        " WHERE o.discount > 0 AND (u.order_id IS NULL OR u.is_live <> (o.state NOT IN (4, 5)))",
    ),
    "discounts_are_in_the_books": (
        "what a coupon paid of an order was not held, or not given back, exactly once",
        "SELECT coalesce(o.id, t.about) FROM (SELECT id, state,"
        " CASE WHEN state IN (0, 5) THEN 0 ELSE discount END AS held,"
        " CASE WHEN state = 4 THEN discount ELSE 0 END AS back FROM orders_order WHERE discount > 0) o"
        " FULL JOIN (SELECT about, sum(amount) FILTER (WHERE reason = 23) AS held,"
        " sum(amount) FILTER (WHERE reason = 24) AS back FROM ledger_transfer"
        " WHERE reason IN (23, 24) GROUP BY 1) t ON t.about = o.id"
        " WHERE o.id IS NULL OR coalesce(t.held, 0) <> o.held OR coalesce(t.back, 0) <> o.back",
    ),
    "coupons_within_their_limits": (
        "more of a coupon was given out than counted, or than there are",
        "SELECT t.id FROM coupons_template t LEFT JOIN (SELECT template_id, count(*) AS given"
        " FROM coupons_coupon WHERE source <> 0 GROUP BY 1) c ON c.template_id = t.id"
        " WHERE t.given <> coalesce(c.given, 0) OR t.given > t.total",
    ),
}


def coupons_were_given(cursor: Cursor) -> Iterator[Finding]:
    """Every settled seat got the coupons of its class, of each join and of its leading, and no other."""
    given: dict[int, Counter[int]] = {}
    plans = set(
        CouponTemplate.objects.filter(plan_version__isnull=False).values_list("plan_version", flat=True)
    )
    rows = Coupon.objects.filter(source=Coupon.Source.PLAN).values_list("about", "template_id")
    for order, template in rows.iterator():
        given.setdefault(order, Counter())[template] += 1
    for version in sorted(plans):
        yield from wrong_of(version, given)
    for order in sorted(given):
        yield Finding("coupons_were_given", str(order), "it got coupons that its plan does not give")


def wrong_of(version: int, given: dict[int, Counter[int]]) -> Iterator[Finding]:
    """What is wrong with a version's settled seats; what was looked at leaves `given`."""
    places = dict(CouponTemplate.objects.filter(plan_version=version).values_list("place", "id"))
    scopes = [(scope, places.get(place, 0)) for scope, place, _ in coupons_in(terms_of(version).plan)]
    activities = Activity.objects.filter(plan_version=version).values_list("id", flat=True)
    # A presale's orders settle one by one while their group is full.
    states = (Group.State.SETTLED, Group.State.FILLED)
    groups = Group.objects.filter(activity_id__in=list(activities), state__in=states)
    leaders = dict(groups.values_list("id", "leader_id"))
    led: set[int] = set()
    seats = Order.objects.filter(group_id__in=list(leaders), outcome__gte=0).order_by("group_id", "seat")
    for order, group, member, outcome in seats.values_list("id", "group_id", "member_id", "outcome"):
        is_leader = member == leaders[group] and group not in led
        led |= {group} if is_leader else set()
        wanted = Counter(
            template
            for scope, template in scopes
            if scope in (outcome, EACH_JOIN) or (scope == LEADER and is_leader)
        )
        if given.pop(order, Counter()) != wanted:
            yield Finding("coupons_were_given", str(order), "it did not get the coupons that its plan gives")
