"""Sending events to endpoints, outside of any transaction; a slow endpoint holds up nobody but itself.

As with messages, a try is claimed for a lease, then made, then written down. A process that dies in between
leaves its deliveries waiting: an endpoint may hear an event twice, under the same `webhook-id`.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import Min

from pinwheel.config.environment import environment
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent
from pinwheel.market.webhooks.post import Answer, post_event
from pinwheel.market.webhooks.secrets import secrets_of

log = structlog.get_logger("pinwheel.webhooks")
State = HookDelivery.State
OF_ONE = 10  # deliveries of one endpoint a round
ENDPOINTS = 32  # endpoints a round
THREADS = 16
LEASE = timedelta(minutes=10)
BACKOFF = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400]  # seconds after each try that failed
MOST_TRIES = len(BACKOFF) + 1
DISABLED_AFTER = timedelta(days=3)  # without any success
DISABLED_TRIES = 20  # and at the least so many tries
DOWN = "down"
KEEP = timedelta(days=30)


class Work(NamedTuple):
    """What one thread does: the deliveries of one endpoint, one after the other."""

    endpoint: Endpoint
    secrets: list[str]
    deliveries: list[tuple[HookDelivery, str]]  # with the document


class Tried(NamedTuple):
    """A delivery that was tried, or (answer None) left for later because the endpoint did not answer."""

    delivery: HookDelivery
    answer: Answer | None


def send_webhooks(clock: Callable[[], datetime], goes_on: Callable[[], bool] = lambda: True) -> int:
    """Send what is due, some at a time; return how many were taken. Two at once share the work."""
    taken = 0
    while goes_on():
        works = claim(clock())
        if not works:
            return taken
        with ThreadPoolExecutor(min(THREADS, len(works)), thread_name_prefix="webhooks") as pool:
            rounds = list(pool.map(partial(deliver, now=clock()), works))
        for work, tried in zip(works, rounds, strict=True):
            taken += write_tried(work.endpoint, tried, clock())
    return taken


def claim(now: datetime) -> list[Work]:
    """The next deliveries that are due, by endpoint, each counted as tried and left alone for the lease."""
    due = HookDelivery.objects.filter(state=State.WAITING, next_try_at__lte=now)
    on = Endpoint.objects.filter(is_enabled=True)
    with transaction.atomic():
        first = due.filter(endpoint_id__in=on.values("id")).values("endpoint_id")
        busy = first.annotate(first=Min("next_try_at")).order_by("first", "endpoint_id")[:ENDPOINTS]
        claimed: list[HookDelivery] = []
        for entry in busy:
            ours = due.filter(endpoint_id=entry["endpoint_id"]).order_by("next_try_at", "id")
            claimed += ours.select_for_update(skip_locked=True)[:OF_ONE]
        for row in claimed:
            row.tries, row.next_try_at = row.tries + 1, now + LEASE
        HookDelivery.objects.bulk_update(claimed, ["tries", "next_try_at"])
    return works_of(claimed, now)


def works_of(claimed: Sequence[HookDelivery], now: datetime) -> list[Work]:
    """Everything that the threads need, read before they start: they do not touch the database."""
    endpoints = Endpoint.objects.in_bulk({row.endpoint_id for row in claimed})
    events = HookEvent.objects.in_bulk({row.event_id for row in claimed})
    return [
        Work(
            endpoint,
            secrets_of(endpoint, now),
            [(row, document_of(events[row.event_id])) for row in claimed if row.endpoint_id == endpoint.pk],
        )
        for endpoint in endpoints.values()
    ]


def document_of(event: HookEvent) -> str:
    """The body: the same text in every try."""
    moment = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    said = {"type": event.type, "timestamp": moment, "data": event.data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def deliver(work: Work, now: datetime) -> list[Tried]:
    """Send an endpoint's deliveries; after one that got no answer the rest waits for the next round."""
    tried: list[Tried] = []
    is_silent, to_private = False, environment().webhooks_to_private_networks
    for delivery, document in work.deliveries:
        if is_silent:
            tried.append(Tried(delivery, None))
            continue
        answer = post_event(work.endpoint.url, document, delivery.event_id, work.secrets, now, to_private)
        tried.append(Tried(delivery, answer))
        is_silent = answer.status == 0
    return tried


def write_tried(endpoint: Endpoint, tried: Sequence[Tried], now: datetime) -> int:
    """Write what an endpoint answered; return how many it took. One that is down for long is switched off."""
    with transaction.atomic():
        for one in sorted(tried, key=lambda one: one.delivery.pk):
            count = one.delivery.tries
            claimed = HookDelivery.objects.filter(pk=one.delivery.pk, state=State.WAITING, tries=count)
            claimed.update(**after(one, now))
        locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        count_failures(locked, [one.answer for one in tried if one.answer is not None], now)
    return sum(one.answer is not None and not one.answer.reason for one in tried)


def after(tried: Tried, now: datetime) -> dict[str, object]:
    """The columns of a delivery after a try."""
    answer, tries = tried.answer, tried.delivery.tries
    if answer is None:
        return {"tries": tries - 1, "next_try_at": now + timedelta(seconds=BACKOFF[0])}
    said: dict[str, object] = {
        "status": answer.status,
        "answer": answer.text,
        "reason": answer.reason,
        "took": answer.took,
    }
    if not answer.reason:
        return said | {"state": State.SENT, "done_at": now}
    if tries >= MOST_TRIES:
        return said | {"state": State.FAILED, "done_at": now}
    return said | {"next_try_at": now + timedelta(seconds=BACKOFF[tries - 1])}


def count_failures(endpoint: Endpoint, answers: Sequence[Answer], now: datetime) -> None:
    """Count tries in a row that failed; switch off an endpoint that is gone or down for long."""
    for answer in answers:
        if not answer.reason:
            endpoint.failures, endpoint.failing_since = 0, None
        else:
            endpoint.failures += 1
            endpoint.failing_since = endpoint.failing_since or now
    is_down = (
        endpoint.failing_since is not None
        and endpoint.failures >= DISABLED_TRIES
        and now - endpoint.failing_since >= DISABLED_AFTER
    )
    is_gone = any(answer.status == 410 for answer in answers)
    if endpoint.is_enabled and (is_down or is_gone):
        endpoint.is_enabled, endpoint.disabled_reason = False, "http_410" if is_gone else DOWN
        log.error(
            "a webhook endpoint was switched off", endpoint=endpoint.pk, reason=endpoint.disabled_reason
        )
    endpoint.save(update_fields=["failures", "failing_since", "is_enabled", "disabled_reason"])


def forget_old_webhooks(now: datetime) -> int:
    """Forget events that were made long ago, with their deliveries; return how many events."""
    HookDelivery.objects.filter(created_at__lt=now - KEEP).delete()
    old = HookEvent.objects.filter(created_at__lt=now - KEEP)
    return old.delete()[0]
