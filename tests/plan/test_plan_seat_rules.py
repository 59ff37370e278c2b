"""Seat rules with numbers: read, refused where they make no sense, said in plain words."""

import pytest
from plan_documents import plan_with, problems_with

from pinwheel.plan import draw_words, seat_rule_words
from pinwheel.plan.canonical import canonical_text, from_canonical, plan_hash
from pinwheel.plan.explain import explain
from pinwheel.plan.explain_draw import seat_rule_sentence
from pinwheel.plan.load import playbook
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import PLAN_INVALID, Language, PlanRefused
from pinwheel.plan.seat_rule_words import bar_reason
from pinwheel.plan.seat_rules import SEAT_RULES, SeatRule
from pinwheel.plan.view import View
from pinwheel.rules.bars import BARS

LANGUAGES: tuple[Language, Language] = ("zh", "en")
FRONT = "first_join_of_day_in_front, newcomer_in_front"
ROW = "{after_wins_in_a_row: {wins: 3, sit_out: 2}}"
TOTAL = "{after_wins_in_total: {wins: 10, sit_out: 5}}"
CAP = "{at_most: {wins: 2, of_joins: 5}}"
EVERY_FORM = "{at_most: {wins: …, of_joins: …}}"


def with_rules(rules: str, more: str = "") -> Plan:
    return plan_with(f"{{draw.seat_rules: [{rules}]{more}}}")


def said(plan: Plan, language: Language) -> str:
    heading = {"zh": "排位规则", "en": "Seat rules"}[language]
    [section] = [section for section in explain(plan, language) if section.heading == heading]
    return "\n".join(section.sentences)


def test_rules_are_read_in_any_order() -> None:
    plan = with_rules(f"{CAP}, {TOTAL}, newcomer_in_front, {ROW}, first_join_of_day_in_front")
    assert plan.draw is not None
    assert [rule.name for rule in plan.draw.seat_rules] == list(SEAT_RULES)
    assert plan.draw.rule("after_wins_in_a_row") == SeatRule(name="after_wins_in_a_row", wins=3, sit_out=2)
    assert plan.draw.rule("after_wins_in_total") == SeatRule(name="after_wins_in_total", wins=10, sit_out=5)
    assert plan.draw.rule("at_most") == SeatRule(name="at_most", wins=2, of_joins=5)
    assert plan == with_rules(f"{FRONT}, {ROW}, {TOTAL}, {CAP}")
    assert with_rules(ROW).draw.rule("at_most") is None  # type: ignore[union-attr]


def test_a_rule_stands_in_the_canonical_text_as_it_is_written() -> None:
    plan = with_rules(f"{FRONT}, {CAP}")
    text = canonical_text(plan)
    assert '["first_join_of_day_in_front","newcomer_in_front",{"at_most":{"of_joins":5,"wins":2}}]' in text
    assert from_canonical(text) == plan
    assert plan_hash(plan) != plan_hash(with_rules(f"{FRONT}, {{at_most: {{wins: 1, of_joins: 5}}}}"))


