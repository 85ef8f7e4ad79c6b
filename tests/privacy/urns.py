"""Pools whose signing key the test holds, so that papers cost nothing."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from app.clock import current_clock
from app.extensions import ballots
from app.models.ballots.pool_public import PoolPublic
from app.respond.service import store_ballot
from crypto import sealing
from crypto.ballots import ballot_message
from crypto.blind import prepare, public_key_to_der
from crypto.encoding import canonical_json, encode_base64url


@dataclass(frozen=True)
class SignedBallot:
    """A ballot with everything that casting it needs."""

    pool_id: bytes
    serial: bytes
    sealed: bytes
    input_msg: bytes
    signature: bytes

    def cast(self) -> bool:
        """Cast it and return whether it is new."""
        now = current_clock().now()
        return store_ballot(ballots, self.pool_id, self.input_msg, self.signature, self.sealed, now)


@dataclass(frozen=True)
class Urn:
    """An open pool and its signing key."""

    pool_id: bytes
    key: RSAPrivateKey
    pad: int

    def ballot(self) -> SignedBallot:
        """Return a new ballot with a good paper; what is sealed in it is random."""
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
        serial = secrets.token_bytes(32)
        sealed = secrets.token_bytes(self.pad + sealing.OVERHEAD)
        input_msg = prepare(ballot_message(self.pool_id, serial))
        signature = self.key.sign(input_msg, scheme, hashes.SHA384())
        return SignedBallot(self.pool_id, serial, sealed, input_msg, signature)

    def cast_in_order(self, count: int) -> list[tuple[bytes, bytes]]:
        """Cast `count` ballots one after the other; return (serial, sealed) in that order."""
        cast = []
        for _ in range(count):
            ballot = self.ballot()
            assert ballot.cast()
            cast.append((ballot.serial, ballot.sealed))
        return cast


def make_urn(key: RSAPrivateKey, pad: int) -> Urn:
    """Return a new open pool that `key` signs for."""
    made = Urn(secrets.token_bytes(16), key, pad)
    spki = encode_base64url(public_key_to_der(key.public_key()))
    with ballots.begin() as session:
        session.add(
            PoolPublic(
                pool_id=made.pool_id,
                manifest=canonical_json({"rsa_spki": spki, "pad": pad}),
                form=b"{}",
                takes_ballots_until=current_clock().now() + timedelta(days=1),
            )
        )
    return made
