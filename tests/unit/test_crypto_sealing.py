"""Sealing: RFC 9180, checked against a second implementation that the published vector fixes.

Covered by the vector of Chorus's suite: shared secret, key, base nonce, exporter secret and the
first ciphertext of the implementation below. Its ciphertext has associated data, which Chorus's
suite does not take, so our own functions are compared with that implementation, both ways. The
vectors of the other three suites are not of Chorus's and are not used.
"""

import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from crypto import sealing
from crypto.errors import InvalidKeyError, UnsealError
from crypto.sharing import ORDER, combine, split

VECTORS = Path(__file__).parents[1] / "vectors" / "rfc9180.json"
KEM = b"KEM" + (16).to_bytes(2)
SUITE = b"HPKE" + (16).to_bytes(2) + (1).to_bytes(2) + (1).to_bytes(2)
INFO = b"chorus/v1/seal\0" + bytes(64)


@pytest.fixture(scope="module")
def vector():
    for entry in json.loads(VECTORS.read_text()):
        if (entry["mode"], entry["kem_id"], entry["kdf_id"], entry["aead_id"]) == (0, 16, 1, 1):
            return entry
    raise LookupError("the vector of Chorus's suite is missing")


@pytest.fixture(scope="module")
def private_key():
    return sealing.generate_key()


def extract(suite, salt, label, ikm):
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite, prk, label, info, length):
    block = length.to_bytes(2) + b"HPKE-v1" + suite + label + info + b"\x01"
    return hmac.digest(prk, block, "sha256")[:length]


def shared_secret(private_key, other_point, enc, receiver_point):
    other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), other_point)
    agreed = private_key.exchange(ec.ECDH(), other)
    prk = extract(KEM, b"", b"eae_prk", agreed)
    return expand(KEM, prk, b"shared_secret", enc + receiver_point, 32)


def key_schedule(secret, info):
    """Return (key, base nonce, exporter secret). Source: RFC 9180 section 5.1."""
    psk_id = extract(SUITE, b"", b"psk_id_hash", b"")
    context = b"\0" + psk_id + extract(SUITE, b"", b"info_hash", info)
    prk = extract(SUITE, secret, b"secret", b"")
    return tuple(
        expand(SUITE, prk, label, context, length)
        for label, length in [(b"key", 16), (b"base_nonce", 12), (b"exp", 32)]
    )


def reference_open(private_key, sealed, info, aad=b""):
    enc, ciphertext = sealed[:65], sealed[65:]
    secret = shared_secret(private_key, enc, enc, sealing.public_point(private_key))
    key, nonce, _ = key_schedule(secret, info)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)


def reference_seal(ephemeral, receiver_point, plaintext, info, aad=b""):
    enc = sealing.public_point(ephemeral)
    key, nonce, _ = key_schedule(
        shared_secret(ephemeral, receiver_point, enc, receiver_point), info
    )
    return enc + AESGCM(key).encrypt(nonce, plaintext, aad)


def test_the_second_implementation_gives_the_published_values(vector):
    receiver = sealing.private_key_from_scalar(int(vector["skRm"], 16))
    ephemeral = sealing.private_key_from_scalar(int(vector["skEm"], 16))
    assert sealing.public_point(receiver).hex() == vector["pkRm"]
    assert sealing.public_point(ephemeral.public_key()).hex() == vector["enc"]
    enc, info = bytes.fromhex(vector["enc"]), bytes.fromhex(vector["info"])
    secret = shared_secret(receiver, enc, enc, bytes.fromhex(vector["pkRm"]))
    assert secret.hex() == vector["shared_secret"]
    assert [value.hex() for value in key_schedule(secret, info)] == [
        vector[name] for name in ("key", "base_nonce", "exporter_secret")
    ]
    first = vector["encryptions"][0]
    plaintext, aad = bytes.fromhex(first["pt"]), bytes.fromhex(first["aad"])
    sealed = enc + bytes.fromhex(first["ct"])
    assert reference_open(receiver, sealed, info, aad) == plaintext
    assert reference_seal(ephemeral, bytes.fromhex(vector["pkRm"]), plaintext, info, aad) == sealed


