"""Plans and runs that the lab's tests share."""

from typing import Any

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.simulate import Arguments, simulate
from pinwheel.lab.world import World
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.load import playbook_text
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.yaml_exact import load_yaml

# Everything that the simulator knows, in one plan.
EVERYTHING = {
    "credit": {"static_release": "3‱", "accelerated_release": "10‱"},
    "each_join": [{"release_credit": "1%"}],
    "promoter": {"newcomer_days": 2, "day_with_join": 1},
    "referral": {"release_to_sponsor": {"direct": "1%", "indirect": 1, "valid_promoters_only": True}},
}


def changed(changes: dict[str, Any] | None = None, name: str = "national-group-buy") -> Plan:
    """A playbook with changes, dotted as in scenarios."""
    return read_plan(apply_changes(load_yaml(playbook_text(name)), changes or {}))


def run(
    plan: Plan, days: int = 6, seed: int = 1, parts: Any = None, most: int = 0, **behaviour: int
) -> World:
    """A small run; the behaviour's fields as keywords."""
    who = Behaviour(**{"start_members": 80, **behaviour})
    return simulate(plan, Arguments(who, most or who.start_members, days, seed), parts=parts)