@pytest.mark.parametrize(
    ("rule", "path", "found", "allowed"),
    [
        ("after_wins_in_a_row", "", '"after_wins_in_a_row"', "{after_wins_in_a_row: {wins: …, sit_out: …}}"),
        ("at_most", "", '"at_most"', EVERY_FORM),
        ("{at_most: 2}", "", "{at_most: 2}", EVERY_FORM),
        ("{at_most: null}", "", "{at_most: null}", EVERY_FORM),
        ("{newcomer_in_front: {wins: 3}}", "", "{newcomer_in_front: {wins: 3}}", "newcomer_in_front"),
        ("{never: {wins: 3}}", "", "{never: {wins: 3}}", EVERY_FORM),
        ("{at_most: {wins: 2, of_joins: 5}, newcomer_in_front: null}", "", None, EVERY_FORM),
        ("{name: at_most, wins: 0, of_joins: 0}", "", None, EVERY_FORM),
        ("{name: newcomer_in_front}", "", '{name: "newcomer_in_front"}', EVERY_FORM),
        ("3", "", "3", EVERY_FORM),
        ("{after_wins_in_a_row: {wins: 3}}", ".after_wins_in_a_row.sit_out", "", "1 to 1000000"),
        ("{after_wins_in_a_row: {}}", ".after_wins_in_a_row.wins", "", "1 to 1000000"),
        ("{after_wins_in_a_row: {wins: 0, sit_out: 2}}", ".after_wins_in_a_row.wins", "0", "1 to 1000000"),
        ("{after_wins_in_a_row: {wins: 3, sit_out: -1}}", ".after_wins_in_a_row.sit_out", "-1", "1 to"),
        ("{after_wins_in_total: {wins: 2.5, sit_out: 1}}", ".after_wins_in_total.wins", "2.5", "1 to"),
        ("{after_wins_in_total: {wins: true, sit_out: 1}}", ".after_wins_in_total.wins", "true", "1 to"),
        ("{after_wins_in_total: {wins: 3, sit_out: '5'}}", ".after_wins_in_total.sit_out", '"5"', "1 to"),
        (
            "{after_wins_in_total: {wins: 3, sit_out: 5, of_joins: 9}}",
            ".after_wins_in_total.of_joins",
            '"of_joins"',
            "these keys: wins, sit_out",
        ),
        ("{at_most: {wins: 2, of_joins: 5, sit_out: 1}}", ".at_most.sit_out", '"sit_out"', "wins, of_joins"),
        ("{at_most: {wins: 2, of_joins: 1000001}}", ".at_most.of_joins", "1000001", "1 to 1000000"),
        ("{at_most: {wins: 5, of_joins: 5}}", ".at_most.wins", "5", "fewer wins than joins, at most 4"),
    ],
)
def test_a_rule_that_makes_no_sense(rule: str, path: str, found: str | None, allowed: str) -> None:
    [problem] = problems_with(f"{{draw.seat_rules: [newcomer_in_front, {rule}]}}")
    assert problem.path == f"draw.seat_rules[1]{path}"
    assert found is None or problem.found == found
    assert allowed in problem.allowed_en
    assert problem.code == PLAN_INVALID
    assert problem.allowed_zh == problem.allowed_en or any(one >= "\u4e00" for one in problem.allowed_zh)
    assert problem.path in problem.sentence("zh")


def test_each_rule_stands_once_whatever_its_numbers() -> None:
    [problem] = problems_with(f"{{draw.seat_rules: [{CAP}, {{at_most: {{wins: 1, of_joins: 3}}}}]}}")
    assert (problem.path, problem.found) == ("draw.seat_rules[1]", '"at_most"')


def test_a_canonical_rule_is_not_believed_either() -> None:
    text = canonical_text(with_rules(CAP)).replace('"of_joins":5,"wins":2', '"of_joins":2,"wins":2')
    with pytest.raises(PlanRefused, match="fewer wins than joins"):
        from_canonical(text)


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            SeatRule(name="after_wins_in_a_row", wins=3, sit_out=2),
            "连续中奖：会员连续中奖满 3 次后，接下来 2 次结算的参团必不中。",
            "Wins in a row: after 3 wins in a row, a member's next 2 settled joins cannot win.",
        ),
        (
            SeatRule(name="after_wins_in_a_row", wins=1, sit_out=1),
            "会员连续中奖满 1 次后，接下来 1 次结算的参团必不中。",
            "after 1 win in a row, a member's next 1 settled join cannot win.",
        ),
        (
            SeatRule(name="after_wins_in_total", wins=10, sit_out=5),
            "累计中奖：会员累计中奖每满 10 次（第 10、20、30 次……中奖时），接下来 5 次结算的参团必不中。",
            "after every 10 wins in total (at the wins numbered 10, 20, 30 and so on), a member's next 5 "
            "settled joins cannot win.",
        ),
        (
            SeatRule(name="at_most", wins=2, of_joins=5),
            "每 5 次最多中奖 2 次：会员结算的参团每 5 次为一轮，一轮接一轮；一轮中已中奖 2 次的，"
            "该轮剩下的参团必不中；",
            "At most 2 wins in 5 joins: a member's settled joins are counted in windows of 5 joins, one "
            "after the other; once a window has 2 wins, its remaining joins cannot win.",
        ),
    ],
)
def test_a_rule_is_said_with_its_numbers(rule: SeatRule, zh: str, en: str) -> None:
    plan = playbook("national-group-buy")
    assert zh in seat_rule_sentence(rule, View(plan, "zh", 10_000, {}))
    assert en in seat_rule_sentence(rule, View(plan, "en", 10_000, {}))


