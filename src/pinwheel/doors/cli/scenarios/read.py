"""Reading scenario files. Format: page of scenarios."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pinwheel.plan.changes import apply_changes
from pinwheel.plan.load import playbook_names, playbook_text, read_text
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.yaml_exact import load_yaml

KEYS = {"scenario", "plan", "with", "activity", "start", "members", "steps", "expect"}


class BadScenario(Exception):
    """The file itself is wrong: what, and where."""


@dataclass(frozen=True)
class Scenario:
    """A scenario, read. Amounts are hundredths."""

    title: str
    plan: Plan
    activity: dict[str, Any]
    start: datetime
    members: dict[str, dict[str, Any]]
    steps: list[tuple[str, Any]]
    expect: dict[str, Any] = field(default_factory=dict)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises: BadScenario."""
    try:
        document = load_yaml(read_text(path))
    except (PlanRefused, OSError, UnicodeDecodeError) as error:
        raise BadScenario(f"{path}: {error}") from None
    if not isinstance(document, dict):
        raise BadScenario(f"{path}: a mapping is needed at the top")
    unknown = set(document) - KEYS
    if unknown:
        raise BadScenario(
            f"{path}: unknown key {sorted(map(str, unknown))[0]}; allowed: {', '.join(sorted(KEYS))}"
        )
    for key in ("scenario", "plan", "start", "members", "steps"):
        if key not in document:
            raise BadScenario(f"{path}: {key} is missing")
    return Scenario(
        title=str(document["scenario"]),
        plan=read_scenario_plan(path, str(document["plan"]), document.get("with") or {}),
        activity=document.get("activity") or {},
        start=read_moment(document["start"], "start"),
        members=read_members(document["members"]),
        steps=[read_step(step, f"steps[{number}]") for number, step in enumerate(document["steps"])],
        expect=document.get("expect") or {},
    )


def read_scenario_plan(path: Path, name: str, changes: dict[str, Any]) -> Plan:
    """The plan of a scenario: a playbook, or a file beside it, with the scenario's changes."""
    try:
        text = playbook_text(name) if name in playbook_names() else read_text(path.parent / name)
        return read_plan(apply_changes(load_yaml(text), changes))
    except PlanRefused as error:
        raise BadScenario(f"{path}: plan {name}: {error}") from None
    except OSError:
        raise BadScenario(f"{path}: plan {name} is neither a playbook nor a file beside it") from None


def read_moment(value: object, where: str) -> datetime:
    """An aware moment. Raises: BadScenario."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadScenario(f"{where}: {value} is not a time such as 2026-11-02T09:00:00+08:00") from None
    if moment.tzinfo is None:
        raise BadScenario(f"{where}: {value} has no time zone")
    return moment


def read_names(text: object) -> list[str]:
    """Names separated by spaces; `M1..M100` stands for a hundred of them."""
    names: list[str] = []
    for word in str(text).split():
        if ".." not in word:
            names.append(word)
            continue
        first, last = (re.fullmatch(r"([A-Za-z]+)(\d+)", end) for end in word.split("..", 1))
        if first is None or last is None or first[1] != last[1] or int(first[2]) > int(last[2]):
            raise BadScenario(f"{word} is not a range such as M1..M100")
        names += [f"{first[1]}{number}" for number in range(int(first[2]), int(last[2]) + 1)]
    return names


def read_members(members: object) -> dict[str, dict[str, Any]]:
    """Members by name, with their opening balances and sponsors."""
    if not isinstance(members, dict):
        raise BadScenario("members: a mapping is needed")
    return {name: dict(stage or {}) for names, stage in members.items() for name in read_names(names)}


def read_step(step: object, where: str) -> tuple[str, Any]:
    """A step: one key that says what, and its value."""
    if not isinstance(step, dict) or len(step) != 1:
        raise BadScenario(f"{where}: a step is one key with its value")
    return next(iter((str(key), value) for key, value in step.items()))


def read_hundredths(value: object, where: str) -> int:
    """An amount with at most two places, in hundredths. Raises: BadScenario."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        scaled = Decimal(value) * 100
        if scaled == scaled.to_integral_value():
            return int(scaled)
    raise BadScenario(f"{where}: {value} is not an amount with at most two places")
