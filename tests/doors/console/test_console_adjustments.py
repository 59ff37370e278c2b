"""Adjustments need two people: the services, the database and the pages all say so."""

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from pinwheel.ledger.models import Transfer, Wallet
from pinwheel.market.adjustments import services
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.adjustments.refusals import AdjustmentRefused
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import SENTENCES
from pinwheel.rules.reasons import ADJUSTMENT
from stage import make_members

pytestmark = pytest.mark.database
State = AdjustmentProposal.State


@pytest.fixture
def member(staff) -> Member:
    now = current_time()
    return Member.objects.get(pk=make_members(1, 10_000, now)[0])


def propose(staff, member, amount=500, asset=0, by="support", reason="parcel damaged"):
    return services.propose(member, asset, amount, reason, staff[by], current_time())


def code_of(call) -> str:
    with pytest.raises(AdjustmentRefused) as refused:
        call()
    for language in ("zh-hans", "en"):
        assert "{" not in refused.value.sentence(language)
    return refused.value.code


def test_a_confirmed_proposal_is_one_transfer_about_it(staff, member):
    proposal = propose(staff, member)
    assert Wallet.objects.get(pk=member.pk).cash == 10_000
    done = services.confirm(proposal.pk, staff["finance"], current_time())
    assert Wallet.objects.get(pk=member.pk).cash == 10_500
    transfer = Transfer.objects.get(batch=done.batch)
    assert (transfer.about, transfer.reason, transfer.amount) == (proposal.pk, ADJUSTMENT, 500)
    assert (done.state, done.confirmed_by) == (State.CONFIRMED, staff["finance"])


def test_every_refusal_leaves_everything_as_it_was(staff, member):
    now = current_time()
    assert code_of(lambda: propose(staff, member, amount=0)) == "amount_out_of_range"
    assert code_of(lambda: propose(staff, member, amount=services.MOST + 1)) == "amount_out_of_range"
    assert code_of(lambda: propose(staff, member, reason=" \n ")) == "reason_missing"
    assert code_of(lambda: propose(staff, member, reason="x" * 201)) == "reason_missing"
    assert code_of(lambda: propose(staff, member, amount=-10_001)) == "too_little_balance"
    assert not AdjustmentProposal.objects.exists()

    proposal = propose(staff, member, by="finance")
    assert code_of(lambda: services.confirm(proposal.pk, staff["finance"], now)) == "same_person"
    services.reject(proposal.pk, staff["finance"], now)
    assert code_of(lambda: services.confirm(proposal.pk, staff["boss"], now)) == "already_decided"
    assert code_of(lambda: services.reject(proposal.pk, staff["boss"], now)) == "already_decided"
    assert Wallet.objects.get(pk=member.pk).cash == 10_000


def test_a_balance_that_shrank_meanwhile_is_not_overdrawn(staff, member):
    first, second = propose(staff, member, -9_000), propose(staff, member, -9_000)
    services.confirm(first.pk, staff["finance"], current_time())
    refusal = lambda: services.confirm(second.pk, staff["finance"], current_time())  # noqa: E731
    assert code_of(refusal) == "too_little_balance"
    second.refresh_from_db()
    assert second.state == State.PROPOSED
    assert Wallet.objects.get(pk=member.pk).cash == 1_000


