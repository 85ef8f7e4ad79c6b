"""An author who comes back with the receipt, and does in Python what the page does in a browser."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto import messages, receipts, sealing
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError
from crypto.messages import Message
from crypto.receipts import MailboxAccess

READ, WRITE = "/api/v1/mailbox/read", "/api/v1/mailbox/write"
COMMENT = "pulse_comment"


@dataclass(frozen=True)
class Author:
    """Someone with a receipt of a round."""

    pool_id: bytes
    receipt: str
    item: str = COMMENT

    @property
    def access(self) -> MailboxAccess:
        """Return what the receipt opens."""
        return receipts.mailbox_access(self.receipt, self.pool_id, self.item)

    def read_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body that reads, with `changes` in place of what it should say."""
        access = self.access
        body = {
            "pool": encode_base64url(self.pool_id),
            "id": encode_base64url(access.id),
            "auth": encode_base64url(access.authenticator),
        }
        return {**body, **changes}

    def write_body(
        self,
        content: dict[str, Any],
        text: str,
        day: date,
        *,
        writer: str = "author",
        **changes: Any,
    ) -> dict[str, Any]:
        """Return the body that writes `text`, sealed to the keys in `content`.

        :param writer: who it says inside the seal that it is.
        """
        padded = messages.encode_message(Message(writer, day, text))
        box_id = self.access.id
        sealed = {
            "for_author": ("pub", messages.to_author_info(self.pool_id, box_id)),
            "for_staff": ("reply_key", messages.to_staff_info(self.pool_id, box_id)),
        }
        parts = {
            name: encode_base64url(sealing.seal(decode_base64url(content[key]), padded, info))
            for name, (key, info) in sealed.items()
        }
        return {**self.read_body(), **parts, **changes}

    def read(self, client: FlaskClient) -> TestResponse:
        """Return the answer to reading."""
        return client.post(READ, json=self.read_body())

    def write(self, client: FlaskClient, text: str, day: date) -> TestResponse:
        """Read for the keys, then return the answer to writing."""
        content = self.read(client).json
        return client.post(WRITE, json=self.write_body(content, text, day))

    def opened(self, answer: TestResponse) -> list[Message]:
        """Return the messages in an answer that open with the receipt; none without a mailbox."""
        content = answer.json
        access = self.access
        try:
            key = receipts.open_mailbox_key(access, decode_base64url(content["key"]))
        except CryptoError:
            return []
        info = messages.to_author_info(self.pool_id, access.id)
        found = []
        for sealed in content["messages"]:
            try:
                padded = sealing.unseal(key, decode_base64url(sealed), info)
            except CryptoError:
                continue
            found.append(messages.decode_message(padded))
        return found
