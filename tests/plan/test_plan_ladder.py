"""Plans with tiers: what is refused, what is said, and that the worst case is a bound of every end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.explain import explain, headline
from pinwheel.plan.ladder import ended_with, ends_of, ladder_price
from pinwheel.plan.load import playbook_text
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.solvency import solvency
from pinwheel.plan.yaml_exact import load_yaml

TIERS = "{size: 3, price: 99.00}, {size: 5, price: 89.00}"


def ladder(changes: str = "{}"):
    return read_plan(apply_changes(load_yaml(playbook_text("ladder-group")), load_yaml(changes)))


REFUSED = {
    "one tier": ("{group.tiers: [{size: 3, price: 99.00}]}", "group.tiers"),
    "no tier": ("{group.tiers: []}", "group.tiers"),
    "no list": ("{group.tiers: 3}", "group.tiers"),
    "a tier without a size": (
        "{group.tiers: [{price: 99.00}, {size: 5, price: 89.00}]}",
        "group.tiers[0].size",
    ),
    "a tier of text": ("{group.tiers: [{size: few, price: 99.00}]}", "group.tiers[0].size"),
    "alone": ("{group.tiers: [{size: 1, price: 99.00}, {size: 5, price: 89.00}]}", "group.tiers[0].size"),
    "sizes that fall": (
        "{group.tiers: [{size: 5, price: 99.00}, {size: 5, price: 89.00}]}",
        "group.tiers[1].size",
    ),
    "prices that rise": (
        "{group.tiers: [{size: 3, price: 99.00}, {size: 5, price: 99.00}]}",
        "group.tiers[1].price",
    ),
    "an unknown key": ("{group.tiers: [{size: 3, cost: 1}]}", "group.tiers[0].cost"),
    "a size beside them": ("{group.size: 10}", "group.size"),
    "another price": ("{offer.price: 98.00}", "offer.price"),
    "the next group": ("{group.late_payment: next_group}", "group.late_payment"),
    "a draw": ("{draw: {when: on_fill}}", "draw"),
    "refunds": ("{outcomes.0.payment: refund}", "outcomes[0].payment"),
    "a rate": ("{each_join: [{cash: 5%}]}", "each_join[0].cash"),
    "a choice": ("{outcomes.0.gives: [{goods: {choose_from: 3}}]}", "outcomes[0].gives[0].goods"),
    "a budget": ("{budget: 100.00}", "budget"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_ladder_cannot_be_is_refused_with_its_place(what):
    changes, path = REFUSED[what]
    with pytest.raises(PlanRefused) as refused:
        ladder(changes)
    assert path in {problem.path for problem in refused.value.problems}


def test_it_is_as_large_as_its_last_tier_and_its_hash_is_of_its_tiers():
    plan = ladder()
    assert plan.group.size == 10
    assert from_canonical(canonical_text(plan)) == plan
    assert canonical_text(ladder(f"{{group.tiers: [{TIERS}]}}")) != canonical_text(plan)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tier_is_named(language):
    plan = ladder()
    said = " ".join(sentence for section in explain(plan, language) for sentence in section.sentences)
    for tier in plan.group.tiers:
        price = f"{tier.price // 100}.00"
        assert price in said and price in headline(plan, language)
    assert ("difference" if language == "en" else "差价") in said


def test_the_worst_case_is_the_worst_of_all_ends():
    report = solvency(ladder("{offer.goods_cost: 70.00}"))
    assert report.loss == 1600 and not report.is_covered  # ten at 69.00: less the cost, less the fee
    assert solvency(ladder()).loss == 0


@given(st.integers(0, 9000), st.integers(0, 20_000), st.data())
def test_no_end_of_any_size_is_worse_than_the_worst_case(cost, fee, data):
    sizes = sorted(data.draw(st.lists(st.integers(2, 40), min_size=2, max_size=6, unique=True)))
    prices = data.draw(
        st.lists(st.integers(100, 20_000), min_size=len(sizes), max_size=len(sizes), unique=True)
    )
    prices.sort(reverse=True)
    tiers = [{"size": size, "price": f"{price / 100:.2f}"} for size, price in zip(sizes, prices, strict=True)]
    document = load_yaml(playbook_text("ladder-group"))
    document["group"]["tiers"] = tiers
    document["offer"] = {
        "price": tiers[0]["price"],
        "goods_cost": f"{cost / 100:.2f}",
        "payment_fee": f"{fee / 10_000:.4f}%",
    }
    document["each_join"] = [{"cash": "1.00"}]
    plan = read_plan(document)
    report = solvency(plan)
    paid_fee = -(-plan.offer.price * plan.offer.payment_fee // 1_000_000)
    for seats in range(sizes[0], sizes[-1] + 1):
        price = ladder_price(plan, seats)
        margin = seats * (price - cost - 100 - paid_fee)
        assert margin >= report.worst_cash and margin >= report.worst_accrual
        assert ended_with(plan, seats).offer.price == price
    assert set(ends_of(plan)) <= set(range(sizes[0], sizes[-1] + 1))
