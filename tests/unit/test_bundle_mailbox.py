"""The bundle of the page of replies against the vectors, and against Python both ways."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import messages, receipts, sealing
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import InvalidMessageError
from crypto.messages import Message
from surveys.acknowledgements import acknowledgements
from tests.unit.bundle_runtime import MAILBOX_BUNDLE, Run, bundle_runs

VECTORS = json.loads(
    (Path(__file__).resolve().parents[1] / "vectors" / "protocol.json").read_text("utf-8")
)
POOL_ID = os.urandom(16)
ITEM = "keep"
MESSAGE = Message("mentor", date(2026, 6, 12), 'Schön — 好, "so".\nThank you.')


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The bundle in a JavaScript runtime."""
    yield from bundle_runs(request, MAILBOX_BUNDLE)


def test_messages_and_contexts_agree_with_the_protocol(run: Run):
    vector = VECTORS["message"]
    answer = run(
        """async (chorus, input) => {
          const { fromHex, toHex } = chorus;
          const [pool, box] = [input.pool, input.box].map(fromHex);
          const written = input.messages.map(chorus.encodeMessage);
          const hashed = await Promise.all(written.map(chorus.sha256));
          return {
            to_author_info: toHex(chorus.toAuthorInfo(pool, box)),
            to_staff_info: toHex(chorus.toStaffInfo(pool, box)),
            hashed: hashed.map(toHex),
            read: written.map(chorus.decodeMessage),
          };
        }""",
        pool=VECTORS["receipt"]["pool_id"],
        box=VECTORS["mailbox"]["id"],
        messages=(
            given := [
                {
                    "writer": vector["writer"],
                    "day": vector["day"],
                    "text": vector["text"],
                    "acknowledgement": 0,
                },
                {
                    "writer": vector["acknowledged_by"],
                    "day": vector["acknowledged_on"],
                    "text": "",
                    "acknowledgement": vector["acknowledgement"],
                },
            ]
        ),
    )
    assert answer == {
        "to_author_info": vector["to_author_info"],
        "to_staff_info": vector["to_staff_info"],
        "hashed": [vector["sha256"], vector["acknowledged_sha256"]],
        "read": given,
    }


def test_an_answer_sealed_by_the_server_opens_in_the_browser(run: Run):
    receipt = receipts.new_receipt()
    access = receipts.mailbox_access(receipt, POOL_ID, ITEM)
    box = receipts.make_mailbox(access)
    info = messages.to_author_info(POOL_ID, box.id)
    sealed = sealing.seal(box.pub, messages.encode_message(MESSAGE), info)
    other = receipts.make_mailbox(access)  # the same receipt, another key
    source = """async (chorus, input) => {
      const { fromBase64url } = chorus;
      const [pool, pub, key, sealed] = input.parts.map(fromBase64url);
      const secrets = await chorus.mailboxOf(input.receipt, pool, input.item);
      const pair = await chorus.openKey(secrets, pub, key);
      const info = chorus.toAuthorInfo(pool, secrets.id);
      const opened = chorus.unseal(pair, sealed, info).then(chorus.decodeMessage);
      return opened.catch(() => "does not open");
    }"""

    def opened(made: receipts.Mailbox, content: bytes) -> Any:
        parts = [POOL_ID, made.pub, made.key, content]
        return run(
            source, receipt=receipt, item=ITEM, parts=[encode_base64url(part) for part in parts]
        )

    assert opened(box, sealed) == {
        "writer": "mentor",
        "day": "2026-06-12",
        "text": MESSAGE.text,
        "acknowledgement": 0,
    }
    assert opened(other, sealed) == "does not open"
    assert opened(box, b"\x04" + os.urandom(messages.SEALED_BYTES - 1)) == "does not open"


def test_a_message_sealed_in_the_browser_opens_on_the_server(run: Run):
    key = sealing.generate_key()
    access = receipts.mailbox_access(receipts.new_receipt(), POOL_ID, ITEM)
    sealed = run(
        """async (chorus, input) => {
          const [pool, box, point] = input.parts.map(chorus.fromBase64url);
          const padded = chorus.encodeMessage(input.message);
          const info = chorus.toStaffInfo(pool, box);
          return chorus.toBase64url(await chorus.seal(point, padded, info));
        }""",
        parts=[encode_base64url(part) for part in (POOL_ID, access.id, sealing.public_point(key))],
        message={"writer": "author", "day": "2026-06-12", "text": "Für Sie.", "acknowledgement": 0},
    )
    info = messages.to_staff_info(POOL_ID, access.id)
    opened = messages.decode_message(sealing.unseal(key, decode_base64url(sealed), info))
    assert opened == Message("author", date(2026, 6, 12), "Für Sie.")


@pytest.mark.parametrize(
    "text", ["", " \n", "x" * 2001, "é" * 1001, "a\0b"], ids=["empty", "blank", "x", "é", "nul"]
)
def test_what_cannot_be_written_is_refused_as_in_python(run: Run, text: str):
    source = """async ({ encodeMessage }, { message }) => {
      try { encodeMessage(message); return "written"; } catch { return "refused"; }
    }"""
    message = {"writer": "author", "day": "2026-06-12", "acknowledgement": 0}
    assert run(source, message={**message, "text": "x" * 2000}) == "written"
    assert run(source, message={**message, "text": text}) == "refused"
    with pytest.raises(InvalidMessageError):
        messages.encode_message(Message("author", date(2026, 6, 12), text))


def test_both_sides_have_the_ready_sentences_from_one_file(run: Run):
    numbers = list(acknowledgements())
    assert numbers == list(messages.ACKNOWLEDGEMENTS)
    said = run("async ({ sentenceOf }, { numbers }) => numbers.map(sentenceOf)", numbers=numbers)
    assert said == list(acknowledgements().values())
    assert all(set(sentence) == {"en", "de", "fr", "es", "ar"} for sentence in said)
