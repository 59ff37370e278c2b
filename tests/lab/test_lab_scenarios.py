"""Scenarios in the lab: each comes out as it says, as it does live; and a rule that is broken is seen."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from pinwheel.doors.cli.scenarios.engine import Engine
from pinwheel.doors.cli.scenarios.lab import NOT_SIMULATED, LabEngine
from pinwheel.doors.cli.scenarios.lab_shop import NotSimulated
from pinwheel.doors.cli.scenarios.live import LiveEngine
from pinwheel.doors.cli.scenarios.play import play_in_lab
from pinwheel.doors.cli.scenarios.read import BadScenario, read_scenario
from pinwheel.lab import life, pool, settling
from pinwheel.market.refusals import Refused
from pinwheel.plan.yaml_exact import load_yaml

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
OUTSIDE = {"exchange-for-goods", "no-voucher", "prize-choice", "points-mall"}
OUTSIDE |= {"coupon-kept", "coupon-not-taken", "coupon-paid-late", "coupon-refused"}
OUTSIDE |= {"coupon-used-and-refunded"}
OUTSIDE |= {"public-number", "public-number-overdue"}
OUTSIDE |= {"partial-returns", "return-leaves-a-debt", "return-reverses-rewards"}
OUTSIDE |= {"presale-group", "presale-return"}
OTHERWISE = {"second-article"}  # no step of its own says so


@pytest.fixture(autouse=True)
def no_database(request, monkeypatch):
    """The lab asks no database anything; the tests that compare with the live engine have one."""
    if "database" not in request.fixturenames:

        def refuse(connection):
            raise RuntimeError("the lab asked a database")

        monkeypatch.setattr(BaseDatabaseWrapper, "connect", refuse)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_comes_out_as_it_says(path):
    if path.stem in OUTSIDE | OTHERWISE:
        with pytest.raises(NotSimulated):
            play_in_lab(path)
    else:
        assert play_in_lab(path) == []


def test_only_what_has_steps_about_goods_is_left_out():
    words = {path.stem: path.read_text() for path in SCENARIOS}
    assert {
        stem for stem, text in words.items() if any(f"{step}:" in text for step in NOT_SIMULATED)
    } == OUTSIDE
    assert all(
        hasattr(LiveEngine, f"do_{step}") and not hasattr(LabEngine, f"do_{step}") for step in NOT_SIMULATED
    )
    kinds = {kind for path in SCENARIOS for step in load_yaml(path.read_text())["steps"] for kind in step}
    assert {"joins", "open", "join", "pay", "until", "outage", "grant", "sponsor", "draw_order"} <= kinds


# A broken rule is seen


def less(function):
    """A rule that gives one hundredth less than it should."""
    return lambda *facts: max(0, function(*facts) - 1)


def late(function):
    """Promoter days that end a day later."""
    return lambda until, today, days: function(until, today, days) + 1


def forgetful(function):
    """A settlement that knows no privilege of wins in a row."""
    return lambda tables, *rest: function(tables._replace(row_wins=0), *rest)


def everybody_won(function):
    """A settlement that draws one seat more."""

    def settle(tables, *rest):
        counts = tables.class_counts.copy()
        if len(counts) > 1 and counts[-1] > 0:
            counts[0] += 1
            counts[-1] -= 1
        return function(tables._replace(class_counts=counts), *rest)

    return settle


@pytest.mark.parametrize(
    ("room", "rule", "broken", "seen_by"),
    [
        (settling, "settle_groups", forgetful, "wins-in-a-row"),
        (settling, "settle_groups", everybody_won, "draw-on-fill"),
        (life, "daily_release", less, "credit-release"),
        (life, "dividend", less, "daily-dividend"),
        (life, "promoter_until", late, "promoter-days"),
        (pool, "dividend", less, "dividend-pool"),
    ],
)
def test_a_rule_that_is_broken_in_one_place_is_seen(monkeypatch, room, rule, broken, seen_by):
    path = next(path for path in SCENARIOS if path.stem == seen_by)
    monkeypatch.setattr(room, rule, broken(getattr(room, rule)))
    assert play_in_lab(path)


def test_books_that_do_not_add_up_are_seen(monkeypatch):
    path = next(path for path in SCENARIOS if path.stem == "draw-on-fill")

    def forgets(signs, postings, used, members, moved):
        apply_postings(signs, postings, used, members, moved)
        moved[2] += 1

    apply_postings = settling.apply_postings
    monkeypatch.setattr(settling, "apply_postings", forgets)
    assert any(line.startswith("books.") for line in play_in_lab(path))


# The command

LEFT_OUT = str(next(path for path in SCENARIOS if path.stem == "no-voucher"))
PLAYED = str(next(path for path in SCENARIOS if path.stem == "leader-five"))


def command(*words: str):
    return CliRunner().invoke(app, ["play", "--engine", "lab", *words])


def test_the_command_says_what_it_left_out(tmp_path):
    done = command(PLAYED)
    assert (done.exit_code, done.output) == (0, f"ok     {PLAYED}\n")
    done = command(PLAYED, LEFT_OUT)
    assert done.exit_code == 3
    assert f"{LEFT_OUT}: not simulated: choice, choose" in done.output.replace("\n", " ").replace("  ", " ")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(Path(PLAYED).read_text().replace("L: {cash: 105.00}", "L: {cash: 105.01}"))
    done = command(LEFT_OUT, str(wrong), "--json")
    assert done.exit_code == 1
    assert json.loads(done.output) == {
        LEFT_OUT: ["not simulated: choice, choose"],
        str(wrong): ["balances.L.cash: expected 105.01 got 105.00"],
    }


def test_the_command_knows_two_engines():
    done = CliRunner().invoke(app, ["play", "--engine", "both", PLAYED])
    assert done.exit_code == 2
    assert command(str(Path(PLAYED).with_name("there-is-none.yaml"))).exit_code == 2


# Files that are wrong, and plans that need more than the lab has

QUEUE = """
scenario: any
plan: draw-on-fill
{more}
start: 2026-11-02T09:00:00+08:00
members: {{A: {{cash: 1000.00}}, B: {{cash: 1000.00}}}}
steps:
  - {step}
