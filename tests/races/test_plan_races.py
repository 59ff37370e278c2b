"""Publishing at the same moment: first that the race is real, then that each guard stops it."""

import pytest
from django.db import DatabaseError, connection
from together import Rendezvous, of_kind, together

from pinwheel.doors.cli.demo.shop import make_operators
from pinwheel.market.clock import current_time
from pinwheel.market.plans import requests, services
from pinwheel.market.plans.models import PlanVersion, PublishRequest
from pinwheel.market.plans.requests import (
    acknowledge,
    draft_digest,
    request_publication,
    save_facts,
    turn_down,
)
from pinwheel.market.plans.services import save_draft
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.lawfulness import Facts
from pinwheel.plan.load import playbook_text

pytestmark = pytest.mark.timeout(120)
DRAW = playbook_text("draw-on-fill")
GUARDS = (
    "ALTER TABLE plans_version DROP CONSTRAINT plan_hash_unique",
    "ALTER TABLE plans_version DROP CONSTRAINT plan_version_unique",
    "ALTER TABLE plans_request DISABLE TRIGGER publish_request_never_changes",
)


@pytest.fixture
def people(database: str) -> list[Operator]:
    make_operators()
    Operator.objects.create_superuser("third")
    return [Operator.objects.get(username=name) for name in ("admin", "finance", "third")]


def waiting(people: list[Operator], source: str = DRAW) -> PublishRequest:
    draft = save_draft(source, current_time())
    return request_publication(draft.pk, draft_digest(draft), people[0], current_time())


def acknowledged_twice(people: list[Operator], request: PublishRequest) -> list[object]:
    return together(
        *(
            (lambda person=person: acknowledge(request.pk, ["opinion 7"], person, current_time()))
            for person in people[1:]
        )
    )


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the request without its lock, wait until both have read it, and count versions unlocked."""
    met, counted = Rendezvous(2), Rendezvous(2)

    def read(request_id: int) -> PublishRequest:
        found = PublishRequest.objects.get(pk=request_id)
        met.wait()
        return found

    monkeypatch.setattr(requests, "lock_request", read)
    monkeypatch.setattr(requests, "lock_plan", lambda name: None)
    monkeypatch.setattr(services, "lock_plan", lambda name: None)
    monkeypatch.setattr(services, "plan_accounts", lambda name: counted.wait())


def without_guards() -> None:
    with connection.cursor() as cursor:
        for guard in GUARDS:
            cursor.execute(guard)


def test_without_locks_and_guards_it_is_published_twice(people, monkeypatch):
    request = waiting(people)
    without_locks(monkeypatch)
    without_guards()
    answers = acknowledged_twice(people, request)
    assert len(of_kind(answers, PublishRequest)) == 2, answers
    assert [version.version for version in PlanVersion.objects.all()] == [1, 1]


def test_the_lock_makes_one_of_two_acknowledgements(people):
    request = waiting(people)
    without_guards()
    answers = acknowledged_twice(people, request)
    assert [answer.code for answer in of_kind(answers, Refused)] == ["already_decided"], answers
    assert PlanVersion.objects.count() == 1


def test_the_database_stops_the_second_without_the_lock(people, monkeypatch):
    request = waiting(people)
    without_locks(monkeypatch)
    answers = acknowledged_twice(people, request)
    assert len(of_kind(answers, DatabaseError)) == 1, answers
    version = PlanVersion.objects.get()
    assert {one["by"] for one in version.acknowledgements} <= {people[1].pk, people[2].pk}


def test_acknowledging_and_rejecting_at_once_does_one_of_both(people):
    request = waiting(people)
    together(
        lambda: acknowledge(request.pk, ["opinion 7"], people[1], current_time()),
        lambda: turn_down(request.pk, "not like this", people[2], current_time()),
    )
    request.refresh_from_db()
    assert PlanVersion.objects.count() == (request.state == PublishRequest.State.PUBLISHED)
    assert request.state in (PublishRequest.State.PUBLISHED, PublishRequest.State.REJECTED)


def asked_at_once(people: list[Operator]) -> list[object]:
    draft = save_facts(save_draft(DRAW, current_time()).pk, Facts(prize_tax="withhold"), current_time())
    shown = draft_digest(draft)
    return together(
        *(
            (lambda person=person: request_publication(draft.pk, shown, person, current_time()))
            for person in people
        )
    )


def test_asking_at_once_publishes_once(people):
    answers = asked_at_once(people)
    assert [answer.code for answer in of_kind(answers, Refused)] == ["already_published"] * 2, answers
    assert PlanVersion.objects.count() == PublishRequest.objects.count() == 1


def two_contents(people: list[Operator]) -> list[object]:
    wanted = [waiting(people, DRAW.replace("price: 100.00", f"price: {price}.00")) for price in (101, 102)]
    return together(
        *(
            (lambda request=request: acknowledge(request.pk, ["opinion 7"], people[1], current_time()))
            for request in wanted
        )
    )


def test_without_the_lock_two_contents_take_one_number(people, monkeypatch):
    without_locks(monkeypatch)
    answers = two_contents(people)
    assert len(of_kind(answers, DatabaseError)) == 1, answers


def test_versions_are_counted_one_by_one(people, monkeypatch):
    counted = Rendezvous(2, seconds=1)  # the lock keeps the second from coming here
    monkeypatch.setattr(services, "plan_accounts", lambda name: counted.wait())
    answers = two_contents(people)
    assert len(of_kind(answers, PublishRequest)) == 2, answers
    assert sorted(version.version for version in PlanVersion.objects.all()) == [1, 2]
