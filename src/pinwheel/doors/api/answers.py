"""Answers as bytes: the same for Django and for the event loop."""

import json
import re
import secrets
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel

from pinwheel.doors.api.languages import language_of
from pinwheel.doors.api.problems import problem_document

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # json.dumps would make one a call
REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")


class Answer(NamedTuple):
    """A response: status, headers with their content type, body."""

    status: int
    headers: dict[str, str]
    body: bytes


def document_answer(status: int, document: BaseModel, headers: dict[str, str] | None = None) -> Answer:
    """A document as JSON."""
    return Answer(status, {"Content-Type": JSON, **(headers or {})}, document.model_dump_json().encode())


def error_answer(error: Exception, accept_language: str, request_id: str, now: datetime) -> Answer:
    """A problem document for an error, in the caller's language."""
    status, headers, content = problem_document(error, language_of(accept_language), request_id, now)
    return Answer(status, {"Content-Type": PROBLEM_JSON, **headers}, dump(content))


def dump(content: object) -> bytes:
    """JSON as UTF-8, without spaces."""
    return ENCODER.encode(content).encode()


def request_id_of(sent: str) -> str:
    """The caller's X-Request-ID if it is sane, else a new one."""
    return sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(12)
