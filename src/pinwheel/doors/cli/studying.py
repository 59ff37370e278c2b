"""`pinwheel study`: a mode that cannot be published, played until it fails, and what that says."""

import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table as RichTable

from pinwheel.lab.report.page import Table, render
from pinwheel.lab.studies.index import STUDIES, find_study, read_parameters, report_page
from pinwheel.lab.studies.parts import BadStudy, Study, Told
from pinwheel.plan.words import Phrase

LANGUAGES = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}


def list_studies(language: str, as_json: bool, out: Console) -> None:
    """Print every study: its name, its title, its promise."""
    if as_json:
        known = [
            {"name": study.name, "title": spoken(study.title), "mode": spoken(study.mode)}
            for study in STUDIES
        ]
        typer.echo(json.dumps(known, ensure_ascii=False, indent=2))
        return
    for study in STUDIES:
        out.print(f"{study.name:18}{said(study.title, language)}", markup=False, highlight=False)
        for one in LANGUAGES[language]:
            out.print(f"{'':18}{spoken(study.mode)[one]}", markup=False, highlight=False, soft_wrap=True)


def run_study(
    name: str, settings: list[str], html: Path | None, language: str, as_json: bool, out: Console
) -> None:
    """Play a study and print or write what it says. Raises: BadStudy, OSError."""
    study = find_study(name)
    parameters = read_parameters(study, settings)
    played = study.play(parameters)
    told = study.tell(parameters, played)
    if html is not None:
        html.write_text(render(report_page(study, parameters, told)), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(as_data(study, parameters, played, told), ensure_ascii=False, indent=2))
        return
    out.print(said(study.title, language), style="bold", markup=False, highlight=False)
    for headline in [study.mode, *told.headlines, *told.notes]:
        for one in LANGUAGES[language]:
            out.print(f"  {spoken(headline)[one]}", markup=False, highlight=False, soft_wrap=True)
    for table in told.tables:
        out.print(table_for_terminal(table, language))
    if html is not None:
        out.print(f"→ {html}", markup=False, highlight=False, soft_wrap=True)


def as_data(study: Study, parameters: Any, played: Any, told: Told) -> dict[str, Any]:
    """Everything of a study, amounts in fen and rates in parts per million."""
    figures = played._asdict()
    steps = next(iter(figures))
    figures[steps] = [step._asdict() for step in figures[steps]]
    return {
        "name": study.name,
        "title": spoken(study.title),
        "parameters": parameters._asdict(),
        "figures": figures,
        "headlines": [spoken(headline) for headline in told.headlines],
        "notes": [spoken(note) for note in told.notes],
    }


def table_for_terminal(table: Table, language: str) -> RichTable:
    """A table as a terminal shows it."""
    shown = RichTable(title=said(table.title, language), title_justify="left")
    for column in table.columns:
        shown.add_column(said(column, language), justify="right")
    for row in table.rows:
        shown.add_row(*(said(cell, language) if isinstance(cell, Phrase) else cell for cell in row))
    return shown


def spoken(phrase: Phrase) -> dict[str, str]:
    """A phrase by language."""
    return {"zh": phrase.zh, "en": phrase.en}


def said(phrase: Phrase, language: str) -> str:
    """A short phrase on one line, in one language or both."""
    return " · ".join(spoken(phrase)[one] for one in LANGUAGES[language])


def refusal(error: BadStudy, language: str) -> str:
    """What is wrong with a parameter in one line: in Chinese if only that was asked for."""
    return error.said.zh if language == "zh" else error.said.en
