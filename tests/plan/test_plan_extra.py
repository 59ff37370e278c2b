"""A second article as a plan says it: what it costs, what members read, where it may stand."""

import pytest

from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.compare import differences
from pinwheel.plan.explain import explain
from pinwheel.plan.lawfulness import lawfulness
from pinwheel.plan.model import extra_of
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.solvency import solvency
from stage import changed

EXTRA = "{goods: {extra: CUP-RED, cost: 5.00, title: {zh: 红杯, en: Red cup}}}"
GIFT = f"{{outcomes.0.gives: [{{goods: ordered}}, {EXTRA}]}}"


def test_it_is_named_and_its_cost_counts():
    plan = changed("ordinary-group", GIFT)
    extra = extra_of(plan)
    assert extra is not None and (extra.extra, extra.cost) == ("CUP-RED", 500)
    assert extra_of(changed("ordinary-group")) is None
    assert from_canonical(canonical_text(plan)) == plan
    said = [sentence for section in explain(plan, "zh") for sentence in section.sentences]
    assert any("所购商品一份、加送“红杯”一件" in sentence for sentence in said)
    said = [sentence for section in explain(plan, "en") for sentence in section.sentences]
    assert any("one “Red cup” as a gift" in sentence for sentence in said)
    assert solvency(plan).worst.goods == solvency(changed("ordinary-group")).worst.goods + 3 * 500
    dear = changed("ordinary-group", GIFT.replace("5.00", "50.00"))
    assert solvency(dear).needs_budget and not solvency(plan).needs_budget
    assert [one.rule for one in lawfulness(dear) if one.rule == "M01"] == ["M01"]
    [difference] = differences(plan, dear)
    assert "CUP-RED" in difference.before and "50.00" in difference.after


@pytest.mark.parametrize(
    ("name", "changes", "path"),
    [
        ("ordinary-group", f"{{outcomes.0.gives: [{EXTRA}]}}", "outcomes[0].gives[0].goods"),
        ("ordinary-group", GIFT.replace("ordered", "{choose_from: 3}"), "outcomes[0].gives[1].goods"),
        ("ordinary-group", f"{{outcomes.0.gives: [{{goods: ordered}}, {EXTRA}, {EXTRA}]}}", None),
        ("ordinary-group", GIFT.replace("cost: 5.00, ", ""), "outcomes[0].gives[1].goods.cost"),
        ("ordinary-group", GIFT.replace(", title: {zh: 红杯, en: Red cup}", ""), None),
        ("ordinary-group", GIFT.replace("CUP-RED", "a b"), "outcomes[0].gives[1].goods.extra"),
        ("draw-on-fill", GIFT, "outcomes[0].gives[1].goods"),
        ("ordinary-group", f"{{each_join: [{EXTRA}]}}", "each_join[0].goods"),
    ],
)
def test_where_it_may_not_stand(name, changes, path):
    with pytest.raises(PlanRefused) as info:
        changed(name, changes)
    assert path is None or path in [problem.path for problem in info.value.problems]
