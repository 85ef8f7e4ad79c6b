"""Papers: blind signatures that fit the standard, refuse odd input and never leak a fault."""

import json
from pathlib import Path

import gmpy2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from crypto import blind, pss, sealing
from crypto.errors import (
    InvalidBlindedMessageError,
    InvalidKeyError,
    InvalidLengthError,
    InvalidSignatureError,
    SigningFaultError,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "rfc9474_pss_deterministic.json"
MESSAGE = b"chorus/v1/ballot\0" + bytes(range(48))


@pytest.fixture(scope="module")
def private_key():
    return blind.generate_key()


@pytest.fixture(scope="module")
def public_key(private_key):
    return private_key.public_key()


@pytest.fixture(scope="module")
def modulus(public_key):
    return public_key.public_numbers().n


@pytest.fixture(scope="module")
def vector():
    fields = json.loads(VECTORS.read_text())[0]
    return {name: bytes.fromhex(value) for name, value in fields.items() if name != "name"}


@pytest.fixture(scope="module")
def vector_key(vector):
    p, q, d, e, n = (int.from_bytes(vector[name]) for name in "pqden")
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, n)
    )
    return numbers.private_key()


def test_a_pools_key_has_2048_bits_and_the_usual_exponent(public_key):
    assert public_key.key_size == 2048
    assert public_key.public_numbers().e == 65537


def paper(private_key, message=MESSAGE):
    """Return (input_msg, signature) after one run of both sides."""
    public_key = private_key.public_key()
    input_msg = blind.prepare(message)
    blinded, inverse = blind.blind(public_key, input_msg)
    blind_sig = blind.blind_sign(private_key, blinded)
    return input_msg, blind.finalize(public_key, input_msg, blind_sig, inverse)


def test_each_step_gives_the_published_value(vector, vector_key):
    # The vector is of the Deterministic variant: its prepared message has no random prefix.
    public_key = vector_key.public_key()
    bits = public_key.public_numbers().n.bit_length()
    assert pss.encode(vector["prepared_msg"], vector["salt"], bits - 1) == vector["encoded_msg"]
    factor = pow(int.from_bytes(vector["inv"]), -1, public_key.public_numbers().n)
    blinded, inverse = blind.blind(
        public_key, vector["prepared_msg"], salt=vector["salt"], factor=factor
    )
    assert (blinded, inverse) == (vector["blinded_msg"], vector["inv"])
    blind_sig = blind.blind_sign(vector_key, blinded)
    assert blind_sig == vector["blind_sig"]
    signature = blind.finalize(public_key, vector["prepared_msg"], blind_sig, inverse)
    assert signature == vector["sig"]


def test_a_signature_is_an_ordinary_pss_signature_of_the_input_message(private_key, public_key):
    input_msg, signature = paper(private_key)
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    public_key.verify(signature, input_msg, scheme, hashes.SHA384())
    blind.verify(public_key, input_msg, signature)


def key_of(bits: int):
    """Return a key whose modulus has exactly `bits` bits; generating rounds odd numbers down."""
    half = bits // 2
    p = int(gmpy2.next_prime((1 << bits - half) - (1 << bits - half - 3)))
    q = int(gmpy2.next_prime((1 << half) - (1 << half - 4)))
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public
    ).private_key()


@pytest.mark.parametrize("bits, length", [(1024, 128), (1025, 129), (1026, 129), (1032, 129)])
def test_moduli_of_every_bit_length_work(bits, length):
    private_key = key_of(bits)
    assert private_key.public_key().public_numbers().n.bit_length() == bits
    input_msg, signature = paper(private_key)
    assert len(signature) == length
    assert len(input_msg) == 32 + len(MESSAGE)


