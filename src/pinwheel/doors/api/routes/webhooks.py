"""Webhook endpoints of the caller: made, changed, tried; their deliveries listed and sent once more.

Endpoints belong to the name of the API key, which a rotation keeps; other callers' are not found.
"""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_number
from pinwheel.doors.api.routes.common import IdempotencyKey, caller_of, handled_response, reads, writes
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.webhooks import (
    STATES,
    DeliveryOut,
    EndpointBody,
    EndpointChangeBody,
    EndpointOut,
    EndpointsOut,
    SecretOut,
    State,
    delivery_out,
    endpoint_out,
)
from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused
from pinwheel.market.webhooks import services
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent

router = Router(tags=["webhooks"])
NUMBERS = {name: number for number, name in STATES.items()}


def number_schema(what: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "description": what, "pattern": "^[0-9]{1,18}$", "examples": ["91234567890123"]}
    )


EndpointPath = Annotated[str, number_schema("Endpoint"), Path()]
DeliveryPath = Annotated[str, number_schema("Delivery"), Path()]


class DeliveriesQuery(PageQuery):
    """Which deliveries."""

    state: State | None = Field(default=None, description="Only deliveries in this state")


@router.get(
    "/webhooks",
    auth=BearerKey("webhooks:write"),
    response=reads(EndpointsOut),
    operation_id="listWebhooks",
    summary="List your webhook endpoints",
)
def list_endpoints(request: HttpRequest) -> EndpointsOut:
    rows = Endpoint.objects.filter(client=client_of(request)).order_by("-id")[:200]
    return EndpointsOut(endpoints=[endpoint_out(row) for row in rows])


@router.post(
    "/webhooks",
    auth=BearerKey("webhooks:write", body=True, once=True),
    response=writes(201, EndpointOut),
    operation_id="addWebhook",
    summary="Add a webhook endpoint",
)
def add_endpoint(request: HttpRequest, body: EndpointBody, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Events are sent there from now on, signed after Standard Webhooks. Read its secret next."""
    client = client_of(request)
    return handled_once(
        request,
        idempotency_key,
        ("/webhooks", body),
        201,
        EndpointOut,
        lambda: endpoint_out(services.make_endpoint(client, body.url, body.types, current_time())),
    )


@router.post(
    "/webhooks/{endpoint}",
    auth=BearerKey("webhooks:write", body=True, once=True),
    response=writes(200, EndpointOut),
    operation_id="changeWebhook",
    summary="Change a webhook endpoint, or switch it off",
)
def change_endpoint(
    request: HttpRequest, endpoint: EndpointPath, body: EndpointChangeBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    def change() -> EndpointOut:
        found = own_endpoint(request, endpoint)
        return endpoint_out(services.change_endpoint(found.pk, body.url, body.types, body.enabled))

    return handled_once(request, idempotency_key, (f"/webhooks/{endpoint}", body), 200, EndpointOut, change)


@router.get(
    "/webhooks/{endpoint}/secret",
    auth=BearerKey("webhooks:write"),
    response=reads(SecretOut),
    operation_id="getWebhookSecret",
    summary="Read a webhook endpoint's secret",
)
def get_secret(request: HttpRequest, endpoint: EndpointPath) -> SecretOut:
    found = own_endpoint(request, endpoint)
    return SecretOut(secret=services.newest_secret(found), old_until=found.old_secret_until)


@router.post(
    "/webhooks/{endpoint}/secret",
    auth=BearerKey("webhooks:write", once=True),
    response=writes(200, EndpointOut),
    operation_id="rotateWebhookSecret",
    summary="Give a webhook endpoint another secret",
)
def rotate_secret(
    request: HttpRequest, endpoint: EndpointPath, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """For a day events are signed with both. Read the new secret next."""
    return handled_once(
        request,
        idempotency_key,
        (f"/webhooks/{endpoint}/secret", None),
        200,
        EndpointOut,
        lambda: endpoint_out(services.rotate_secret(own_endpoint(request, endpoint).pk, current_time())),
    )


@router.post(
    "/webhooks/{endpoint}/test",
    auth=BearerKey("webhooks:write", once=True),
    response=writes(200, DeliveryOut),
    operation_id="testWebhook",
    summary="Send a test event",
)
def test_endpoint(
    request: HttpRequest, endpoint: EndpointPath, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """An event of type `endpoint.test` is put on its way; its delivery says what became of it."""
    return handled_once(
        request,
        idempotency_key,
        (f"/webhooks/{endpoint}/test", None),
        200,
        DeliveryOut,
        lambda: delivered(services.send_test(own_endpoint(request, endpoint).pk, current_time())),
    )


@router.get(
    "/webhooks/{endpoint}/deliveries",
    auth=BearerKey("webhooks:write", ("state", *PAGE)),
    response=reads(Page[DeliveryOut]),
    operation_id="listWebhookDeliveries",
    summary="List what was sent to a webhook endpoint",
)
def list_deliveries(
    request: HttpRequest, endpoint: EndpointPath, query: Query[DeliveriesQuery]
) -> Page[DeliveryOut]:
    """Deliveries of the last 30 days, newest first."""
    rows = HookDelivery.objects.filter(endpoint_id=own_endpoint(request, endpoint).pk)
    if query.state is not None:
        rows = rows.filter(state=NUMBERS[query.state])
    found, cursor = page_by_number(rows, "id", query)
    told = HookEvent.objects.in_bulk([row.event_id for row in found])
    return Page[DeliveryOut](
        items=[delivery_out(row, told[row.event_id]) for row in found], next_cursor=cursor
    )


@router.post(
    "/webhooks/{endpoint}/deliveries/{delivery}/replay",
    auth=BearerKey("webhooks:write", once=True),
    response=writes(200, DeliveryOut),
    operation_id="replayWebhookDelivery",
    summary="Send an event once more",
)
def replay_delivery(
    request: HttpRequest, endpoint: EndpointPath, delivery: DeliveryPath, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Under the same `webhook-id`, whether it was taken or not."""

    def again() -> DeliveryOut:
        ours = HookDelivery.objects.filter(endpoint_id=own_endpoint(request, endpoint).pk)
        found = ours.filter(pk=number_of(delivery)).first()
        if found is None:
            raise Refused("not_found")
        return delivered(services.replay(found.pk, current_time()))

    path = f"/webhooks/{endpoint}/deliveries/{delivery}/replay"
    return handled_once(request, idempotency_key, (path, None), 200, DeliveryOut, again)


def handled_once(
    request: HttpRequest,
    key: str,
    said: tuple[str, BaseModel | None],
    status: int,
    shape: type[Any],
    effect: Callable[[], Any],
) -> HttpResponse:
    """The answer to a POST of which `said` is path and body."""
    caller, now = caller_of(request), current_time()
    handled = handle_once((caller.name, key), request_print("POST", *said), status, shape, effect, now)
    return handled_response(status, handled)


def client_of(request: HttpRequest) -> str:
    """The name of the caller's key."""
    return ApiKey.objects.get(pk=caller_of(request).key_id).name


def own_endpoint(request: HttpRequest, text: str) -> Endpoint:
    """An endpoint of the caller's. Raises: Refused not_found."""
    found = Endpoint.objects.filter(pk=number_of(text), client=client_of(request)).first()
    if found is None:
        raise Refused("not_found")
    return found


def number_of(text: str) -> int:
    """Raises: Refused not_found."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63):
        raise Refused("not_found")
    return int(text)


def delivered(delivery: HookDelivery) -> DeliveryOut:
    return delivery_out(delivery, HookEvent.objects.get(pk=delivery.event_id))
