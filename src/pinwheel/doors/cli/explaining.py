"""`pinwheel explain`: a plan in plain words."""

import json
from typing import Any

import typer
from rich.console import Console

from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.explain import Section, explain
from pinwheel.plan.explain_budget import budget_section
from pinwheel.plan.load import load_plan_file, playbook, playbook_names
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language


def load_named_plan(name: str) -> Plan:
    """The playbook of that name, or the plan in that file. Raises: PlanRefused, OSError."""
    return playbook(name) if name in playbook_names() else load_plan_file(name)


def sections_of(plan: Plan, language: Language) -> list[Section]:
    """What members read, and then what only the operator does."""
    budget = budget_section(plan, language)
    return [*explain(plan, language), *([budget] if budget else [])]


def explain_plan(name: str, languages: list[str], as_json: bool, out: Console) -> None:
    """Print a plan's sections. Raises: PlanRefused, OSError."""
    plan = load_named_plan(name)
    sections: dict[str, Any] = {language: sections_of(plan, language) for language in languages}  # type: ignore[arg-type]
    if as_json:
        said = {
            language: [{"heading": s.heading, "sentences": list(s.sentences)} for s in found]
            for language, found in sections.items()
        }
        typer.echo(json.dumps({"hash": plan_hash(plan), **said}, ensure_ascii=False, indent=2))
        return
    for found in sections.values():
        for section in found:
            out.print(section.heading, style="bold", markup=False, highlight=False)
            for sentence in section.sentences:
                out.print(f"  {sentence}", markup=False, highlight=False)
        out.print()
