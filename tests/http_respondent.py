"""A respondent who speaks the pool API over real HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from app.demo.respondent import PreparedBallot, prepare_ballot, signed
from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link

TIMEOUT_SECONDS = 30


class RefusedError(Exception):
    """The API answered with an error; `name` is the one that programs rely on."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(f"{status} {name}")
        self.status = status
        self.name = name


def answer_over_http(
    base_url: str, pool_id: bytes, link: Link, values: Mapping[str, object]
) -> str:
    """Answer with a link and return the receipt.

    :raises RefusedError: if paper or ballot is refused.
    """
    pool = pool_url(base_url, pool_id)
    manifest = request(f"{pool}/manifest")
    prepared = prepare_ballot(pool_id, manifest, link.cell, values)
    paper = json.loads(request(f"{pool}/paper", paper_body(link, prepared.blinded)))
    request(f"{pool}/ballot", ballot_body(manifest, prepared, paper["blind_sig"]))
    return prepared.receipt


def pool_url(base_url: str, pool_id: bytes) -> str:
    """Return where the API of a pool is."""
    return f"{base_url}/api/v1/pools/{encode_base64url(pool_id)}"


def paper_body(link: Link, blinded: bytes) -> dict[str, Any]:
    """Return what taking the paper of a mailed link sends."""
    assert link.share is not None
    share = link.share.to_bytes()
    return {
        "token": encode_base64url(link.token),
        "cell": link.cell,
        "x": encode_base64url(share[:4]),
        "y": encode_base64url(share[4:]),
        "blinded": encode_base64url(blinded),
    }


def ballot_body(manifest: bytes, prepared: PreparedBallot, blind_signature: str) -> dict[str, Any]:
    """Return what casting sends; the signature is finished and checked here."""
    signature = signed(manifest, prepared, decode_base64url(blind_signature))
    return {
        "input_msg": encode_base64url(prepared.input_msg),
        "sig": encode_base64url(signature),
        "sealed": encode_base64url(prepared.sealed),
    }


def request(url: str, body: Mapping[str, Any] | None = None) -> bytes:
    """Return the answer's body; POST where `body` is given.

    :raises RefusedError: for an error of the API.
    """
    return exchange(url, body)[1]


def exchange(url: str, body: Mapping[str, Any] | None = None) -> tuple[int, bytes]:
    """Return the answer's status and body; POST where `body` is given.

    :raises RefusedError: for an error of the API.
    """
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answered:
            return answered.status, answered.read()
    except urllib.error.HTTPError as error:
        with error:
            raise RefusedError(error.code, json.loads(error.read())["errors"]["name"]) from None


def status_of(url: str) -> int:
    """Return the status of a page, whichever it is."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
