"""Hand one mail to the relay."""

import structlog

from app.mail.mailer import Mail, MailDelayedError, Mailer, MailRefusedError


def send(mailer: Mailer, mail: Mail) -> bool:
    """Return whether the mail is out of our hands; a refused one is."""
    try:
        with mailer.connect() as connection:
            connection.send(mail)
    except MailRefusedError:
        structlog.get_logger().warning("mail refused", part="worker")
    except MailDelayedError:
        return False
    return True
