"""What every request passes first: its key, the key's scope, its idempotency key, its query and its body.

The plain functions know nothing of Django, so that joins answered in the event loop pass the same gate.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, RawPostDataException
from ninja.security import HttpBearer

from pinwheel.doors.api import bodies, keys
from pinwheel.doors.api.field_errors import FieldError
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.api.problems import Problem
from pinwheel.market.clock import current_time

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="pinwheel", error="invalid_token"'}


class Caller(NamedTuple):
    """Who asks. `name` tells callers' idempotency keys apart."""

    key_id: int
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"key:{self.key_id}"


def bearer_text(authorization: str) -> str:
    """The key's text in an Authorization header. Raises: Problem unauthenticated."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Problem("unauthenticated", headers=CHALLENGE)
    return text.strip()


def authenticate(authorization: str, scope: str, now: datetime) -> Caller:
    """The caller behind an Authorization header. Raises: Problem unauthenticated, missing_scope."""
    return caller_of(keys.find_key(bearer_text(authorization), now), scope)


def caller_of(key: ApiKey | None, scope: str) -> Caller:
    """Raises: Problem unauthenticated, missing_scope."""
    if key is None:
        raise Problem("unauthenticated", headers=CHALLENGE)
    if scope not in key.scopes:
        challenge = f'Bearer realm="pinwheel", error="insufficient_scope", scope="{scope}"'
        raise Problem("missing_scope", {"scope": scope}, headers={"WWW-Authenticate": challenge})
    return Caller(key.pk, tuple(key.scopes))


def checked_idempotency_key(text: str) -> str:
    """Raises: Problem idempotency_key_required."""
    if not IDEMPOTENCY_KEY.fullmatch(text):
        raise Problem("idempotency_key_required")
    return text


def refuse_query(query: dict[str, int], allowed: Sequence[str]) -> None:
    """Refuse unknown and repeated parameters; `query` counts each. Raises: Problem invalid_request."""
    wrong = [
        FieldError("query", name[:80], "extra_forbidden" if name not in allowed else "repeated")
        for name, count in query.items()
        if name not in allowed or count > 1
    ]
    if wrong:
        raise Problem("invalid_request", {"count": len(wrong)}, wrong)


class BearerKey(HttpBearer):
    """Ninja's gate of one operation.

    Args:
        scope: that the key must have.
        query: names of the query parameters that are allowed.
        body: whether the operation reads a JSON body.
        once: whether an Idempotency-Key is needed.
    """

    def __init__(
        self, scope: str, query: Sequence[str] = (), *, body: bool = False, once: bool = False
    ) -> None:
        super().__init__()
        self.scope = scope
        self.query = tuple(query)
        self.body = body
        self.once = once

    def __call__(self, request: HttpRequest) -> Any:
        caller = authenticate(request.headers.get("Authorization", ""), self.scope, current_time())
        if self.once:
            checked_idempotency_key(request.headers.get("Idempotency-Key", ""))
        refuse_query({name: len(values) for name, values in request.GET.lists()}, self.query)
        if self.body:
            request.json_body = bodies.read_json(request.headers.get("Content-Type", ""), raw_body(request))  # type: ignore[attr-defined]
        elif request.method == "POST" and raw_body(request).strip():
            refuse_fields(request)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never called: `__call__` does it all."""
        raise NotImplementedError


def raw_body(request: HttpRequest) -> bytes:
    """The body, unless its stated length is too large. Raises: Problem body_too_large."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    bodies.refuse_size(int(length) if length.isdigit() else 0)
    try:
        return request.body
    except RawPostDataException:
        return b""


def refuse_fields(request: HttpRequest) -> None:
    """Refuse the fields of a body where none is known. Raises: Problem, as bodies.read_json."""
    value = bodies.read_json(request.headers.get("Content-Type", ""), raw_body(request))
    if not isinstance(value, dict):
        raise Problem("invalid_request", {"count": 1}, [FieldError("body", "", "model_type")])
    if value:
        wrong = [FieldError("body", f"/{name[:80]}", "extra_forbidden") for name in value]
        raise Problem("invalid_request", {"count": len(wrong)}, wrong)
