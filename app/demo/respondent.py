"""A respondent in Python: does what the page does in a browser, step by step."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes

from app.extensions import Store
from app.invites.service import take_paper
from app.respond.service import public_bytes, store_ballot
from app.vault import Vault
from crypto import ballots as ballot_format
from crypto import blind, links, receipts, sealing
from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link

_LINK = re.compile(r"/r/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Doors:
    """The two rooms that a respondent meets, without the network between."""

    identity: Store
    ballots: Store
    vault: Vault


@dataclass(frozen=True)
class PreparedBallot:
    """What the browser keeps until the ballot is cast."""

    receipt: str
    input_msg: bytes
    inverse: bytes
    blinded: bytes
    sealed: bytes


def link_in(mail: bytes) -> tuple[bytes, Link]:
    """Return the pool and the link that stand in a mail's text part.

    :raises ValueError: if there is none.
    """
    texts = [
        part.get_payload(decode=True)
        for part in message_from_bytes(mail).walk()
        if part.get_content_type() == "text/plain"
    ]
    found = _LINK.search(texts[0].decode() if texts and isinstance(texts[0], bytes) else "")
    if found is None:
        raise ValueError("This mail has no link to answer with.")
    return decode_base64url(found[1]), links.parse_link(found[2])


def prepare_ballot(
    pool_id: bytes, manifest: bytes, cell: int, values: Mapping[str, object]
) -> PreparedBallot:
    """Return a sealed ballot with everything that taking its paper needs.

    :param values: answers by item id; a text is a comment and gets a mailbox.
    """
    content = json.loads(manifest)
    receipt = receipts.new_receipt()
    serial = receipts.serial_of(receipts.withdrawal_of(receipt, pool_id))
    plaintext = json.dumps(
        {
            "v": 1,
            "cell": cell,
            "a": dict(values),
            "m": {
                item: _mailbox(receipt, pool_id, item)
                for item, value in values.items()
                if isinstance(value, str)
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    sealed = sealing.seal(
        decode_base64url(content["hpke_pub"]),
        ballot_format.pad(plaintext, content["pad"]),
        ballot_format.sealing_info(links.manifest_hash(manifest), serial),
    )
    input_msg = blind.prepare(ballot_format.ballot_message(pool_id, serial))
    signing_key = blind.public_key_from_der(decode_base64url(content["rsa_spki"]))
    blinded, inverse = blind.blind(signing_key, input_msg)
    return PreparedBallot(receipt, input_msg, inverse, blinded, sealed)


def signed(manifest: bytes, prepared: PreparedBallot, blind_signature: bytes) -> bytes:
    """Return the finished signature, checked under the pinned key."""
    content = json.loads(manifest)
    signing_key = blind.public_key_from_der(decode_base64url(content["rsa_spki"]))
    return blind.finalize(signing_key, prepared.input_msg, blind_signature, prepared.inverse)


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


def _mailbox(receipt: str, pool_id: bytes, item: str) -> dict[str, str]:
    box = receipts.make_mailbox(receipts.mailbox_access(receipt, pool_id, item))
    return {
        "id": encode_base64url(box.id),
        "auth": encode_base64url(box.auth),
        "pub": encode_base64url(box.pub),
        "key": encode_base64url(box.key),
    }
