"""From draft to version: publication is asked for, acknowledged by a second person, and done once."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.market.ids import new_id
from pinwheel.market.plans.gate import (
    LONGEST_REFERENCE,
    Judgement,
    Person,
    acknowledgements,
    judge,
    refuse_judgement,
    refuse_unacknowledged,
)
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.services import Ground, lock_plan, publish_plan
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.lawfulness.facts import Facts
from pinwheel.plan.lawfulness.statement import BadFact, read_statement, statement
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.reports import Document, findings_of

State = PublishRequest.State


def save_facts(draft_id: int, facts: Facts, now: datetime) -> PlanDraft:
    """Keep what an operator states beside a draft. Raises: Refused not_found."""
    with transaction.atomic():
        draft = lock_draft(draft_id)
        draft.facts, draft.updated_at = statement(facts), now
        draft.save(update_fields=["facts", "updated_at"])
    return draft


def draft_digest(draft: PlanDraft) -> str:
    """A fingerprint of all that would be published, so that it is what the operator was shown."""
    content = json.dumps([draft.source, draft.facts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def judge_now(plan: Plan, facts: Document, price: int | None = None) -> Judgement:
    """What the gate says of a plan under the settings of today, at its own price or at another (fen).

    Raises: Refused invalid.
    """
    return judge(plan, facts_of(facts), environment().stricter, price)


def refuse_price(version: PlanVersion, plan: Plan, price: int) -> None:
    """A version passed the gate at its plan's price (fen); where it sells at another the gate looks again.

    Raises: Refused invalid, budget_missing, budget_too_small, findings_block, acknowledgement_missing.
    """
    if version.ground != PlanVersion.Ground.GATE or price == plan.offer.price:
        return
    judgement = judge_now(plan, version.facts or {}, price)
    refuse_judgement(judgement)
    refuse_unacknowledged(judgement, version.acknowledgements or [])


def facts_of(document: Document) -> Facts:
    """The facts that a statement holds. Raises: Refused invalid."""
    try:
        return read_statement(document)
    except BadFact as bad:
        what = (
            f"事实陈述（{bad.name}）需要重新填写。",
            f"The statement of facts ({bad.name}) must be made again.",
        )
        raise Refused("invalid", {"what": what}) from None


def request_publication(draft_id: int, shown: str, operator: Operator, now: datetime) -> PublishRequest:
    """Ask that a draft be published. Without warnings it is, at once; else it waits for a second person.

    Args:
        shown: `draft_digest` of what the operator saw.

    Raises:
        Refused not_found, draft_changed, invalid, already_published, request_open, budget_missing,
            budget_too_small, findings_block.
        PlanRefused naming every field that is wrong.
    """
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if draft_digest(draft) != shown:
            raise Refused("draft_changed")
        plan, facts = load_plan(draft.source), facts_of(draft.facts)
        content = plan_hash(plan)
        lock_plan(plan.plan)
        refuse_published(plan.plan, content)
        if PublishRequest.objects.filter(name=plan.plan, hash=content, state=State.OPEN).exists():
            raise Refused("request_open")
        judgement = judge_now(plan, draft.facts)
        refuse_judgement(judgement)
        # After this point it must succeed.
        request = PublishRequest.objects.create(
            id=new_id(now),
            name=plan.plan,
            hash=content,
            source=draft.source,
            facts=statement(facts),
            solvency=judgement.solvency,
            lawfulness=judgement.lawfulness,
            requested_by=operator,
            requested_at=now,
        )
        if not judgement.warnings:
            write_published(request, plan, [], None, now)
    return request


def acknowledge(
    request_id: int, references: Sequence[str], operator: Operator, now: datetime
) -> PublishRequest:
    """Acknowledge every warning of a request and publish it. Only another person than who asked may.

    What was asked for is looked at once more, so that a rule made stricter meanwhile is not passed by.

    Args:
        references: to the opinion relied on, one for each warning in the order of the report.

    Raises: Refused not_found, already_decided, same_person, acknowledgement_missing, reference_missing,
        already_published, report_changed.
    """
    with transaction.atomic():
        request = lock_request(request_id)
        if operator.pk == request.requested_by_id:
            raise Refused("same_person")
        person = Person(operator.pk, operator.get_username())
        warnings = findings_of(request.lawfulness, "warn")
        acknowledged = acknowledgements(warnings, references, person, now)
        plan = load_plan(request.source)
        lock_plan(plan.plan)
        refuse_published(plan.plan, request.hash)
        judgement = judge_now(plan, request.facts)
        if (judgement.solvency, judgement.lawfulness) != (request.solvency, request.lawfulness):
            raise Refused("report_changed")
        # After this point it must succeed.
        write_published(request, plan, acknowledged, operator, now)
    return request


def turn_down(request_id: int, reason: str, operator: Operator, now: datetime) -> PublishRequest:
    """Withdraw one's own request, or reject another's with a reason.

    Raises: Refused not_found, already_decided, reason_missing.
    """
    text = " ".join(reason.split())
    with transaction.atomic():
        request = lock_request(request_id)
        is_own = operator.pk == request.requested_by_id
        if len(text) > LONGEST_REFERENCE or not (text or is_own):
            raise Refused("reason_missing", {"longest": LONGEST_REFERENCE})
        request.state = State.WITHDRAWN if is_own else State.REJECTED
        request.reason, request.decided_by, request.decided_at = text, operator, now
        request.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return request


def write_published(
    request: PublishRequest,
    plan: Plan,
    acknowledged: list[Document],
    second: Operator | None,
    now: datetime,
) -> None:
    """The version with everything it stands on, and the request that led to it."""
    ground = Ground(
        PlanVersion.Ground.GATE, request.facts, request.solvency, request.lawfulness, acknowledged
    )
    request.version = publish_plan(plan, request.source, request.requested_by, now, ground)
    request.state, request.acknowledgements = State.PUBLISHED, acknowledged
    request.decided_by, request.decided_at = second, now
    request.save(update_fields=["version", "state", "acknowledgements", "decided_by", "decided_at"])


def lock_draft(draft_id: int) -> PlanDraft:
    """The draft, locked until the transaction ends. Raises: Refused not_found."""
    draft = PlanDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Refused("not_found")
    return draft


def lock_request(request_id: int) -> PublishRequest:
    """The request, locked and not decided. Raises: Refused not_found, already_decided."""
    request = PublishRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise Refused("not_found")
    if request.state != State.OPEN:
        raise Refused("already_decided")
    return request


def refuse_published(name: str, content: str) -> None:
    """Raises: Refused already_published, naming the version that has this content."""
    version = PlanVersion.objects.filter(name=name, hash=content).first()
    if version is not None:
        raise Refused("already_published", {"version": str(version)})
