"""Both reports of a plan as documents that are kept: figures for programs, and the very words people read.

The words are kept with the figures, so that a version shows for good what its publishers saw, whatever
becomes of the sentences later. Source: platform page, section 3.
"""

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from pinwheel.plan.lawfulness.findings import Finding, Said
from pinwheel.plan.lawfulness.pack import PACK
from pinwheel.plan.refusal import Language
from pinwheel.plan.solvency import Solvency
from pinwheel.plan.solvency_words import figures, headlines, notes, promises

Document = dict[str, Any]

DERIVED = ("worst_cash", "worst_accrual", "loss", "needs_budget", "groups_carried", "is_covered")
DERIVED_OF_GROUP = ("kept", "before_credit", "cash", "accrual", "payout_cash", "payout_accrual")


def solvency_document(report: Solvency) -> Document:
    """The figures for programs: fen, hundredths of points, ratios as exact fractions."""
    document: Document = _plain(report) | {name: getattr(report, name) for name in DERIVED}
    for case in ("expected", "worst"):
        money = getattr(report, case)
        document[case] |= {name: _plain(getattr(money, name)) for name in DERIVED_OF_GROUP}
    document["stop"]["short"] = report.stop.short
    return document


def solvency_report(report: Solvency) -> Document:
    """The report as it is kept: `figures`, and for each language headlines, tables and notes."""
    return {"figures": solvency_document(report), "zh": _said(report, "zh"), "en": _said(report, "en")}


def lawfulness_report(found: list[Finding], stricter: Collection[str]) -> Document:
    """The report as it is kept: the pack, what was made stricter, every finding in both languages."""
    return {
        "pack": PACK,
        "stricter": sorted(stricter),
        "findings": [_finding(one) for one in found],
    }


def findings_of(report: Document, level: str) -> list[Document]:
    """The findings of a kept report that have this level, in its order."""
    return [one for one in report.get("findings", []) if one["level"] == level]


def _said(report: Solvency, language: Language) -> Document:
    return {
        "headlines": headlines(report, language),
        "figures": [list(row) for row in figures(report, language)],
        "promises": [list(row) for row in promises(report, language)],
        "notes": notes(report, language),
    }


def _finding(found: Finding) -> Document:
    return {
        "rule": found.rule,
        "level": found.level,
        "path": found.path,
        "article": {"zh": found.article.text("zh"), "en": found.article.text("en")},
        "about": _both(found.about),
        "mend": _both(found.mend),
    }


def _both(said: Said) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}


def _plain(value: Any) -> Any:
    """Named tuples as objects, fractions as text, for JSON."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