@given(plaintext=st.binary(max_size=600), info=st.binary(max_size=100))
def test_both_implementations_open_each_others_seals(private_key, plaintext, info):
    point = sealing.public_point(private_key)
    sealed = sealing.seal(point, plaintext, info)
    assert len(sealed) == 65 + len(plaintext) + 16
    assert reference_open(private_key, sealed, info) == plaintext
    foreign = reference_seal(sealing.generate_key(), point, plaintext, info)
    assert sealing.unseal(private_key, foreign, info) == plaintext


def test_our_opening_follows_the_vectors_keys_without_associated_data(vector):
    receiver = sealing.private_key_from_scalar(int(vector["skRm"], 16))
    ciphertext = AESGCM(bytes.fromhex(vector["key"])).encrypt(
        bytes.fromhex(vector["base_nonce"]), b"Beauty is truth", None
    )
    sealed = bytes.fromhex(vector["enc"]) + ciphertext
    assert sealing.unseal(receiver, sealed, bytes.fromhex(vector["info"])) == b"Beauty is truth"


def test_a_key_object_and_its_point_are_taken_alike(private_key):
    for public in (private_key.public_key(), sealing.public_point(private_key)):
        assert sealing.unseal(private_key, sealing.seal(public, b"yes", INFO), INFO) == b"yes"


def test_sealing_twice_gives_two_values(private_key):
    point = sealing.public_point(private_key)
    first, second = sealing.seal(point, b"yes", INFO), sealing.seal(point, b"yes", INFO)
    assert first[:65] != second[:65]
    assert first[65:] != second[65:]


def test_only_the_same_key_context_and_bytes_open(private_key):
    sealed = sealing.seal(sealing.public_point(private_key), b"yes", INFO)
    bad = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    bad += [b"", sealed[:64], sealed[:65], sealed[:80], sealed[:-1], sealed + b"\0"]
    for value in bad:
        with pytest.raises(UnsealError):
            sealing.unseal(private_key, value, INFO)
    with pytest.raises(UnsealError):
        sealing.unseal(private_key, sealed, INFO + b"\0")
    with pytest.raises(UnsealError):
        sealing.unseal(sealing.generate_key(), sealed, INFO)


def test_a_key_survives_the_way_through_its_scalar(private_key):
    rebuilt = sealing.private_key_from_scalar(sealing.scalar_of(private_key))
    assert sealing.public_point(rebuilt) == sealing.public_point(private_key)
    for scalar in (1, ORDER - 1):
        assert sealing.scalar_of(sealing.private_key_from_scalar(scalar)) == scalar


@pytest.mark.parametrize("scalar", [0, -1, ORDER, 1 << 4096])
def test_a_scalar_out_of_range_is_refused(scalar):
    with pytest.raises(InvalidKeyError):
        sealing.private_key_from_scalar(scalar)


def test_a_point_that_is_not_65_bytes_on_the_curve_is_refused(private_key):
    point = sealing.public_point(private_key)
    compressed = bytes([2 + point[-1] % 2]) + point[1:33]
    for bad in [b"", bytes(65), compressed, point[:-1], b"\x04" + bytes(64), point + b"\0"]:
        with pytest.raises(InvalidKeyError):
            sealing.seal(bad, b"yes", INFO)


def test_the_key_rebuilt_from_k_shares_opens_the_ballots(private_key):
    sealed = sealing.seal(private_key.public_key(), b"yes", INFO)
    shares = split(sealing.scalar_of(private_key), 4, 6)
    rebuilt = sealing.private_key_from_scalar(combine(shares[1:5]))
    assert sealing.unseal(rebuilt, sealed, INFO) == b"yes"
    wrong = sealing.private_key_from_scalar(combine(shares[:3]))
    assert sealing.public_point(wrong) != sealing.public_point(private_key)
