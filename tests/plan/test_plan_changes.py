"""Dotted changes, as a scenario's `with:` has them."""

import pytest

from pinwheel.plan.changes import apply_changes
from pinwheel.plan.refusal import PlanRefused

BASE: dict[str, object] = {
    "group": {"size": 10},
    "hours": None,
    "outcomes": [{"count": 3}, {"count": "rest"}],
}


@pytest.mark.parametrize(
    ("changes", "part", "expected"),
    [
        ({"outcomes.0.count": 5}, "outcomes", [{"count": 5}, {"count": "rest"}]),
        ({"outcomes.1": {"count": 7}}, "outcomes", [{"count": 3}, {"count": 7}]),
        ({"group.size": 2, "group.seating": "queue"}, "group", {"size": 2, "seating": "queue"}),
        ({"group.leader.may_win": False}, "group", {"size": 10, "leader": {"may_win": False}}),
        ({"draw.seat_rules": []}, "draw", {"seat_rules": []}),
        ({"hours.a": 1}, "hours", {"a": 1}),
        ({"group": {"size": 3}}, "group", {"size": 3}),
        ({"group.size": None}, "group", {}),
        ({"dividends": None}, "dividends", None),
        ({"dividends.daily.per_win": None}, "dividends", None),
        ({"draw": {"when": "x"}, "draw.when": "y"}, "draw", {"when": "y"}),
    ],
)
def test_changes(changes: dict[str, object], part: str, expected: object) -> None:
    changed = apply_changes(BASE, changes)
    assert isinstance(changed, dict)
    assert changed.get(part) == expected


def test_null_takes_a_section_away_and_leaves_the_source_alone() -> None:
    changed = apply_changes(BASE, {"group": None, "outcomes.0.count": 9})
    assert isinstance(changed, dict)
    assert "group" not in changed
    assert BASE["group"] == {"size": 10}
    assert BASE["outcomes"] == [{"count": 3}, {"count": "rest"}]


@pytest.mark.parametrize(
    ("changes", "path", "allowed"),
    [
        ({"outcomes.2.count": 1}, "outcomes", "0 .. 1"),
        ({"outcomes.first.count": 1}, "outcomes", "0 .. 1"),
        ({"outcomes.0": None}, "outcomes[0]", "a value"),
        ({"group.size.more": 1}, "group.size", "a section or a list"),
        ({"outcomes.0.count.x": None}, "outcomes[0].count", "a section or a list"),
        ({"group.0": 1}, "group", "a section or a list"),
        ({"group..size": 1}, "", "a dotted path"),
        ({"": 1}, "", "a dotted path"),
        ({3: 1}, "", "a dotted path"),
    ],
)
def test_paths_that_lead_nowhere(changes: dict[str, object], path: str, allowed: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        apply_changes(BASE, changes)
    [problem] = caught.value.problems
    assert problem.path == path
    assert allowed in problem.allowed_en


def test_only_a_mapping_can_be_changed() -> None:
    with pytest.raises(PlanRefused, match="a plan file"):
        apply_changes([1], {"a": 1})
