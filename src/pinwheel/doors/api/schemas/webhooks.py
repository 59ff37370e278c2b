"""Webhook endpoints and their deliveries."""

from typing import Annotated, Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import Body, Document, Moment
from pinwheel.market.webhooks.events import TYPES
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent

State = Literal["waiting", "sent", "failed"]
STATES: dict[int, State] = {state.value: state.label for state in HookDelivery.State}  # type: ignore[misc]
Url = Annotated[
    str,
    Field(
        description="Where events are sent: https, in the public network",
        max_length=500,
        pattern=r"^https?://[A-Za-z0-9]([A-Za-z0-9.\-]{0,100}[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/%?=&+\-]*)?$",
        examples=["https://mall.example/hooks/pinwheel"],
    ),
]
Types = Annotated[
    list[Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(TYPES)})]],
    Field(description="Which events", min_length=1, max_length=len(TYPES), examples=[["order.paid"]]),
]


class EndpointBody(Body):
    """A new endpoint."""

    url: Url
    types: Types


class EndpointChangeBody(EndpointBody):
    """An endpoint as it shall be."""

    enabled: bool = Field(description="Whether events are sent; switched on again, those that wait go first")


class EndpointOut(Document):
    """An endpoint of yours."""

    id: str = Field(description="The endpoint's number", examples=["91234567890123"])
    url: str = Field(description="Where events are sent")
    types: list[str] = Field(description="Which events")
    enabled: bool = Field(description="Whether events are sent")
    disabled_reason: str = Field(
        description="`switched_off`, `down` (three days without success) or `http_410`"
    )
    failures: int = Field(description="Tries in a row that failed")
    created_at: Moment


class EndpointsOut(Document):
    """All endpoints of yours, newest first."""

    endpoints: list[EndpointOut] = Field(description="At most the newest 200")


class SecretOut(Document):
    """The secret with which an endpoint's events are signed (Standard Webhooks)."""

    secret: str = Field(
        description="`whsec_` and base64", examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
    )
    old_until: Moment | None = Field(description="Until when the secret before signs too")


class DeliveryOut(Document):
    """An event on its way to an endpoint."""

    id: str = Field(description="The delivery's number", examples=["17"])
    event: str = Field(description="The header `webhook-id`, the same in every try")
    type: str = Field(description="The type of the event")
    state: State = Field(description="`failed`: given up")
    tries: int = Field(description="Tries since it was made or asked for again")
    replays: int = Field(description="How often it was asked for again")
    status: int = Field(description="The last answer's HTTP status; 0: there was no answer")
    reason: str = Field(description="Why the last try failed; empty: it did not")
    answer: str = Field(description="How the last answer began")
    created_at: Moment
    next_try_at: Moment | None = Field(description="When it is tried next, while it waits")


def endpoint_out(endpoint: Endpoint) -> EndpointOut:
    return EndpointOut(
        id=str(endpoint.pk),
        url=endpoint.url,
        types=endpoint.types,
        enabled=endpoint.is_enabled,
        disabled_reason=endpoint.disabled_reason,
        failures=endpoint.failures,
        created_at=endpoint.created_at,
    )


def delivery_out(delivery: HookDelivery, event: HookEvent) -> DeliveryOut:
    is_waiting = delivery.state == HookDelivery.State.WAITING
    return DeliveryOut(
        id=str(delivery.pk),
        event=f"msg_{event.pk}",
        type=event.type,
        state=STATES[delivery.state],
        tries=delivery.tries,
        replays=delivery.replays,
        status=delivery.status,
        reason=delivery.reason,
        answer=delivery.answer,
        created_at=delivery.created_at,
        next_try_at=delivery.next_try_at if is_waiting else None,
    )
