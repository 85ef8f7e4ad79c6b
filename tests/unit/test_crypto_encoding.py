"""Spellings: one text for each value, and nothing else is read."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import errors
from crypto.encoding import canonical_json, decode_base64url, encode_base64url, require_length
from crypto.envelope import DataKey
from crypto.errors import CryptoError, EncodingError, InvalidLengthError
from crypto.links import Link
from crypto.receipts import Mailbox, MailboxAccess
from crypto.sharing import Share

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protocol.json").read_text())


@given(st.binary(max_size=80))
def test_base64url_survives_both_ways(value):
    assert decode_base64url(encode_base64url(value)) == value


@pytest.mark.parametrize("value, text", [(b"", ""), (b"\xfb\xff", "-_8"), (b"\0\0\0", "AAAA")])
def test_base64url_is_spelled_without_padding_and_with_its_own_alphabet(value, text):
    assert encode_base64url(value) == text
    assert decode_base64url(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "-_8=",
        "-_9",
        "-_-",
        "+/8",
        "-_8 ",
        " -_8",
        "-_8\n",
        "-_.8",
        "A",
        "AAAAA",
        "Äpfel",
        "AA==",
        "=",
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(EncodingError):
        decode_base64url(text)


@pytest.mark.parametrize(
    ("value", "text"), [(b"\0\0\x17", "AAAX"), (b"\x17" * 3, "FxcX"), (b"\0", "AA"), (b"", "")]
)
def test_spelling_takes_nothing_off_but_the_padding(value, text):
    assert encode_base64url(value) == text
    assert decode_base64url(text) == value


def test_a_stated_length_is_held():
    assert decode_base64url("AAAA", 3) == bytes(3)
    assert decode_base64url("", 0) == b""
    for length in (0, 2, 4):
        with pytest.raises(EncodingError):
            decode_base64url("AAAA", length)


def test_canonical_json_is_that_of_the_vectors():
    manifest = VECTORS["manifest"]
    assert canonical_json(manifest["value"]).hex() == manifest["canonical"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", "\ud800", {1, 2}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(EncodingError):
        canonical_json({"value": value})


def test_a_fixed_length_is_held():
    assert require_length(b"abc", 3) == b"abc"
    for length in (2, 4):
        with pytest.raises(InvalidLengthError):
            require_length(b"abc", length)


def named_errors():
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, CryptoError)
    ]


@pytest.mark.parametrize("error", named_errors())
def test_an_error_says_one_sentence_and_takes_no_value_that_could_leak(error):
    sentence = str(error())
    assert sentence == error.__doc__
    assert sentence.endswith(".")
    assert ". " not in sentence
    with pytest.raises(TypeError):
        error("a secret")


@pytest.mark.parametrize("kind", [Share, Link, DataKey, MailboxAccess, Mailbox])
def test_what_holds_keys_and_shares_cannot_be_altered(kind):
    assert dataclasses.is_dataclass(kind)
    blank = object.__new__(kind)
    for field in dataclasses.fields(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(blank, field.name, None)