def test_the_blinding_factor_may_be_any_number_from_1_to_the_modulus_less_1(modulus, monkeypatch):
    for lowest_or_highest in (0, modulus - 2):
        bounds = []
        monkeypatch.setattr(
            blind.secrets,
            "randbelow",
            lambda bound, draw=lowest_or_highest, bounds=bounds: bounds.append(bound) or draw,
        )
        factor, inverse = blind._random_factor(modulus)
        assert bounds == [modulus - 1]
        assert factor == inverse == lowest_or_highest + 1


def test_a_new_key_has_2048_bits_and_the_usual_exponent(public_key):
    numbers = public_key.public_numbers()
    assert (numbers.n.bit_length(), numbers.e) == (2048, 65537)


def test_preparing_puts_32_fresh_bytes_before_the_message():
    first, second = blind.prepare(MESSAGE), blind.prepare(MESSAGE)
    assert first[32:] == second[32:] == MESSAGE
    assert first[:32] != second[:32]
    assert blind.prepare(MESSAGE, prefix=bytes(32)) == bytes(32) + MESSAGE
    with pytest.raises(InvalidLengthError):
        blind.prepare(MESSAGE, prefix=bytes(31))


def test_blinding_the_same_message_twice_looks_unrelated(public_key):
    input_msg = blind.prepare(MESSAGE)
    (blinded, inverse), (other, other_inverse) = (
        blind.blind(public_key, input_msg) for _ in range(2)
    )
    assert blinded != other
    assert inverse != other_inverse


def test_the_salt_is_fresh_even_if_the_factor_is_not(public_key):
    input_msg = blind.prepare(MESSAGE)
    blinded, _ = blind.blind(public_key, input_msg, factor=3)
    assert blinded != blind.blind(public_key, input_msg, factor=3)[0]


@pytest.mark.parametrize("length", [47, 49])
def test_a_salt_of_another_length_is_refused(public_key, length):
    with pytest.raises(InvalidLengthError):
        blind.blind(public_key, MESSAGE, salt=bytes(length))


def test_a_modulus_too_short_for_hash_and_salt_is_refused():
    shortest = 8 * (48 + 48 + 2)
    assert len(pss.encode(MESSAGE, bytes(48), shortest)) == shortest // 8
    with pytest.raises(InvalidKeyError):
        pss.encode(MESSAGE, bytes(48), shortest - 8)


@pytest.mark.parametrize(
    "name, make",
    [
        ("0", lambda n: bytes(256)),
        ("n", lambda n: n.to_bytes(256)),
        ("n + 1", lambda n: (n + 1).to_bytes(256)),
        ("the largest number of that length", lambda n: b"\xff" * 256),
        ("one byte short", lambda n: (n >> 9).to_bytes(255)),
        ("one byte long", lambda n: (n - 1).to_bytes(257)),
        ("empty", lambda n: b""),
    ],
)
def test_a_blinded_value_out_of_range_is_refused(private_key, modulus, name, make):
    with pytest.raises(InvalidBlindedMessageError):
        blind.blind_sign(private_key, make(modulus))


def test_the_ends_of_the_range_are_signed_and_reveal_nothing(private_key, modulus):
    # 1 and n - 1 are their own signatures under every key with an odd exponent.
    for message in (1, modulus - 1):
        blinded = message.to_bytes(256)
        assert blind.blind_sign(private_key, blinded) == blinded


def test_signing_the_same_value_again_gives_the_same_answer(private_key, public_key):
    blinded, _ = blind.blind(public_key, blind.prepare(MESSAGE))
    assert blind.blind_sign(private_key, blinded) == blind.blind_sign(private_key, blinded)


def test_the_private_power_never_sees_a_value_that_the_caller_chose(
    private_key, public_key, monkeypatch
):
    seen = []
    root = blind._root
    monkeypatch.setattr(
        blind, "_root", lambda masked, numbers: seen.append(masked) or root(masked, numbers)
    )
    blinded, _ = blind.blind(public_key, blind.prepare(MESSAGE))
    for _ in range(2):
        blind.blind_sign(private_key, blinded)
    assert len({*seen, int.from_bytes(blinded)}) == 3


