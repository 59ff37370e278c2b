"""One plan, one text, one hash; and the way back."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_documents import DRAWN, plan_with

from pinwheel.plan.canonical import canonical_text, from_canonical, plan_hash
from pinwheel.plan.load import load_plan, playbook, playbook_names
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused

OTHERWISE = """
draw: {public_value: none, conflict: "dissolve", when: on_fill, seat_rules: [first_join_of_day_in_front]}
each_join: []
limits: {open_groups: 1, seats_per_group: 1, joins_total: null}
group:
  {leader: {may_win: true, gives: []}, late_payment: refund, fill_within: 1440m, seating: queue, size: 10}
hours: []
offer: {price: "100", goods_cost: 0.00, payment_fee: 0%}
outcomes:
  - {title: {zh: winner, en: winner}, name: winner, count: "30%", payment: keep, gives: [{goods: ordered}]}
  - {name: other, count: rest, payment: refund, gives: [{cash: 500‱}]}
title: {en: Small draw, zh: ' 小团 '}
plan: small-draw
"""


def test_two_spellings_of_one_plan_hash_the_same() -> None:
    assert load_plan(OTHERWISE) == load_plan(DRAWN)
    assert plan_hash(load_plan(OTHERWISE)) == plan_hash(load_plan(DRAWN))


def test_order_of_hours_and_seat_rules_means_nothing() -> None:
    rules = "first_join_of_day_in_front", "newcomer_in_front"
    one = f'{{hours: ["10:00-11:00", "20:00-21:00"], draw.seat_rules: [{rules[0]}, {rules[1]}]}}'
    two = f'{{hours: ["20:00-21:00", "10:00-11:00"], draw.seat_rules: [{rules[1]}, {rules[0]}]}}'
    assert plan_hash(plan_with(one)) == plan_hash(plan_with(two)) != plan_hash(plan_with())


@pytest.mark.parametrize(
    "change",
    [
        "{offer.price: 100.01}",
        "{group.size: 11}",
        "{outcomes.0.count: 4}",
        "{outcomes.1.gives: [{cash: 5.00}]}",
        "{draw.conflict: draw_anyway}",
        "{draw.seat_rules: []}",
        "{title.zh: 大团}",
        "{limits.joins_per_day: 3}",
        "{each_join: [{release_credit: 5%}]}",
    ],
)
def test_any_change_changes_the_hash(change: str) -> None:
    assert plan_hash(plan_with(change)) != plan_hash(plan_with())


def test_the_text_is_stable() -> None:
    text = canonical_text(load_plan(DRAWN))
    assert text == (
        '{"about":null,"draw":{"conflict":"dissolve","public_value":"none","seat_rules":'
        '["first_join_of_day_in_front"],"when":"on_fill"},"each_join":[],"format":"plan-v1",'
        '"group":{"fill_within":86400,"late_payment":"refund","leader":{"gives":[],"may_win":true},'
        '"seating":"queue","size":10},"hours":[],"limits":{"joins_per_day":null,"joins_total":null,'
        '"open_groups":1,"seats_per_group":1},"offer":{"goods_cost":0,"payment_fee":0,"price":10000},'
        '"outcomes":[{"count":3,"gives":[{"amount":{"fixed":0,"ppm":0},"what":"goods"}],"name":"winner",'
        '"payment":"keep","title":{"en":"winner","zh":"winner"}},{"count":"rest","gives":[{"amount":'
        '{"fixed":0,"ppm":50000},"what":"cash"}],"name":"other","payment":"refund","title":'
        '{"en":"other","zh":"other"}}],"plan":"small-draw","title":{"en":"Small draw","zh":"小团"}}'
    )
    assert plan_hash(load_plan(DRAWN)) == hashlib.sha256(text.encode()).hexdigest()


def test_the_evidence_can_read_outcomes_and_conflict() -> None:
    document = json.loads(canonical_text(playbook("ninety-nine-of-a-hundred")))
    read = [(outcome["name"], outcome["count"], outcome["payment"]) for outcome in document["outcomes"]]
    assert read == [("winner", 3, "keep"), ("other", "rest", "refund")]
    assert document["draw"]["conflict"] == "draw_anyway"
    assert document["group"]["size"] == 100


@pytest.mark.parametrize("name", playbook_names())
def test_playbooks_come_back(name: str) -> None:
    plan = playbook(name)
    assert from_canonical(canonical_text(plan)) == plan


assets = st.sampled_from(["cash", "shopping_credit", "consumer_points", "shopping_coins", "release_credit"])
fen = st.integers(0, 999_999_999)
amount = st.builds(lambda number: f"{number // 100}.{number % 100:02}", fen)
rate = st.builds(lambda number: f"{number}‱", st.integers(0, 100_000))
gives = st.lists(st.builds(lambda what, value: {what: value}, assets, amount | rate), max_size=3)
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
titles = st.builds(lambda zh, en: {"zh": zh, "en": en}, words, words)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    size = draw(st.integers(2, 10_000))
    prizes = draw(st.integers(1, size))
    leader = draw(st.booleans())
    group: dict[str, object] = {
        "size": size,
        "seating": draw(st.sampled_from(["leader", "either"]) if leader else st.just("queue")),
    }
    if leader:
        group["leader"] = {"may_win": draw(st.booleans()), "gives": draw(gives)}
    return {
        "plan": draw(st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,3}", fullmatch=True)),
        "title": draw(titles),
        "about": draw(st.none() | titles),
        "offer": {"price": draw(amount.filter(lambda text: text != "0.00")), "goods_cost": draw(amount)},
        "group": group,
        "limits": {"joins_per_day": draw(st.none() | st.integers(1, 50))},
        "hours": draw(st.sampled_from([[], ["10:00-12:00"], ["20:00-24:00", "00:00-01:30"]])),
        "draw": {
            "seat_rules": draw(
                st.lists(st.sampled_from(["newcomer_in_front", "first_join_of_day_in_front"]), unique=True)
            ),
            "conflict": "draw_anyway",
        },
        "outcomes": [
            {"name": "winner", "count": prizes, "payment": "keep", "gives": draw(gives)},
            {
                "name": "other",
                "title": draw(titles),
                "count": "rest",
                "payment": "refund",
                "gives": draw(gives),
            },
        ],
        "each_join": draw(gives),
    }


@given(documents())
def test_any_plan_comes_back(document: dict[str, object]) -> None:
    plan = read_plan(document)
    text = canonical_text(plan)
    assert from_canonical(text) == plan
    assert canonical_text(from_canonical(text)) == text
    assert not any(isinstance(value, float) for value in _leaves(json.loads(text)))


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    return [leaf for inner in value for leaf in _leaves(inner)] if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "canonical JSON"),
        ("{", "canonical JSON"),
        ("[]", "plan-v1"),
        ('{"plan":"x"}', "plan-v1"),
        ('{"format":"plan-v1","plan":"x"}', "offer: found nothing"),
    ],
)
def test_other_texts_are_refused(text: str, message: str) -> None:
    with pytest.raises(PlanRefused, match=message):
        from_canonical(text)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"price":10000', '"price":"100.00"', "offer.price"),
        ('"price":10000', '"price":100.0', "offer.price"),
        ('"price":10000', '"price":-1', "offer.price"),
        ('"count":3', '"count":"30%"', "outcomes[0].count"),
        ('"count":3', '"count":11', "outcomes[0].count"),
        ('"may_win":true', '"may_win":1', "group.leader.may_win"),
        ('"fixed":0,"ppm":50000', '"fixed":1,"ppm":50000', "outcomes[1].gives[0].amount"),
        ('"what":"cash"', '"what":"gold"', "outcomes[1].gives[0].what"),
    ],
)
def test_a_canonical_text_is_not_converted(old: str, new: str, path: str) -> None:
    text = canonical_text(load_plan(DRAWN)).replace(old, new)
    with pytest.raises(PlanRefused) as caught:
        from_canonical(text)
    assert [problem.path for problem in caught.value.problems] == [path]
