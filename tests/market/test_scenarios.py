"""Every scenario comes out as it says, with a clean audit; and a wrong one is told apart."""

from pathlib import Path

import pytest

from kept_database import fresh_database
from pinwheel.doors.cli.scenarios import play as playing
from pinwheel.doors.cli.scenarios.play import play
from pinwheel.doors.cli.scenarios.read import BadScenario
from pinwheel.market.refusals import SENTENCES
from pinwheel.plan.load import playbook_names
from pinwheel.plan.yaml_exact import load_yaml

FOLDER = Path(__file__).parents[2] / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(autouse=True)
def one_database(monkeypatch):
    """Emptied for each scenario: quicker than one each, which `pinwheel play` makes (see tests/doors/cli)."""
    monkeypatch.setattr(playing, "scratch_database", fresh_database)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_comes_out_as_it_says(path):
    assert play(path) == []


def refused_codes(steps):
    return {step["refused"]["code"] for step in steps if "refused" in step}


def test_every_refusal_of_a_join_and_every_playbook_has_a_scenario():
    documents = [load_yaml(path.read_text()) for path in SCENARIOS]
    codes = set().union(*(refused_codes(document["steps"]) for document in documents))
    of_joins = list(SENTENCES)[: list(SENTENCES).index("insufficient_balance") + 1]
    assert set(of_joins) <= codes
    assert set(playbook_names()) <= {document["plan"] for document in documents}


BASE = """
scenario: a wrong one
plan: leader-five
with: {group.size: 2, group.leader.may_win: true}
start: 2026-07-01T10:00:00+08:00
members: {L: {cash: 100.00}, A: {cash: 100.00}}
steps:
  - open: {member: L, as: g1}
  - draw_order: "1 2"
  - joins: {members: "A", group: g1}
"""
RIGHT = """
expect:
  groups: [{state: settled, seats: "L A", winners: [1]}]
  balances: {L: {cash: 0.00}, A: {cash: 105.00}}
  platform: {kept: 95.00}
"""
WRONG = {
    "groups[0].winners: expected [2] got [1]": ("winners: [1]", "winners: [2]"),
    "groups[0].state: expected expired got settled": ("settled", "expired"),
    "groups[0].seats: expected A L got L A": ('"L A"', '"A L"'),
    "balances.A.cash: expected 105.01 got 105.00": ("105.00", "105.01"),
    "platform.kept: expected 0.00 got 95.00": ("95.00", "0.00"),
}


@pytest.mark.parametrize("difference", WRONG)
def test_a_difference_is_printed_with_its_path(tmp_path, difference):
    path = tmp_path / "wrong.yaml"
    path.write_text(BASE + RIGHT.replace(*WRONG[difference]))
    assert play(path) == [difference]


@pytest.mark.parametrize(
    ("step", "difference"),
    [
        ("joins: A", "steps[3]: joins: expected to be taken got group_not_found"),
        (
            "refused: {code: ended, step: {joins: A}}",
            "steps[3]: refused.code: expected ended got group_not_found",
        ),
        (
            "refused: {code: ended, step: {until: 2026-07-01T11:00:00+08:00}}",
            "steps[3]: refused.code: expected ended got a step that was taken",
        ),
    ],
)
def test_a_step_that_goes_otherwise_is_a_difference(tmp_path, step, difference):
    path = tmp_path / "wrong.yaml"
    path.write_text(f"{BASE}  - {step}\n")
    assert play(path) == [difference]


@pytest.mark.parametrize(
    "change",
    [
        ("plan: leader-five", "plan: no-such-plan"),
        ("scenario:", "sczenario:"),
        ("2026-07-01T10:00:00+08:00", "2026-07-01T10:00:00"),
        ("100.00}, A", "100.001}, A"),
        ("draw_order:", "draw_ordr:"),
        ("group: g1", "group: g2"),
        ('"1 2"', '"1 1"'),
        ("member: L", "member: Q"),
        ("{cash: 100.00}, A", "{gold: 1.00}, A"),
    ],
    ids=lambda change: change[1],
)
def test_a_file_that_is_wrong_is_refused(tmp_path, change):
    path = tmp_path / "wrong.yaml"
    assert change[0] in BASE
    path.write_text(BASE.replace(*change))
    with pytest.raises(BadScenario):
        play(path)
