"""Reading JSON bodies: the type, the size, the text and its depth are checked before any field is."""

import json
from typing import Any, NoReturn

from pinwheel.doors.api.field_errors import FieldError, field_name
from pinwheel.doors.api.problems import Problem

MOST_BYTES = 64 * 1024
MOST_DEPTH = 16


def read_json(content_type: str, body: bytes) -> Any:
    """The value in a body.

    Raises: Problem body_too_large, unsupported_media_type, malformed_json, invalid_request.
    """
    refuse_size(len(body))
    refuse_type(content_type)
    try:
        value = DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise malformed(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise malformed(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise malformed("too deep") from None
    except ValueError:
        raise malformed("a number is too long") from None
    refuse_contents(value, body)
    return value


def refuse_size(length: int) -> None:
    """Raises: Problem body_too_large."""
    if length > MOST_BYTES:
        raise Problem("body_too_large", {"most": MOST_BYTES})


def refuse_type(content_type: str) -> None:
    """Raises: Problem unsupported_media_type."""
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise Problem("unsupported_media_type", headers={"Accept": "application/json"})


def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, unless a field stands in it twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise malformed("a field is repeated")
    return found


def refuse_constant(name: str) -> NoReturn:
    raise malformed(f"{name} is no JSON number")


DECODER = json.JSONDecoder(object_pairs_hook=no_repeats, parse_constant=refuse_constant)


def malformed(reason: str) -> Problem:
    return Problem("malformed_json", {"reason": reason, "depth": MOST_DEPTH})


def refuse_contents(value: Any, body: bytes) -> None:
    """Raises: Problem malformed_json (too deep), invalid_request (text that no database can keep)."""
    if b"\\u" in body or body.count(b"[") + body.count(b"{") > MOST_DEPTH:
        wrong = list(forbidden_texts(value, (), 1))
        if wrong:
            raise Problem("invalid_request", {"count": len(wrong)}, wrong)


def forbidden_texts(value: Any, location: tuple[str | int, ...], depth: int) -> list[FieldError]:
    """Where texts contain NUL or unpaired surrogates. Raises: Problem malformed_json if it is too deep."""
    if isinstance(value, str):
        return [] if is_storable(value) else [text_error(location)]
    if not isinstance(value, dict | list):
        return []
    if depth > MOST_DEPTH:
        raise malformed("too deep")
    found = []
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(name, str) and not is_storable(name):
            found.append(text_error((*location, "?")))
        found += forbidden_texts(part, (*location, name if isinstance(name, int) else safe(name)), depth + 1)
    return found


def is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def safe(text: str) -> str:
    return text if is_storable(text) else "?"


def text_error(location: tuple[str | int, ...]) -> FieldError:
    return FieldError("body", field_name("body", location), "forbidden_character")
