"""Invitations composed and sent over real SMTP, against finished messages to the same sink."""

import secrets
from collections.abc import Iterator

from app.mail.bounce_addresses import bounce_address
from app.mail.facts import RoundFacts
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail, SmtpMailer
from app.mail.sender import Sender
from app.models.columns import random_id
from bench.pairs import Line, compare
from bench.sink import sink
from bench.stage import CLOSES, OPENS, K
from crypto import links
from crypto.links import Link
from crypto.sharing import Share

MAILS = 150
TIMES = 7
SENDER = Sender("Chorus <chorus@example.org>", "Example Ltd", "https://chorus.example.org")


def run() -> Iterator[Line]:
    """Yield one line: invitations a second, each composed from its link, one connection."""
    pool_id, pin = secrets.token_bytes(16), secrets.token_bytes(16)
    addressed = [
        (
            f"person.{number}@example.org",
            Link(secrets.token_bytes(16), 0, pin, Share(number + 1, secrets.randbits(255))),
        )
        for number in range(MAILS)
    ]

    secret_key = secrets.token_urlsafe(32)

    def compose() -> Iterator[Mail]:
        letter = InvitationLetter(SENDER, _facts())
        for address, link in addressed:
            yield letter.compose(
                address,
                link=SENDER.base_url + links.link_path(pool_id, link),
                unsubscribe_url=f"{SENDER.base_url}/unsubscribe/{secrets.token_urlsafe(24)}",
                message_id=f"<{secrets.token_hex(16)}@{SENDER.domain}>",
                bounces_to=bounce_address(SENDER, secret_key, random_id()),
            )

    finished = list(compose())
    with sink() as port:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}")
        yield compare(
            "mail",
            "mails/s",
            work=lambda: _send(mailer, compose()),
            limit=lambda: _send(mailer, finished),
            times=TIMES,
        )


def _send(mailer: SmtpMailer, mails: Iterator[Mail] | list[Mail]) -> int:
    with mailer.connect() as connection:
        for mail in mails:
            connection.send(mail)
    return MAILS


def _facts() -> RoundFacts:
    return RoundFacts(
        program="Onboarding",
        form_title="How is your work going?",
        questions=5,
        seconds=40,
        invited=MAILS,
        joined=3,
        left=1,
        k=K,
        opens_at=OPENS,
        closes=CLOSES,
        time_zone="Europe/Berlin",
        audience="Your mentor and the program team",
        replaces_earlier=False,
        fingerprint="0123 4567 89ab cdef 0123 4567 89ab cdef",
        support=(("Helpline", "+00 000 0000"),),
    )
