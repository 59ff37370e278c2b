"""Plans: drafts are kept, and a plan becomes a version that never changes.

Whether a plan may be published is decided before (gate.py, requests.py); `publish` writes it down, with the
ground that the version stands on.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from pinwheel.ledger.accounts import plan_accounts
from pinwheel.market.ids import new_id
from pinwheel.market.plans.models import PlanDraft, PlanVersion
from pinwheel.market.staff.models import Operator
from pinwheel.plan.canonical import canonical_text, plan_hash
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.reports import Document


class Ground(NamedTuple):
    """What a version stands on: its kind, and of the gate everything that is kept with it."""

    kind: PlanVersion.Ground
    facts: Document | None = None
    solvency: Document | None = None
    lawfulness: Document | None = None
    acknowledgements: list[Document] | None = None


def save_draft(source: str, now: datetime) -> PlanDraft:
    """Keep a plan file as the draft of its id. Raises: PlanRefused naming every field that is wrong."""
    plan = load_plan(source)
    draft, _ = PlanDraft.objects.update_or_create(
        name=plan.plan, defaults={"source": source, "updated_at": now}
    )
    return draft


def publish(source: str, publisher: Operator | None, now: datetime, ground: Ground) -> PlanVersion:
    """Publish a plan file as the next version of its id; the same content again is the version it has.

    Raises: PlanRefused naming every field that is wrong.
    """
    return publish_plan(load_plan(source), source, publisher, now, ground)


def publish_plan(
    plan: Plan, source: str, publisher: Operator | None, now: datetime, ground: Ground
) -> PlanVersion:
    """As `publish`, of a plan that was read already."""
    content = plan_hash(plan)
    with transaction.atomic():
        lock_plan(plan.plan)
        versions = PlanVersion.objects.filter(name=plan.plan)
        known = versions.filter(hash=content).first()
        if known is not None:
            return known
        plan_accounts(plan.plan)  # opened with the version, so that no payment has to
        return PlanVersion.objects.create(
            id=new_id(now),
            name=plan.plan,
            version=1 + (versions.aggregate(last=Max("version"))["last"] or 0),
            hash=content,
            canonical=canonical_text(plan),
            source=source,
            published_at=now,
            published_by=publisher,
            ground=ground.kind,
            facts=ground.facts,
            solvency=ground.solvency,
            lawfulness=ground.lawfulness,
            acknowledgements=ground.acknowledgements,
        )


def lock_plan(name: str) -> None:
    """Until the transaction ends nobody else publishes under this id: versions are counted one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4, hashtext(%s))", (name,))
