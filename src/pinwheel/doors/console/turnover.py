"""What each plan sold: payments that were kept, less what after-sales gave back. No order is read for it.

Groups are counted instead: their plan says how many of their seats keep their payment, and at which price.
"""

from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.groups.models import Group
from pinwheel.market.presale.models import Balance
from pinwheel.plan.ladder import ladder_price, tiers_of

VERY_MANY = 100_000  # settled groups
SECONDS_KEPT = 60
OUTCOMES = (
    "SELECT d.activity_id, outcome, count(*) FROM groups_closing_draw d"
    " JOIN unnest(%s::bigint[], %s::int[]) AS of (id, seats) ON of.id = d.activity_id"
    " CROSS JOIN LATERAL unnest(d.outcomes[1:of.seats]) AS outcome GROUP BY 1, 2"
)


def turnover_by_plan() -> dict[str, int]:
    """Fen by plan. Where very many groups settled, it is kept for a moment."""
    key = f"console-turnover-{connection.settings_dict['NAME']}"
    kept: dict[str, int] | None = cache.get(key)
    if kept is not None:
        return kept
    settled = by_activity(Group.objects.filter(state=Group.State.SETTLED), Count("pk"))
    returned = by_activity(Delivery.objects.filter(refunded__gt=0), Sum("refunded"))
    found: dict[str, int] = {}
    for activity, sold in captured(settled).items():
        plan = terms_of(activity.plan_version_id).plan_name
        found[plan] = found.get(plan, 0) + sold - returned.get(activity.pk, 0)
    if sum(settled.values()) > VERY_MANY:
        cache.set(key, found, SECONDS_KEPT)
    return found


def by_activity(rows: Any, figure: Count | Sum) -> dict[int, int]:
    """A figure of each activity's rows."""
    found = rows.values("activity_id").annotate(figure=figure).order_by()
    return {activity: int(value) for activity, value in found.values_list("activity_id", "figure")}


def captured(settled: dict[int, int]) -> dict[Activity, int]:
    """Fen of payments kept, by activity. `settled`: groups of each activity."""
    # An order of a presale settles with its own balance.
    balances = by_activity(Balance.objects.filter(state=Balance.State.PAID), Count("pk"))
    activities = list(Activity.objects.filter(pk__in={*settled, *balances}))
    terms_by = {activity.pk: terms_of(activity.plan_version_id) for activity in activities}
    ladders = sold_by_ladders({pk: terms for pk, terms in terms_by.items() if tiers_of(terms.plan)})
    closing = {pk: terms for pk, terms in terms_by.items() if terms.draws_on_close}
    kept_at_the_end = seats_kept_at_the_end(closing, settled)
    found = {}
    for activity in activities:
        terms = terms_by[activity.pk]
        if tiers_of(terms.plan):
            found[activity] = ladders.get(activity.pk, 0)
            continue
        if terms.plan.presale is not None:
            seats = balances.get(activity.pk, 0)
        elif terms.draws_on_close:
            seats = kept_at_the_end.get(activity.pk, 0)
        else:
            classes = zip(terms.plain.class_counts, terms.plain.class_keeps, strict=True)
            seats = settled[activity.pk] * sum(count for count, keeps in classes if keeps)
        found[activity] = seats * activity.price
    return found


def sold_by_ladders(terms: dict[int, Terms]) -> dict[int, int]:
    """Fen by activity: all in a group paid the price of the tier with which it ended."""
    ends = Group.objects.filter(activity_id__in=terms, state=Group.State.SETTLED)
    found: dict[int, int] = {}
    sizes = ends.values_list("activity_id", "taken").annotate(groups=Count("pk")).order_by()
    for number, seats, groups in sizes if terms else ():
        found[number] = found.get(number, 0) + groups * seats * ladder_price(terms[number].plan, seats)
    return found


def seats_kept_at_the_end(terms: dict[int, Terms], settled: dict[int, int]) -> dict[int, int]:
    """Seats whose payment was kept, by activity. Groups are settled in the order of the draw's list."""
    if not terms:
        return {}
    numbers = list(terms)
    seats = [settled.get(number, 0) * terms[number].tables.size for number in numbers]
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, (numbers, seats))
        for number, outcome, count in cursor.fetchall():
            if outcome >= 0 and terms[number].plain.class_keeps[outcome]:
                found[number] = found.get(number, 0) + count
    return found
