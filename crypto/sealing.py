"""Sealing of ballots: RFC 9180 base mode, single shot, on P-256 with AES-128-GCM."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.errors import InvalidKeyError, UnsealError

POINT_BYTES = 65
SCALAR_BYTES = 32
TAG_BYTES = 16
OVERHEAD = POINT_BYTES + TAG_BYTES  # sealed = enc || ciphertext || tag

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


def generate_key() -> EllipticCurvePrivateKey:
    """Return a new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def private_key_from_scalar(scalar: int) -> EllipticCurvePrivateKey:
    """Return the P-256 key of a rebuilt scalar; compare its point before trusting it.

    :raises InvalidKeyError: if the scalar is not in 1 to order - 1.
    """
    try:
        return ec.derive_private_key(scalar, ec.SECP256R1())
    except ValueError:
        raise InvalidKeyError from None


def scalar_of(private_key: EllipticCurvePrivateKey) -> int:
    """Return the key's scalar, the secret that is shared out."""
    return private_key.private_numbers().private_value


def public_point(key: EllipticCurvePrivateKey | EllipticCurvePublicKey) -> bytes:
    """Return the key's public point, 65 bytes uncompressed."""
    public_key = key.public_key() if isinstance(key, EllipticCurvePrivateKey) else key
    return public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def public_key_from_point(point: bytes) -> EllipticCurvePublicKey:
    """Return the P-256 public key at `point`.

    :raises InvalidKeyError: if there are not 65 bytes, or they are no point of the curve.
    """
    if len(point) != POINT_BYTES:
        raise InvalidKeyError
    try:
        return EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise InvalidKeyError from None


def seal(public_key: bytes | EllipticCurvePublicKey, plaintext: bytes, info: bytes) -> bytes:
    """Return enc (65 bytes) || ciphertext || tag (16 bytes).

    :param public_key: a P-256 key or its 65-byte point.
    :param info: the context; it has to be the same for unseal.
    :raises InvalidKeyError: if the point is not on the curve.
    """
    key = public_key_from_point(public_key) if isinstance(public_key, bytes) else public_key
    return _SUITE.encrypt(plaintext, key, info)


def unseal(private_key: EllipticCurvePrivateKey, sealed: bytes, info: bytes) -> bytes:
    """Return the plaintext of `sealed`.

    :raises UnsealError: if key, context or a byte differs.
    """
    try:
        return _SUITE.decrypt(sealed, private_key, info)
    except InvalidTag:
        raise UnsealError from None
