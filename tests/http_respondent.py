"""A respondent who speaks the pool API over real HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from app.demo.respondent import prepare_ballot, signed
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
    pool = f"{base_url}/api/v1/pools/{encode_base64url(pool_id)}"
    manifest = request(f"{pool}/manifest")
    prepared = prepare_ballot(pool_id, manifest, link.cell, values)
    assert link.share is not None
    share = link.share.to_bytes()
    paper = {
        "token": encode_base64url(link.token),
        "cell": link.cell,
        "x": encode_base64url(share[:4]),
        "y": encode_base64url(share[4:]),
        "blinded": encode_base64url(prepared.blinded),
    }
    blind_signature = json.loads(request(f"{pool}/paper", paper))["blind_sig"]
    ballot = {
        "input_msg": encode_base64url(prepared.input_msg),
        "sig": encode_base64url(signed(manifest, prepared, decode_base64url(blind_signature))),
        "sealed": encode_base64url(prepared.sealed),
    }
    request(f"{pool}/ballot", ballot)
    return prepared.receipt


def request(url: str, body: Mapping[str, Any] | None = None) -> bytes:
    """Return the answer's body; POST where `body` is given.

    :raises RefusedError: for an error of the API.
    """
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answered:
            content: bytes = answered.read()
            return content
    except urllib.error.HTTPError as error:
        with error:
            raise RefusedError(error.code, json.loads(error.read())["errors"]["name"]) from None
