"""Values at rest: bound to their place and key, found again only by the keyed look-up."""

import dataclasses
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import (
    DataKey,
    decrypt,
    encrypt,
    key_id_of,
    lookup,
    lookup_secret,
    lookups,
    unwrap,
    wrap,
)
from crypto.errors import DecryptionError, InvalidLengthError, WrongKeyError

KEY = DataKey(b"key1", bytes(range(32)))
MASTER = DataKey.from_master(bytes(range(32, 64)))
PLACE = {"table": "person", "column": "name", "row": b"row"}


def hkdf(secret, label, length):
    """Return HKDF-SHA256 without salt, one block. Source: RFC 5869."""
    prk = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(prk, label + b"\x01", "sha256")[:length]


def test_the_master_keys_id_follows_from_its_secret_alone():
    secret = bytes(range(32, 64))
    master = DataKey.from_master(secret)
    assert master.secret == secret
    assert master.id == hkdf(secret, b"chorus/v1/master-id\0", 4)


@given(st.binary(max_size=100), st.binary(max_size=20))
def test_a_value_survives_in_its_place(plaintext, row):
    blob = encrypt(KEY, plaintext, table="person", column="name", row=row)
    assert len(blob) == 1 + 4 + 12 + len(plaintext) + 16
    assert decrypt(KEY, blob, table="person", column="name", row=row) == plaintext


def test_a_blob_is_laid_out_as_documented():
    blob = encrypt(KEY, b"Ada", **PLACE)
    place = b"\0\0\0\6person" + b"\0\0\0\4name" + b"\0\0\0\3row"
    assert blob[:5] == b"\x01key1"
    assert AESGCM(KEY.secret).decrypt(blob[5:17], blob[17:], place) == b"Ada"


def test_equal_values_look_different():
    first, second = encrypt(KEY, b"Ada", **PLACE), encrypt(KEY, b"Ada", **PLACE)
    assert first[5:17] != second[5:17]


@pytest.mark.parametrize(
    "table, column, row",
    [
        ("people", "name", b"row"),
        ("person", "names", b"row"),
        ("person", "name", b"rows"),
        ("personn", "ame", b"row"),
        ("person", "namer", b"ow"),
        ("name", "person", b"row"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(table, column, row):
    blob = encrypt(KEY, b"Ada", **PLACE)
    with pytest.raises(DecryptionError):
        decrypt(KEY, blob, table=table, column=column, row=row)


def test_a_damaged_blob_does_not_open():
    blob = encrypt(KEY, b"Ada", **PLACE)
    bad = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(len(blob))]
    bad += [blob[:end] for end in range(len(blob))] + [blob + b"\0"]
    for value in bad:
        with pytest.raises(DecryptionError):
            decrypt(KEY, value, **PLACE)


def test_a_blob_names_its_key_and_another_is_refused_by_name():
    blob = encrypt(KEY, b"", **PLACE)
    assert key_id_of(blob) == b"key1"
    with pytest.raises(WrongKeyError):
        decrypt(dataclasses.replace(KEY, id=b"key2"), blob, **PLACE)
    with pytest.raises(DecryptionError):
        decrypt(dataclasses.replace(KEY, secret=bytes(32)), blob, **PLACE)


def test_a_key_hides_its_secret_and_holds_its_lengths():
    assert repr(KEY) == "DataKey(id=b'key1')"
    for key_id, secret in [(b"key", bytes(32)), (b"keys1", bytes(32)), (b"key1", bytes(31))]:
        with pytest.raises(InvalidLengthError):
            DataKey(key_id, secret)


def test_new_keys_differ():
    first, second = DataKey.generate(), DataKey.generate()
    assert first.id != second.id
    assert first.secret != second.secret


def test_a_master_key_is_known_by_a_derived_id():
    assert MASTER.id == hkdf(MASTER.secret, b"chorus/v1/master-id\0", 4)
    assert MASTER.id not in MASTER.secret
    with pytest.raises(InvalidLengthError):
        DataKey.from_master(bytes(31))


def test_a_wrapped_key_comes_back_for_its_id_and_context_only():
    blob = wrap(MASTER, KEY, context=b"pool sealed")
    assert len(blob) == 33 + 32
    assert unwrap(MASTER, blob, key_id=b"key1", context=b"pool sealed") == KEY
    for key_id, context in [(b"key2", b"pool sealed"), (b"key1", b"pool kept"), (b"key1", b"")]:
        with pytest.raises(DecryptionError):
            unwrap(MASTER, blob, key_id=key_id, context=context)
    with pytest.raises(WrongKeyError):
        unwrap(DataKey.from_master(bytes(32)), blob, key_id=b"key1", context=b"pool sealed")


@pytest.mark.parametrize("key_id, context", [(b"key1p", b"ool"), (b"key", b"1pool")])
def test_id_and_context_of_a_wrapped_key_cannot_flow_into_each_other(key_id, context):
    blob = wrap(MASTER, KEY, context=b"pool")
    with pytest.raises(InvalidLengthError):
        unwrap(MASTER, blob, key_id=key_id, context=context)


def test_a_look_up_is_an_hmac_under_a_key_of_its_own():
    derived = hkdf(KEY.secret, b"chorus/v1/lookup\0", 32)
    assert lookup(KEY, "zoë@example.org") == hmac.digest(
        derived, "zoë@example.org".encode(), "sha256"
    )
    assert lookup(KEY, "a@example.org") != lookup(KEY, "b@example.org")
    assert lookup(KEY, "a@example.org") != lookup(DataKey.generate(), "a@example.org")


def test_a_key_in_anothers_place_reads_and_finds_what_was_under_that_one():
    former = DataKey.generate()
    place = {"table": "person", "column": "name", "row": b"1"}
    blob, value = encrypt(former, b"Ada", **place), lookup(former, "ada")
    successor = DataKey(b"next", bytes(range(32)), former=(former,))
    assert decrypt(successor, blob, **place) == b"Ada"
    assert key_id_of(encrypt(successor, b"Ada", **place)) == b"next"
    assert lookups(successor, "ada") == [lookup(successor, "ada"), value]
    kept = DataKey(b"next", bytes(range(32)), former_lookups=(lookup_secret(former),))
    assert lookups(kept, "ada")[1] == value
    with pytest.raises(WrongKeyError):
        decrypt(kept, blob, **place)  # what finds opens nothing
