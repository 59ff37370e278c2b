"""Asking a relay of the drand beacon for one round, and believing nothing that it says."""

import json
import time
from typing import NamedTuple

import urllib3

from pinwheel.rules.beacon import CHAIN, SIGNATURE_BYTES, randomness

CONNECT, READ, WHOLE = 5, 5, 10  # seconds: to connect, between two pieces of an answer, for all of it
MOST_READ = 4096  # bytes of an answer; an honest one has about 250


class Unusable(Exception):
    """An answer that no round follows from; the text says why, as a short code."""


class Round(NamedTuple):
    """A round whose signature is the beacon's."""

    number: int
    signature: bytes
    relay: str


def ask_relay(relay: str, number: int) -> bytes:
    """The body of a relay's answer, at most `MOST_READ` bytes. Follows nothing. Raises: Unusable."""
    deadline = time.monotonic() + WHOLE
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT, read=READ)) as pool:
            response = pool.request(
                "GET",
                f"{relay.rstrip('/')}/{CHAIN}/public/{number}",
                headers={"Accept": "application/json", "User-Agent": "Pinwheel/1"},
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                if response.status != 200:
                    raise Unusable(f"http_{response.status}")
                return whole_body(response, deadline)
            finally:
                response.close()
    except urllib3.exceptions.TimeoutError:
        raise Unusable("timeout") from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise Unusable(type(error).__name__[:60]) from None


def whole_body(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    """The whole body, if it is short and comes in time. Raises: Unusable too_large, timeout."""
    found = b""
    while piece := response.read1(MOST_READ + 1 - len(found)):
        found += piece
        if len(found) > MOST_READ:
            raise Unusable("too_large")
        if time.monotonic() > deadline:
            raise Unusable("timeout")
    return found


def read_round(body: bytes, number: int, relay: str) -> Round:
    """The round in an answer, if the beacon signed it; takes about a second. Raises: Unusable."""
    try:
        document = json.loads(body)
        told, signature = document["round"], bytes.fromhex(document["signature"])
        claimed = bytes.fromhex(document.get("randomness") or randomness(signature).hex())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unusable("not_a_round") from None
    if isinstance(told, bool) or told != number:
        raise Unusable("other_round")
    if len(signature) != SIGNATURE_BYTES:
        raise Unusable("wrong_length")
    if claimed != randomness(signature):
        raise Unusable("other_randomness")
    from pinwheel.rules.beacon_signature import is_signed  # the curve is large, and few processes need it

    if not is_signed(number, signature):
        raise Unusable("bad_signature")
    return Round(number, signature, relay)
