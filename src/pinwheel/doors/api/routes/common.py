"""What the operations share: their statuses, their path parameters, and how they answer."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path
from pydantic import WithJsonSchema

from pinwheel.doors.api.answers import Answer, document_answer
from pinwheel.doors.api.guard import Caller
from pinwheel.doors.api.idempotency import Handled
from pinwheel.doors.api.joins import REPLAYED
from pinwheel.doors.api.schemas.common import ID_EXAMPLE, ProblemOut
from pinwheel.market import ids

READ_PROBLEMS = frozenset({400, 401, 403, 404, 422, 500, 503})
WRITE_PROBLEMS = READ_PROBLEMS | {409, 413, 415}

# The gate checks the key, and the operation the id: here they are only described.
IdempotencyKey = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "description": "Any text of your own that names this request, 1 to 200 visible ASCII"
            " characters: the same key with the same content has the effect of once, and gets the same"
            " answer with `Idempotency-Replayed: true`",
            "minLength": 1,
            "maxLength": 200,
            "pattern": "^[!-~]+$",
            "examples": ["order-2026-0001"],
        }
    ),
    Header(alias="Idempotency-Key"),
]


def id_schema(kind: str, what: str) -> WithJsonSchema:
    """A public id in a path; one that is not of its kind is not found."""
    return WithJsonSchema(
        {
            "type": "string",
            "description": f"{what}: `{kind}` and 13 letters and digits",
            "pattern": f"^{kind}[0-7][0-9A-HJKMNP-TV-Z]{{12}}$",
            "examples": [kind + ID_EXAMPLE],
        }
    )


ActivityPath = Annotated[str, id_schema(ids.ACTIVITY, "Activity"), Path()]
GroupPath = Annotated[str, id_schema(ids.GROUP, "Group"), Path()]
MemberPath = Annotated[str, id_schema(ids.MEMBER, "Member"), Path()]
PlanPath = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "description": "A plan's id, over all its versions",
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
            "maxLength": 60,
            "examples": ["national-group-buy"],
        }
    ),
    Path(),
]
OrderPath = Annotated[str, id_schema(ids.ORDER, "Order"), Path()]


def reads(document: Any) -> dict[Any, Any]:
    """The responses of an operation that reads."""
    return {200: document, READ_PROBLEMS: ProblemOut}


def writes(status: int, document: Any) -> dict[Any, Any]:
    """The responses of an operation that writes."""
    return {status: document, WRITE_PROBLEMS: ProblemOut}


def caller_of(request: HttpRequest) -> Caller:
    """Who asks; the gate has let them in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


def handled_response(status: int, handled: Handled[Any]) -> HttpResponse:
    return as_response(document_answer(status, handled.document, REPLAYED if handled.is_replay else None))


def as_response(answer: Answer) -> HttpResponse:
    """An answer as Django sends it."""
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)
