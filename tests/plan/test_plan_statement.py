"""The statement of facts: every fact is asked, documents go there and back, and both languages are whole."""

import json
from typing import get_args, get_type_hints

import pytest

from pinwheel.plan.explain_budget import budget_section
from pinwheel.plan.lawfulness import RULES, Facts, TopUp
from pinwheel.plan.lawfulness.statement import (
    ASKED,
    BadFact,
    read_statement,
    statement,
    statement_in_words,
)
from pinwheel.plan.load import playbook

# What the plan, its explanation, or the version on sale says by itself.
NOT_ASKED = {"price", "goods_cost", "budget", "odds_shown", "started_with"}
FULL = Facts(
    market_price=120_00,
    struck_price=130_00,
    lowest_in_seven_days=1,
    notice=frozenset({"times", "contact"}),
    points_rules=False,
    live_board=True,
    affiliates_barred=True,
    records_years=3,
    captured_before_draw=True,
    goods=frozenset({"food", "other"}),
    prize_tax="gross_up",
    spending_per_day=100_00,
    texts=("买菜", "buy"),
    tax=60_000,
    reserve=5,
    groups=7,
    sellers_money="split",
    top_ups=(TopUp(5_000_00, True, False), TopUp(1_000_00, False, True)),
    withdrawals_named=False,
    privacy_notice=True,
    winners_shown_by="phone",
    rule_change="important",
    notice_days=15,
    add_ons_ticked=True,
)


def test_every_fact_that_no_plan_says_is_asked() -> None:
    assert set(ASKED) == set(Facts._fields) - NOT_ASKED


def test_options_are_those_of_the_fact() -> None:
    hints = get_type_hints(Facts)
    for name, fact in ASKED.items():
        if fact.kind in ("one", "many"):
            assert set(fact.options) == literals(hints[name]), name


def literals(hint: object) -> set[str]:
    parts = get_args(hint)
    return {part for part in parts if isinstance(part, str)}.union(*(literals(part) for part in parts))


def test_rules_that_ask_are_rules() -> None:
    known = {rule.code for rule in RULES}
    assert all(set(fact.rules.split()) <= known and fact.rules for fact in ASKED.values())


@pytest.mark.parametrize("facts", [Facts(), FULL])
def test_a_document_gives_the_facts_back(facts: Facts) -> None:
    document = statement(facts)
    assert list(document) == list(ASKED)
    assert read_statement(json.loads(json.dumps(document))) == facts


def test_what_is_left_out_is_not_said() -> None:
    assert read_statement({}) == Facts()
    assert read_statement({"notice": []}).notice == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", 1),
        ("nothing", 1),
        ("market_price", 0),
        ("market_price", -1),
        ("market_price", 1.5),
        ("market_price", True),
        ("market_price", "1"),
        ("market_price", 10**16),
        ("reserve", None),
        ("tax", 1_000_001),
        ("groups", 0),
        ("points_rules", "yes"),
        ("age_gate", None),
        ("prize_tax", "nobody"),
        ("goods", ["tea"]),
        ("goods", "food"),
        ("goods", [["food"]]),
        ("texts", [""]),
        ("texts", ["x" * 501]),
        ("texts", ["x"] * 51),
        ("texts", "x"),
        ("top_ups", [{"amount": 1}]),
        ("top_ups", [{"amount": 0, "named": True, "filed": True}]),
        ("top_ups", [{"amount": True, "named": True, "filed": True}]),
        ("top_ups", [{"amount": 1, "named": 1, "filed": True}]),
        ("top_ups", [{"amount": 1, "named": True, "filed": True}] * 11),
    ],
)
def test_what_cannot_be_stated_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadFact) as bad:
        read_statement({name: value})
    assert bad.value.name == name


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("facts", [Facts(), FULL])
def test_everything_is_said_in_the_language(facts: Facts, language: str) -> None:
    groups = statement_in_words(statement(facts), language)
    assert len(groups) == 5
    labels = [said.label for _, stated in groups for said in stated]
    assert len(labels) == len(ASKED) == len(set(labels))
    for label in (*labels, *(title for title, _ in groups)):
        assert any("\u4e00" <= one <= "\u9fff" for one in label) == (language == "zh"), label
    values = {said.label: said.value for _, stated in groups for said in stated}
    assert all(values.values())
    if facts is FULL:
        joined = "\n".join(values.values())
        assert "120.00" in joined and "6%" in joined and "5000.00" in joined and "买菜" in joined


def test_the_budget_is_explained_to_the_operator() -> None:
    assert budget_section(playbook("ordinary-group"), "zh") is None
    english, chinese = (budget_section(playbook("national-group-buy"), one) for one in ("en", "zh"))
    assert english is not None and chinese is not None
    assert "347000.00" in english.sentences[0] and "1000 full groups" in english.sentences[1]
    assert "347000.00" in chinese.sentences[0] and "1000 个满员的团" in chinese.sentences[1]
