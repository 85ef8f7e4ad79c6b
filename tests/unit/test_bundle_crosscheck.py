"""What the browser makes the server accepts and opens, and the other way round."""

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from crypto import ballots, blind, receipts, sealing
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import InvalidSignatureError, UnsealError
from tests.unit.bundle_runtime import Run, bundle_runs

PAD = 512
POOL_ID = os.urandom(16)
ANSWERS = {"calm": 4, "topic": ["time", "feedback"], "place": None, "keep": 'Schön — 好, "so"'}


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The bundle in a JavaScript runtime."""
    yield from bundle_runs(request)


@pytest.fixture(scope="module")
def signing_key() -> Any:
    """A pool's RSA key."""
    return blind.generate_key()


@pytest.fixture(scope="module")
def opening_key() -> Any:
    """A pool's HPKE key."""
    return sealing.generate_key()


@pytest.fixture(scope="module")
def manifest(signing_key: Any, opening_key: Any) -> dict[str, Any]:
    """As much of a manifest as preparing and sealing read."""
    der = signing_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    point = sealing.public_point(opening_key)
    return {"pad": PAD, "rsa_spki": encode_base64url(der), "hpke_pub": encode_base64url(point)}


def test_paper_blinded_in_the_browser_is_signed_unread_and_verifies_on_both_sides(
    run: Run, manifest: dict[str, Any], signing_key: Any
):
    made = run(
        """async ({ prepareBallot, fromBase64url, toBase64url }, input) => {
          const made = await prepareBallot(input.manifest, fromBase64url(input.pool));
          const written = (name) => [name, toBase64url(made[name])];
          const parts = ["serial", "inputMessage", "blinded", "inverse"].map(written);
          return { receipt: made.receipt, ...Object.fromEntries(parts) };
        }""",
        manifest=manifest,
        pool=encode_base64url(POOL_ID),
    )
    input_msg = decode_base64url(made["inputMessage"])
    blind_signature = blind.blind_sign(signing_key, decode_base64url(made["blinded"]))
    signature = run(
        """async ({ finalize, importRsa, fromBase64url, toBase64url }, input) => {
          const key = await importRsa(fromBase64url(input.spki));
          const [message, signature, inverse] = input.parts.map(fromBase64url);
          return toBase64url(await finalize(key, message, signature, inverse));
        }""",
        spki=manifest["rsa_spki"],
        parts=[made["inputMessage"], encode_base64url(blind_signature), made["inverse"]],
    )
    blind.verify(signing_key.public_key(), input_msg, decode_base64url(signature))
    parts = ballots.parse_input_msg(input_msg)
    receipt = receipts.parse_receipt(receipts.format_receipt(made["receipt"]))
    assert parts.pool_id == POOL_ID
    assert parts.serial == receipts.serial_of(receipts.withdrawal_of(receipt, POOL_ID))
    with pytest.raises(InvalidSignatureError):
        blind.verify(signing_key.public_key(), input_msg[::-1], decode_base64url(signature))


def test_signature_finished_by_the_server_verifies_in_the_browser(
    run: Run, manifest: dict[str, Any], signing_key: Any
):
    public_key = signing_key.public_key()
    input_msg = blind.prepare(ballots.ballot_message(POOL_ID, bytes(32)))
    blinded, inverse = blind.blind(public_key, input_msg)
    blind_signature = blind.blind_sign(signing_key, blinded)
    signature = blind.finalize(public_key, input_msg, blind_signature, inverse)
    source = """async ({ importRsa, verify, fromBase64url }, input) => {
      const key = await importRsa(fromBase64url(input.spki));
      return Promise.all(input.messages.map((message) =>
        verify(key, fromBase64url(message), fromBase64url(input.signature))));
    }"""
    messages = [encode_base64url(input_msg), encode_base64url(input_msg[::-1])]
    assert run(
        source,
        spki=manifest["rsa_spki"],
        messages=messages,
        signature=encode_base64url(signature),
    ) == [True, False]


def seal_in_browser(run: Run, manifest: dict[str, Any], answers: dict[str, Any]) -> Any:
    """Return receipt and sealed ballot of `answers`, or the name of the error."""
    return run(
        """async ({ sealBallot, serialOf, fromBase64url, toBase64url }, input) => {
          const poolId = fromBase64url(input.pool);
          const manifestHash = fromBase64url(input.mh);
          const round = { poolId, manifest: input.manifest, manifestHash, cell: 3 };
          const receipt = "0123456789ABCDEF";
          const preparation = { receipt, serial: await serialOf(receipt, poolId) };
          return sealBallot(round, preparation, input.answers, ["keep"]).then(
            (sealed) => ({ receipt, sealed: toBase64url(sealed) }),
            (error) => ({ error: error.message }),
          );
        }""",
        manifest=manifest,
        pool=encode_base64url(POOL_ID),
        mh=encode_base64url(hashlib.sha256(b"manifest").digest()),
        answers=answers,
    )


def test_ballot_sealed_in_the_browser_opens_on_the_server_with_its_mailbox(
    run: Run, manifest: dict[str, Any], opening_key: Any
):
    made = seal_in_browser(run, manifest, ANSWERS)
    sealed = decode_base64url(made["sealed"])
    ballots.check_sealed_length(sealed, PAD)
    serial = receipts.serial_of(receipts.withdrawal_of(made["receipt"], POOL_ID))
    manifest_hash = hashlib.sha256(b"manifest").digest()
    opened = sealing.unseal(opening_key, sealed, ballots.sealing_info(manifest_hash, serial))
    ballot = json.loads(ballots.unpad(opened, PAD))
    mailbox = {name: decode_base64url(value) for name, value in ballot["m"].pop("keep").items()}
    assert ballot == {"v": 1, "cell": 3, "a": ANSWERS, "m": {}}
    access = receipts.mailbox_access(made["receipt"], POOL_ID, "keep")
    assert mailbox["id"] == access.id
    assert mailbox["auth"] == receipts.auth_of(access.authenticator)
    private_key = receipts.open_mailbox_key(access, mailbox["key"])
    assert sealing.public_point(private_key) == mailbox["pub"]
    with pytest.raises(UnsealError):
        sealing.unseal(opening_key, sealed, ballots.sealing_info(manifest_hash, bytes(32)))


def test_every_ballot_of_a_form_has_one_size(run: Run, manifest: dict[str, Any]):
    lengths = {
        len(decode_base64url(seal_in_browser(run, manifest, answers)["sealed"]))
        for answers in ({"keep": ""}, ANSWERS)
    }
    assert lengths == {65 + PAD + 16}


def test_ballot_that_does_not_fit_is_refused_before_it_is_sealed(
    run: Run, manifest: dict[str, Any]
):
    made = seal_in_browser(run, manifest, {"keep": "x" * PAD})
    assert made == {"error": "The answers are longer than a ballot."}
