"""Playing a scenario from its first step to its books, on the live engine or in the lab."""

from pathlib import Path
from typing import Any

from pinwheel.config.scratch import scratch_database
from pinwheel.doors.cli.scenarios.engine import Engine
from pinwheel.doors.cli.scenarios.expect import differences
from pinwheel.doors.cli.scenarios.lab import LabEngine, not_simulated
from pinwheel.doors.cli.scenarios.lab_shop import NotSimulated
from pinwheel.doors.cli.scenarios.live import LiveEngine
from pinwheel.doors.cli.scenarios.read import BadScenario, read_scenario, read_step
from pinwheel.market.refusals import Refused


def play(path: Path) -> list[str]:
    """Play a scenario in a scratch database; return every difference. Raises: BadScenario."""
    scenario = read_scenario(path)
    with scratch_database():
        return play_steps(LiveEngine(scenario))


def play_in_lab(path: Path) -> list[str]:
    """Play a scenario through the simulator; return every difference. Raises: BadScenario, NotSimulated."""
    scenario = read_scenario(path)
    missing = not_simulated(scenario)
    if missing:
        raise NotSimulated(", ".join(missing))
    return play_steps(LabEngine(scenario))


PLAYS = {"live": play, "lab": play_in_lab}


def play_steps(engine: Engine) -> list[str]:
    """Play every step and look at what came out."""
    found: list[str] = []
    for number, (kind, value) in enumerate(engine.scenario.steps):
        found += [f"steps[{number}]: {line}" for line in play_step(engine, kind, value)]
    return [*found, *differences(engine, engine.scenario.expect), *engine.findings()]


def play_step(engine: Engine, kind: str, value: Any) -> list[str]:
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


def play_refused(engine: Engine, value: Any) -> list[str]:
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
