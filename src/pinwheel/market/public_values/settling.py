"""What becomes of a group that waited: it is drawn with its public value, or refunded when that is overdue.

Whoever changes a waiting group holds its activity's lock, then the rows of the public values, then what every
settlement locks. A value is stored under its row's lock alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.budgets.services import count_finished, needs_budget
from pinwheel.market.coupons.giving import coupons_given
from pinwheel.market.days.closing import settled_not_before
from pinwheel.market.groups import load
from pinwheel.market.groups.draws import DrawMaker, draw_v1, make_draw
from pinwheel.market.groups.expire import close_groups
from pinwheel.market.groups.finish import Decided, Work, finish_groups
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.seats import Drawn
from pinwheel.market.messages.events import Fact
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.wake import tell_watchers
from pinwheel.rules.outcomes import DISSOLVED, DRAWN_ANYWAY, NO_OUTCOME, assign_outcomes

AT_ONCE = 2000  # seats a transaction
State = PublicValue.State


def settle_known(now: datetime, maker: DrawMaker = draw_v1) -> int:
    """Draw and settle every group whose public value is known; return how many.

    `maker`: see `settle_activity`.
    """
    known = PublicValue.objects.filter(state=State.KNOWN).order_by("activity_id")
    settled = 0
    for activity_id in list(known.values_list("activity_id", flat=True).distinct()):
        activity = Activity.objects.get(pk=activity_id)
        terms = terms_of(activity.plan_version_id)
        coupons_given(terms, now)  # their templates are made before the transaction
        while some := settle_some(activity, terms, now, maker):
            settled += some
    return settled


def settle_some(activity: Activity, terms: Terms, now: datetime, maker: DrawMaker) -> int:
    """Settle the next groups of an activity whose value is known, in one transaction; return how many."""
    is_limited = activity.offers.filter(left__isnull=False).exists()
    size = terms.tables.size
    with transaction.atomic():
        cursor = raw_cursor()
        load.lock_activity(cursor, activity.pk)
        now = settled_not_before(cursor, terms.plan_name, now)
        values = lock_values(activity.pk, State.KNOWN, at_most=max(1, AT_ONCE // size))
        if not values:
            return 0
        if is_limited:
            load.lock_products(cursor, activity.pk)
        found = load.lock_groups(cursor, [value.group_id for value in values], Group.State.FILLED)
        # One order, which the audit can tell again: counters go from group to group.
        found.sort(key=lambda group: (group.leader_id != 0, group.draw_number, group.id))
        public = {value.group_id: bytes(value.value or b"") for value in values}
        bars = {value.group_id: value.bars for value in values}
        drawn = [
            make_draw(activity.pk, group, terms.has_draw, with_value(maker, public[group.id]))
            for group in found
        ]
        drawn, decided = decide_alike(terms, drawn, bars)
        settled = finish_groups(cursor, activity, terms, Work(drawn, [], [], is_limited), decided, now)
        if needs_budget(activity, terms):
            dissolved = settled.outcomes[::size].count(NO_OUTCOME)
            count_finished(cursor, activity.pk, len(drawn) - dissolved, dissolved)
        PublicValue.objects.filter(pk__in=[one.group.id for one in drawn]).update(state=State.DRAWN)
        tell_watchers(cursor, {activity.pk})
        return len(drawn)


def decide_alike(
    terms: Terms, drawn: Sequence[Drawn], bars: Mapping[int, list[int]]
) -> tuple[list[Drawn], Decided]:
    """What frozen bars and drawn orders give: the first groups, as far as all keep to their bars or none.

    The others are settled next: a settlement treats all its groups alike.
    """
    taken: list[Drawn] = []
    all_bars: list[int] = []
    all_outcomes: list[int] = []
    held: int | None = None
    for one in drawn:
        outcomes = [NO_OUTCOME] * len(one.order)
        result = assign_outcomes(terms.plain, 0, one.order, bars[one.group.id], outcomes)
        if result != DISSOLVED and held not in (None, result):
            break
        held = held if result == DISSOLVED else result
        taken.append(one)
        all_bars += bars[one.group.id]
        all_outcomes += outcomes
    return taken, Decided(all_bars, all_outcomes, held != DRAWN_ANYWAY)


def with_value(maker: DrawMaker, public_bytes: bytes) -> DrawMaker:
    """The maker of draws with a public value; a scenario's own order needs none."""
    return partial(draw_v1, public_bytes=public_bytes) if maker is draw_v1 else maker


def refund_overdue(now: datetime) -> int:
    """Refund every group whose public value did not come in time; return how many."""
    overdue = PublicValue.objects.filter(state=State.WAITING, due_at__lte=now).order_by("activity_id")
    refunded = 0
    for activity_id in list(overdue.values_list("activity_id", flat=True).distinct()):
        size = terms_of(Activity.objects.get(pk=activity_id).plan_version_id).tables.size
        while some := refund_some(activity_id, max(1, AT_ONCE // size), now):
            refunded += some
    return refunded


def refund_some(activity_id: int, at_most: int, now: datetime) -> int:
    """Refund the next overdue groups of an activity in one transaction; return how many."""
    with transaction.atomic():
        load.lock_activity(raw_cursor(), activity_id)
        values = lock_values(activity_id, State.WAITING, at_most, due_by=now)
        ids = [value.group_id for value in values]
        if ids:
            close_groups(activity_id, ids, now, fact=Fact.NO_VALUE, were=Group.State.FILLED)
            PublicValue.objects.filter(pk__in=ids).update(state=State.OVERDUE)
    return len(ids)


def lock_values(
    activity_id: int, state: PublicValue.State, at_most: int, due_by: datetime | None = None
) -> Sequence[PublicValue]:
    """The rows of waiting groups in one state, locked in ascending order; `due_by`: those overdue then."""
    found = PublicValue.objects.select_for_update(no_key=True, of=("self",)).filter(
        activity_id=activity_id, state=state
    )
    if due_by is not None:
        found = found.filter(due_at__lte=due_by)
    return list(found.order_by("group_id")[:at_most])
