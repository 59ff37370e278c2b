"""Two workers tell and send at once; a client makes endpoints at once. First met without the guard."""

from collections import Counter

import pytest
from django.db.models import QuerySet
from together import Rendezvous, of_kind, together

from pinwheel.market.clock import current_time
from pinwheel.market.messages import expand, send
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.models import Delivery, Event, Message
from pinwheel.market.refusals import Refused
from pinwheel.market.webhooks import services
from pinwheel.market.webhooks.events import TYPES
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent
from stage import Stage

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(120)]
HOOK = "https://mall.example/hooks"


def forty_events() -> Stage:
    """Joins of thirty members, some with two, and the groups that they filled; an endpoint that hears all."""
    services.make_endpoint("mall", HOOK, tuple(TYPES), current_time())
    stage = Stage("ordinary-group", members=30)
    for member in stage.members:
        stage.join(member)
    stage.settle()
    return stage


def tell_twice(stage: Stage) -> list[object]:
    return together(*(lambda: tell_members(stage.now) for _ in range(4)))


def test_workers_share_events_and_tell_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand, "EVENTS", 3)
    stage = forty_events()
    told = tell_twice(stage)
    assert sum(told) == 40 and not Event.objects.exists()  # type: ignore[arg-type]
    assert Message.objects.count() == 60 and HookEvent.objects.count() == 40


def test_without_the_lock_webhooks_hear_twice_but_members_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several read the same events before one has taken them out; a message is unique all the same."""
    stage, point = forty_events(), Rendezvous(4)

    def unlocked(cursor, at_most, number=0):
        cursor.execute(
            "SELECT id, fact, kind, about, activity_id, subjects, amounts, facts, at FROM messages_event"
            " ORDER BY id"
        )
        rows = [expand.Row._make(row) for row in cursor.fetchall()]
        point.wait()
        cursor.execute("DELETE FROM messages_event")
        return rows

    monkeypatch.setattr(expand, "take_events", unlocked)
    tell_twice(stage)
    assert HookEvent.objects.count() > 40
    assert Message.objects.count() == 60


def deliveries(count: int) -> None:
    now = current_time()
    Delivery.objects.bulk_create(
        [
            Delivery(message_id=n, member_id=1, kind=1, channel=1, next_try_at=now, created_at=now)
            for n in range(count)
        ]
    )


def claim_at_once() -> Counter[int]:
    """How often each delivery was claimed by four workers at once."""
    answers = together(*(lambda: send.claim(current_time()) for _ in range(4)))
    return Counter(row.pk for rows in of_kind(answers, list) for row in rows)


def test_a_delivery_is_claimed_by_one_worker() -> None:
    deliveries(40)
    assert set(claim_at_once().values()) == {1}


def test_without_the_lock_a_delivery_is_sent_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    point = Rendezvous(4)

    def unlocked(self: QuerySet[Delivery], **_: object) -> QuerySet[Delivery]:
        point.wait()
        return self

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    deliveries(40)
    assert max(claim_at_once().values()) > 1


def make_four() -> list[object]:
    """Four endpoints of a client that may have one more."""
    for _ in range(services.MOST_OF_A_CLIENT - 1):
        services.make_endpoint("mall", HOOK, ["order.paid"], current_time())
    return together(*[make_one] * 4)


def make_one() -> Endpoint:
    return services.make_endpoint("mall", HOOK, ["order.paid"], current_time())


def test_endpoints_made_at_once_stay_within_the_limit() -> None:
    assert len(of_kind(make_four(), Refused)) == 3
    assert Endpoint.objects.count() == services.MOST_OF_A_CLIENT
    assert not HookDelivery.objects.exists()


def test_without_the_lock_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    point, real = Rendezvous(4), services.refuse_many

    def met(client: str) -> None:
        real(client)
        point.wait()

    class Deaf:
        def execute(self, *_: object) -> None:
            pass

    for _ in range(services.MOST_OF_A_CLIENT - 1):
        services.make_endpoint("mall", HOOK, ["order.paid"], current_time())
    monkeypatch.setattr(services, "raw_cursor", Deaf)
    monkeypatch.setattr(services, "refuse_many", met)
    together(*[make_one] * 4)
    assert Endpoint.objects.count() > services.MOST_OF_A_CLIENT
