"""The chain of the audit log: digests computed here by hand, and each kind of tampering found."""

import hashlib

import pytest

from crypto import chain
from crypto.errors import InvalidLengthError

CONTENTS = [b"first", b"second", b"", b"fourth"]
# Of b"first" and then b"second": printf 'chorus/v1/audit\0' and what follows, through sha256sum.
FIRST = "82f6e42698a63e66b8f823e99ff354f9be276b030db95f81bcacc4b439e2b4d1"
SECOND = "fe87c8915a55dbf1707eecfab43854046400ab5401c271bfe4e93413a2907a0f"


def by_hand(contents: list[bytes]) -> list[bytes]:
    """Return the digests as README says them, computed with hashlib alone."""
    digests, before = [], b"\0" * 32
    for content in contents:
        before = hashlib.sha256(b"chorus/v1/audit\0" + before + content).digest()
        digests.append(before)
    return digests


def chained(contents: list[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(contents, by_hand(contents), strict=True))


def test_digests_are_those_of_a_shell() -> None:
    first = chain.next_digest(chain.BEGINNING, b"first")
    assert first.hex() == FIRST
    assert chain.next_digest(first, b"second").hex() == SECOND


def test_digests_are_those_computed_by_hand() -> None:
    before = chain.BEGINNING
    for content, digest in chained(CONTENTS):
        before = chain.next_digest(before, content)
        assert before == digest


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_digest_before_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidLengthError):
        chain.next_digest(bytes(length), b"first")
    with pytest.raises(InvalidLengthError):
        chain.fingerprint(bytes(length))


def test_a_whole_chain_has_no_break() -> None:
    assert chain.first_break(chained(CONTENTS)) is None
    assert chain.first_break([]) is None
    assert chain.first_break(chained(CONTENTS)[:2]) is None  # what is cut off leaves no gap


@pytest.mark.parametrize("place", range(len(CONTENTS)))
def test_a_changed_content_or_digest_is_found_where_it_is(place: int) -> None:
    entries = chained(CONTENTS)
    content, digest = entries[place]
    entries[place] = (content + b"!", digest)
    assert chain.first_break(entries) == place
    entries[place] = (content, digest[:-1] + bytes([digest[-1] ^ 1]))
    assert chain.first_break(entries) == place


def test_a_removed_a_repeated_and_a_swapped_entry_are_found() -> None:
    entries = chained(CONTENTS)
    assert chain.first_break(entries[1:]) == 0
    assert chain.first_break([entries[0], *entries[2:]]) == 1
    assert chain.first_break([entries[0], entries[0], *entries[1:]]) == 1
    assert chain.first_break([entries[0], entries[2], entries[1], entries[3]]) == 1


def test_the_fingerprint_is_the_first_half_in_groups() -> None:
    assert chain.fingerprint(bytes(range(32))) == "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f"
