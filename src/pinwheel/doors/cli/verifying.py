"""`pinwheel verify`: what the stand-alone verifier checks, and the beacon's signature as well."""

import io
import sys

from pinwheel.doors.storefront.static.storefront import verify_draw
from pinwheel.rules.beacon_signature import is_signed

WORDS = {
    "en": (
        "ok      signature    the beacon signed this round so",
        "FAILED  signature    this is not the beacon's signature of this round",
    ),
    "zh": ("通过    signature    信标对这一轮的签名属实", "不符    signature    这不是信标对这一轮的签名"),
}


def verify_evidence(file: str, language: str) -> int:
    """Report on an evidence file; returns the exit status: 0 it holds, 1 it does not, 2 it cannot be read."""
    if language not in WORDS:
        sys.stderr.write(f"verify: there is no language {language}; allowed: {', '.join(WORDS)}\n")
        return 2
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a character still gets the line
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        document = verify_draw.read(file)
    except verify_draw.Unreadable as unreadable:
        sys.stderr.write(f"verify_draw: {unreadable}\n")
        return 2
    if not verify_draw.report(document, language):
        return 1
    value = document["public_value"]
    if value["kind"] != "drand" or not verify_draw.is_drawn(document):
        return 0
    is_true = is_signed(int(value["round"]), bytes.fromhex(value["signature"]))
    sys.stdout.write("\n" + WORDS[language][0 if is_true else 1] + "\n")
    return 0 if is_true else 1
