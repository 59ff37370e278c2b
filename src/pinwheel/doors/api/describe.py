"""The words of the OpenAPI description, and what Ninja's schema lacks."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from pinwheel.doors.api.codes import CODES
from pinwheel.doors.api.keys import SCOPES
from pinwheel.doors.api.statements import MEANINGS
from pinwheel.rules.reasons import REASONS

HEADERS = {
    "X-Request-ID": "The request's id: the caller's own, if it sent a sane one (1 to 64 of A–Z a–z 0–9 . _ -)"
}
INTRODUCTION = """\
The engine of group buying for a mall that exists already: members, sponsors, activities, joins, groups,
draws, prizes, parcels, points, statements, messages; and webhooks.

**Keys.** Send `Authorization: Bearer pk_…`. A key has scopes; a missing one is named by a 403.

**Once.** Every POST needs an `Idempotency-Key` of your own. The same key with the same content has the effect
of once and gets the same answer with `Idempotency-Replayed: true`; with other content it is refused with 409
`idempotency_conflict`. A request that was refused does not use up its key. Idempotency keys belong to the API
key that sent them: after a rotation repeat an unanswered request with the old API key while it still works.

**Amounts** are decimal texts in yuan (points: in points) with two decimals, as `"99.00"`; never floats.

**Ids** are opaque texts whose first letter tells the kind: `M` member, `A` activity, `G` group, `O` order,
`P` product, `V` plan version.

Addresses, after-sales, items, moves, exchanges, vouchers, runs, messages, endpoints and deliveries have plain
numbers, as text.

**Lists** run newest first. Send `next_cursor` as `cursor` to get the next page.

**Language.** Errors and rules in plain words come in the language of `Accept-Language`: `zh` (default), `en`.

**Errors** are problem documents (RFC 9457), `application/problem+json`, for every status from 400 on. `code`
is stable; more codes may come, so treat one that you do not know by its status. Unknown fields are refused.
Where the request is possible later, `next_possible_at` and the header `Retry-After` say when.
"""


def description() -> str:
    """The introduction with the tables of scopes, codes and reasons."""
    scopes = "\n".join(f"| `{name}` | {english} |" for name, (_, english) in SCOPES.items())
    codes = "\n".join(
        f"| `{code}` | {kind.status} | {kind.title[1]} |"
        for code, kind in sorted(CODES.items(), key=lambda entry: (entry[1].status, entry[0]))
    )
    reasons = "\n".join(
        f"| `{name}` | {MEANINGS[number].about} | {MEANINGS[number].meaning} |"
        for number, name in REASONS.items()
    )
    return (
        f"{INTRODUCTION}\n| scope | allows to |\n|---|---|\n{scopes}\n\n"
        f"| code | status | meaning |\n|---|---|---|\n{codes}\n\n"
        f"| reason of a statement line | about | meaning |\n|---|---|---|\n{reasons}\n"
    )


DESCRIPTION = description()
TAGS = [
    {"name": "members", "description": "Register members; their sponsors, standing, balances and statements"},
    {"name": "activities", "description": "Plans on sale, with their rules in plain words and their odds"},
    {"name": "joins and orders", "description": "Join groups, and what became of a join"},
    {"name": "prizes", "description": "What winners choose: a product of the list, or a voucher"},
    {"name": "delivery", "description": "Members' addresses, parcels of orders, receipt, after-sales"},
    {"name": "pool and dividends", "description": "Dividend points in the monthly pool, and what was paid"},
    {"name": "groups and draws", "description": "Groups, their seats, and the evidence of their draws"},
    {"name": "messages", "description": "What members were told, and where they are reached"},
    {"name": "webhooks", "description": "Where you are told what happens, signed and repeated until taken"},
    {"name": "ledger", "description": "The ends of the ledger's hash chains"},
]


def with_problem_types(schema: OpenAPISchema) -> OpenAPISchema:
    """Errors with their real media type, and the headers that responses carry."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
            for status, response in operation["responses"].items():
                describe_response(int(status), response)
            for parameter in operation["parameters"]:
                describe_parameter(parameter)
    return schema


def describe_parameter(parameter: dict[str, Any]) -> None:
    """A parameter is left out rather than null; its examples stand in its schema."""
    parameter.pop("examples", None)
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]


def describe_response(status: int, response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if status >= 400 and "application/json" in content:
        content["application/problem+json"] = content.pop("application/json")
    response["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
    }
    if status == 401:
        response["headers"]["WWW-Authenticate"] = {
            "description": "The scheme: Bearer",
            "schema": {"type": "string"},
        }
