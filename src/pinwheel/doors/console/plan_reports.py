"""What publishing looks at, before an operator: solvency, findings with their acknowledgements, facts.

A report is a document as plan/reports.py makes it: that of a draft is made on the spot, that of a version was
kept when it was published.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.page import Facts, Finding, Findings, Notice, Prose, Section, Table
from pinwheel.market.plans.gate import Judgement, refusal_of
from pinwheel.plan.lawfulness.findings import LEVELS, NOT_ADVICE, WHOLE_PLAN
from pinwheel.plan.lawfulness.statement import statement_in_words
from pinwheel.plan.lawfulness.statement_words import NOT_SAID
from pinwheel.plan.refusal import Language
from pinwheel.plan.reports import findings_of
from pinwheel.plan.solvency_words import COLUMNS, PROMISE_COLUMNS

Document = dict[str, Any]
COLOURS = {"block": "danger", "warn": "warning", "note": "info"}


def spoken() -> Language:
    """The operator's language, as plans name it."""
    return "zh" if in_chinese() else "en"


def verdict(judgement: Judgement) -> Notice:
    """Whether a plan can be published, and what stands in its way."""
    refusal = refusal_of(judgement)
    if refusal is not None:
        return Notice(refusal.sentence(spoken()), "error")
    if judgement.warnings:
        said = _("Before it is published a second person has to acknowledge: %d.")
        return Notice(said % len(judgement.warnings), "warning")
    return Notice(_("It can be published: nothing blocks it, and nothing has to be acknowledged."), "success")


def reports(judgement: Judgement) -> list[Section]:
    """Both reports of a judgement."""
    return [*solvency_sections(judgement.solvency), *finding_sections(judgement.lawfulness)]


def solvency_sections(report: Document) -> list[Section]:
    """Headlines, figures of one full group, promises with their funding, and the rest in sentences."""
    language = spoken()
    said = report[language]
    return [
        Prose(_("What it can earn and lose"), [(language, [("", said["headlines"])])]),
        Table(
            _("Figures of one full group"),
            [column.say(language) for column in COLUMNS],
            [tuple(row) for row in said["figures"]],
            right=[1, 2],
        ),
        Table(
            _("Promises and who funds them"),
            [column.say(language) for column in PROMISE_COLUMNS],
            [
                (text.wide(what), text.figure(amount), text.figure(covered), text.whole(funding))
                for what, amount, covered, funding in said["promises"]
            ],
            right=[1, 2],
        ),
        Prose(_("If no order comes any more"), [(language, [("", said["notes"])])]),
    ]


def finding_sections(report: Document, acknowledgements: Sequence[Document] = ()) -> list[Section]:
    """The findings by grade, the gravest first, each with its place, basis and mend."""
    titles = {
        "block": _("What the law asks: blocks publishing"),
        "warn": _("What the law asks: a second person acknowledges"),
        "note": _("What the law asks: a person must look"),
    }
    found: list[Section] = []
    for level, title in titles.items():
        of_level = findings_of(report, level)
        known = acknowledgements if level == "warn" and len(acknowledgements) == len(of_level) else ()
        entries = [finding_entry(one, known[place] if known else None) for place, one in enumerate(of_level)]
        if entries:
            found.append(Findings(title, entries, NOT_ADVICE.say(spoken())))
    return found or [Notice(_("The rule pack has nothing to say about this plan."), "success")]


def finding_entry(found: Document, acknowledged: Document | None) -> Finding:
    language = spoken()
    lines = [
        (_("What it is about"), found["about"][language]),
        (_("Basis"), found["article"][language]),
        (_("To do"), found["mend"][language]),
    ]
    if acknowledged is not None:
        at = text.moment_text(datetime.fromisoformat(acknowledged["at"]))
        by = f"{acknowledged['name']} · {at}"
        lines += [(_("Acknowledged by"), by), (_("Relying on"), acknowledged["reference"])]
    return Finding(
        code=found["rule"],
        label=text.label(LEVELS[found["level"]].say(language), COLOURS[found["level"]]),
        place=found["path"] or WHOLE_PLAN.say(language),
        lines=lines,
    )


def stated_facts(document: Document) -> Facts:
    """What was stated; what was not said stands together in the last row."""
    language = spoken()
    rows: list[tuple[str, object]] = []
    unsaid = []
    for _group, facts in statement_in_words(document, language):
        for label, value in facts:
            if value == NOT_SAID.say(language):
                unsaid.append(label)
            else:
                rows.append((label, value))
    if unsaid:
        rows.append((NOT_SAID.say(language), text.lines(unsaid)))
    return Facts(_("Statement of facts"), rows)
