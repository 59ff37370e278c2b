"""Protocol draw-v1: from a committed secret and a frozen list to the drawn order of all seats.

Source: page draw-v1 (docs/algorithms/draw.md). Bytes in, bytes out; the caller brings every secret.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

PROTOCOL = "draw-v1"
HASH_BYTES = 32
SEATS_AT_MOST = 1 << 31  # the counter of step 5 has 32 bits; half of them are left for refused numbers
HASH_OF_NO_SEATS = sha256(b"").digest()  # list_hash in the evidence of a group that nobody sat in

# A number below this is below floor(2^256/n)·n for every n we allow, so the division can be saved.
SURELY_TAKEN = (1 << 256) - SEATS_AT_MOST
COUNTERS = tuple(counter.to_bytes(4, "big") for counter in range(256))

SENTENCES: dict[str, tuple[str, str]] = {
    "no_seats": ("开奖名单至少要有一个座位", "A draw needs at least one seat"),
    "too_many_seats": (f"一次开奖最多 {SEATS_AT_MOST} 个座位", f"A draw has at most {SEATS_AT_MOST} seats"),
    "order_id": ("订单号不能为空，不能含换行", "An order id is text, not empty, without a line feed"),
    "order_twice": ("名单中每个订单号只能出现一次", "An order id stands in the list once"),
    "draw_id": ("开奖编号不能为空，不能含“|”", 'A draw id is text, not empty, without "|"'),
    "length": ("种子和哈希都是 32 字节", "Seeds and hashes are 32 bytes long"),
}


class DrawRefusal(ValueError):
    """What the protocol does not allow: a stable code and a sentence in both languages."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.zh, self.en = SENTENCES[code]
        super().__init__(f"{code}: {self.en}")


def commitment(draw_id: str, server_seed: bytes) -> bytes:
    """The hash shown before the first seat is sold (step 1).

    Args:
        draw_id: public id of the draw.
        server_seed: 32 secret random bytes.
    Raises: DrawRefusal `draw_id`, `length`.
    """
    return sha256(b"draw-v1|commit|" + id_bytes(draw_id) + b"|" + hash_bytes(server_seed)).digest()


def frozen_list(order_ids: Iterable[str]) -> bytes:
    """The list of a full group: order ids sorted by their UTF-8 bytes, each followed by a line feed (step 2).

    Raises: DrawRefusal `no_seats`, `order_id`, `order_twice`.
    """
    ids = list(order_ids)
    if not ids:
        raise DrawRefusal("no_seats")
    if len(set(ids)) < len(ids):
        raise DrawRefusal("order_twice")
    # Text sorted by code points is sorted by UTF-8 bytes.
    frozen = encoded("\n".join(sorted(ids)), "order_id") + b"\n"
    if not all(ids) or frozen.count(b"\n") != len(ids):
        raise DrawRefusal("order_id")
    return frozen


def list_hash(order_ids: Iterable[str]) -> bytes:
    """The hash of the frozen list; raises what `frozen_list` raises."""
    return sha256(frozen_list(order_ids)).digest()


def draw_seed(draw_id: str, server_seed: bytes, list_hash: bytes, public_bytes: bytes) -> bytes:
    """The seed that the drawn order follows from (step 4).

    Args:
        server_seed: the 32 bytes of the commitment.
        list_hash: 32 bytes, of the frozen list.
        public_bytes: the public value; empty for an instant draw.
    Raises: DrawRefusal `draw_id`, `length`.
    """
    secret = hash_bytes(server_seed) + hash_bytes(list_hash)
    return sha256(b"draw-v1|seed|" + id_bytes(draw_id) + b"|" + secret + public_bytes).digest()


def drawn_order(seed: bytes, n: int) -> list[int]:
    """The drawn order of all seats (step 5).

    Args:
        seed: 32 bytes, from `draw_seed`.
        n: seats.
    Returns: (n,) positions 0 … n-1 in the byte-sorted list, in drawn order.
    Raises: DrawRefusal `length`, `no_seats`, `too_many_seats`.
    """
    hash_bytes(seed)
    if n < 1:
        raise DrawRefusal("no_seats")
    if n > SEATS_AT_MOST:
        raise DrawRefusal("too_many_seats")
    return shuffle(list(range(n)), integers(seed, n))


def shuffle(entries: list[int], choices: Iterator[int]) -> list[int]:
    """Fisher-Yates: swap entry i with entry i + (the next choice, an integer below len - i)."""
    for index in range(len(entries) - 1):
        other = index + next(choices)
        entries[index], entries[other] = entries[other], entries[index]
    return entries


def integers(seed: bytes, n: int) -> Iterator[int]:
    """Random integers below n, n-1, … 2; the one below 1 moves nothing and is not made."""
    counter = 0
    for below in range(n, 1, -1):
        value = number(seed, counter)
        counter += 1
        while value >= SURELY_TAKEN and value >= (1 << 256) // below * below:
            value = number(seed, counter)
            counter += 1
        yield value % below


def number(seed: bytes, counter: int) -> int:
    """H(seed ‖ BE32(counter)) as a 256-bit number."""
    suffix = COUNTERS[counter] if counter < 256 else counter.to_bytes(4, "big")
    return int.from_bytes(sha256(seed + suffix).digest(), "big")


def id_bytes(draw_id: str) -> bytes:
    """The UTF-8 bytes of a draw id; the bar that ends it may not stand in it."""
    if not draw_id or "|" in draw_id:
        raise DrawRefusal("draw_id")
    return encoded(draw_id, "draw_id")


def encoded(text: str, code: str) -> bytes:
    """UTF-8 bytes of the text; a lone surrogate has none and is refused under the code."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise DrawRefusal(code) from None


def hash_bytes(value: bytes) -> bytes:
    """The value itself, if it is as long as a hash."""
    if len(value) != HASH_BYTES:
        raise DrawRefusal("length")
    return value
