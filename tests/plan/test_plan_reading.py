"""Reading as a whole: files, defaults, and whatever else may stand in a field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_documents import DRAWN, ORDINARY, plan_with, problems_with

from pinwheel.plan.changes import apply_changes
from pinwheel.plan.load import load_plan, load_plan_file
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.yaml_exact import load_yaml


@pytest.mark.parametrize("text", ["", "# nothing", "[1, 2]", "plan", "3", "true"])
def test_a_document_that_is_no_plan(text: str) -> None:
    with pytest.raises(PlanRefused, match=r"plan: found .*a section with these keys: plan, title"):
        load_plan(text)


def test_files_that_cannot_be_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plans")
    latin = folder / "latin.yaml"
    latin.write_bytes("plan: caf\xe9".encode("latin-1"))
    with pytest.raises(PlanRefused, match="byte 0xe9; allowed: text in UTF-8"):
        load_plan_file(latin)
    with pytest.raises(PlanRefused, match="No such file"):
        load_plan_file(folder / "missing.yaml")
    with pytest.raises(PlanRefused, match="directory"):
        load_plan_file(folder)
    good = folder / "good.yaml"
    good.write_bytes("\ufeff".encode() + ORDINARY.encode())
    assert load_plan_file(good) == load_plan(ORDINARY)


def test_defaults() -> None:
    plan = load_plan(ORDINARY)
    assert (plan.title.zh, plan.title.en, plan.outcomes[0].title.zh) == (
        "small-group",
        "small-group",
        "buyer",
    )
    assert (plan.group.seating, plan.group.fill_within, plan.group.late_payment) == (
        "queue",
        86_400,
        "refund",
    )
    assert (plan.limits.joins_per_day, plan.limits.joins_total) == (None, None)
    assert (plan.limits.seats_per_group, plan.limits.open_groups) == (1, 1)
    assert (plan.draw, plan.hours, plan.each_join, plan.about) == (None, (), (), None)


def test_a_free_order_gives_goods_with_the_payment_refunded() -> None:
    assert plan_with("{outcomes.0.payment: refund}").outcomes[0].gives[0].what == "goods"


def test_an_unprintable_key_is_shown_escaped() -> None:
    [problem] = problems_with('{offer: {price: 1, "a\\x85b": 2}}')
    assert (problem.path, problem.found) == ('offer."a\\u0085b"', '"a\\u0085b"')


def test_a_plan_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_plan(ORDINARY).group.size = 4


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = [
    ["plan", "title", "about", "offer", "group", "limits", "hours", "draw", "outcomes", "each_join"],
    [
        "offer.price",
        "offer.payment_fee",
        "group.size",
        "group.leader",
        "group.fill_within",
        "draw.seat_rules",
    ],
    ["outcomes.0.count", "outcomes.0.gives", "outcomes.0.name", "outcomes.0.title", "outcomes.1"],
    ["outcomes.0.gives.0", "outcomes.0.gives.0.goods", "outcomes.0.gives.0.goods.choose_from"],
    ["credit", "credit.static_release", "promoter", "promoter.newcomer_days", "dividends", "referral"],
    ["dividends.daily", "dividends.daily.per_win", "dividends.monthly", "dividends.monthly.in_only"],
    ["referral.release_to_sponsor", "referral.release_to_sponsor.direct", "draw.seat_rules.0"],
    ["draw.seat_rules.0.at_most", "draw.seat_rules.0.at_most.wins"],
]
WITH_ALL = DRAWN.replace("[first_join_of_day_in_front]", "[{at_most: {wins: 1, of_joins: 2}}]").replace(
    "{goods: ordered}", "{goods: {choose_from: 3}}"
)


@given(st.sampled_from([place for places in PLACES for place in places]), anything)
def test_whatever_stands_in_a_field_it_is_read_or_refused(place: str, value: object) -> None:
    try:
        read_plan(apply_changes(load_yaml(WITH_ALL), {place: value}))
    except PlanRefused as refusal:
        for text in (refusal.in_english(), refusal.in_chinese()):
            assert text and all(line.isprintable() for line in text.split("\n"))
