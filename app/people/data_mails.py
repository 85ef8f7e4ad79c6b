"""Mails about a person's own data: the link to it, and that it is erased."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.accounts.errors import TooManyTriesError
from app.accounts.tries import Limit
from app.extensions import Store
from app.languages import speaking
from app.mail.mailer import Mail, MailDelayedError, Mailer, MailRefusedError
from app.mail.personal_letters import forgotten_letter, own_data_letter
from app.mail.sender import Sender
from app.models.identity.person import Person
from app.people.data_links import LIFETIME, make_data_token
from app.people.forgetting import forget_person
from app.people.personal import open_address
from app.people.service import UnknownPersonError
from crypto import envelope

THE_PERSON = "the person"  # who acts, in the audit log


def mail_data_link(
    identity: Store,
    key: envelope.DataKey,
    limit: Limit,
    now: datetime,
    *,
    person_id: str,
    secret_key: str,
    mailer: Mailer,
    sender: Sender,
) -> None:
    """Mail the link to a person's data to their address; nothing more once it was asked too often.

    :raises UnknownPersonError: if nobody has this id.
    :raises MailDelayedError: if the relay did not take it now.
    :raises MailRefusedError: if the relay will not take it.
    """
    with identity.read() as session:
        address, reads = _address(session, key, person_id)
    try:
        limit.take(person_id, now)
    except TooManyTriesError:
        return  # the page says to look into the mailbox, and that is where the last ones are
    token = make_data_token(secret_key, person_id, now)
    link = f"{sender.base_url}/your-data/{token}"
    with speaking(reads):
        letter = own_data_letter(sender, address, link, LIFETIME // timedelta(minutes=1))
    _send(mailer, letter)


def erase_person(
    identity: Store,
    key: envelope.DataKey,
    now: datetime,
    *,
    person_id: str,
    mailer: Mailer,
    sender: Sender,
) -> None:
    """Forget a person who asked for it, and tell them in one last mail.

    :raises UnknownPersonError: if nobody has this id (any more).
    """
    with identity.begin() as session:
        address, reads = _address(session, key, person_id)
        forget_person(session, person_id, now, THE_PERSON)
    with speaking(reads):
        letter = forgotten_letter(sender, address)
    try:
        _send(mailer, letter)
    except (MailDelayedError, MailRefusedError) as error:
        # It can't be sent again later: the address is gone, as was promised.
        structlog.get_logger().warning("last mail was not taken", error=type(error).__name__)


def _address(session: Session, key: envelope.DataKey, person_id: str) -> tuple[str, str]:
    """Return somebody's address and what they read."""
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPersonError
    return open_address(key, person), person.language


def _send(mailer: Mailer, mail: Mail) -> None:
    with mailer.connect() as connection:
        connection.send(mail)
