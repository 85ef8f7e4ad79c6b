"""Signing in: by password and second factor for admins, by a mailed link for the others."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.accounts.directory import find_account, find_reader, language_of
from app.accounts.errors import (
    HalfGoneError,
    LinkGoneError,
    TooManyTriesError,
    UsedCodeError,
    WrongCredentialsError,
)
from app.accounts.factors import RECOVERY, check_code, count_recovery_codes, has_app, has_factor
from app.accounts.links import (
    LIFETIMES,
    SECOND_FACTOR,
    SET_PASSWORD,
    SIGN_IN,
    check_link,
    make_link,
    spend_link,
)
from app.accounts.passwords import check_password
from app.accounts.sealed_hashes import is_sealed_password, needs_sealing, seal_password
from app.accounts.sessions import close_sessions_of, open_session
from app.accounts.stored_limits import StoredLimit
from app.accounts.tries import Limit
from app.extensions import Store
from app.languages import speaking
from app.mail.mailer import MailDelayedError, Mailer, MailRefusedError
from app.mail.personal_letters import sign_in_letter
from app.mail.sender import Sender
from app.models.identity.account import Account
from app.people.addresses import normalise_address
from crypto import envelope

_EVERYBODY = 300  # argon2 for as many takes a core some seconds, and a relay takes as many mails
_log = structlog.get_logger()


@dataclass(frozen=True)
class Entry:
    """What a browser is given: the token of a session, or of half a sign-in."""

    token: str = field(repr=False)
    whole: bool = True


@dataclass(frozen=True)
class FinishedSignIn:
    """A sign-in with a code: the session, whose it is, and how many recovery codes are left.

    :ivar left: None unless one was used.
    """

    entry: Entry
    account_id: str
    left: int | None


@dataclass(frozen=True)
class NewPassword:
    """A password that was set by a link: what its browser is given, and whose it is."""

    entry: Entry
    account_id: str


@dataclass(frozen=True)
class Tries:
    """What limits signing in, over all processes."""

    passwords: Limit
    codes: Limit
    links: Limit
    passkeys: Limit
    own_passwords: Limit


def make_tries(identity: Store, secret_key: str) -> Tries:
    """Return the limits: in a quarter of an hour ten passwords and three sign-in mails for an
    address, and five codes or own passwords for an account; more, and passkeys, for all together.
    """
    quarter = timedelta(minutes=15)
    return Tries(
        StoredLimit(identity, secret_key, "password", 10, quarter, _EVERYBODY),
        StoredLimit(identity, secret_key, "code", 5, quarter),
        StoredLimit(identity, secret_key, "sign-in mail", 3, quarter, _EVERYBODY),
        StoredLimit(identity, secret_key, "passkey", _EVERYBODY, quarter),
        StoredLimit(identity, secret_key, "own password", 5, quarter),
    )


def sign_in_with_password(
    identity: Store,
    key: envelope.DataKey,
    limit: Limit,
    now: datetime,
    *,
    address: str,
    password: str,
) -> Entry:
    """Return an admin's new session, or half of one where a second factor is owed.

    :raises TooManyTriesError: after too many tries for this address, known or not.
    :raises WrongCredentialsError: for an unknown address or a wrong password, without a difference.
    """
    limit.take(address, now)
    with identity.begin() as session:
        account = find_account(session, key, address)
        usable = account is not None and account.admin and account.active
        stored = account.password if account is not None and usable else None
    # Outside any transaction: this takes long, and SQLite has one writer.
    account_id = "" if account is None else account.id
    if not is_sealed_password(key, account_id, stored, password) or stored is None:
        raise WrongCredentialsError
    renewed = None
    if needs_sealing(key, account_id, stored):
        renewed = seal_password(key, account_id, password)
    with identity.begin() as session:
        fresh = session.get(Account, account_id, with_for_update=True)
        if fresh is None or not (fresh.admin and fresh.active) or fresh.password != stored:
            raise WrongCredentialsError
        if renewed is not None:
            fresh.keep_password(renewed)
        entry = _let_in(session, fresh, now)
        if entry.whole:
            record(session, now, fresh.id, "signed in", f"account {fresh.id}")
    limit.forget(address)
    return entry


def sign_in_with_code(
    identity: Store, key: envelope.DataKey, limit: Limit, now: datetime, half: str, typed: str
) -> FinishedSignIn:
    """Return an admin's new session once a code followed the password.

    :raises HalfGoneError: if the password was not given, or too long ago.
    :raises TooManyTriesError: after too many codes for this account.
    :raises UsedCodeError: if the code was used before; it is in the log, and the half stays.
    :raises WrongCodeError: if the code is not good; half the sign-in stays.
    """
    account_id = half_of(identity, half, now)
    limit.take(account_id, now)
    try:
        return _finish(identity, key, limit, now, half, typed)
    except UsedCodeError:
        with identity.begin() as session:
            record(session, now, account_id, "typed a used code", f"account {account_id}")
        raise


def _finish(
    identity: Store, key: envelope.DataKey, limit: Limit, now: datetime, half: str, typed: str
) -> FinishedSignIn:
    with identity.begin() as session:
        try:
            account = spend_link(session, half, SECOND_FACTOR, now)
        except LinkGoneError:
            raise HalfGoneError from None
        how = check_code(session, key, account.id, typed, now)
        left = count_recovery_codes(session, account.id)
        if how == RECOVERY:
            record(session, now, account.id, "used a recovery code", f"account {account.id}")
        record(session, now, account.id, "signed in", f"account {account.id}")
        token = open_session(session, account, now, strong=True)
    limit.forget(account.id)
    return FinishedSignIn(Entry(token), account.id, left if how == RECOVERY else None)


def half_of(identity: Store, half: str, now: datetime) -> str:
    """Return whose password opened this half of a sign-in: an account's id.

    :raises HalfGoneError: if it was not given, or too long ago.
    """
    try:
        with identity.read() as session:
            return check_link(session, half, SECOND_FACTOR, now)
    except LinkGoneError:
        raise HalfGoneError from None


def mail_sign_in_link(
    identity: Store,
    key: envelope.DataKey,
    limit: Limit,
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


def asks_for_code(identity: Store, half: str, now: datetime) -> bool:
    """Return whether a code finishes this sign-in; else a passkey does.

    :raises HalfGoneError: as `half_of`.
    """
    account_id = half_of(identity, half, now)
    with identity.read() as session:
        return has_app(session, account_id)


def sign_in_with_link(identity: Store, now: datetime, token: str) -> Entry:
    """Return a new session, and spend the mailed link.

    :raises LinkGoneError: if the link is not good (any more).
    """
    with identity.begin() as session:
        account = spend_link(session, token, SIGN_IN, now)
        if account.admin:
            raise LinkGoneError
        return Entry(open_session(session, account, now))


def set_password(
    identity: Store, key: envelope.DataKey, now: datetime, token: str, password: str
) -> NewPassword:
    """Return a new session, its account's only one, after setting the password, or half of one.

    :raises WeakPasswordError: if it is not accepted, and nothing is spent.
    :raises LinkGoneError: if the link is not good (any more).
    """
    check_password(password)
    with identity.read() as session:
        account_id = check_link(session, token, SET_PASSWORD, now)
    sealed = seal_password(key, account_id, password)  # outside any transaction: it takes long
    with identity.begin() as session:
        account = spend_link(session, token, SET_PASSWORD, now)
        account.keep_password(sealed)
        close_sessions_of(session, account.id)
        record(session, now, account.id, "set a password", f"account {account.id}")
        return NewPassword(_let_in(session, account, now), account.id)


def _let_in(session: Session, account: Account, now: datetime) -> Entry:
    """Return a session of whoever gave the password, or half of one if there is a second factor."""
    if has_factor(session, account.id):
        return Entry(make_link(session, account.id, SECOND_FACTOR, now), whole=False)
    return Entry(open_session(session, account, now))
