"""The respondent's side in Python: what a pool opens, and a paper that its key signed."""

import json

import pytest

from crypto import ballots, blind, client, links, receipts, sealing
from crypto.encoding import canonical_json, decode_base64url, encode_base64url
from crypto.errors import InvalidPaddingError, InvalidSignatureError

POOL = bytes(range(16))
PAD = 2048
VALUES = {"energy": 4, "place": "home", "more": "Ümläut, and a lone surrogate is none."}


@pytest.fixture(scope="module")
def signing_key():
    return blind.generate_key(1024)


@pytest.fixture(scope="module")
def sealing_key():
    return sealing.generate_key()


@pytest.fixture(scope="module")
def manifest(signing_key, sealing_key):
    return canonical_json(
        {
            "rsa_spki": encode_base64url(blind.public_key_to_der(signing_key.public_key())),
            "hpke_pub": encode_base64url(sealing.public_point(sealing_key)),
            "pad": PAD,
        }
    )


def opened(prepared, manifest, sealing_key):
    """Return the ballot as the pool's key opens it, under the receipt's serial."""
    withdrawal = receipts.withdrawal_of(prepared.receipt, POOL)
    info = ballots.sealing_info(links.manifest_hash(manifest), receipts.serial_of(withdrawal))
    plaintext = ballots.unpad(sealing.unseal(sealing_key, prepared.sealed, info), PAD)
    assert b": " not in plaintext
    return json.loads(plaintext.decode())


def test_a_prepared_ballot_opens_under_its_own_serial_and_says_what_was_answered(
    manifest, sealing_key
):
    prepared = client.prepare_ballot(POOL, manifest, 3, VALUES, {"more"})
    ballot = opened(prepared, manifest, sealing_key)
    assert (ballot["v"], ballot["cell"], ballot["a"]) == (1, 3, VALUES)
    assert VALUES["more"].encode() in sealing_plain(prepared, manifest, sealing_key)


def sealing_plain(prepared, manifest, sealing_key):
    """Return the padded bytes: other alphabets are not escaped, which would take more room."""
    withdrawal = receipts.withdrawal_of(prepared.receipt, POOL)
    info = ballots.sealing_info(links.manifest_hash(manifest), receipts.serial_of(withdrawal))
    return sealing.unseal(sealing_key, prepared.sealed, info)


@pytest.mark.parametrize(
    ("comments", "mailboxes"), [({"more"}, {"more"}), (None, {"place", "more"}), ((), set())]
)
def test_comments_alone_get_a_mailbox_that_their_receipt_opens(
    manifest, sealing_key, comments, mailboxes
):
    prepared = client.prepare_ballot(POOL, manifest, 0, VALUES, comments)
    boxes = opened(prepared, manifest, sealing_key)["m"]
    assert boxes.keys() == mailboxes
    for item, box in boxes.items():
        access = receipts.mailbox_access(prepared.receipt, POOL, item)
        assert decode_base64url(box["id"]) == access.id
        assert decode_base64url(box["auth"]) == receipts.auth_of(access.authenticator)
        key = receipts.open_mailbox_key(access, decode_base64url(box["key"]))
        assert sealing.public_point(key) == decode_base64url(box["pub"])


def test_a_finished_paper_is_good_for_the_prepared_ballot_alone(manifest, signing_key):
    prepared = client.prepare_ballot(POOL, manifest, 0, VALUES)
    other = client.prepare_ballot(POOL, manifest, 0, VALUES)
    signature = blind.blind_sign(signing_key, prepared.blinded)
    paper = client.signed(manifest, prepared, signature)
    blind.verify(signing_key.public_key(), prepared.input_msg, paper)
    parts = ballots.parse_input_msg(prepared.input_msg)
    withdrawal = receipts.withdrawal_of(prepared.receipt, POOL)
    assert (parts.pool_id, parts.serial) == (POOL, receipts.serial_of(withdrawal))
    with pytest.raises(InvalidSignatureError):
        client.signed(manifest, other, signature)


def test_what_is_too_long_for_a_ballot_is_refused_before_anything_is_asked_for(manifest):
    with pytest.raises(InvalidPaddingError):
        client.prepare_ballot(POOL, manifest, 0, {"more": "x" * PAD})


def test_nothing_of_a_prepared_ballot_is_printed(manifest):
    prepared = client.prepare_ballot(POOL, manifest, 0, VALUES)
    assert repr(prepared) == "PreparedBallot()"
