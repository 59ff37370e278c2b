"""One plan, one text, one hash; and the way back."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_documents import DRAWN, plan_with

from pinwheel.plan.canonical import canonical_text, from_canonical, plan_hash
from pinwheel.plan.explain import explain
from pinwheel.plan.load import load_plan, playbook, playbook_names
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import Language, PlanRefused

LANGUAGES: tuple[Language, Language] = ("zh", "en")

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
        "{draw.seat_rules: [first_join_of_day_in_front, {at_most: {wins: 1, of_joins: 2}}]}",
        "{outcomes.0.gives: [{goods: {choose_from: 3}}]}",
        "{outcomes.0.gives: [{goods: ordered}, {daily_dividend_share: 100%}]}",
        "{credit: {static_release: 3‱}}",
        "{promoter: {newcomer_days: 1}}",
        "{dividends: {daily: {per_win: 2.00}}}",
        "{dividends: {monthly: {in_and_out: 1-5, in_only: 6-24}}}",
        "{referral: {release_to_sponsor: {direct: 1.00}}}",
        "{budget: 0.01}",
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


# As they were before plans could have credit, promoters, dividends, sponsors, and goods to choose.
HASHES = {
    "draw-on-fill": "0b61b1fd7e81cbc3d2e2218fbed5c28f1ab580931eb5356da5dd6373fc610a3f",
    "friends-bill": "810a8cf2e088a3447f23697a371e4f4c5e4913d9829ca2ad11b06bba2fc096b4",
    "ordinary-group": "02e78a222195f0ccbd0f9e2328a8cd7173f6b9b5ae1af438f5a610292228e003",
    "thousand-of-a-hundred": "53cddf05a01fd511f391eeb67ba04a31287001d4f8bb2f1e03e861ea2fd057d1",
}


@pytest.mark.parametrize("name", HASHES)
def test_a_plan_that_uses_nothing_new_keeps_its_hash(name: str) -> None:
    assert plan_hash(playbook(name)) == HASHES[name]


def test_what_was_added_stands_in_the_text_only_where_it_is_on() -> None:
    added = {"credit", "promoter", "dividends", "referral", "budget"}
    assert not added & set(json.loads(canonical_text(load_plan(DRAWN))))
    changes = "{credit: {static_release: 3‱}, promoter: {newcomer_days: 1}, dividends: {}, referral: {}, "
    changes += "budget: 347.00}"
    document = json.loads(canonical_text(plan_with(changes)))
    assert added <= set(document)
    assert document["credit"] == {"accelerated_release": 0, "static_release": 300}
    assert document["budget"] == 347_00
    [give] = document["outcomes"][0]["gives"]
    assert "choice" not in give
    chosen = plan_with("{outcomes.0.gives: [{goods: {choose_from: 3, or_voucher: 50%}}]}")
    [give] = json.loads(canonical_text(chosen))["outcomes"][0]["gives"]
    assert give["choice"] == {"choose_from": 3, "choose_within": 604_800, "or_voucher": 500_000}


def test_a_budget_of_nothing_is_no_budget() -> None:
    assert plan_with("{budget: 0.00}") == plan_with()
    assert plan_hash(plan_with("{budget: 0}")) == plan_hash(plan_with())
    assert from_canonical(canonical_text(plan_with("{budget: 1}"))).budget == 1_00


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


choices = st.fixed_dictionaries(
    {"choose_from": st.integers(1, 10)},
    optional={
        "or_voucher": st.none() | st.builds(lambda number: f"{number}‱", st.integers(1, 100_000)),
        "choose_within": st.builds(lambda days: f"{days}d", st.integers(1, 90)),
    },
)
goods = st.lists(st.builds(lambda value: {"goods": value}, st.just("ordered") | choices), max_size=1)
weights = st.lists(st.builds(lambda value: {"daily_dividend_share": value}, rate), max_size=2)
whole = st.integers(1, 1_000_000)
sitting = st.fixed_dictionaries({"wins": whole, "sit_out": whole})
caps = st.integers(2, 1_000_000).flatmap(
    lambda joins: st.fixed_dictionaries({"wins": st.integers(1, joins - 1), "of_joins": st.just(joins)})
)
rules = st.tuples(
    st.sampled_from([[], ["newcomer_in_front"], ["newcomer_in_front", "first_join_of_day_in_front"]]),
    st.lists(st.builds(lambda numbers: {"after_wins_in_a_row": numbers}, sitting), max_size=1),
    st.lists(st.builds(lambda numbers: {"after_wins_in_total": numbers}, sitting), max_size=1),
    st.lists(st.builds(lambda numbers: {"at_most": numbers}, caps), max_size=1),
).flatmap(lambda kinds: st.permutations([rule for kind in kinds for rule in kind]))
part = st.builds(lambda number: f"{number}‱", st.integers(0, 10_000))
calendars = st.tuples(st.integers(1, 26), st.integers(1, 26), amount.filter(lambda text: text != "0.00")).map(
    lambda days: {
        "in_and_out": f"1-{min(days[:2])}",
        "in_only": f"{min(days[:2]) + 1}-{max(days[:2]) + 1}",
        "step": days[2],
    }
)
promises = st.fixed_dictionaries(
    {},
    optional={
        "credit": st.none()
        | st.fixed_dictionaries({}, optional={"static_release": part, "accelerated_release": part}),
        "promoter": st.fixed_dictionaries(
            {}, optional={"newcomer_days": st.integers(0, 365), "day_with_join": st.integers(0, 365)}
        ),
        "dividends": st.fixed_dictionaries(
            {},
            optional={
                "daily": st.none() | st.fixed_dictionaries({"per_win": amount | rate}),
                "monthly": st.none() | calendars,
            },
        ),
        "referral": st.fixed_dictionaries(
            {},
            optional={
                "release_to_sponsor": st.none()
                | st.fixed_dictionaries({}, optional={"direct": amount | part, "indirect": amount | part})
            },
        ),
    },
)


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
    won = draw(gives) + draw(goods) + draw(weights)
    return {
        "plan": draw(st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,3}", fullmatch=True)),
        "title": draw(titles),
        "about": draw(st.none() | titles),
        "offer": {"price": draw(amount.filter(lambda text: text != "0.00")), "goods_cost": draw(amount)},
        "group": group,
        "limits": {"joins_per_day": draw(st.none() | st.integers(1, 50))},
        "hours": draw(st.sampled_from([[], ["10:00-12:00"], ["20:00-24:00", "00:00-01:30"]])),
        "draw": {"seat_rules": draw(rules), "conflict": "draw_anyway"},
        "outcomes": [
            {"name": "winner", "count": prizes, "payment": "keep", "gives": won},
            {
                "name": "other",
                "title": draw(titles),
                "count": "rest",
                "payment": "refund",
                "gives": draw(gives) + draw(goods),
            },
        ],
        "each_join": draw(gives),
        **draw(promises),
    }


@given(documents())
def test_any_plan_comes_back(document: dict[str, object]) -> None:
    plan = read_plan(document)
    text = canonical_text(plan)
    assert from_canonical(text) == plan
    assert canonical_text(from_canonical(text)) == text
    assert not any(isinstance(value, float) for value in _leaves(json.loads(text)))
    for language in LANGUAGES:
        assert all(sentence for section in explain(plan, language) for sentence in section.sentences)


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
