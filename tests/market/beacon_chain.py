"""A beacon of the tests' own: rounds of any time, signed with a key that everybody knows."""

import json
from hashlib import sha256

from py_ecc.bls.g2_primitives import G1_to_pubkey, G2_to_signature
from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.optimized_bls12_381.optimized_curve import G2, multiply

from pinwheel.rules import beacon_signature

SECRET = 20261121
KEY = bytes(G2_to_signature(multiply(G2, SECRET)))
# The real beacon's recorded round, from the page draw-v1.
RECORDED = 657413
RECORDED_SIGNATURE = bytes.fromhex(
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)


def sign(number: int, secret: int = SECRET) -> bytes:
    """What the chain of that secret signs for a round."""
    point = hash_to_G1(beacon_signature.message_of(number), beacon_signature.DST, sha256)
    return bytes(G1_to_pubkey(multiply(point, secret)))


def answer(number: int, signed: bytes | None = None, /, **more: object) -> bytes:
    """An answer of a relay."""
    signed = sign(number) if signed is None else signed
    told = {"round": number, "randomness": sha256(signed).hexdigest(), "signature": signed.hex(), **more}
    return json.dumps(told).encode()


real_is_signed = beacon_signature.is_signed


def is_signed_here(number: int, signature: bytes) -> bool:
    """`is_signed` under the key of the tests' chain."""
    return real_is_signed(number, signature, KEY)
