"""What tests read in mails, and a relay that is busy."""

from collections import Counter
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage

from app.mail.mailer import Mail, MailDelayedError, MemoryMailer


class BusyMailer(MemoryMailer):
    """A relay that puts everybody off while it is busy."""

    busy = True

    def send(self, mail: Mail) -> None:
        """Put the mail off, or keep it."""
        if self.busy:
            raise MailDelayedError
        super().send(mail)


def recipients(mails: Sequence[Mail]) -> Counter[str]:
    """Return how many mails went to whom."""
    return Counter(mail.recipient for mail in mails)


def message(mail: Mail) -> EmailMessage:
    """Return a mail taken apart."""
    return message_from_bytes(mail.content, policy=policy.default)


def text(mail: Mail) -> str:
    """Return the text part of a mail."""
    part = message(mail).get_body(("plain",))
    assert part is not None
    return str(part.get_content())