"""


@pytest.mark.parametrize(
    ("more", "step"),
    [
        ("", "grant: {member: A, cash: -1000.01}"),
        ("", "grant: {member: A, gold: 1.00}"),
        ("", "until: 2026-11-02T08:59:59+08:00"),
        ("", "jump: over"),
        ("activity: {until: 2026-11-02T09:00:00+08:00}", "joins: A"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path, more, step):
    path = tmp_path / "wrong.yaml"
    path.write_text(QUEUE.format(more=more, step=step))
    with pytest.raises(BadScenario):
        play_in_lab(path)


def test_an_order_that_is_paid_already_cannot_be_paid_from_outside(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(QUEUE.format(more="", step="join: {member: A, as: o1}\n  - pay: o1"))
    with pytest.raises(BadScenario):
        play_in_lab(path)


@pytest.mark.parametrize(("budget", "plays"), [("10000.00", True), ("60.00", False)])
def test_a_budget_that_would_run_out_is_not_simulated(tmp_path, budget, plays):
    path = tmp_path / "budget.yaml"
    small = "group.size: 2, outcomes.0.count: 1, draw.seat_rules: []"
    text = QUEUE.format(more=f"with: {{{small}, budget: {budget}}}", step='joins: "A B A B"')
    path.write_text(text.replace("draw-on-fill", "national-group-buy"))
    if plays:
        assert play_in_lab(path) == []
    else:
        with pytest.raises(NotSimulated, match="budget"):
            play_in_lab(path)


# Both engines do the same with whatever comes

MEMBERS = "ABCDEFGHIJ"
STAGES = {
    "queue": (
        "national-group-buy",
        """group.size: 4, outcomes.0.count: 2, group.late_payment: next_group, limits.seats_per_group: 2,
  limits.joins_per_day: 6, each_join: [{shopping_coins: 1.50}, {release_credit: 1%}],
  referral: {release_to_sponsor: {direct: 2%, indirect: 0.50, valid_promoters_only: true}},
  credit: {static_release: 1%, accelerated_release: 2%}, dividends.daily.per_win: 3.33,
  draw.seat_rules: [first_join_of_day_in_front, {after_wins_in_a_row: {wins: 2, sit_out: 1}}]""",
    ),
    "leaders": (
        "leader-five",
        "group.size: 3, group.late_payment: next_group, limits.open_groups: 2, group.fill_within: 50m",
    ),
    "either": (
        "ordinary-group",
        """group.size: 3, group.late_payment: next_group, group.fill_within: 45m,
  group.leader: {gives: [{cash: 1.00}]}, each_join: [{consumer_points: 10%}], limits.open_groups: 3""",
    ),
    "refunds": (
        "draw-on-fill",
        "group.size: 3, outcomes.0.count: 2, group.late_payment: refund, group.fill_within: 40m",
    ),
}


def random_scenario(name: str, seed: int) -> str:
    """A stage with members who have cash, and an activity that ends."""
    plan, changes = STAGES[name]
    held = "{cash: 900.00, dividend_points: 400.00, shopping_credit: 50.00}"
    stock = f"stock: {6 + seed % 9}, " if seed % 2 else ""
    return f"""