def test_the_database_refuses_what_the_services_would(staff, member):
    proposal = propose(staff, member)
    changes = [
        {"confirmed_by": staff["support"], "state": 1, "decided_at": current_time(), "batch": 1},
        {"state": 1},
        {"state": 2, "decided_at": current_time()},
        {"state": 7},
        {"amount": 5},
        {"reason": "another"},
        {"proposed_by": staff["boss"]},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            AdjustmentProposal.objects.filter(pk=proposal.pk).update(**change)
    services.reject(proposal.pk, staff["boss"], current_time())
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentProposal.objects.filter(pk=proposal.pk).update(state=0, rejected_by=None, decided_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentProposal.objects.all().delete()
    for fields in ({"amount": 0}, {"asset": 6}, {"reason": ""}):
        given = {"amount": 5, "asset": 0, "reason": "x", **fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            AdjustmentProposal.objects.create(
                id=5, member=member, proposed_by=staff["boss"], proposed_at=current_time(), **given
            )
    assert connection.is_usable()


def test_every_refusal_has_its_sentence_in_both_languages():
    for code, (chinese, english) in SENTENCES.items():
        assert code == "invalid" or chinese.endswith("。"), code  # that one's sentence is made on the spot
        assert code == "invalid" or english.endswith("."), code


def test_two_operators_do_it_on_the_pages(staff, member, language):
    support, finance = staff.client("support", language), staff.client("finance", language)
    form = {"asset": "3", "direction": "grant", "amount": "12.50", "reason": "补发积分"}
    answer = support.post(page(member, "adjust"), form)
    proposal = AdjustmentProposal.objects.get()
    assert answer.url == page(proposal)
    assert (proposal.asset, proposal.amount, proposal.reason) == (3, 1250, "补发积分")
    assert support.post(page(proposal, "confirm")).status_code == 403
    asked = finance.get(page(proposal, "confirm")).content.decode()
    assert "+12.50" in asked
    finance.post(page(proposal, "confirm"))
    assert Wallet.objects.get(pk=member.pk).consumer_points == 1250
    again = finance.post(page(proposal, "confirm"), follow=True).content.decode()
    assert ("不能再次处理" if language == "zh-hans" else "cannot be decided again") in again
    assert Wallet.objects.get(pk=member.pk).consumer_points == 1250
    assert LogEntry.objects.filter(object_id=str(proposal.pk)).count() == 2


def test_nobody_confirms_their_own_on_the_pages(staff, member):
    finance = staff.client("finance")
    finance.post(
        page(member, "adjust"), {"asset": "0", "direction": "take", "amount": "1", "reason": "too much paid"}
    )
    proposal = AdjustmentProposal.objects.get()
    text = finance.get(page(proposal)).content.decode()
    assert "Confirm…" not in text
    assert "Take back…" in text
    refused = finance.post(page(proposal, "confirm"), follow=True).content.decode()
    assert "cannot confirm it; another operator" in refused
    assert Wallet.objects.get(pk=member.pk).cash == 10_000
    boss = staff.client("boss")
    boss.post(page(proposal, "reject"))
    proposal.refresh_from_db()
    assert proposal.state == State.REJECTED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": "0"}, "out of range"),
        ({"amount": "0.001"}, "cannot be read"),
        ({"amount": "nan"}, "cannot be read"),
        ({"asset": "9"}, "not one of the available choices"),
        ({"reason": "   "}, "This field is required"),
        ({"direction": "take", "amount": "100.01"}, "balance is too low"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(staff, member, change, message):
    form = {"asset": "0", "direction": "grant", "amount": "5", "reason": "a good reason", **change}
    answer = staff.client("support").post(page(member, "adjust"), form)
    text = answer.content.decode()
    assert message in text
    assert form["amount"] in text
    assert not AdjustmentProposal.objects.exists()


def test_members_are_frozen_with_a_reason(staff, member):
    support = staff.client("support")
    assert support.post(page(member, "freeze"), {"reason": ""}).status_code == 400
    support.post(page(member, "freeze"), {"reason": "stolen phone"})
    member.refresh_from_db()
    assert (member.is_frozen, member.frozen_reason) == (True, "stolen phone")
    assert "stolen phone" in support.get(page(member)).content.decode()
    assert staff.client("operations").post(page(member, "freeze"), {"reason": "x"}).status_code == 403
    support.post(page(member, "freeze"), {"reason": "phone found"})
    member.refresh_from_db()
    assert (member.is_frozen, member.frozen_reason) == (False, "")
    said = list(LogEntry.objects.filter(object_id=str(member.pk)).values_list("change_message", flat=True))
    assert said == ["Unfrozen: phone found", "Frozen: stolen phone"]
    assert reverse("admin:members_member_history", args=[member.pk])
    assert "stolen phone" in support.get(page(member, "history")).content.decode()
