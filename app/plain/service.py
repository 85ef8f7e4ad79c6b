"""Do in memory what the browser would do: find the round, check it, seal, take the paper, cast.

Nothing of a code or an answer is stored, logged or put into an exception's text.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.batching import BusyError
from app.extensions import Store
from app.invites.service import check_link, take_paper
from app.respond.service import public_bytes, public_pools, store_ballot
from app.vault import Vault
from app.wire import DamagedLinkError, UnknownPoolError, parse_pool_id
from crypto import client, links
from crypto.errors import DamagedLinkError as DamagedCodeError
from crypto.links import Link
from surveys.form_wire import form_from_wire
from surveys.items import Form

_LINK = re.compile(r"(?:/r/(?P<pool>[A-Za-z0-9_-]{22})/?#)?(?P<code>[A-Za-z0-9_-]+)\Z")
_TRIES = 3  # what one request asks again where the database is busy


@dataclass(frozen=True)
class Doors:
    """The rooms on both sides, and the keys."""

    identity: Store
    ballots: Store
    vault: Vault


@dataclass(frozen=True)
class Asked:
    """The round that a code leads to, checked against the code's pin."""

    pool_id: bytes
    link: Link = field(repr=False)
    manifest: bytes
    form: Form

    @property
    def terms(self) -> dict[str, Any]:
        """Return the manifest's content."""
        content: dict[str, Any] = json.loads(self.manifest)
        return content

    @property
    def fingerprint(self) -> str:
        """Return the round's fingerprint."""
        return links.fingerprint(links.manifest_hash(self.manifest))


@dataclass(frozen=True)
class SignedBallot:
    """A ballot whose paper is taken: what is left to do is to cast it, and no link is needed."""

    pool_id: bytes
    receipt: str = field(repr=False)
    input_msg: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class NotSentError(Exception):
    """The paper is taken and the ballot could not be stored yet; nothing is lost."""

    def __init__(self, ballot: SignedBallot) -> None:
        super().__init__((type(self).__doc__ or "").partition("\n")[0])
        self.ballot = ballot


def find_round(doors: Doors, pasted: str) -> Asked:
    """Return the round that a pasted link or code leads to.

    A code by itself names no round: then it is the one whose manifest the code pins.

    :raises DamagedLinkError: if it is no whole code, or not this round's.
    :raises UnknownPoolError: if there is no such round.
    """
    found = _LINK.search("".join(pasted.split()))
    if found is None:
        raise DamagedLinkError
    try:
        link = links.parse_link(found["code"])
    except DamagedCodeError:
        raise DamagedLinkError from None
    pool_id, manifest, form = _pinned(doors, found["pool"], link.pin)
    if link.cell >= len(json.loads(manifest)["cells"]):
        raise DamagedLinkError
    return Asked(pool_id, link, manifest, form_from_wire(json.loads(form)))


def state_of(doors: Doors, asked: Asked, now: datetime) -> str:
    """Return "open", "taken", "revoked" or "closed"; change nothing.

    :raises WireError: if the code is not one of this round's.
    """
    link = asked.link
    with doors.identity.read_connection() as connection:
        return check_link(connection, asked.pool_id, link.token, link.cell, now)


def answer(doors: Doors, asked: Asked, values: Mapping[str, object], now: datetime) -> str:
    """Seal the answers, take the paper, cast the ballot and return the receipt.

    :raises WireError: for whatever reason paper or ballot are refused.
    :raises InvalidPaddingError: if the answers are longer than a ballot.
    :raises NotSentError: if the ballot could not be stored now; its paper is not lost.
    """
    link, pool_id = asked.link, asked.pool_id
    prepared = client.prepare_ballot(
        pool_id, asked.manifest, link.cell, values, asked.form.comment_ids
    )
    share = link.share.to_bytes() if link.share else b""
    blind_signature = take_paper(
        doors.identity, doors.vault, pool_id, link.token, link.cell, share, prepared.blinded, now
    )
    signature = client.signed(asked.manifest, prepared, blind_signature)
    ballot = SignedBallot(pool_id, prepared.receipt, prepared.input_msg, signature, prepared.sealed)
    cast(doors, ballot, now)
    return prepared.receipt


def cast(doors: Doors, ballot: SignedBallot, now: datetime) -> None:
    """Store a ballot whose paper is taken; one that is there already is as good.

    :raises WireError: for whatever reason it is refused.
    :raises NotSentError: if it could not be stored now.
    """
    for _ in range(_TRIES):
        try:
            store_ballot(
                doors.ballots,
                ballot.pool_id,
                ballot.input_msg,
                ballot.signature,
                ballot.sealed,
                now,
            )
        except (BusyError, DBAPIError):  # its paper is taken: no fault here may lose the answer
            continue
        return
    raise NotSentError(ballot)


def _pinned(doors: Doors, pool: str | None, pin: bytes) -> tuple[bytes, bytes, bytes]:
    """Return pool, manifest and form of the round that a link names, or else its pin."""
    with doors.ballots.read_connection() as connection:
        if pool is not None:
            pool_id = parse_pool_id(pool)
            manifest, form = public_bytes(connection, pool_id)
            if not hmac.compare_digest(_pin_of(manifest), pin):
                raise DamagedLinkError
            return pool_id, manifest, form
        for pool_id, manifest, form in public_pools(connection):
            if hmac.compare_digest(_pin_of(manifest), pin):
                return pool_id, manifest, form
    raise UnknownPoolError


@lru_cache(maxsize=1024)  # a pure function of what is public
def _pin_of(manifest: bytes) -> bytes:
    return links.pin_of(links.manifest_hash(manifest))
