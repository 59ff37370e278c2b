"""Endpoints: made, changed, tried, switched off; deliveries sent once more."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused
from pinwheel.market.webhooks.events import TEST, TYPES, write_deliveries
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent
from pinwheel.market.webhooks.post import Turned, checked_url
from pinwheel.market.webhooks.secrets import secret_of
from pinwheel.plan.words import Phrase

MOST_OF_A_CLIENT = 10  # that are on
OVERLAP = timedelta(hours=24)  # in which the old secret signs too
SWITCHED_OFF = "switched_off"
MOST_REPLAYS = 1000
WHY = {
    "not_a_url": Phrase("不是正确的地址", "it is no proper URL"),
    "not_https": Phrase("不是 https", "it is not https"),
    "private_address": Phrase("指向内网", "it lies in a private network"),
}


def make_endpoint(client: str, url: str, types: Collection[str], now: datetime) -> Endpoint:
    """A new endpoint of a client. Raises: Refused invalid, endpoint_refused, too_many_endpoints."""
    refuse_endpoint(url, types)
    with transaction.atomic():
        raw_cursor().execute("SELECT pg_advisory_xact_lock(3, hashtext(%s))", (client,))
        refuse_many(client)
        return Endpoint.objects.create(
            id=new_id(now), client=client, url=url, types=ordered(types), created_at=now
        )


def change_endpoint(endpoint_id: int, url: str, types: Collection[str], is_enabled: bool) -> Endpoint:
    """Change an endpoint. One that is switched on again goes on with what waits.

    Raises: Refused not_found, invalid, endpoint_refused, too_many_endpoints.
    """
    refuse_endpoint(url, types)
    with transaction.atomic():
        client = found_endpoint(endpoint_id).client
        raw_cursor().execute("SELECT pg_advisory_xact_lock(3, hashtext(%s))", (client,))
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        if is_enabled and not endpoint.is_enabled:
            refuse_many(client)
            endpoint.failures, endpoint.failing_since = 0, None
        endpoint.url, endpoint.types, endpoint.is_enabled = url, ordered(types), is_enabled
        endpoint.disabled_reason = "" if is_enabled else endpoint.disabled_reason or SWITCHED_OFF
        endpoint.save()
    return endpoint


def rotate_secret(endpoint_id: int, now: datetime) -> Endpoint:
    """Give an endpoint another secret; events are signed with both for a day. Raises: Refused not_found."""
    with transaction.atomic():
        found_endpoint(endpoint_id)
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        endpoint.secret_number += 1
        endpoint.old_secret_until = now + OVERLAP
        endpoint.save(update_fields=["secret_number", "old_secret_until"])
    return endpoint


def newest_secret(endpoint: Endpoint) -> str:
    """The secret with which the endpoint's owner verifies."""
    return secret_of(endpoint.pk, endpoint.secret_number)


def send_test(endpoint_id: int, now: datetime) -> HookDelivery:
    """Put a test event on its way to one endpoint. Raises: Refused not_found."""
    with transaction.atomic():
        endpoint = found_endpoint(endpoint_id)
        event = HookEvent.objects.create(
            id=new_id(now), type=TEST, data={"endpoint": str(endpoint.pk)}, at=now, created_at=now
        )
        write_deliveries(raw_cursor(), [(event.pk, endpoint.pk)], now)
        return HookDelivery.objects.get(event_id=event.pk, endpoint_id=endpoint.pk)


def replay(delivery_id: int, now: datetime) -> HookDelivery:
    """Send an event once more to its endpoint, under the same `webhook-id`, whether it was taken or not.

    Raises: Refused not_found, invalid (replayed too often).
    """
    with transaction.atomic():
        delivery = HookDelivery.objects.select_for_update().filter(pk=delivery_id).first()
        if delivery is None:
            raise Refused("not_found")
        if delivery.replays >= MOST_REPLAYS:
            what = (f"最多重发 {MOST_REPLAYS} 次。", f"It can be sent again {MOST_REPLAYS} times at most.")
            raise Refused("invalid", {"what": what})
        delivery.state, delivery.tries, delivery.next_try_at = HookDelivery.State.WAITING, 0, now
        delivery.replays, delivery.done_at = delivery.replays + 1, None
        delivery.save(update_fields=["state", "tries", "next_try_at", "replays", "done_at"])
    return delivery


def found_endpoint(endpoint_id: int) -> Endpoint:
    """Raises: Refused not_found."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Refused("not_found")
    return endpoint


def refuse_endpoint(url: str, types: Collection[str]) -> None:
    """Raises: Refused endpoint_refused, invalid."""
    try:
        checked_url(url, environment().webhooks_to_private_networks)
    except Turned as turned:
        raise Refused("endpoint_refused", {"why": tuple(WHY[str(turned)])}) from None
    unknown = sorted(set(types) - set(TYPES))
    if unknown or not types:
        listed = ", ".join(TYPES)
        what = (f"请选择事件类型，允许：{listed}。", f"Choose types of events; allowed: {listed}.")
        raise Refused("invalid", {"what": what})


def refuse_many(client: str) -> None:
    """Raises: Refused too_many_endpoints."""
    if Endpoint.objects.filter(client=client, is_enabled=True).count() >= MOST_OF_A_CLIENT:
        raise Refused("too_many_endpoints", {"limit": MOST_OF_A_CLIENT})


def ordered(types: Collection[str]) -> list[str]:
    """Types in the order of the list, each once."""
    return [name for name in TYPES if name in types]
