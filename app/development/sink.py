"""The development mail server: takes every mail and keeps it in a Maildir."""

import asyncio
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.mail.maildir import store_message

_STORED = "250 2.0.0 Stored"
_NOT_NOW = "451 4.3.0 The inbox can't be written now"


class InboxHandler:
    """Answers 250 only for a mail that is on the disk."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store the mail and return the answer to the sender."""
        try:
            await asyncio.to_thread(store_message, self._inbox, envelope.original_content or b"")
        except OSError:
            return _NOT_NOW
        return _STORED


def make_sink(inbox: Path, host: str, port: int) -> Controller:
    """Return the mail server on `host` and `port`: ``start()`` returns once it listens."""
    return Controller(InboxHandler(inbox), hostname=host, port=port, server_hostname="localhost")
