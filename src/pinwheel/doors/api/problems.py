"""Errors as problem documents (RFC 9457), in the caller's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
import pydantic
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError

from pinwheel.doors.api.codes import kind_of
from pinwheel.doors.api.field_errors import FieldError, field_errors
from pinwheel.market.clock import business_zone
from pinwheel.market.refusals import SENTENCES, Refused
from pinwheel.plan.refusal import Language

DATABASE_DOWN = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_SECONDS = 2


@dataclass
class Problem(Exception):
    """A request that the API itself turns down. `code` is one of codes.OWN."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class ProblemDocument(NamedTuple):
    """A problem ready to be sent: status, further headers, and the document."""

    status: int
    headers: dict[str, str]
    content: dict[str, Any]


def problem_document(error: Exception, language: Language, instance: str, now: datetime) -> ProblemDocument:
    """The document for an error. What is no refusal and no problem of ours is an internal error."""
    if isinstance(error, pydantic.ValidationError):
        error = invalid_body(error)
    elif isinstance(error, SuspiciousOperation):
        error = Problem("bad_request")
    elif isinstance(error, DATABASE_DOWN):
        error = Problem("unavailable", headers={"Retry-After": str(RETRY_SECONDS)})
    elif not isinstance(error, Problem | Refused):
        error = Problem("internal_error", {"instance": instance})
    kind = kind_of(error.code)
    details = spoken(error.details, language)
    content: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": said(kind.title, language),
        "status": kind.status,
        "detail": detail_of(error, details, language),
        "code": error.code,
        "instance": f"urn:request:{instance}",
    }
    headers = {"Content-Language": "zh-Hans" if language == "zh" else "en"}
    if isinstance(error, Problem):
        headers |= error.headers
        if error.errors:
            content["errors"] = [wrong.spoken(language) for wrong in error.errors]
    if isinstance(error, Refused) and details and error.code != "invalid":
        content["details"] = details
        headers |= next_possible(error, content, now)
    return ProblemDocument(kind.status, headers, content)


def invalid_body(error: pydantic.ValidationError) -> Problem:
    """The problem of a body that is not as its schema says."""
    wrong = field_errors("body", error.errors(include_url=False), skip=0)
    return Problem("invalid_request", {"count": len(wrong)}, wrong)


def detail_of(error: "Problem | Refused", details: Mapping[str, Any], language: Language) -> str:
    """The sentence that says what was wrong and what is allowed."""
    if isinstance(error, Refused) and error.code in SENTENCES:
        return error.sentence(language)
    sentence = kind_of(error.code).sentence
    return said(sentence, language).format(**details) if sentence else error.code


def said(words: tuple[str, str], language: Language) -> str:
    return words[0] if language == "zh" else words[1]


def spoken(details: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Details with the texts that exist in both languages reduced to the caller's."""
    return {
        key: said(value, language) if isinstance(value, tuple) else value for key, value in details.items()
    }


def next_possible(error: Refused, content: dict[str, Any], now: datetime) -> dict[str, str]:
    """Add when the request is possible next, if the refusal says so; return the Retry-After header."""
    opens, minutes = error.details.get("opens"), error.details.get("minutes")
    day = error.details.get("next")
    if isinstance(day, str):
        opens = f"{day} 00:00"
    if isinstance(opens, str):
        moment = datetime.strptime(opens, "%Y-%m-%d %H:%M").replace(tzinfo=business_zone())
        content["next_possible_at"] = moment.isoformat()
        return {"Retry-After": str(max(1, int((moment - now).total_seconds())))}
    if isinstance(minutes, int):
        return {"Retry-After": str(minutes * 60)}
    return {}
