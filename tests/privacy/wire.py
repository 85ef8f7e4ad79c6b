"""A respondent's requests, taken apart so that a test can send each with one thing wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from app.demo.respondent import PreparedBallot, prepare_ballot, signed
from app.extensions import ballots, db
from app.respond.service import public_bytes
from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link
from tests.rounds import GOOD


def api(pool_id: bytes, name: str) -> str:
    """Return the path of a pool's endpoint."""
    return f"/api/v1/pools/{encode_base64url(pool_id)}/{name}"


def engines() -> list[Engine]:
    """Return the engines of all databases of the current application."""
    return list(db.engines.values())


def manifest_of(pool_id: bytes) -> bytes:
    """Return a pool's manifest."""
    with ballots.connect() as connection:
        return public_bytes(connection, pool_id)[0]


def error_name(answer: TestResponse) -> str:
    """Return the name of the error in an answer, or an empty text."""
    return str(answer.json["errors"]["name"]) if answer.is_json and answer.status_code > 399 else ""


@dataclass(frozen=True)
class Respondent:
    """Someone with a link, and a ballot prepared for it."""

    pool_id: bytes
    link: Link
    manifest: bytes
    prepared: PreparedBallot

    def paper_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body that takes the paper, with `changes` in place of what it should say."""
        body: dict[str, Any] = {
            "token": encode_base64url(self.link.token),
            "cell": self.link.cell,
            "blinded": encode_base64url(self.prepared.blinded),
        }
        if self.link.share is not None:
            share = self.link.share.to_bytes()
            body |= {"x": encode_base64url(share[:4]), "y": encode_base64url(share[4:])}
        return {**body, **changes}

    def ballot_body(self, blind_signature: bytes, **changes: Any) -> dict[str, Any]:
        """Return the body that casts the ballot."""
        signature = signed(self.manifest, self.prepared, blind_signature)
        body = {
            "input_msg": encode_base64url(self.prepared.input_msg),
            "sig": encode_base64url(signature),
            "sealed": encode_base64url(self.prepared.sealed),
        }
        return {**body, **changes}

    def take_paper(self, client: FlaskClient, **headers: str) -> bytes:
        """Take the paper and return its blind signature."""
        answer = client.post(api(self.pool_id, "paper"), json=self.paper_body(), headers=headers)
        assert answer.status_code == 200, answer.text
        return decode_base64url(answer.json["blind_sig"])

    def cast(self, client: FlaskClient, signature: bytes, **headers: str) -> TestResponse:
        """Cast the ballot and return the answer."""
        body = self.ballot_body(signature)
        return client.post(api(self.pool_id, "ballot"), json=body, headers=headers)


def respondent(
    pool_id: bytes, link: Link, values: Mapping[str, object] = GOOD, *, cell: int | None = None
) -> Respondent:
    """Return a respondent whose ballot is prepared; `cell` is what the ballot claims."""
    manifest = manifest_of(pool_id)
    claimed = link.cell if cell is None else cell
    return Respondent(pool_id, link, manifest, prepare_ballot(pool_id, manifest, claimed, values))
