"""Spellings that stand on the wire: base64url, canonical JSON, fixed lengths."""

import base64
import json

from crypto.errors import EncodingError, InvalidLengthError


def encode_base64url(value: bytes) -> str:
    """Return `value` as base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode_base64url(text: str, length: int | None = None) -> bytes:
    """Return the bytes that `text` spells.

    :param length: how many bytes there must be; None takes any number.
    :raises EncodingError: on padding, foreign characters, unused bits that are not 0, or
        another length.
    """
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise EncodingError from None
    # The library skips foreign characters and ignores unused bits. Spelling the value again
    # leaves exactly one text for each value, so a code can't be altered without being noticed.
    if encode_base64url(value) != text or length not in (None, len(value)):
        raise EncodingError
    return value


def canonical_json(value: object) -> bytes:
    """Return `value` as JSON with sorted keys, separators "," and ":", UTF-8 unescaped.

    :raises EncodingError: if it holds what JSON or UTF-8 can't express (NaN, a lone surrogate).
    """
    try:
        return json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode()
    except (TypeError, ValueError):
        raise EncodingError from None


def require_length(value: bytes, length: int) -> bytes:
    """Return `value` if it has `length` bytes: `||` joins fixed-length fields only.

    :raises InvalidLengthError: if it has not.
    """
    if len(value) != length:
        raise InvalidLengthError
    return value
