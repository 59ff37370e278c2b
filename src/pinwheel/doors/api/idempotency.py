"""POSTs that have the effect of once: the answer is kept in the transaction of the effect.

Joins do not pass here: their orders carry the key themselves.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from django.db import connection, transaction
from pydantic import BaseModel

from pinwheel.doors.api.models import HandledRequest
from pinwheel.market.orders.requests import request_key
from pinwheel.market.refusals import Refused

Document = TypeVar("Document", bound=BaseModel)


class Handled(NamedTuple, Generic[Document]):
    """An answer. `is_replay`: it was given before and nothing was done now."""

    document: Document
    is_replay: bool


def request_print(method: str, path: str, body: BaseModel | None) -> int:
    """What a request says, as a 63-bit number.

    Fields left out or null say nothing, so that a request sent before a field was new is still the same.
    """
    said = f"{method} {path} {body.model_dump_json(exclude_none=True) if body else ''}"
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") >> 1


def handle_once(
    key: tuple[str, str],
    said: int,
    status: int,
    shape: type[Document],
    effect: Callable[[], Document],
    now: datetime,
) -> Handled[Document]:
    """Do the effect unless the key was answered before. A refusal is not kept: the key is free again.

    Args:
        key: the caller's name and the idempotency key.
        said: `request_print` of the request.
    Raises: Refused idempotency_conflict, and what the effect raises.
    """
    request = request_key(*key)
    with transaction.atomic():
        if not take_key(request, said, now):
            return Handled(replay(request, said, shape), True)
        document = effect()
        HandledRequest.objects.filter(pk=request).update(status=status, body=document.model_dump(mode="json"))
    return Handled(document, False)


def take_key(request: uuid.UUID, said: int, now: datetime) -> bool:
    """Take a free key, held until the transaction ends; waits for another that is taking it just now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_handled_request (request_key, request_print, status, body, created_at)"
            " VALUES (%s, %s, 0, '{}', %s) ON CONFLICT DO NOTHING",
            (request, said, now),
        )
        return bool(cursor.rowcount)


def replay(request: uuid.UUID, said: int, shape: type[Document]) -> Document:
    """The answer that was kept. Raises: Refused idempotency_conflict."""
    handled = HandledRequest.objects.get(pk=request)
    if handled.request_print != said:
        raise Refused("idempotency_conflict")
    return shape.model_validate(handled.body)


def forget_handled(before: datetime) -> int:
    """Delete answers older than a moment; return how many. Their keys are free again."""
    deleted, _ = HandledRequest.objects.filter(created_at__lt=before).delete()
    return deleted
