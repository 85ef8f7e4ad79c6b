"""An open pool and, prepared beforehand, everything that answering it sends."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import insert

from app.extensions import ballots, identity
from app.forms.service import current_form
from app.launching.manifest import form_bytes, manifest_bytes
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.pool_cell import PoolCell
from app.models.identity.round import Round
from app.vault import current_vault
from bench.clients import post
from bench.stage import K, pulse
from crypto import blind, links, sealing, sharing
from crypto.client import PreparedBallot, prepare_ballot, signed
from crypto.encoding import encode_base64url
from crypto.links import Link
from tests import releases
from tests.http_respondent import paper_body

OPEN_FOR = timedelta(days=4)
_ADDRESS_BYTES = 60  # what an encrypted address takes in a row
_COMMENT = "The mentor listens well, but nobody helps with the release."
_VALUES = {
    "pulse_energy": 4,
    "pulse_workload": 2,
    "pulse_support": 5,
    "pulse_belonging": 4,
    "pulse_speaking_up": 3,
    "pulse_comment": _COMMENT,
}


@dataclass(frozen=True)
class Answer:
    """What one respondent sends, as whole requests, and what must come back.

    :ivar paper_reply: the body that the paper's reply must be.
    """

    paper: bytes
    paper_reply: bytes
    ballot: bytes


class OpenPool:
    """A pool to which so many are invited."""

    def __init__(self, invited: int) -> None:
        self.pool_id = secrets.token_bytes(16)
        self.invited = invited
        form, sealing_key = pulse(), sealing.generate_key()
        self._signing_key: RSAPrivateKey = current_vault().create_pool_keys(self.pool_id)
        opens = datetime.now(UTC).replace(second=0, microsecond=0)
        self.manifest = manifest_bytes(
            pool_id=self.pool_id,
            round_name=secrets.token_urlsafe(12),
            k=K,
            invited=invited,
            opens=opens,
            closes=(opens + OPEN_FOR,),
            groups=0,
            form=form,
            signing_key_der=blind.public_key_to_der(self._signing_key.public_key()),
            sealing_point=sealing.public_point(sealing_key),
        )
        pin = links.pin_of(links.manifest_hash(self.manifest))
        shares = sharing.split(sealing.scalar_of(sealing_key), K, invited)
        self.links = [Link(secrets.token_bytes(16), 0, pin, share) for share in shares]
        self._write(opens, form_bytes(form))

    def answers(self, count: int) -> Iterator[Answer]:
        """Yield the answers of the next so many people.

        The bench holds the pool's signing key, so it knows the finished signature beforehand.
        """
        for _ in range(count):
            yield self._answer(self.links.pop())

    def _answer(self, link: Link) -> Answer:
        prepared = prepared_answer(self.pool_id, self.manifest, link)
        blind_sig = blind.blind_sign(self._signing_key, prepared.blinded)
        signature = signed(self.manifest, prepared, blind_sig)
        return Answer(
            paper=paper_request(self.pool_id, link, prepared),
            paper_reply=encode_base64url(blind_sig).encode(),
            ballot=ballot_request(self.pool_id, prepared, signature),
        )

    def _write(self, opens: datetime, form: bytes) -> None:
        program_id = releases.add_program(name=f"Program {secrets.token_hex(4)}")
        with identity.begin() as session:
            asked = Round(
                program_id=program_id,
                form_id=current_form(session).id,
                number=1,
                state="open",
                k=K,
                opens_at=opens,
                closes_at=opens + OPEN_FOR,
                invited=self.invited,
            )
            session.add(asked)
            session.flush()
            pool = Pool(pool_id=self.pool_id, round_id=asked.id, closes_at=asked.closes_at)
            session.add(pool)
            session.flush()
            session.add(PoolCell(pool_id=self.pool_id, index=0, invited=self.invited))
            session.execute(insert(Invitation), [self._invitation(link) for link in self.links])
        with ballots.begin() as session:
            session.add(
                PoolPublic(
                    pool_id=self.pool_id,
                    manifest=self.manifest,
                    form=form,
                    takes_ballots_until=opens + OPEN_FOR,
                )
            )

    def _invitation(self, link: Link) -> dict[str, object]:
        assert link.share is not None
        return {
            "token_hash": links.token_hash(self.pool_id, link.token, link.cell),
            "pool_id": self.pool_id,
            "address": secrets.token_bytes(_ADDRESS_BYTES),
            "cell": link.cell,
            "share_commit": links.share_commit(self.pool_id, link.share),
            "mailed": True,
        }


def prepared_answer(pool_id: bytes, manifest: bytes, link: Link) -> PreparedBallot:
    """Return what a respondent makes before anything is sent."""
    return prepare_ballot(pool_id, manifest, link.cell, _VALUES)


def paper_request(pool_id: bytes, link: Link, prepared: PreparedBallot) -> bytes:
    """Return the request that takes a link's paper."""
    return _request(pool_id, "paper", paper_body(link, prepared.blinded))


def ballot_request(pool_id: bytes, prepared: PreparedBallot, signature: bytes) -> bytes:
    """Return the request that casts a ballot."""
    body = {"input_msg": prepared.input_msg, "sig": signature, "sealed": prepared.sealed}
    return _request(
        pool_id, "ballot", {name: encode_base64url(value) for name, value in body.items()}
    )


def _request(pool_id: bytes, what: str, body: Mapping[str, object]) -> bytes:
    path = f"/api/v1/pools/{encode_base64url(pool_id)}/{what}"
    return post(path, json.dumps(body).encode())