def test_a_row_is_broken_by_a_join_that_did_not_win() -> None:
    plan = with_rules(ROW)
    assert (
        "结算时没有中奖就会打断连续，因必不中而没有中奖的也一样；每满 3 次后，连续中奖从零重新计。"
        in said(plan, "zh")
    )
    assert "A settled join that did not win breaks the row, a barred one too" in said(plan, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_counting_depends_on_the_rules(language: Language) -> None:
    """Each sentence where its rules are in force, and nowhere else."""
    front = {seat_rule_words.ONE_IN_FRONT, seat_rule_words.WHEN_COUNTED}
    counting = {
        seat_rule_words.EVERY_SEAT,
        seat_rule_words.WHAT_A_WIN_IS,
        seat_rule_words.WHEN_READ,
        seat_rule_words.COUNTED_PER,
    }
    sit_out, several = {seat_rule_words.SIT_OUT}, {seat_rule_words.SEVERAL_SEATS}
    anyway = {seat_rule_words.DRAWN_ANYWAY}
    two_seats, drawn_anyway = ", limits.seats_per_group: 2", ", draw.conflict: draw_anyway"
    cases = [
        (FRONT, "", front),
        (FRONT, two_seats + drawn_anyway, front),
        (ROW, "", counting | sit_out),
        (TOTAL, two_seats, counting | sit_out | several),
        (CAP, "", counting),
        (CAP, drawn_anyway, counting | anyway),
        (f"{FRONT}, {ROW}, {CAP}", two_seats + drawn_anyway, front | counting | sit_out | several | anyway),
        ("", drawn_anyway, set()),
    ]
    for rules, more, expected in cases:
        text = said(with_rules(rules, more), language)
        found = {
            phrase
            for phrase in front | counting | sit_out | several | anyway
            if phrase.say(language, rest="other") in text
        }
        assert found == expected, (rules, more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_semantics_are_all_said(language: Language) -> None:
    rules = f"{FRONT}, {ROW}, {TOTAL}, {CAP}"
    text = said(with_rules(rules, ", draw.conflict: draw_anyway, limits.seats_per_group: 3"), language)
    parts = {
        "zh": [
            "每条最多排除一个席位",
            "凡符合的席位都排除",
            "必不中次数加在一起",
            "用掉一次",
            "次数以开奖时为准",
            "按席位顺序",
            "按会员和方案分别记",
            "失效或流失的团不改变任何次数",
            "既不阻止被排除的席位被抽中，也不会用掉；这样中的奖与其他中奖一样计数",
            "本团的中奖在本团开奖时还不算在内",
        ],
        "en": [
            "bars one seat at most",
            "bars every seat that it applies to",
            "add up in one count",
            "uses up one when its group is settled",
            "read when a group is drawn",
            "seat by seat",
            "kept per member and plan",
            "expires or dissolves changes no count and uses up nothing",
            "do not keep a barred seat from being drawn, and none is used up; such a win counts",
            "does not count yet when it is drawn",
        ],
    }
    assert [part for part in parts[language] if part not in text] == []


def test_no_rule_bars_one_seat_at_most_but_those_about_the_front() -> None:
    for language, words in (("zh", "最多排除一个席位"), ("en", "one seat at most")):
        assert words in said(with_rules(FRONT), language)  # type: ignore[arg-type]
        assert words not in said(with_rules(f"{ROW}, {CAP}"), language)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bar_has_a_reason(language: Language) -> None:
    reasons = [bar_reason(name, language) for _, name in BARS]
    assert set(seat_rule_words.BAR_REASONS) == {name for _, name in BARS}
    assert len(set(reasons)) == len(BARS) == 5
    assert reasons[0] == draw_words.LEADER_BARRED.say(language)
    assert not any("{" in reason for reason in reasons)
    assert all((reason[0] >= "\u4e00") == (language == "zh") for reason in reasons)
    with pytest.raises(KeyError):
        bar_reason("bad_luck", language)
