"""A presale as a plan says it: its deposit, what it may not stand with, its words, its solvency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.plan.amounts import PPM
from pinwheel.plan.canonical import canonical_text, from_canonical, plan_hash
from pinwheel.plan.compare import differences
from pinwheel.plan.explain import explain
from pinwheel.plan.lawfulness import Facts, lawfulness
from pinwheel.plan.presale import Presale, deposit_of, is_part_of
from pinwheel.plan.promises import Amount
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.solvency import solvency
from pinwheel.plan.solvency_words import headlines
from stage import changed


def refused(changes: str) -> list[tuple[str, str]]:
    with pytest.raises(PlanRefused) as info:
        changed("presale-group", changes)
    return [(problem.path, problem.code) for problem in info.value.problems]


def test_the_playbook_asks_for_twenty_now_and_the_rest_later():
    plan = changed("presale-group")
    assert plan.presale is not None
    assert (deposit_of(plan.presale, plan.offer.price), plan.presale.balance_within) == (2_000, 48 * 3600)
    assert deposit_of(None, 19_900) == 0


def test_the_deposit_may_be_a_rate_of_the_price():
    plan = changed("presale-group", "{presale.deposit: 12.5%, offer.price: 100.01}")
    assert deposit_of(plan.presale, 10_001) == 1_250  # rounded down


@given(
    st.one_of(
        st.builds(Amount, fixed=st.integers(1, 10**9 - 1)),
        st.builds(Amount, ppm=st.integers(1, PPM - 1)),
    ),
    st.integers(1, 10**9 - 1),
)
def test_deposit_and_balance_are_the_price(deposit, price):
    presale = Presale(deposit=deposit, balance_within=3600)
    paid = deposit_of(presale, price)
    assert is_part_of(presale, price) == (paid >= 1 and price - paid >= 1)
    if deposit.ppm:
        assert paid * PPM <= price * deposit.ppm < (paid + 1) * PPM


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ("{presale.deposit: 0.00}", "presale.deposit"),
        ("{presale.deposit: 0%}", "presale.deposit"),
        ("{presale.deposit: 100%}", "presale.deposit"),
        ("{presale.deposit: 199.00}", "presale.deposit"),
        ("{presale.deposit: 250.00}", "presale.deposit"),
        ("{presale.deposit: 1‱, offer.price: 99.99}", "presale.deposit"),
        ("{presale.deposit: null}", "presale.deposit"),
        ("{presale.deposit: cheap}", "presale.deposit"),
        ("{presale.balance_within: null}", "presale.balance_within"),
        ("{presale.balance_within: 30s}", "presale.balance_within"),
        ("{presale.forfeit: true}", "presale.forfeit"),
        ("{draw: {when: on_fill}}", "draw"),
        ("{outcomes.0.payment: refund}", "outcomes[0].payment"),
        ("{outcomes.0.gives: [{goods: {choose_from: 3}}]}", "outcomes[0].gives[0].goods"),
        ("{each_join: [{cash: 1.00}]}", "each_join"),
        ("{group.leader: {gives: [{cash: 1.00}]}}", "group.leader.gives"),
        ("{credit: {static_release: 3‱}}", "credit"),
        ("{promoter: {newcomer_days: 1}}", "promoter"),
        ("{dividends: {daily: {per_win: 1.00}}}", "dividends"),
        ("{referral: {release_to_sponsor: {direct: 1.00}}}", "referral"),
        ("{budget: 100.00}", "budget"),
        ("{title: {zh: 定金拼购, en: Presale}}", "title.zh"),
        ("{about.zh: 先付定金}", "about.zh"),
        ("{outcomes.0.title.zh: 已付定金}", "outcomes[0].title.zh"),
    ],
)
def test_what_a_presale_cannot_be_or_stand_with(changes, path):
    assert (path, "plan_invalid") in refused(changes)


def test_a_draw_between_classes_is_refused():
    classes = (
        "{draw: {when: on_fill}, outcomes: [{name: won, count: 1, payment: keep},"
        " {name: other, count: rest, payment: refund}]}"
    )
    assert {path for path, _ in refused(classes)} == {"draw", "outcomes", "outcomes[1].payment"}


def test_canonical_text_and_hash():
    plan = changed("presale-group")
    assert from_canonical(canonical_text(plan)) == plan
    assert '"presale":{"balance_within":172800,"deposit":{"fixed":2000,"ppm":0}}' in canonical_text(plan)
    assert '"presale"' not in canonical_text(changed("ordinary-group"))  # hashes of before stay as they were
    other = changed("presale-group", "{presale.deposit: 10%}")
    assert plan_hash(other) != plan_hash(plan)
    [difference] = differences(plan, other)
    assert difference == ("presale.deposit", "20.00", "10%")


def test_members_read_what_is_paid_when_and_that_all_of_the_deposit_goes_back():
    plan = changed("presale-group")
    zh = "".join(sentence for section in explain(plan, "zh") for sentence in section.sentences)
    en = " ".join(sentence for section in explain(plan, "en") for sentence in section.sentences)
    assert (
        "订金 20.00 元" in zh and "尾款 179.00 元" in zh and "合计 199.00 元" in zh and "2 天内付清尾款" in zh
    )
    assert "订金都全额原路退回" in zh
    assert "定金" not in zh and "普通拼团" not in zh
    assert "a deposit of 20.00 yuan" in en and "The deposit is never forfeited" in en
    headings = [section.heading for section in explain(changed("ordinary-group"), "zh")]
    assert "订金与尾款" not in headings


def test_fees_are_of_both_payments_and_a_group_without_balances_loses_the_fees_of_its_deposits():
    plan = changed("presale-group", "{offer.payment_fee: 0.6%, presale.deposit: 20.01}")
    report = solvency(plan)
    of_deposit, of_balance = 13, 108  # 0.6% of 20.01 and of 178.99, each rounded up
    assert report.expected.fee == 5 * (of_deposit + of_balance)
    assert (report.unfilled, report.unpaid) == (-4 * of_deposit, -5 * of_deposit)
    assert report.worst_cash == report.expected.cash == 5 * 19_900 - 5 * 12_000 - report.expected.fee
    assert "0.65" in " ".join(headlines(report, "en"))
    assert solvency(changed("ordinary-group")).unpaid is None


def test_nothing_in_the_playbook_blocks_publishing():
    found = lawfulness(changed("presale-group"), Facts())
    assert [one.rule for one in found if one.level == "block"] == []
