"""Identifiers: 63-bit integers that grow with time, and their opaque public text.

A number is 42 bits of milliseconds since 2025 and 21 random bits, so primary keys are appended to
their index, need no coordination between processes, and tell nothing about a person.
The text is the number in Crockford's base 32 behind a letter that names the kind: `O0A1B2C3D4E5F6`.
"""

import secrets
import threading
from datetime import datetime

EPOCH_MILLISECONDS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
RANDOM_BITS = 21
TEXT_LENGTH = 13
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
MOST_A_MILLISECOND = 1 << 16
SET_BACK = 60_000  # milliseconds behind which a clock counts as set back, as in a scenario
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}

MEMBER, ACTIVITY, GROUP, ORDER, PRODUCT, PLAN, EXCHANGE = "M", "A", "G", "O", "P", "V", "E"


def new_id(now: datetime) -> int:
    """A fresh identifier for something that comes into being at `now` (an aware time)."""
    return new_ids(now, 1)[0]


def new_ids(now: datetime, count: int) -> list[int]:
    """`count` different identifiers, ascending; of the same moment, or of the milliseconds after it.

    A process never uses a millisecond twice, so only processes among themselves rely on the random bits.
    """
    ids: list[int] = []
    while len(ids) < count:
        milliseconds = next_millisecond(int(now.timestamp() * 1000) - EPOCH_MILLISECONDS)
        tails: set[int] = set()
        while len(tails) < min(count - len(ids), MOST_A_MILLISECOND):
            tails.add(secrets.randbits(RANDOM_BITS))
        ids += sorted(milliseconds << RANDOM_BITS | tail for tail in tails)
    return ids


_lock = threading.Lock()
_last_millisecond = 0


def next_millisecond(wanted: int) -> int:
    """The wanted millisecond, or the next that this process has not used; a clock set back starts anew."""
    global _last_millisecond
    with _lock:
        if _last_millisecond - SET_BACK < wanted <= _last_millisecond:
            wanted = _last_millisecond + 1
        _last_millisecond = wanted
        return wanted


def to_text(kind: str, number: int) -> str:
    """The public text of an identifier."""
    return (
        kind
        + ALPHABET[number >> 60]
        + PAIRS[number >> 50 & 1023]
        + PAIRS[number >> 40 & 1023]
        + PAIRS[number >> 30 & 1023]
        + PAIRS[number >> 20 & 1023]
        + PAIRS[number >> 10 & 1023]
        + PAIRS[number & 1023]
    )


def from_text(kind: str, text: str) -> int | None:
    """The identifier behind a public text; None if the text is not one of that kind."""
    if len(text) != TEXT_LENGTH + 1 or text[0] != kind or any(letter not in VALUES for letter in text[1:]):
        return None
    number = 0
    for letter in text[1:]:
        number = number << 5 | VALUES[letter]
    return number if number < 1 << 63 else None
