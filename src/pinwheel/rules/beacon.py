"""The drand quicknet beacon as draws use it: which round follows a moment, and what bytes a round gives.

Source: page draw-v1 (docs/algorithms/draw.md). Whether a signature is the beacon's own is checked in
`beacon_signature.py`; here is only what needs no curve.
"""

from hashlib import sha256

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS = 1_692_803_367  # seconds since 1970: round 1
PERIOD = 3  # seconds
SIGNATURE_BYTES = 48
MICROSECONDS = 1_000_000


def round_after(moment: int) -> int:
    """The first round that is made public after a moment, given in microseconds since 1970."""
    passed = moment - GENESIS * MICROSECONDS
    return max(1, passed // (PERIOD * MICROSECONDS) + 2)


def round_time(number: int) -> int:
    """When a round is made public, in seconds since 1970."""
    return GENESIS + PERIOD * (number - 1)


def randomness(signature: bytes) -> bytes:
    """The 32 bytes of a round: the hash of its signature."""
    return sha256(signature).digest()
