"""A small valid plan that the tests change one thing of."""

from pinwheel.plan.changes import apply_changes
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused, Problem
from pinwheel.plan.yaml_exact import load_yaml

DRAWN = """
plan: small-draw
title: {zh: 小团, en: Small draw}
offer: {price: 100.00}
group: {size: 10}
draw: {seat_rules: [first_join_of_day_in_front], conflict: dissolve}
outcomes:
  - {name: winner, count: 3, payment: keep, gives: [{goods: ordered}]}
  - {name: other, count: rest, payment: refund, gives: [{cash: 5%}]}
"""

ORDINARY = """
plan: small-group
offer: {price: 59.00}
group: {size: 3}
outcomes: [{name: buyer, count: rest, payment: keep, gives: [{goods: ordered}]}]
"""


def plan_with(changes: str = "{}", text: str = DRAWN) -> Plan:
    """The plan with changes in YAML, as a scenario writes them."""
    wanted = load_yaml(changes)
    assert isinstance(wanted, dict)
    return read_plan(apply_changes(load_yaml(text), wanted))


def problems_with(changes: str, text: str = DRAWN) -> list[Problem]:
    """What is refused of the changed plan; the test fails if nothing is."""
    try:
        plan = plan_with(changes, text)
    except PlanRefused as refusal:
        return list(refusal.problems)
    raise AssertionError(f"accepted: {plan}")
