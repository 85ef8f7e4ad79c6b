"""Tells the owner of an account by mail how signing in to it has changed."""

import structlog

from app.accounts.directory import address_of, language_of
from app.extensions import Store
from app.languages import speaking
from app.mail.account_letters import sign_in_changed_letter
from app.mail.mailer import MailDelayedError, Mailer, MailRefusedError
from app.mail.sender import Sender
from app.models.identity.account import Account
from crypto import envelope

_log = structlog.get_logger()


def tell_owner(
    identity: Store,
    key: envelope.DataKey,
    account_id: str,
    change: str,
    *,
    mailer: Mailer,
    sender: Sender,
    left: int = 0,
) -> None:
    """Mail the owner what changed; the change stands, whether or not the relay takes the mail.

    :param change: one of `app.mail.account_letters.CHANGES`; `left` as it is there.
    """
    with identity.read() as session:
        account = session.get(Account, account_id)
        if account is None:
            return
        address, reads = address_of(key, account), language_of(session, account)
    with speaking(reads):
        letter = sign_in_changed_letter(sender, address, change, left)
    try:
        with mailer.connect() as connection:
            connection.send(letter)
    except (MailDelayedError, MailRefusedError) as error:
        _log.warning("mail about signing in was not taken", error=type(error).__name__)
