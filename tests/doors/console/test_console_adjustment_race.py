"""Two confirmations at the same moment: first that the race is real, then that each guard stops it."""

import contextlib
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from pinwheel.ledger.models import Wallet
from pinwheel.market.adjustments import services
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.adjustments.refusals import AdjustmentRefused
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from stage import make_members

sys.path.insert(0, str(Path(__file__).parents[2] / "races"))
from together import Rendezvous, together

pytestmark = pytest.mark.database
GUARD = "ALTER TABLE adjustments_proposal {} TRIGGER adjustment_decided_never_changes"


@pytest.fixture
def proposal(staff) -> AdjustmentProposal:
    member = Member.objects.get(pk=make_members(1, 10_000, current_time())[0])
    return services.propose(member, 0, 500, "parcel damaged", staff["support"], current_time())


def confirm_twice(staff, proposal) -> list[object]:
    return together(
        lambda: services.confirm(proposal.pk, staff["finance"], current_time()),
        lambda: services.confirm(proposal.pk, staff["boss"], current_time()),
    )


def without_lock(monkeypatch) -> None:
    """Read the proposal without its lock, and wait until both have read it."""
    met = Rendezvous(2)

    def read(proposal_id: int) -> AdjustmentProposal:
        found = AdjustmentProposal.objects.get(pk=proposal_id)
        met.wait()
        return found

    monkeypatch.setattr(services, "lock_proposal", read)


@contextlib.contextmanager
def without_guard():
    with connection.cursor() as cursor:
        cursor.execute(GUARD.format("DISABLE"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(GUARD.format("ENABLE"))


def cash(proposal: AdjustmentProposal) -> int:
    return Wallet.objects.get(pk=proposal.member_id).cash


def test_without_lock_and_guard_it_is_paid_twice(staff, proposal, monkeypatch):
    without_lock(monkeypatch)
    with without_guard():
        answers = confirm_twice(staff, proposal)
    assert all(isinstance(answer, AdjustmentProposal) for answer in answers)
    assert cash(proposal) == 11_000


def test_the_lock_makes_one_of_two_confirmations(staff, proposal):
    with without_guard():
        answers = confirm_twice(staff, proposal)
    refused = [answer for answer in answers if isinstance(answer, AdjustmentRefused)]
    assert [answer.code for answer in refused] == ["already_decided"]
    assert cash(proposal) == 10_500


def test_the_database_stops_the_second_even_without_the_lock(staff, proposal, monkeypatch):
    without_lock(monkeypatch)
    answers = confirm_twice(staff, proposal)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
    assert cash(proposal) == 10_500


def test_confirming_and_rejecting_at_once_does_one_of_both(staff, proposal):
    together(
        lambda: services.confirm(proposal.pk, staff["finance"], current_time()),
        lambda: services.reject(proposal.pk, staff["boss"], current_time()),
    )
    proposal.refresh_from_db()
    is_paid = proposal.state == AdjustmentProposal.State.CONFIRMED
    assert cash(proposal) == (10_500 if is_paid else 10_000)
    assert proposal.state != AdjustmentProposal.State.PROPOSED
