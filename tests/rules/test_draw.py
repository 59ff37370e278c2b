"""Protocol draw-v1: the page's test vector, and what must hold of every draw."""

import hashlib
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.rules import draw

DRAW_ID = "D-20261120-0001"
SERVER_SEED = bytes(range(32))
ORDERS = [f"O{number:04}" for number in range(1, 11)]
PUBLIC_BYTES = bytes.fromhex("fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587")
COMMIT = "fbf53439327cb19d260f9ca482f874e4783e836ce8d1c4625b5d3ad9abdddf5b"
LIST_HASH = "ba08d332214410da748cb327fc69974d769d976651e728c4ccd073bbc26b7349"
SEED = "3828b7771610577c1df898b4a0eec98b5800e0affc4cda4c426009d1878669d2"
WHOLE_ORDER = "O0009, O0001, O0006, O0010, O0007, O0008, O0002, O0005, O0003, O0004"

seeds = st.binary(min_size=32, max_size=32)


def naive_integers(digests: Iterator[bytes], below: int) -> int:
    """The page's step 5, word for word, on any source of 32-byte strings."""
    for digest in digests:
        value = 0
        for byte in digest:
            value = value * 256 + byte
        if value < (2**256 // below) * below:
            return value % below
    raise AssertionError("the source ran dry")


def naive_order(digests: Iterator[bytes], entries: list[int]) -> list[int]:
    """Take entries out one by one: the head swaps into the place of the one taken."""
    drawn = []
    rest = list(entries)
    while rest:
        index = naive_integers(digests, len(rest))
        rest[0], rest[index] = rest[index], rest[0]
        drawn.append(rest.pop(0))
    return drawn


def hashes(seed: bytes) -> Iterator[bytes]:
    for counter in itertools.count():
        yield hashlib.sha256(seed + bytes([(counter >> shift) & 255 for shift in (24, 16, 8, 0)])).digest()


def test_the_vector_of_the_page_comes_out_whole():
    assert draw.commitment(DRAW_ID, SERVER_SEED).hex() == COMMIT
    assert draw.frozen_list(ORDERS) == b"".join(order.encode() + b"\n" for order in ORDERS)
    assert draw.list_hash(ORDERS).hex() == LIST_HASH
    seed = draw.draw_seed(DRAW_ID, SERVER_SEED, bytes.fromhex(LIST_HASH), PUBLIC_BYTES)
    assert seed.hex() == SEED
    assert ", ".join(ORDERS[position] for position in draw.drawn_order(seed, 10)) == WHOLE_ORDER


def test_the_list_does_not_depend_on_the_order_in_which_it_is_given():
    assert draw.list_hash(reversed(ORDERS)).hex() == LIST_HASH


def test_the_list_is_sorted_by_bytes_and_not_by_utf16_units():
    assert draw.frozen_list(["\U00010000", "\uffff", "b", "B"]).decode() == "B\nb\n\uffff\n\U00010000\n"


@given(seed=seeds, size=st.integers(1, 130))
def test_a_drawn_order_is_a_permutation_and_agrees_with_the_page_read_naively(seed, size):
    order = draw.drawn_order(seed, size)
    assert sorted(order) == list(range(size))
    assert order == naive_order(hashes(seed), list(range(size)))


@pytest.mark.parametrize("size", [1, 2, 3, 257, 5000])
def test_any_size_agrees_with_the_page_read_naively(size):
    assert draw.drawn_order(SERVER_SEED, size) == naive_order(hashes(SERVER_SEED), list(range(size)))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_every_order_is_reached_by_exactly_one_choice_of_integers(size):
    """Each tuple of integers below n, n-1, … 1 is equally likely, and each gives another order."""
    reached = set()
    choices = itertools.product(*[range(left) for left in range(size, 1, -1)])
    for choice in choices:
        reached.add(tuple(draw.shuffle(list(range(size)), iter(choice))))
    assert len(reached) == len(list(itertools.permutations(range(size))))


class Digest:
    """A stand-in for a hash object."""

    def __init__(self, value: bytes):
        self.value = value

    def digest(self) -> bytes:
        return self.value


@pytest.mark.parametrize("size", [2, 3, 7, 10, 100])
def test_numbers_past_the_last_whole_multiple_are_refused_exactly(size, monkeypatch):
    """Around the limit every number is taken or refused as the page says."""
    limit = 2**256 // size * size
    edges = [limit - 1, limit, limit + 1, 2**256 - 1, limit - size, 0, 2**256 - 2**31, 2**256 - 2**31 - 1]
    for edge in edges:
        values = [min(edge, 2**256 - 1), *edges[:1], *range(1, size * 2)]
        source = [value.to_bytes(32, "big") for value in values]

        def scripted(data: bytes, source: list[bytes] = source) -> Digest:
            return Digest(source[int.from_bytes(data[32:], "big")])

        monkeypatch.setattr(draw, "sha256", scripted)
        assert draw.drawn_order(SERVER_SEED, size) == naive_order(iter(source), list(range(size)))


def test_first_places_are_even_over_many_seeds():
    """Sanity, not proof: 20 000 draws of ten, each first place within five standard deviations of 2000."""
    counts = [0] * 10
    for number in range(20_000):
        counts[draw.drawn_order(number.to_bytes(32, "big"), 10)[0]] += 1
    assert all(abs(count - 2000) < 5 * 42.5 for count in counts)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("no_seats", lambda: draw.frozen_list([])),
        ("order_id", lambda: draw.frozen_list(["O1", ""])),
        ("order_id", lambda: draw.frozen_list(["O1", "O2\nO3"])),
        ("order_id", lambda: draw.frozen_list(["O1", "\ud800"])),
        ("order_twice", lambda: draw.list_hash(["O1", "O2", "O1"])),
        ("draw_id", lambda: draw.commitment("", SERVER_SEED)),
        ("draw_id", lambda: draw.commitment("D|1", SERVER_SEED)),
        ("draw_id", lambda: draw.commitment("\ud800", SERVER_SEED)),
        ("length", lambda: draw.commitment(DRAW_ID, b"short")),
        ("length", lambda: draw.draw_seed(DRAW_ID, b"short", bytes(32), b"")),
        ("length", lambda: draw.draw_seed(DRAW_ID, SERVER_SEED, bytes(31), b"")),
        ("length", lambda: draw.drawn_order(b"short", 10)),
        ("no_seats", lambda: draw.drawn_order(SERVER_SEED, 0)),
        ("too_many_seats", lambda: draw.drawn_order(SERVER_SEED, draw.SEATS_AT_MOST + 1)),
    ],
)
def test_what_the_protocol_does_not_allow_is_refused_by_name(code, call):
    with pytest.raises(draw.DrawRefusal) as refusal:
        call()
    assert refusal.value.code == code
    assert refusal.value.zh and refusal.value.en


def test_the_hash_of_no_seats_is_the_hash_of_nothing():
    assert hashlib.sha256(b"").digest() == draw.HASH_OF_NO_SEATS
