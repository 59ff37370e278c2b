"""What a member's own counts mean for their next joins, in both languages."""

import pytest
from plan_documents import ORDINARY, plan_with

from pinwheel.plan.counter_words import ANYWAY, WAITING_FIRST, MemberCounts, my_counters
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language

LANGUAGES: tuple[Language, Language] = ("zh", "en")
ROW = "{after_wins_in_a_row: {wins: 3, sit_out: 2}}"
TOTAL = "{after_wins_in_total: {wins: 10, sit_out: 5}}"
CAP = "{at_most: {wins: 2, of_joins: 5}}"
NONE = MemberCounts(0, 0, 0, 0, 0)


def with_rules(rules: str, conflict: str = "dissolve") -> Plan:
    return plan_with(f"{{draw.seat_rules: [{rules}], draw.conflict: {conflict}}}")


def said(rules: str, counts: MemberCounts, language: Language) -> list[str]:
    """The sentences, without the last one, which is always the same."""
    sentences = my_counters(with_rules(rules), counts, language)
    assert sentences[-1] == WAITING_FIRST.say(language)
    return sentences[:-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_where_nothing_counts(language: Language) -> None:
    counts = MemberCounts(2, 2, 7, 3, 2)
    assert my_counters(with_rules(""), counts, language) == []
    assert my_counters(with_rules("newcomer_in_front", "draw_anyway"), counts, language) == []
    assert my_counters(with_rules("newcomer_in_front, first_join_of_day_in_front"), counts, language) == []
    assert my_counters(load_plan(ORDINARY), counts, language) == []
    idle = ORDINARY + f"draw: {{seat_rules: [{ROW}, {CAP}]}}\n"
    assert my_counters(load_plan(idle), counts, language) == []


@pytest.mark.parametrize(
    ("rules", "why_zh", "why_en"),
    [
        (ROW, "曾连续中奖满 3 次", "your 3 wins in a row"),
        (TOTAL, "累计中奖已满 10 次（或其倍数）", "your 10 wins in total (or a multiple of that)"),
        (
            f"{ROW}, {TOTAL}",
            "曾连续中奖满 3 次，或累计中奖已满 10 次（或其倍数）",
            "your 3 wins in a row, or your 10 wins in total (or a multiple of that)",
        ),
    ],
)
def test_sitting_out(rules: str, why_zh: str, why_en: str) -> None:
    counts = NONE._replace(sit_out=2)
    assert said(rules, counts, "zh")[0] == f"您接下来 2 次结算的参团必不中，因为您此前{why_zh}。"
    assert said(rules, counts, "en")[0] == f"You cannot win your next 2 settled joins, because of {why_en}."
    assert "your next 1 settled join," in said(rules, counts._replace(sit_out=1), "en")[0]
    assert len(said(rules, counts, "en")) == len(said(rules, NONE, "en")) + 1


@pytest.mark.parametrize(
    ("wins", "zh", "en"),
    [
        (
            0,
            "您目前没有连续中奖；连续中奖满 3 次，之后 2 次结算的参团必不中。",
            "You have no wins in a row at present; 3 wins in a row, and the 2 settled joins after that "
            "cannot win.",
        ),
        (
            2,
            "您目前连续中奖 2 次；再连续中奖 1 次，之后 2 次结算的参团必不中。",
            "You have 2 wins in a row; with 1 win to follow at once, the 2 settled joins after that cannot "
            "win.",
        ),
        (
            5,
            "您目前连续中奖 5 次；再连续中奖 1 次，",
            "You have 5 wins in a row; with 1 win to follow at once,",
        ),
    ],
)
def test_wins_in_a_row(wins: int, zh: str, en: str) -> None:
    counts = NONE._replace(wins_in_a_row=wins, wins_in_total=9, window_joins=3)
    [chinese], [english] = said(ROW, counts, "zh"), said(ROW, counts, "en")
    assert chinese.startswith(zh) and english.startswith(en)


@pytest.mark.parametrize(
    ("wins", "more", "reached"), [(1, 9, 10), (7, 3, 10), (9, 1, 10), (10, 10, 20), (19, 1, 20)]
)
def test_wins_in_total(wins: int, more: int, reached: int) -> None:
    counts = NONE._replace(wins_in_total=wins, wins_in_a_row=1)
    assert said(TOTAL, counts, "zh") == [
        f"您累计中奖 {wins} 次；再中奖 {more} 次（满 {reached} 次），之后 5 次结算的参团必不中。"
    ]
    assert f"{more} win{'s' * (more > 1)} to follow ({reached} in all)" in said(TOTAL, counts, "en")[0]


def test_no_wins_yet() -> None:
    assert said(TOTAL, NONE, "zh") == ["您还没有中过奖；累计中奖满 10 次，之后 5 次结算的参团必不中。"]
    assert said(TOTAL, NONE, "en") == [
        "You have no wins yet; 10 wins in total, and the 5 settled joins after that cannot win."
    ]


@pytest.mark.parametrize(
    ("joins", "wins", "zh", "en"),
    [
        (
            3,
            2,
            "每 5 次结算的参团为一轮，您这一轮已结算 3 次、中奖 2 次：本轮剩下的 2 次必不中。",
            "In your present window of 5 joins you have 3 joins and 2 wins: the remaining 2 joins cannot "
            "win.",
        ),
        (
            3,
            1,
            "每 5 次结算的参团为一轮，您这一轮已结算 3 次、中奖 1 次：本轮剩下的 2 次中最多还能中奖 1 次。",
            "In your present window of 5 joins you have 3 joins and 1 win: of the remaining 2 joins up to 1 "
            "more may win.",
        ),
        (
            4,
            0,
            "每 5 次结算的参团为一轮，您这一轮已结算 4 次、中奖 0 次：本轮剩下的 1 次中最多还能中奖 1 次。",
            "In your present window of 5 joins you have 4 joins and 0 wins: of the remaining 1 join up to 1 "
            "more may win.",
        ),
        (
            0,
            0,
            "您接下来 5 次结算的参团为新的一轮：这一轮最多中奖 2 次。",
            "Your next 5 settled joins are a new window: up to 2 of them may win.",
        ),
        (
            7,  # of an earlier version with a larger window
            1,
            "您接下来 5 次结算的参团为新的一轮：这一轮最多中奖 2 次。",
            "Your next 5 settled joins are a new window: up to 2 of them may win.",
        ),
        (
            3,
            3,  # drawn anyway, or under an earlier version
            "每 5 次结算的参团为一轮，您这一轮已结算 3 次、中奖 3 次：本轮剩下的 2 次必不中。",
            "In your present window of 5 joins you have 3 joins and 3 wins: the remaining 2 joins cannot "
            "win.",
        ),
    ],
)
def test_a_window(joins: int, wins: int, zh: str, en: str) -> None:
    counts = NONE._replace(window_joins=joins, window_wins=wins, wins_in_a_row=1)
    assert said(CAP, counts, "zh") == [zh]
    assert said(CAP, counts, "en") == [en]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_rules_in_force_are_spoken_of(language: Language) -> None:
    counts = MemberCounts(2, 2, 7, 3, 2)
    assert len(said(f"{ROW}, {TOTAL}, {CAP}", counts, language)) == 4
    assert len(said(CAP, counts, language)) == 1
    assert said(f"{ROW}, {TOTAL}, {CAP}", counts, language)[-1:] == said(CAP, counts, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exception_of_draw_anyway_is_named(language: Language) -> None:
    counts = MemberCounts(2, 2, 7, 3, 2)
    anyway = my_counters(with_rules(ROW, "draw_anyway"), counts, language)
    assert anyway[-2:] == [ANYWAY.say(language), WAITING_FIRST.say(language)]
    assert ANYWAY.say(language) not in my_counters(with_rules(ROW), counts, language)
