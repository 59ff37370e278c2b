"""`pinwheel check`: what a plan costs before anybody pays, and what the law has to say about it."""

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from pinwheel.doors.cli.explaining import load_named_plan
from pinwheel.plan.amounts import AMOUNT_ALLOWED, Unreadable, format_amount, parse_amount
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.lawfulness import Facts, Finding, lawfulness
from pinwheel.plan.lawfulness.findings import LEVELS, NOT_ADVICE
from pinwheel.plan.refusal import Language
from pinwheel.plan.reports import solvency_document
from pinwheel.plan.solvency import Solvency, solvency
from pinwheel.plan.solvency_words import COLUMNS, PROMISE_COLUMNS, figures, headlines, notes, promises
from pinwheel.plan.values import MOST_BUDGET, MOST_FEN
from pinwheel.plan.view import text_of
from pinwheel.plan.words import Phrase

NEEDS_BUDGET = 1
LANGUAGES: dict[str, tuple[Language, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}

LAW = Phrase("合规检查", "What the law has to say")
NO_FINDINGS = Phrase("没有发现问题。", "Nothing was found.")
FINDING = Phrase(
    "{rule}（{level}）{path}：{about}处理：{mend}", "{rule} ({level}) {path}: {about} To do: {mend}"
)


class BadAmount(ValueError):
    """An option that is no amount, or an amount out of range."""


def check_plan(
    name: str, price: str | None, budget: str | None, language: str, as_json: bool, out: Console
) -> int:
    """Print the report of a plan; return 0, or 1 where it needs a budget that was not given.

    `language` is a key of LANGUAGES.

    Raises: PlanRefused, OSError, BadAmount.
    """
    plan = load_named_plan(name)
    sold_at = plan.offer.price if price is None else read_amount("--price", price, 1, MOST_FEN)
    set_aside = None if budget is None else read_amount("--budget", budget, 0, MOST_BUDGET)
    report = solvency(plan, sold_at, set_aside)
    found = lawfulness(plan, Facts(price=sold_at, budget=report.budget))
    if as_json:
        document = {
            "hash": plan_hash(plan),
            **solvency_document(report),
            "lawfulness": [_finding(one) for one in found],
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for spoken in LANGUAGES[language]:
            out.print(text_of(plan.title, spoken), style="bold", markup=False, highlight=False)
            say_report(report, found, spoken, out)
    return 0 if report.is_covered else NEEDS_BUDGET


def read_amount(option: str, text: str, least: int, most: int) -> int:
    """An option's amount in fen, `least` to `most`. Raises: BadAmount."""
    try:
        amount = parse_amount(text)
    except Unreadable:
        raise BadAmount(f"{option} {text}: allowed is {AMOUNT_ALLOWED[0]}") from None
    if not least <= amount <= most:
        allowed = f"{format_amount(least)} to {format_amount(most)}"
        raise BadAmount(f"{option} {text}: allowed is {allowed}")
    return amount


def say_report(report: Solvency, found: list[Finding], language: Language, out: Console) -> None:
    """The report for people: headline sentences, figures, promises, notes, findings."""
    _sentences(headlines(report, language), out)
    out.print(_table(COLUMNS, figures(report, language), (1, 2), language))
    out.print(_table(PROMISE_COLUMNS, promises(report, language), (1, 2), language))
    _sentences(notes(report, language), out)
    out.print()
    out.print(LAW.say(language), style="bold", markup=False, highlight=False)
    _sentences([_law_sentence(one, language) for one in found], out)
    _sentences([(NOT_ADVICE if found else NO_FINDINGS).say(language)], out)
    out.print()


def _sentences(said: list[str], out: Console) -> None:
    for sentence in said:
        out.print(f"  {sentence}", markup=False, highlight=False)


def _table(
    columns: Sequence[Phrase], rows: Sequence[Sequence[str]], right: tuple[int, ...], language: Language
) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for number, phrase in enumerate(columns):
        table.add_column(phrase.say(language), justify="right" if number in right else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _law_sentence(found: Finding, language: Language) -> str:
    return FINDING.say(
        language,
        rule=found.rule,
        level=LEVELS[found.level].say(language),
        path=found.path or "plan",
        about=found.about.text(language),
        mend=found.mend.text(language),
    )


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "level": found.level,
        "path": found.path,
        "zh": found.sentence("zh"),
        "en": found.sentence("en"),
    }
