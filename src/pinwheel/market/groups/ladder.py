"""Groups whose price falls as they grow: differences given back, and the end before the last tier."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.db import transaction

from pinwheel.ledger.binary import IntegerArray
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, plain_tables
from pinwheel.market.coupons.giving import coupons_given
from pinwheel.market.days.closing import settled_not_before
from pinwheel.market.groups import load
from pinwheel.market.groups.draws import draw_v1, make_draw
from pinwheel.market.groups.finish import Work, finish_groups
from pinwheel.market.groups.seats import OpenGroup, PriceCut
from pinwheel.market.wake import tell_watchers
from pinwheel.plan.ladder import ladder_price, tiers_of

FORMED = (
    "SELECT id, taken FROM groups_group WHERE id = ANY(%s) AND state = 0 AND taken >= %s ORDER BY taken, id"
)


def cut_prices(terms: Terms, groups: Sequence[OpenGroup]) -> tuple[list[PriceCut], int | None]:
    """Lower the prices of all orders in these groups to what is in force; nothing where there are no tiers.

    Returns: what each order gets back, and the price of a full group.
    """
    if not tiers_of(terms.plan):
        return [], None
    cuts = []
    for group in groups:
        price = ladder_price(terms.plan, len(group.orders))
        for order in group.orders:
            if order.price > price:
                cuts.append(PriceCut(order, order.price - price))
                order.price = price
    return cuts, ladder_price(terms.plan, terms.plan.group.size)


def settle_formed(activity: Activity, terms: Terms, ids: Sequence[int], now: datetime) -> int:
    """Settle those of these groups that reached their first tier, as they are; return how many."""
    settled = 0
    if not tiers_of(terms.plan):
        return settled
    coupons_given(terms, now)  # their templates are made before the transactions
    while some := settle_of_one_size(activity, terms, ids, now):
        settled += some
    return settled


def settle_of_one_size(activity: Activity, terms: Terms, ids: Sequence[int], now: datetime) -> int:
    """Settle the smallest formed ones of these groups, all of one size, in one transaction."""
    is_limited = activity.offers.filter(left__isnull=False).exists()
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity.pk)
        if is_limited:
            load.lock_products(cursor, activity.pk)
        now = settled_not_before(cursor, terms.plan_name, now)
        cursor.execute(FORMED, (IntegerArray(ids), tiers_of(terms.plan)[0].size))
        formed = cursor.fetchall()
        if not formed:
            return 0
        size = formed[0][1]
        groups = load.lock_groups(cursor, [number for number, taken in formed if taken == size])
        for group in groups:
            group.held_members.clear()  # who has not paid by now finds no seat
        drawn = [make_draw(activity.pk, group, False, draw_v1) for group in groups]
        work = Work(drawn, [], [], is_limited, price=ladder_price(terms.plan, size))
        finish_groups(cursor, activity, ended_terms(terms, size), work, None, now)
        tell_watchers(cursor, {activity.pk})
        return len(groups)


def ended_terms(terms: Terms, size: int) -> Terms:
    """The terms of a ladder for groups that ended with so many seats."""
    tables = terms.tables._replace(size=size, class_counts=np.array([size], np.int64))
    return terms._replace(tables=tables, plain=plain_tables(tables))
