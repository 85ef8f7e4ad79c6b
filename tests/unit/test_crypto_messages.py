"""Messages of the two-way reply: one size, one way to write each, tied to mailbox and side."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import messages, sealing
from crypto.errors import InvalidLengthError, InvalidMessageError, UnsealError
from crypto.messages import Message, decode_message, encode_message

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protocol.json").read_text("utf-8"))
VECTOR = VECTORS["message"]
POOL = bytes.fromhex(VECTORS["receipt"]["pool_id"])
BOX = bytes.fromhex(VECTORS["mailbox"]["id"])
WRITTEN = Message(VECTOR["writer"], date.fromisoformat(VECTOR["day"]), VECTOR["text"])
ACKNOWLEDGED = Message(
    VECTOR["acknowledged_by"],
    date.fromisoformat(VECTOR["acknowledged_on"]),
    "",
    VECTOR["acknowledgement"],
)

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=500)


@pytest.mark.parametrize(
    ("message", "prefix"), [(WRITTEN, ""), (ACKNOWLEDGED, "acknowledged_")], ids=["text", "ready"]
)
def test_messages_are_those_of_the_vectors(message, prefix):
    padded = encode_message(message)
    assert padded.rstrip(b"\0").hex() == VECTOR[f"{prefix}head"]
    assert hashlib.sha256(padded).hexdigest() == VECTOR[f"{prefix}sha256"]
    assert decode_message(padded) == message


def test_contexts_are_those_of_the_vectors():
    assert messages.to_author_info(POOL, BOX).hex() == VECTOR["to_author_info"]
    assert messages.to_staff_info(POOL, BOX).hex() == VECTOR["to_staff_info"]


@given(texts.filter(str.strip), st.dates(), st.sampled_from(messages.WRITERS))
def test_every_message_has_one_size_and_comes_back(text, day, writer):
    message = Message(writer, day, text[:500])
    padded = encode_message(message)
    assert len(padded) == messages.MESSAGE_BYTES
    assert decode_message(padded) == message


def test_a_text_may_fill_its_limit_exactly():
    full = replace(WRITTEN, text="é" * (messages.TEXT_BYTES // 2))
    assert decode_message(encode_message(full)) == full


@pytest.mark.parametrize(
    "message",
    [
        replace(WRITTEN, text=""),
        replace(WRITTEN, text=" \n"),
        replace(WRITTEN, text="x" * (messages.TEXT_BYTES + 1)),
        replace(WRITTEN, text="a\0b"),
        replace(WRITTEN, text="\ud800"),
        replace(WRITTEN, writer="nobody"),
        replace(WRITTEN, acknowledgement=1),
        replace(ACKNOWLEDGED, acknowledgement=6),
    ],
    ids=["empty", "blank", "long", "nul", "surrogate", "writer", "both", "unknown sentence"],
)
def test_a_message_that_cannot_be_written_is_refused(message):
    with pytest.raises(InvalidMessageError):
        encode_message(message)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda padded: padded[:-1],
        lambda padded: padded + b"\0",
        lambda padded: b"\x02" + padded[1:],
        lambda padded: padded[:1] + b"\x00" + padded[2:],
        lambda padded: padded[:1] + b"\x04" + padded[2:],
        lambda padded: padded[:2] + b"\x09" + padded[3:],
        lambda padded: padded[:3] + b"2026-13-01" + padded[13:],
        lambda padded: padded[:3] + b"20260612\0\0" + padded[13:],
        lambda padded: padded[:-1] + b"x",
        lambda padded: padded[:13] + b"\xff" + padded[14:],
    ],
    ids=[
        *("cut", "longer", "version", "no writer", "unknown writer", "unknown sentence"),
        *("no day", "another way to write a day", "behind the end", "no text"),
    ],
)
def test_a_message_written_in_another_way_is_refused(spoil):
    with pytest.raises(InvalidMessageError):
        decode_message(spoil(encode_message(WRITTEN)))


def test_a_seal_opens_for_its_mailbox_pool_and_side_only():
    key = sealing.generate_key()
    info = messages.to_staff_info(POOL, BOX)
    sealed = sealing.seal(sealing.public_point(key), encode_message(WRITTEN), info)
    assert len(sealed) == messages.SEALED_BYTES
    assert decode_message(sealing.unseal(key, sealed, info)) == WRITTEN
    others = (
        messages.to_author_info(POOL, BOX),
        messages.to_staff_info(bytes(16), BOX),
        messages.to_staff_info(POOL, bytes(16)),
    )
    for other in others:
        with pytest.raises(UnsealError):
            sealing.unseal(key, sealed, other)


def test_identifiers_of_another_length_are_refused():
    with pytest.raises(InvalidLengthError):
        messages.to_author_info(POOL[:-1], BOX)
    with pytest.raises(InvalidLengthError):
        messages.to_staff_info(POOL, BOX + b"\0")
