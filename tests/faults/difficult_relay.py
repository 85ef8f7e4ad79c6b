"""A mail relay that makes difficulties, each as real ones do, over real SMTP."""

import asyncio
from collections import Counter
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.post_office import PostOffice

GREYLISTED = "451 4.7.1 Greylisted, please come again"
TOO_MANY = "452 4.5.3 Too many messages"
SHUTTING_DOWN = "421 4.3.2 Too many messages, closing"


class DifficultRelay(PostOffice):
    """A relay with these difficulties; each is off until it is set.

    :ivar greylists: puts every recipient off once.
    :ivar most: how many mails it takes over one connection; `beyond` is its answer then.
    :ivar silent: how many mails it keeps silent about for `silence` seconds, after their data.
    :ivar drops: how many mails it takes and then hangs up instead of saying so.
    :ivar connections: how many conversations there have been.
    """

    def __init__(self) -> None:
        super().__init__()
        self.greylists = False
        self.most = 1_000
        self.beyond = TOO_MANY
        self.silent = 0
        self.silence = 0.0
        self.drops = 0
        self.tried: Counter[str] = Counter()
        self.connections = 0
        self.at_each_mail: Callable[[int], None] = lambda taken: None

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Begin a conversation."""
        self.connections += not session.host_name
        session.host_name = name
        session.taken = 0
        return answers

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or don't."""
        self.tried[address] += 1
        if self.greylists and self.tried[address] == 1:
            return GREYLISTED
        if session.taken >= self.most:
            return self.beyond
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, and say so or not."""
        if self.silent:
            self.silent -= 1
            await asyncio.sleep(self.silence)
        answer = await super().handle_DATA(server, session, envelope)
        session.taken += 1
        self.at_each_mail(len(self.mails))
        if self.drops and server.transport is not None:
            self.drops -= 1
            server.transport.abort()
        return answer
