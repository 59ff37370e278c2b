"""Which plans have days, under which version, and where a business day begins."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Min

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.clock import business_day, business_zone
from pinwheel.market.days.models import PlanDays

ONE_DAY = timedelta(days=1)


class SoldPlan(NamedTuple):
    """A plan that was on sale, and the business day on which it first was."""

    name: str
    first_day: date


def day_start(day: date) -> datetime:
    """00:00 of a business day."""
    return datetime.combine(day, time(), tzinfo=business_zone())


def sold_plans(now: datetime) -> Iterator[SoldPlan]:
    """Plans that were put on sale and for which the days bring something, by name."""
    sold = (
        Activity.objects.exclude(state=Activity.State.DRAFT)
        .filter(starts_at__lte=now)
        .values("plan_version__name")
        .annotate(first=Min("starts_at"))
        .order_by("plan_version__name")
    )
    for row in sold:
        name = row["plan_version__name"]
        if any(has_days(terms_of(version)) for version in versions_sold(name)):
            yield SoldPlan(name, business_day(row["first"]))


def versions_sold(plan: str) -> set[int]:
    """The plan versions that were put on sale."""
    sold = Activity.objects.filter(plan_version__name=plan).exclude(state=Activity.State.DRAFT)
    return set(sold.values_list("plan_version", flat=True).distinct())


def has_days(terms: Terms) -> bool:
    """Whether the beginning of a business day brings something under these terms."""
    return releases_daily(terms) or pays_daily(terms)


def releases_daily(terms: Terms) -> bool:
    """Whether credit is released each day, static or accelerated."""
    credit = terms.plan.credit
    return credit is not None and bool(credit.static_release or credit.accelerated_release)


def pays_daily(terms: Terms) -> bool:
    """Whether each day's winners share a dividend."""
    return terms.plan.dividends is not None and terms.plan.dividends.daily is not None


def versions_on_sale(plan: str, before: datetime) -> list[int]:
    """The plan versions whose activities had started before a moment, the one that started last first."""
    started = (
        Activity.objects.filter(plan_version__name=plan, starts_at__lt=before)
        .exclude(state=Activity.State.DRAFT)
        .order_by("-starts_at", "-id")
        .values_list("plan_version_id", flat=True)
    )
    return list(dict.fromkeys(started))


def next_day_due(now: datetime) -> datetime | None:
    """When the next business day begins for which something is not done; None if no plan has days."""
    done = dict(PlanDays.objects.values_list("plan", "done_through"))
    starts = [day_start(done.get(plan.name, plan.first_day) + ONE_DAY) for plan in sold_plans(now)]
    return min(starts, default=None)
