"""Whether a signature is that of the drand quicknet beacon, for one round and no other.

Scheme bls-unchained-g1-rfc9380: the message is SHA-256 of the round's number in eight bytes, the signature a
point of G1, the key a point of G2. Source: page draw-v1. The curve is the library's (py_ecc); a check takes
about a second, so it never runs inside a transaction.
"""

import sys
from hashlib import sha256

LIMIT = sys.getrecursionlimit()

from py_ecc.bls.g2_primitives import pubkey_to_G1 as point_of_g1  # noqa: E402
from py_ecc.bls.g2_primitives import signature_to_G2 as point_of_g2  # noqa: E402
from py_ecc.bls.g2_primitives import subgroup_check  # noqa: E402
from py_ecc.bls.hash_to_curve import hash_to_G1  # noqa: E402
from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf, neg  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing  # noqa: E402

from pinwheel.rules.beacon import SIGNATURE_BYTES  # noqa: E402

# The library raises it for the whole process, where deeply nested input would then end it. No check needs it.
sys.setrecursionlimit(LIMIT)

MOST_ROUND = (1 << 63) - 1
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)


def message_of(number: int) -> bytes:
    """What the beacon signs for a round."""
    return sha256(number.to_bytes(8, "big")).digest()


def is_signed(number: int, signature: bytes, key: bytes = PUBLIC_KEY) -> bool:
    """Whether the beacon signed this round so. Anything that is no signature at all is not signed either.

    Args:
        number: the round, from 1.
        signature: 48 bytes, a compressed point of G1.
        key: 96 bytes, a compressed point of G2.
    """
    if len(signature) != SIGNATURE_BYTES or not 1 <= number <= MOST_ROUND:
        return False
    try:
        point = point_of_g1(signature)  # type: ignore[arg-type]
        if is_inf(point) or not subgroup_check(point):
            return False
        hashed = hash_to_G1(message_of(number), DST, sha256)  # type: ignore[arg-type]
        public = point_of_g2(key)  # type: ignore[arg-type]
    except ValueError:
        return False
    product = pairing(public, hashed, final_exponentiate=False)
    product *= pairing(G2, neg(point), final_exponentiate=False)
    return bool(final_exponentiate(product) == FQ12.one())
