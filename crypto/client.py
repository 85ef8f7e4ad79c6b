"""The respondent's side of answering, as the browser does it: prepare a ballot, finish its paper.

For the form without JavaScript, the demo and the tests.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from crypto import ballots as ballot_format
from crypto import blind, links, receipts, sealing
from crypto.encoding import decode_base64url, encode_base64url


@dataclass(frozen=True)
class PreparedBallot:
    """What a respondent keeps until the ballot is cast; all of it is hidden from repr."""

    receipt: str = field(repr=False)
    input_msg: bytes = field(repr=False)
    inverse: bytes = field(repr=False)
    blinded: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


def prepare_ballot(
    pool_id: bytes,
    manifest: bytes,
    cell: int,
    values: Mapping[str, object],
    comments: Collection[str] | None = None,
) -> PreparedBallot:
    """Return a sealed ballot with everything that taking its paper needs.

    :param manifest: the bytes as served; whoever has a link checks its pin first.
    :param values: answers by item id.
    :param comments: ids of the items that ask for a comment: those get a mailbox. None where the
        form has no choices, so that every text is a comment.
    :raises InvalidPaddingError: if the answers are longer than a ballot of this round.
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
                if isinstance(value, str) and (comments is None or item in comments)
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
    """Return the finished signature, checked under the manifest's key.

    :raises InvalidSignatureError: if the signer's answer is not what was asked for.
    """
    content = json.loads(manifest)
    signing_key = blind.public_key_from_der(decode_base64url(content["rsa_spki"]))
    return blind.finalize(signing_key, prepared.input_msg, blind_signature, prepared.inverse)


def _mailbox(receipt: str, pool_id: bytes, item: str) -> dict[str, str]:
    box = receipts.make_mailbox(receipts.mailbox_access(receipt, pool_id, item))
    return {
        "id": encode_base64url(box.id),
        "auth": encode_base64url(box.auth),
        "pub": encode_base64url(box.pub),
        "key": encode_base64url(box.key),
    }
