"""The gate: what a plan must hold to be published. Decisions alone; nothing here reads or writes.

Shape is checked where the plan is read. Here are the other two: solvency and lawfulness. What was found is
kept as it was shown (plan/reports.py). Source: platform page, section 3; lawfulness page.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.lawfulness import Facts, lawfulness
from pinwheel.plan.model import Plan
from pinwheel.plan.reports import Document, findings_of, lawfulness_report, solvency_report
from pinwheel.plan.solvency import Solvency, solvency

LONGEST_REFERENCE = 300  # characters of the opinion that is relied on


class Judgement(NamedTuple):
    """What the gate found out about a plan.

    Attributes:
        report: its solvency.
        solvency, lawfulness: both reports as they are kept.
    """

    report: Solvency
    solvency: Document
    lawfulness: Document

    @property
    def warnings(self) -> list[Document]:
        """The findings that a second person has to acknowledge."""
        return findings_of(self.lawfulness, "warn")


class Person(NamedTuple):
    """An operator as an acknowledgement names them."""

    id: int
    name: str


def judge(plan: Plan, facts: Facts, stricter: Collection[str], price: int | None = None) -> Judgement:
    """Solvency and lawfulness of a plan, with the rules that the platform's owner has made stricter.

    `price`: in fen, where an activity sells at another price than the plan's offer.
    """
    report = solvency(plan, price)
    found = lawfulness(plan, facts._replace(price=price), stricter)
    return Judgement(report, solvency_report(report), lawfulness_report(found, stricter))


def refusal_of(judgement: Judgement) -> Refused | None:
    """Why such a plan cannot be published, if it cannot."""
    report = judgement.report
    if not report.is_covered:
        loss = report.loss
        amount = ("没有上限", "without bound") if loss is None or report.open_ended else format_amount(loss)
        if not report.budget:
            return Refused("budget_missing", {"loss": amount})
        return Refused("budget_too_small", {"loss": amount, "budget": format_amount(report.budget)})
    blocks = findings_of(judgement.lawfulness, "block")
    if blocks:
        rules = ", ".join(dict.fromkeys(one["rule"] for one in blocks))
        return Refused("findings_block", {"rules": rules, "count": len(blocks)})
    return None


def refuse_judgement(judgement: Judgement) -> None:
    """Raises: Refused budget_missing, budget_too_small, findings_block."""
    refusal = refusal_of(judgement)
    if refusal is not None:
        raise refusal


def refuse_unacknowledged(judgement: Judgement, known: Sequence[Document]) -> None:
    """Raises: Refused acknowledgement_missing, naming the warnings that nobody acknowledged there."""
    places = {(one["rule"], one["path"]) for one in known}
    missing = [one["rule"] for one in judgement.warnings if (one["rule"], one["path"]) not in places]
    if missing:
        raise Refused("acknowledgement_missing", {"rules": ", ".join(dict.fromkeys(missing))})


def acknowledgements(
    warnings: Sequence[Document], references: Sequence[str], person: Person, now: datetime
) -> list[Document]:
    """One acknowledgement for each warning: what it is about, who relies on which opinion, and when.

    Raises: Refused acknowledgement_missing, reference_missing.
    """
    texts = [" ".join(reference.split()) for reference in references]
    if len(texts) != len(warnings):
        rules = ", ".join(one["rule"] for one in warnings)
        raise Refused("acknowledgement_missing", {"rules": rules})
    if not all(0 < len(text) <= LONGEST_REFERENCE for text in texts):
        raise Refused("reference_missing", {"longest": LONGEST_REFERENCE})
    return [
        {
            "rule": warning["rule"],
            "path": warning["path"],
            "by": person.id,
            "name": person.name,
            "at": now.isoformat(timespec="seconds"),
            "reference": text,
        }
        for warning, text in zip(warnings, texts, strict=True)
    ]
