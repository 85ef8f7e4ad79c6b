"""Ballots: one size for all, a seal bound to round and serial, a message cut at fixed places."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import ballots, blind
from crypto.errors import InvalidInputMessageError, InvalidLengthError, InvalidPaddingError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protocol.json").read_text())
POOL, SERIAL, MANIFEST_HASH = b"p" * 16, b"s" * 32, b"m" * 32

texts = st.binary(max_size=512).map(lambda value: value.replace(b"\0", b""))


@given(texts, st.sampled_from(ballots.PADS))
def test_every_ballot_of_a_form_has_one_size(plaintext, size):
    padded = ballots.pad(plaintext, size)
    assert len(padded) == size
    assert ballots.unpad(padded, size) == plaintext


@pytest.mark.parametrize("size", [512, 2048, 8192])
def test_a_plaintext_may_fill_its_size_exactly(size):
    assert ballots.unpad(ballots.pad(b"x" * size, size), size) == b"x" * size


@pytest.mark.parametrize(
    "plaintext, size", [(b"x" * 513, 512), (b"a\0b", 512), (b"a\0", 512), (b"x", 511), (b"x", 0)]
)
def test_a_plaintext_that_cannot_be_padded_is_refused(plaintext, size):
    with pytest.raises(InvalidPaddingError):
        ballots.pad(plaintext, size)


@pytest.mark.parametrize(
    "padded, size",
    [(b"x" * 511, 512), (b"x" * 513, 512), (b"x" * 512, 2048), (b"", 512), (b"x" * 9, 9)],
)
def test_a_plaintext_of_another_size_is_refused(padded, size):
    with pytest.raises(InvalidPaddingError):
        ballots.unpad(padded, size)


def test_a_nul_before_the_padding_is_refused():
    with pytest.raises(InvalidPaddingError):
        ballots.unpad(b"a\0b".ljust(512, b"\0"), 512)


@pytest.mark.parametrize("size", [512, 2048, 8192])
def test_a_sealed_ballot_has_exactly_its_length(size):
    ballots.check_sealed_length(bytes(65 + size + 16), size)
    for length in (65 + size + 15, 65 + size + 17):
        with pytest.raises(InvalidLengthError):
            ballots.check_sealed_length(bytes(length), size)


def test_context_and_message_are_those_of_the_vectors():
    manifest_hash = bytes.fromhex(VECTORS["manifest"]["mh"])
    pool_id = bytes.fromhex(VECTORS["receipt"]["pool_id"])
    serial = bytes.fromhex(VECTORS["receipt"]["serial"])
    assert ballots.sealing_info(manifest_hash, serial).hex() == VECTORS["ballot"]["info"]
    assert ballots.ballot_message(pool_id, serial).hex() == VECTORS["ballot"]["msg"]


@pytest.mark.parametrize("change", [-1, 1])
def test_fields_of_another_length_are_refused(change):
    for build, first, second in [
        (ballots.sealing_info, 32 + change, 32),
        (ballots.sealing_info, 32, 32 + change),
        (ballots.ballot_message, 16 + change, 32),
        (ballots.ballot_message, 16, 32 + change),
    ]:
        with pytest.raises(InvalidLengthError):
            build(bytes(first), bytes(second))


def test_an_input_message_falls_into_its_parts():
    input_msg = blind.prepare(ballots.ballot_message(POOL, SERIAL), prefix=b"r" * 32)
    assert len(input_msg) == 97
    assert ballots.parse_input_msg(input_msg) == (b"r" * 32, POOL, SERIAL)


def test_an_input_message_of_another_kind_is_refused():
    good = b"r" * 32 + b"chorus/v1/ballot\0" + POOL + SERIAL
    other_version = good.replace(b"/v1/", b"/v2/")
    no_nul = good.replace(b"ballot\0", b"ballots")
    shifted = good[1:] + b"s"
    for bad in [b"", good[:-1], good + b"s", other_version, no_nul, shifted]:
        with pytest.raises(InvalidInputMessageError):
            ballots.parse_input_msg(bad)
