"""Blind signatures: RFC 9474 RSABSSA-SHA384-PSS-Randomized.

The signer learns neither the message nor the signature, so a paper can't be tied to its ballot.
"""

import secrets

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from crypto import pss
from crypto.encoding import require_length
from crypto.errors import (
    InvalidBlindedMessageError,
    InvalidKeyError,
    InvalidSignatureError,
    SigningFaultError,
)

PUBLIC_EXPONENT = 65537
PREFIX_BYTES = 32  # RFC 9474 section 4.1, PrepareRandomize


def generate_key(bits: int = 2048) -> RSAPrivateKey:
    """Return a new key for one pool, with a modulus of `bits` bits and e = 65537."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, bits)


def blind_sign(private_key: RSAPrivateKey, blinded: bytes) -> bytes:
    """Return the signature of a blinded message, as long as the modulus.

    :raises InvalidBlindedMessageError: if `blinded` is not as long as the modulus, is 0, or is
        not below the modulus.
    :raises SigningFaultError: if the computation went wrong; the wrong value would reveal the key.

    Source: RFC 9474 section 4.3 (BlindSign). Reading the integers from the key costs half a
    percent of a call, so nothing is cached between calls.
    """
    numbers = private_key.private_numbers()
    public = numbers.public_numbers
    message = int.from_bytes(blinded)
    if len(blinded) != modulus_length(public.n) or not 0 < message < public.n:
        raise InvalidBlindedMessageError
    # The caller chooses the message. Multiplied by a fresh random factor, nothing whose
    # duration could depend on the primes sees a value of the caller's choice.
    mask, unmask = _random_factor(public.n)
    masked = _times(message, gmpy2.powmod(mask, public.e, public.n), public.n)
    signature = _times(_root(masked, numbers), unmask, public.n)
    if gmpy2.powmod(signature, public.e, public.n) != message:
        raise SigningFaultError
    return signature.to_bytes(len(blinded))


def verify(public_key: RSAPublicKey, input_msg: bytes, signature: bytes) -> None:
    """Return nothing if `signature` is valid for `input_msg`.

    :raises InvalidSignatureError: if it is not.
    """
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=pss.SALT_BYTES)
    try:
        public_key.verify(signature, input_msg, scheme, hashes.SHA384())
    except InvalidSignature:
        raise InvalidSignatureError from None


def prepare(msg: bytes, *, prefix: bytes | None = None) -> bytes:
    """Return 32 random bytes || `msg`: what is signed instead of `msg`.

    :param prefix: for published vectors only; the 32 bytes to take instead of random ones.
    """
    chosen = secrets.token_bytes(PREFIX_BYTES) if prefix is None else prefix
    return require_length(chosen, PREFIX_BYTES) + msg


def blind(
    public_key: RSAPublicKey,
    input_msg: bytes,
    *,
    salt: bytes | None = None,
    factor: int | None = None,
) -> tuple[bytes, bytes]:
    """Return (blinded, inverse), both as long as the modulus; `inverse` stays with the client.

    :param salt: for published vectors only; the 48-byte salt to take instead of a random one.
    :param factor: for published vectors only; the blinding factor r, prime to the modulus.

    Source: RFC 9474 section 4.2 (Blind).
    """
    public = public_key.public_numbers()
    length = modulus_length(public.n)
    chosen = secrets.token_bytes(pss.SALT_BYTES) if salt is None else salt
    encoded = int.from_bytes(pss.encode(input_msg, chosen, public.n.bit_length() - 1))
    if factor is None:
        factor, inverse = _random_factor(public.n)
    else:
        inverse = int(gmpy2.invert(factor, public.n))
    blinded = _times(encoded, gmpy2.powmod(factor, public.e, public.n), public.n)
    return blinded.to_bytes(length), inverse.to_bytes(length)


def finalize(public_key: RSAPublicKey, input_msg: bytes, blind_sig: bytes, inverse: bytes) -> bytes:
    """Return the signature of `input_msg`, unblinded and verified.

    :raises InvalidSignatureError: if the signer's answer is not what was asked for.

    Source: RFC 9474 section 4.4 (Finalize).
    """
    modulus = public_key.public_numbers().n
    length = modulus_length(modulus)
    if len(blind_sig) != length:
        raise InvalidSignatureError
    signature = _times(int.from_bytes(blind_sig), int.from_bytes(inverse), modulus)
    finished = signature.to_bytes(length)
    verify(public_key, input_msg, finished)
    return finished


def modulus_length(modulus: int) -> int:
    """Return how many bytes hold `modulus`, and so every blinded value and signature."""
    return (modulus.bit_length() + 7) // 8


def public_key_to_der(public_key: RSAPublicKey) -> bytes:
    """Return the key as DER SubjectPublicKeyInfo under rsaEncryption, the manifest's rsa_spki."""
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def public_key_from_der(der: bytes) -> RSAPublicKey:
    """Return the key that public_key_to_der wrote.

    :raises InvalidKeyError: if `der` is anything else, another spelling of an RSA key included.
    """
    try:
        key = serialization.load_der_public_key(der)
    except ValueError:
        raise InvalidKeyError from None
    # The library also takes the RSASSA-PSS identifier, under which browsers refuse the key.
    if not isinstance(key, RSAPublicKey) or public_key_to_der(key) != der:
        raise InvalidKeyError
    return key


def private_key_to_der(private_key: RSAPrivateKey) -> bytes:
    """Return the key as DER PKCS #8 in the clear, to be encrypted at once (crypto.envelope)."""
    return private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def private_key_from_der(der: bytes) -> RSAPrivateKey:
    """Return the key that private_key_to_der wrote.

    :raises InvalidKeyError: if `der` holds no RSA private key.
    """
    try:
        # Testing the primes takes 40 times as long as a signature. The envelope authenticates
        # these bytes, and blind_sign checks each signature, so a bad key can't leak.
        key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    except ValueError:
        raise InvalidKeyError from None
    if not isinstance(key, RSAPrivateKey):
        raise InvalidKeyError
    return key


def _root(masked: int, numbers: rsa.RSAPrivateNumbers) -> int:
    """Return `masked` to the power d, modulo each prime and put together (Garner)."""
    # Half a millisecond each, in which other threads may run.
    with gmpy2.context(allow_release_gil=True):
        root_p = gmpy2.powmod_sec(masked % numbers.p, numbers.dmp1, numbers.p)
        root_q = gmpy2.powmod_sec(masked % numbers.q, numbers.dmq1, numbers.q)
    return int(root_q + numbers.q * ((root_p - root_q) * numbers.iqmp % numbers.p))


def _random_factor(modulus: int) -> tuple[int, int]:
    """Return a uniform r in 1..modulus - 1 and its inverse.

    A factor without an inverse would factor the modulus; gmpy2 then raises ZeroDivisionError.
    """
    factor = 1 + secrets.randbelow(modulus - 1)
    return factor, int(gmpy2.invert(factor, modulus))


def _times(left: int, right: int, modulus: int) -> int:
    return int(left * right % modulus)
