"""One rendered form is one wish, however often it is sent: each form carries a key of its own."""

import re
import uuid
from typing import Any

from pinwheel.market.orders.requests import request_key
from pinwheel.market.refusals import Refused

KEY = re.compile(r"[0-9a-f]{32}")
TOO_OLD = ("页面已过期，请再确认一次。", "This form is too old; please confirm once more.")


def fresh_key() -> str:
    """A key for a form that is rendered now."""
    return uuid.uuid4().hex


def key_of(values: Any) -> str:
    """The key that a form was sent with; empty if it is none."""
    key = str(values.get("key", ""))
    return key if KEY.fullmatch(key) else ""


def wish_of(values: Any, caller: str) -> uuid.UUID:
    """The request key of a form that a member sent. Raises: Refused invalid if it carries none."""
    key = key_of(values)
    if not key:
        raise Refused("invalid", {"what": TOO_OLD})
    return request_key(caller, key)
