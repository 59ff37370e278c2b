"""Playing a scenario from its first step to the audit."""

from pathlib import Path
from typing import Any

from pinwheel.config.scratch import scratch_database
from pinwheel.doors.cli.scenarios.expect import differences
from pinwheel.doors.cli.scenarios.live import LiveEngine
from pinwheel.doors.cli.scenarios.read import BadScenario, read_scenario, read_step
from pinwheel.market.audit import CHECKS, audit, draws_hold
from pinwheel.market.refusals import Refused


def play(path: Path) -> list[str]:
    """Play a scenario in a scratch database; return every difference. Raises: BadScenario."""
    scenario = read_scenario(path)
    found: list[str] = []
    with scratch_database():
        engine = LiveEngine(scenario)
        for number, (kind, value) in enumerate(scenario.steps):
            found += [f"steps[{number}]: {line}" for line in play_step(engine, kind, value)]
        found += differences(engine, scenario.expect)
        # The scenario set the drawn orders itself, so they are not what the seeds give.
        found += [
            f"audit.{name}: expected nothing got {finding.where}: {finding.message}"
            for name, findings in audit([check for check in CHECKS if check is not draws_hold])
            for finding in findings
        ]
    return found


def play_step(engine: LiveEngine, kind: str, value: Any) -> list[str]:
    """Play one step; return its differences."""
    if kind == "expect":
        return list(differences(engine, value))
    if kind == "refused":
        return play_refused(engine, value)
    try:
        engine.step(kind, value)
    except Refused as refused:
        return [f"{kind}: expected to be taken got {refused.code}"]
    return []


def play_refused(engine: LiveEngine, value: Any) -> list[str]:
    """Play a step that must be refused with a code and change nothing."""
    if not isinstance(value, dict) or set(value) != {"code", "step"}:
        raise BadScenario("refused: code and step are needed")
    kind, step = read_step(value["step"], "refused.step")
    before = engine.state_print()
    try:
        engine.step(kind, step)
    except Refused as refused:
        if refused.code != value["code"]:
            return [f"refused.code: expected {value['code']} got {refused.code}"]
    else:
        return [f"refused.code: expected {value['code']} got a step that was taken"]
    return [] if engine.state_print() == before else ["refused: expected nothing to change got a change"]
