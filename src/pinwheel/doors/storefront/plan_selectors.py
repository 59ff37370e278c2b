"""The plans that are or were on sale: their terms in force, and what they are called."""

from datetime import datetime

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.plan.view import text_of


def terms_in_force(now: datetime) -> dict[str, Terms]:
    """Plan id: the terms of its activity that started last. One query."""
    started = Activity.objects.exclude(state=Activity.State.DRAFT).filter(starts_at__lte=now)
    newest = started.order_by("plan_version__name", "-starts_at", "-id").distinct("plan_version__name")
    found = newest.values_list("plan_version__name", "plan_version_id")
    return {name: terms_of(version) for name, version in found}


def title_of(terms: Terms) -> str:
    """What a plan is called on the page."""
    return text_of(terms.plan.title, page_language())
