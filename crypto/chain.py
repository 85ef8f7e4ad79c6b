"""A hash chain: each entry's digest covers all that came before it, so that a change shows."""

import hashlib
from collections.abc import Iterable

from crypto.encoding import require_length

LABEL = b"chorus/v1/audit\0"
DIGEST_BYTES = 32
BEGINNING = bytes(DIGEST_BYTES)


def next_digest(before: bytes, content: bytes) -> bytes:
    """Return the digest (32 bytes) of an entry that follows one with the digest `before`.

    :param before: 32 bytes; `BEGINNING` for the first entry.
    :raises InvalidLengthError: if `before` is not 32 bytes.
    """
    return hashlib.sha256(LABEL + require_length(before, DIGEST_BYTES) + content).digest()


def fingerprint(digest: bytes) -> str:
    """Return the first half of a digest as 8 groups of 4 hex digits, to note and to compare.

    :raises InvalidLengthError: if `digest` is not 32 bytes.
    """
    return require_length(digest, DIGEST_BYTES)[:16].hex(" ", 2)


def first_break(entries: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Return the position of the first entry whose digest does not follow; None if all do.

    :param entries: content and digest of each entry, oldest first.
    """
    before = BEGINNING
    for position, (content, digest) in enumerate(entries):
        if next_digest(before, content) != digest:
            return position
        before = digest
    return None
