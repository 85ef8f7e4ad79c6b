"""The development mail server: takes every mail and keeps it in a Maildir."""

import asyncio
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.mail.bounce_addresses import is_bounce_address
from app.mail.maildir import store_message

_STORED = "250 2.0.0 Stored"
_NOT_NOW = "451 4.3.0 The inbox can't be written now"


class InboxHandler:
    """Answers 250 only for a mail that is on the disk; what comes back goes to its own folder."""

    def __init__(self, inbox: Path, bounces: Path | None) -> None:
        self._inbox = inbox
        self._bounces = bounces

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store the mail and return the answer to the sender."""
        folder, content = self._inbox, envelope.original_content or b""
        back = [address for address in envelope.rcpt_tos if is_bounce_address(address)]
        if back and self._bounces is not None:
            # As a mail system does that delivers into a folder: the envelope is gone then.
            folder, content = self._bounces, b"Delivered-To: %b\r\n%b" % (back[0].encode(), content)
        try:
            await asyncio.to_thread(store_message, folder, content)
        except OSError:
            return _NOT_NOW
        return _STORED


def make_sink(inbox: Path, host: str, port: int, bounces: Path | None = None) -> Controller:
    """Return the mail server on `host` and `port`: ``start()`` returns once it listens."""
    handler = InboxHandler(inbox, bounces)
    return Controller(handler, hostname=host, port=port, server_hostname="localhost")