scenario: whatever comes
plan: {plan}
with: {{{changes}}}
activity: {{{stock}products: [tea, rice], until: 2026-11-09T12:00:00+08:00}}
start: 2026-11-02T09:00:00+08:00
members: {{{", ".join(f"{member}: {held}" for member in MEMBERS)}}}
steps: []
"""


def random_steps(dice: random.Random, engine: Engine) -> list[tuple[str, object]]:
    """Something that may happen next."""
    member, other = dice.choice(MEMBERS), dice.choice(MEMBERS)
    group = {"group": dice.choice([*engine.groups])} if engine.groups and dice.random() < 0.7 else {}
    product = {} if group else {"product": dice.choice(["tea", "rice"])}
    until = engine.now + timedelta(
        minutes=dice.choice([5, 20, 31, 45, 300, 1440]), seconds=dice.randrange(60)
    )
    to = until.isoformat()
    new = f"o{len(engine.orders)}"
    may = [
        (8, [("joins", dice.choice(MEMBERS)) for _ in range(3)]),
        (8, [("join", {"member": member, **group, **product})]),
        (4, [("join", {"member": member, "pay": "external", "as": new, **group})]),
        (3, [("open", {"member": member, "as": f"g{len(engine.groups)}"})]),
        (5, [("pay", dice.choice([*engine.orders]))] if engine.orders else []),
        (4, [("until", to)]),
        (1, [("outage", to), ("until", to)]),
        (1, [("grant", {"member": member, "cash": 25, "shopping_credit": 10})]),
        (1, [("sponsor", {"member": member, "sponsor": other})]),
        (1, [("change_sponsor", {"member": member, "sponsor": other, "reason": "asked for"})]),
        (1, [("pool_in", {"member": member, "points": dice.choice([100, 200, 150])})]),
        (1, [("pool_out", {"member": member, "points": dice.choice([100, 200, 150])})]),
    ]
    return dice.choices([steps for _, steps in may], [weight for weight, _ in may])[0]


def told(engine: Engine) -> dict[str, object]:
    """Everything that may be asked of an engine."""
    return {
        "balances": {name: engine.balances(number) for name, number in engine.members.items()},
        "members": {name: engine.member_facts(number) for name, number in engine.members.items()},
        # Prizes are goods: the lab knows none to choose.
        "orders": {
            name: replace(engine.order_facts(number), choice=None) for name, number in engine.orders.items()
        },
        "groups": engine.group_facts(),
        "kept": engine.kept(),
        "now": engine.now,
    }


def code_of(engine: Engine, kind: str, value: object) -> str:
    """What became of a step."""
    try:
        engine.step(kind, value)
    except Refused as refused:
        return refused.code
    return "taken"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", STAGES)
def test_both_engines_do_the_same_with_whatever_comes(database, tmp_path, name, seed):
    path = tmp_path / "any.yaml"
    path.write_text(random_scenario(name, seed))
    live, in_lab = LiveEngine(read_scenario(path)), LabEngine(read_scenario(path))
    dice, codes = random.Random(f"{name} {seed}"), set()
    for number in range(50):
        for step in random_steps(dice, live):
            codes.add(code := code_of(live, *step))
            assert code == code_of(in_lab, *step), (number, step)
        if number % 10 == 9:
            before, after = told(live), told(in_lab)
            for part in before:
                assert before[part] == after[part], (number, part)
    assert list(in_lab.findings()) == list(live.findings()) == []
    assert "taken" in codes and len(codes) > 2
