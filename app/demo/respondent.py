"""A respondent in Python: does what the page does in a browser, step by step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes

from app.extensions import Store
from app.invites.service import take_paper
from app.respond.service import public_bytes, store_ballot
from app.vault import Vault
from crypto import links
from crypto.client import PreparedBallot, prepare_ballot, signed
from crypto.encoding import decode_base64url
from crypto.links import Link

__all__ = ["Doors", "PreparedBallot", "link_in", "links_in", "prepare_ballot", "respond", "signed"]

_LINK = re.compile(r"/r/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Doors:
    """The two rooms that a respondent meets, without the network between."""

    identity: Store
    ballots: Store
    vault: Vault


def link_in(mail: bytes) -> tuple[bytes, Link]:
    """Return the pool and the link that stand in a mail's text part, the first if there are more.

    :raises ValueError: if there is none.
    """
    found = links_in(mail)
    if not found:
        raise ValueError("This mail has no link to answer with.")
    return found[0]


def links_in(mail: bytes) -> list[tuple[bytes, Link]]:
    """Return every pool and link that stand in a mail's text part, in its order."""
    texts = [
        part.get_payload(decode=True)
        for part in message_from_bytes(mail).walk()
        if part.get_content_type() == "text/plain"
    ]
    text = texts[0].decode() if texts and isinstance(texts[0], bytes) else ""
    return [(decode_base64url(pool), links.parse_link(code)) for pool, code in _LINK.findall(text)]


def respond(
    doors: Doors, pool_id: bytes, link: Link, values: Mapping[str, object], now: datetime
) -> str:
    """Answer with a link and return the receipt.

    :raises WireError: for whatever reason paper or ballot are refused.
    """
    with doors.ballots.read_connection() as connection:
        manifest, _ = public_bytes(connection, pool_id)
    prepared = prepare_ballot(pool_id, manifest, link.cell, values)
    blind_signature = take_paper(
        doors.identity,
        doors.vault,
        pool_id,
        link.token,
        link.cell,
        link.share.to_bytes() if link.share else b"",
        prepared.blinded,
        now,
    )
    signature = signed(manifest, prepared, blind_signature)
    store_ballot(doors.ballots, pool_id, prepared.input_msg, signature, prepared.sealed, now)
    return prepared.receipt
