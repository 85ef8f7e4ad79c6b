"""A mail relay in the test's memory, which can end its sender at a moment of the conversation."""

import os
import signal
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.demo.respondent import link_in
from app.mail.mailer import Mail
from crypto.links import Link
from tests.faults.processes import free_port

Moment = Literal["answered", "noted"]
_TAKEN = "250 2.0.0 Taken"


class PostOffice:
    """Takes every mail; ends the sender's process when it is told to.

    "answered" is right after the 250 has been written, when the sender may or may not have noted
    it; "noted" is when the sender goes on, to the next mail or to its goodbye, so it has.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.port = free_port()
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        self._victim: int | None = None
        self._fatal: tuple[Moment, int] | None = None
        self._signal = signal.SIGKILL

    def start(self) -> None:
        """Return once it listens."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    def end_sender(
        self, process_id: int, moment: Moment, count: int, how: signal.Signals = signal.SIGKILL
    ) -> None:
        """Send `how` to a process once `count` mails are taken, or more of several connections."""
        self._victim, self._fatal, self._signal = process_id, (moment, count), how

    def links(self, start: int = 0) -> list[tuple[str, bytes, Link]]:
        """Return recipient, pool and link of each mail with a link, from the `start`-th mail on."""
        return [
            (mail.recipient, *link_in(mail.content))
            for mail in self.mails[start:]
            if b"/r/" in mail.content
        ]

    def _reach(self, moment: Moment) -> None:
        if self._victim is None or self._fatal is None:
            return
        fatal, count = self._fatal
        if moment == fatal and len(self.mails) >= count:
            os.kill(self._victim, self._signal)
            self._victim = None

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail."""
        self.mails.append(
            Mail(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.original_content or b"")
        )
        return _TAKEN

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail."""
        self._reach("noted")
        envelope.mail_from = address
        return "250 OK"

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """End the conversation."""
        self._reach("noted")
        return "221 Bye"


class _Conversation(SMTP):
    """An SMTP conversation that says when a mail's 250 has been written."""

    async def push(self, status: str | bytes) -> None:
        await super().push(status)
        if status == _TAKEN:
            self.event_handler._reach("answered")


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Conversation(self.handler, hostname="localhost")