def test_a_faulty_signature_is_thrown_away(private_key, public_key, monkeypatch):
    root = blind._root
    monkeypatch.setattr(blind, "_root", lambda masked, numbers: root(masked, numbers) + 1)
    blinded, _ = blind.blind(public_key, blind.prepare(MESSAGE))
    with pytest.raises(SigningFaultError):
        blind.blind_sign(private_key, blinded)


def test_a_signature_fits_one_message_and_one_key_only(private_key, public_key):
    input_msg, signature = paper(private_key)
    other_key = blind.generate_key(1024).public_key()
    damaged = signature[:-1] + bytes([signature[-1] ^ 1])
    for key, message, value in [
        (public_key, blind.prepare(MESSAGE), signature),
        (public_key, input_msg + b"\0", signature),
        (public_key, input_msg, damaged),
        (public_key, input_msg, signature[:-1]),
        (public_key, input_msg, b"\0" + signature),
        (public_key, input_msg, b""),
        (other_key, input_msg, signature),
    ]:
        with pytest.raises(InvalidSignatureError):
            blind.verify(key, message, value)


@pytest.mark.parametrize(
    "mask_hash, salt_length, digest",
    [
        (hashes.SHA384(), 32, hashes.SHA384()),
        (hashes.SHA256(), 48, hashes.SHA384()),
        (hashes.SHA384(), 48, hashes.SHA256()),
    ],
)
def test_a_signature_of_another_variant_is_refused(
    private_key, public_key, mask_hash, salt_length, digest
):
    scheme = padding.PSS(mgf=padding.MGF1(mask_hash), salt_length=salt_length)
    signature = private_key.sign(MESSAGE, scheme, digest)
    with pytest.raises(InvalidSignatureError):
        blind.verify(public_key, MESSAGE, signature)


def test_finishing_refuses_an_answer_that_is_not_the_signers(private_key, public_key):
    input_msg = blind.prepare(MESSAGE)
    blinded, inverse = blind.blind(public_key, input_msg)
    blind_sig = blind.blind_sign(private_key, blinded)
    assert len(blind.finalize(public_key, input_msg, blind_sig, inverse)) == 256
    for message, answer, unblinding in [
        (input_msg, b"\0" + blind_sig, inverse),
        (input_msg, blinded, inverse),
        (input_msg, blind_sig, blinded),
        (blind.prepare(MESSAGE), blind_sig, inverse),
    ]:
        with pytest.raises(InvalidSignatureError):
            blind.finalize(public_key, message, answer, unblinding)


def test_keys_survive_being_written_and_read(private_key, public_key):
    assert blind.public_key_from_der(blind.public_key_to_der(public_key)) == public_key
    read = blind.private_key_from_der(blind.private_key_to_der(private_key))
    assert read.private_numbers() == private_key.private_numbers()


def as_pss_key(spki: bytes) -> bytes:
    """Return the same RSA key under the identifier RSASSA-PSS without parameters."""
    plain, pss_only = "300d06092a864886f70d0101010500", "300b06092a864886f70d01010a"
    body = spki[4:].replace(bytes.fromhex(plain), bytes.fromhex(pss_only))
    return b"\x30\x82" + len(body).to_bytes(2) + body


def test_only_an_rsa_key_in_its_one_spelling_is_read(private_key, public_key):
    spki = blind.public_key_to_der(public_key)
    foreign = sealing.generate_key()
    for der in [b"", b"key", spki[:-1], as_pss_key(spki), foreign_spki(foreign)]:
        with pytest.raises(InvalidKeyError):
            blind.public_key_from_der(der)
    for der in [b"", blind.private_key_to_der(private_key)[:-1], blind.private_key_to_der(foreign)]:
        with pytest.raises(InvalidKeyError):
            blind.private_key_from_der(der)


def foreign_spki(private_key) -> bytes:
    return blind.public_key_to_der(private_key.public_key())
