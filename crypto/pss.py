"""EMSA-PSS encoding with SHA-384 and MGF1-SHA384.

The library pads and signs in one step; blinding needs the padded message alone.
"""

import hashlib

from crypto.encoding import require_length
from crypto.errors import InvalidKeyError

SALT_BYTES = 48
HASH_BYTES = 48
TRAILER = b"\xbc"


def encode(message: bytes, salt: bytes, encoded_bits: int) -> bytes:
    """Return the PSS encoding of `message`, ceil(encoded_bits / 8) bytes.

    :param salt: 48 bytes.
    :param encoded_bits: one less than the bits of the modulus.
    :raises InvalidKeyError: if the modulus is too short to hold hash and salt.

    Source: RFC 8017 section 9.1.1.
    """
    length = (encoded_bits + 7) // 8
    zeros = length - SALT_BYTES - HASH_BYTES - 2
    if zeros < 0:
        raise InvalidKeyError
    salt = require_length(salt, SALT_BYTES)
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(zeros) + b"\x01" + salt
    masked = int.from_bytes(block) ^ int.from_bytes(_mask(digest, len(block)))
    masked &= (1 << (encoded_bits - 8 * (HASH_BYTES + 1))) - 1
    return masked.to_bytes(len(block)) + digest + TRAILER


def _mask(seed: bytes, length: int) -> bytes:
    """Return MGF1-SHA384 of `seed`, `length` bytes. Source: RFC 8017 appendix B.2.1."""
    count = -(-length // HASH_BYTES)
    blocks = (hashlib.sha384(seed + index.to_bytes(4)).digest() for index in range(count))
    return b"".join(blocks)[:length]
