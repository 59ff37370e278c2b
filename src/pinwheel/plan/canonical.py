"""One text for one plan: what is hashed, stored with a published version, and carried by a draw's evidence.

JSON with sorted keys, no spaces, UTF-8; amounts are integers (fen, ppm, seconds, minutes), defaults are
written out, rates of seats are resolved. Sections that are built later are to stand in it only where they are
on, so that the hash of a plan that does not use them never changes.
"""

import hashlib
import json

from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_canonical
from pinwheel.plan.refusal import refuse

FORMAT = "plan-v1"


def canonical_text(plan: Plan) -> str:
    """The canonical JSON text of a plan."""
    document = {"format": FORMAT, **plan.model_dump(mode="json")}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def plan_hash(plan: Plan) -> str:
    """SHA-256 of the canonical text, hexadecimal."""
    return hashlib.sha256(canonical_text(plan).encode()).hexdigest()


def from_canonical(text: str) -> Plan:
    """The plan of a canonical text.

    Raises:
        PlanRefused: if the text is not the canonical text of a plan.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise refuse("", text, "canonical JSON of a plan", "方案的规范 JSON") from None
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise refuse("format", "", FORMAT, FORMAT)
    return read_canonical(document)
