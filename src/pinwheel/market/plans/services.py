"""Publishing plans: a draft becomes a version that never changes."""

from datetime import datetime

from django.db import transaction

from pinwheel.ledger.accounts import plan_accounts
from pinwheel.market.ids import new_id
from pinwheel.market.plans.models import PlanDraft, PlanVersion
from pinwheel.market.staff.models import Operator
from pinwheel.plan.canonical import canonical_text, plan_hash
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan


def save_draft(source: str, now: datetime) -> PlanDraft:
    """Keep a plan file as the draft of its id. Raises: PlanRefused naming every field that is wrong."""
    plan = load_plan(source)
    draft, _ = PlanDraft.objects.update_or_create(
        name=plan.plan, defaults={"source": source, "updated_at": now}
    )
    return draft


def publish(source: str, publisher: Operator | None, now: datetime) -> PlanVersion:
    """Publish a plan file as the next version of its id; the same content again is the version it has.

    Raises: PlanRefused naming every field that is wrong.
    """
    return publish_plan(load_plan(source), source, publisher, now)


def publish_plan(plan: Plan, source: str, publisher: Operator | None, now: datetime) -> PlanVersion:
    """As `publish`, of a plan that was read already."""
    content = plan_hash(plan)
    with transaction.atomic():
        versions = PlanVersion.objects.select_for_update().filter(name=plan.plan)
        known = {version.hash: version for version in versions}
        if content in known:
            return known[content]
        plan_accounts(plan.plan)  # opened with the version, so that no payment has to
        return PlanVersion.objects.create(
            id=new_id(now),
            name=plan.plan,
            version=1 + max((version.version for version in known.values()), default=0),
            hash=content,
            canonical=canonical_text(plan),
            source=source,
            published_at=now,
            published_by=publisher,
        )
