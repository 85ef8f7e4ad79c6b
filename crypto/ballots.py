"""What a ballot is made of: its padding, its sealing context and the message that is signed."""

from typing import NamedTuple

from crypto.encoding import require_length
from crypto.errors import InvalidInputMessageError, InvalidPaddingError
from crypto.sealing import OVERHEAD

PADS = (512, 2048, 8192)
POOL_ID_BYTES = 16
SERIAL_BYTES = 32
MANIFEST_HASH_BYTES = 32
SEAL_LABEL = b"chorus/v1/seal\0"
BALLOT_LABEL = b"chorus/v1/ballot\0"
INPUT_MSG_BYTES = 97

_LABEL_AT = 32
_POOL_AT = _LABEL_AT + len(BALLOT_LABEL)
_SERIAL_AT = _POOL_AT + POOL_ID_BYTES


class InputMessage(NamedTuple):
    """The parts of an input_msg: 32 random bytes, pool_id (16) and serial (32)."""

    prefix: bytes
    pool_id: bytes
    serial: bytes


def pad(plaintext: bytes, size: int) -> bytes:
    """Return `plaintext` with NULs up to exactly `size` bytes (512, 2048 or 8192).

    :raises InvalidPaddingError: if it does not fit, holds a NUL, or the size is another.
    """
    if size not in PADS or len(plaintext) > size or b"\0" in plaintext:
        raise InvalidPaddingError
    return plaintext.ljust(size, b"\0")


def unpad(padded: bytes, size: int) -> bytes:
    """Return the plaintext that pad was given.

    :raises InvalidPaddingError: if there are not `size` bytes, or a NUL stands before the end.
    """
    plaintext = padded.partition(b"\0")[0]
    # Comparing whole is 30 times faster than stripping 8 kB of NULs byte by byte.
    if size not in PADS or len(padded) != size or padded != plaintext.ljust(size, b"\0"):
        raise InvalidPaddingError
    return plaintext


def check_sealed_length(sealed: bytes, size: int) -> None:
    """Return nothing if `sealed` is exactly 65 + `size` + 16 bytes.

    :raises InvalidLengthError: if it is not.
    """
    require_length(sealed, size + OVERHEAD)


def sealing_info(manifest_hash: bytes, serial: bytes) -> bytes:
    """Return the context of a ballot's seal, so that it opens under no other serial or round.

    :param manifest_hash: 32 bytes.
    :param serial: 32 bytes.
    """
    return (
        SEAL_LABEL
        + require_length(manifest_hash, MANIFEST_HASH_BYTES)
        + require_length(serial, SERIAL_BYTES)
    )


def ballot_message(pool_id: bytes, serial: bytes) -> bytes:
    """Return msg, 65 bytes, which crypto.blind.prepare turns into input_msg."""
    return (
        BALLOT_LABEL + require_length(pool_id, POOL_ID_BYTES) + require_length(serial, SERIAL_BYTES)
    )


def parse_input_msg(input_msg: bytes) -> InputMessage:
    """Return the parts of `input_msg`, cut at fixed offsets.

    :raises InvalidInputMessageError: if there are not 97 bytes, or the label is another.
    """
    if len(input_msg) != INPUT_MSG_BYTES or input_msg[_LABEL_AT:_POOL_AT] != BALLOT_LABEL:
        raise InvalidInputMessageError
    return InputMessage(
        prefix=input_msg[:_LABEL_AT],
        pool_id=input_msg[_POOL_AT:_SERIAL_AT],
        serial=input_msg[_SERIAL_AT:],
    )
