"""Whether the mail relay answers, keeps mail secret on its way, and takes a test mail."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import urlsplit

from app.mail.mailer import Mail, MailDelayedError, Mailer, MailRefusedError
from app.operating.checks import Check
from config import Settings

_SECONDS = 10
_HERE = ("127.0.0.1", "::1", "localhost")
_ADVICE = "Look at CHORUS_SMTP_URL, and at the relay itself."


def check_relay(settings: Settings) -> Check:
    """Return whether the relay answers, and whether the way to it is encrypted."""
    if settings.mailer != "smtp":
        return Check("Mail relay", "unknown", "Mails are kept here, and no relay is asked.")
    relay = urlsplit(settings.smtp_url)
    host, port = relay.hostname or "127.0.0.1", relay.port or 0
    try:
        encrypted = _greet(relay.scheme, host, port)
    except ssl.SSLError:
        said = "It answers, but its certificate is not good for its name."
        return Check("Mail relay", "bad", said, "Mend the certificate, or write the name it has.")
    except (OSError, smtplib.SMTPException) as fault:
        return Check("Mail relay", "bad", f"It does not answer ({type(fault).__name__}).", _ADVICE)
    if encrypted or host in _HERE:
        return Check("Mail relay", "good", "It answers, on this machine or encrypted.")
    said = "It answers, and links go to it unencrypted: it offers no STARTTLS."
    return Check("Mail relay", "bad", said, "Turn STARTTLS on in the relay, or use smtps://.")


def _greet(scheme: str, host: str, port: int) -> bool:
    """Return whether a conversation with the relay is encrypted; nothing is sent in it."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        with smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context) as client:
            client.noop()
        return True
    with smtplib.SMTP(host, port, timeout=_SECONDS) as client:
        client.ehlo()
        offered = client.has_extn("starttls")
        if offered:
            client.starttls(context=context)
    return offered


def send_test(mailer: Mailer, settings: Settings, address: str) -> Check:
    """Send one mail without a link to `address`, and return whether the relay took it."""
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, address
    message["Subject"] = "A test of the mail relay"
    message.set_content(
        "flask chorus doctor sent this to see whether mail goes out. It asks nothing, and nobody\n"
        "needs to answer. What it looks like on arrival, its headers say: SPF, DKIM and DMARC\n"
        "should each have passed.\n"
    )
    sender = parseaddr(settings.mail_from)[1]
    try:
        with mailer.connect() as connection:
            connection.send(Mail(sender, address, message.as_bytes()))
    except MailDelayedError:
        return Check("Test mail", "bad", "The relay did not take it now.", _ADVICE)
    except MailRefusedError:
        return Check("Test mail", "bad", "The relay refused it.", _ADVICE)
    return Check("Test mail", "good", "The relay took it. Look at its headers when it arrives.")
