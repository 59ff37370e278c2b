"""The API as Ninja knows it: operations, errors as problem documents, and the OpenAPI description."""

from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from pinwheel.doors.api.answers import error_answer, request_id_of
from pinwheel.doors.api.describe import DESCRIPTION, TAGS, with_problem_types
from pinwheel.doors.api.field_errors import FieldError, field_errors
from pinwheel.doors.api.problems import DATABASE_DOWN, Problem
from pinwheel.doors.api.routes import (
    activities,
    catalogue,
    coupons,
    delivery,
    groups,
    members,
    messages,
    orders,
    pool,
    prizes,
    standing,
    webhooks,
)
from pinwheel.doors.api.routes.common import as_response
from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused

log = structlog.get_logger("pinwheel.api")


class GateParser(Parser):
    """Hands on the body that the gate has read and checked."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.json_body  # type: ignore[attr-defined]


class Moments(NinjaJSONEncoder):
    """Writes moments as pydantic does, to the microsecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


class CompactRenderer(JSONRenderer):
    """JSON as UTF-8, without spaces."""

    encoder_class = Moments
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class Api(NinjaAPI):
    """Ninja's API, described once, with the media type that problems really have."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        known: dict[str | None, OpenAPISchema] = self.__dict__.setdefault("described", {})
        if path_prefix not in known:
            schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            known[path_prefix] = with_problem_types(schema)
        return known[path_prefix]


api = Api(
    title="Pinwheel API",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,  # Ninja's page loads its script from elsewhere; openapi.json is for tools
    parser=GateParser(),
    renderer=CompactRenderer(),
    openapi_extra={"tags": TAGS},
)
ROUTES = (
    *(members, standing, activities, orders, prizes, coupons, delivery, groups),
    *(pool, catalogue, messages, webhooks),
)
for routes in ROUTES:
    api.add_router("", routes.router)


def problem_response(request: HttpRequest, error: Exception) -> HttpResponse:
    """The problem document for whatever went wrong."""
    if isinstance(error, Http404):
        error = Refused("not_found")
    if not isinstance(error, Problem | Refused | SuspiciousOperation):
        log_failure(error, path=request.path, request_id=request_id(request))
    language = request.headers.get("Accept-Language", "")
    return as_response(error_answer(error, language, request_id(request), current_time()))


def log_failure(error: Exception, **where: str) -> None:
    """Log what is our fault: a lost database briefly, anything else with its trace."""
    if isinstance(error, DATABASE_DOWN):
        log.error("the database does not answer", error=type(error).__name__, **where)
    else:
        log.error("a request failed", exc_info=error, **where)


def request_id(request: HttpRequest) -> str:
    """The request's id: the caller's or one made here, the same each time it is asked for."""
    if not hasattr(request, "request_id"):
        request.request_id = request_id_of(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]
    known: str = request.request_id  # type: ignore[attr-defined]
    return known


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [found for entry in error.errors for found in wrong_fields(entry)]
    return problem_response(request, Problem("invalid_request", {"count": len(wrong)}, wrong))


def wrong_fields(entry: dict[str, Any]) -> list[FieldError]:
    """Ninja's error: where it stands, then the parameter's name, then the location in it."""
    place = str(entry["loc"][0])
    return field_errors(place, [entry], skip=2 if place == "body" or len(entry["loc"]) > 2 else 1)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    return problem_response(request, cause if isinstance(cause, Exception) else error)


@api.exception_handler(Exception)
def on_error(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(request, error)
