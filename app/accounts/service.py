"""Signing in: by password for admins, by a mailed link for mentors and subjects."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.accounts.audit import record
from app.accounts.directory import find_account, find_reader, language_of
from app.accounts.errors import LinkGoneError, TooManyTriesError, WrongCredentialsError
from app.accounts.links import LIFETIMES, SET_PASSWORD, SIGN_IN, make_link, spend_link
from app.accounts.passwords import check_password, hash_password, is_password, needs_new_hash
from app.accounts.sessions import close_sessions_of, open_session
from app.accounts.tries import TryLimit
from app.extensions import Store
from app.languages import speaking
from app.mail.mailer import MailDelayedError, Mailer, MailRefusedError
from app.mail.personal_letters import sign_in_letter
from app.mail.sender import Sender
from app.models.identity.account import Account
from app.people.addresses import normalise_address
from crypto import envelope

_log = structlog.get_logger()


@dataclass(frozen=True)
class Tries:
    """The limits of one process: ten passwords and three sign-in mails a quarter of an hour."""

    passwords: TryLimit = field(default_factory=lambda: TryLimit(10, timedelta(minutes=15)))
    links: TryLimit = field(default_factory=lambda: TryLimit(3, timedelta(minutes=15)))


def sign_in_with_password(
    identity: Store,
    key: envelope.DataKey,
    limit: TryLimit,
    now: datetime,
    *,
    address: str,
    password: str,
) -> str:
    """Return the token of an admin's new session.

    :raises TooManyTriesError: after too many tries for this address, known or not.
    :raises WrongCredentialsError: for an unknown address or a wrong password, without a difference.
    """
    limit.take(address, now)
    with identity.begin() as session:
        account = find_account(session, key, address)
        usable = account is not None and account.admin and account.active
        stored = account.password_hash if account is not None and usable else None
    # Outside any transaction: this takes long, and SQLite has one writer.
    if not is_password(stored, password) or account is None or stored is None:
        raise WrongCredentialsError
    renewed = hash_password(password) if needs_new_hash(stored) else stored
    with identity.begin() as session:
        fresh = session.get(Account, account.id, with_for_update=True)
        if fresh is None or not (fresh.admin and fresh.active) or fresh.password_hash != stored:
            raise WrongCredentialsError
        fresh.password_hash = renewed
        record(session, now, fresh.id, "signed in", f"account {fresh.id}")
        token = open_session(session, fresh, now)
    limit.forget(address)
    return token


def mail_sign_in_link(
    identity: Store,
    key: envelope.DataKey,
    limit: TryLimit,
    now: datetime,
    *,
    address: str,
    mailer: Mailer,
    sender: Sender,
) -> None:
    """Mail a sign-in link if somebody with this address can read; whoever asks learns nothing."""
    try:
        limit.take(address, now)
    except TooManyTriesError:
        return
    with identity.begin() as session:
        account = find_reader(session, key, address)
        if account is None:
            return
        token = make_link(session, account.id, SIGN_IN, now)
        reads = language_of(session, account)
    with speaking(reads):  # and not that of the page, on which anybody may have asked
        letter = sign_in_letter(
            sender,
            normalise_address(address),
            f"{sender.base_url}/sign-in/{token}",
            LIFETIMES[SIGN_IN] // timedelta(minutes=1),
        )
    try:
        with mailer.connect() as connection:
            connection.send(letter)
    except (MailDelayedError, MailRefusedError) as error:
        _log.warning("sign-in mail was not taken", error=type(error).__name__)


def sign_in_with_link(identity: Store, now: datetime, token: str) -> str:
    """Return the token of a new session, and spend the mailed link.

    :raises LinkGoneError: if the link is not good (any more).
    """
    with identity.begin() as session:
        account = spend_link(session, token, SIGN_IN, now)
        if account.admin:
            raise LinkGoneError
        return open_session(session, account, now)


def set_password(identity: Store, now: datetime, token: str, password: str) -> str:
    """Return the token of a new session, its account's only one, after setting the password.

    :raises ShortPasswordError: and nothing is spent.
    :raises CommonPasswordError: and nothing is spent.
    :raises LinkGoneError: if the link is not good (any more).
    """
    check_password(password)
    hashed = hash_password(password)
    with identity.begin() as session:
        account = spend_link(session, token, SET_PASSWORD, now)
        account.password_hash = hashed
        close_sessions_of(session, account.id)
        record(session, now, account.id, "set a password", f"account {account.id}")
        return open_session(session, account, now)
