"""What a plan's rules mean for one member's next join: their own counts, and what would be a first."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import business_day
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.orders.models import Participation
from pinwheel.plan.counter_words import MemberCounts, my_counters
from pinwheel.plan.model import Plan, is_drawn

NO_COUNTS = MemberCounts(0, 0, 0, 0, 0)


def own_standing(member_id: int, activity_id: int, now: datetime) -> list[str]:
    """Sentences about the member's next join; empty where no seat rule is in force. Three queries."""
    version = Activity.objects.values_list("plan_version_id", flat=True).get(pk=activity_id)
    terms = terms_of(version)
    if not is_drawn(terms.plan) or not terms.plan.draw or not terms.plan.draw.seat_rules:
        return []
    counts = own_counts(member_id, terms.plan_name)
    return [*first_joins(terms.plan, member_id, now), *my_counters(terms.plan, counts, page_language())]


def own_counts(member_id: int, plan: str) -> MemberCounts:
    """What is counted of the member under a plan."""
    found = WinCounter.objects.filter(member_id=member_id, plan=plan).first()
    if found is None:
        return NO_COUNTS
    return MemberCounts(
        sit_out=found.sit_out,
        wins_in_a_row=found.row_wins,
        wins_in_total=found.all_wins,
        window_joins=found.window_joins,
        window_wins=found.window_wins,
    )


def first_joins(plan: Plan, member_id: int, now: datetime) -> list[str]:
    """What rules 1 and 2 say to the next join, where they are in force: firsts look at all plans."""
    last_day = Participation.objects.filter(member_id=member_id).aggregate(last=Max("last_day"))["last"]
    sentences = []
    if plan.draw and plan.draw.rule("newcomer_in_front"):
        if last_day is None:
            sentences.append(
                _(
                    "This would be your first join ever: should your seat be the foremost of the "
                    "newcomers’ seats of its group, it cannot win."
                )
            )
        else:
            sentences.append(_("You have joined before: the newcomers’ rule does not concern you."))
    if plan.draw and plan.draw.rule("first_join_of_day_in_front"):
        if last_day is None or last_day < business_day(now):
            sentences.append(
                _(
                    "This would be your first join today: should your seat be the foremost of those "
                    "whose holders join for the first time today, it cannot win."
                )
            )
        else:
            sentences.append(
                _("You have joined today already: the rule about the day’s first does not concern you.")
            )
    return sentences
