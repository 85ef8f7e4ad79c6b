"""Somebody's own account: how they sign in, where they are signed in, and changing either."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.accounts.directory import address_of
from app.accounts.errors import NoAppError, StaleSessionError
from app.accounts.factors import (
    AppToSetUp,
    app_to_set_up,
    begin_app,
    confirm_app,
    count_recovery_codes,
    has_app,
    has_factor,
    make_recovery_codes,
    remove_app,
)
from app.accounts.passkeys import OwnPasskey, own_passkeys
from app.accounts.sessions import SignedIn, hold_account, open_only_session
from app.extensions import Store
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from crypto import envelope


@dataclass(frozen=True)
class OwnSession:
    """A browser that is signed in: days, and whether it is the one that asks."""

    id: str
    begun_on: date
    seen_on: date
    here: bool


@dataclass(frozen=True)
class OwnAccount:
    """What the page about one's own account shows."""

    address: str = field(repr=False)
    app: bool
    codes_left: int
    passkeys: tuple[OwnPasskey, ...]
    sessions: tuple[OwnSession, ...]


@dataclass(frozen=True)
class Changed:
    """After a change: the token of the only session left, and recovery codes to be shown once."""

    token: str = field(repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)


def own_account(
    session: Session, key: envelope.DataKey, who: SignedIn, now: datetime
) -> OwnAccount:
    """Return how somebody signs in, and where they are signed in, the newest first."""
    account = session.get_one(Account, who.account_id)
    held = session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == who.account_id, AccountSession.expires_at > now)
        .order_by(AccountSession.begun_at.desc())
    )
    return OwnAccount(
        address=address_of(key, account),
        app=has_app(session, who.account_id),
        passkeys=own_passkeys(session, key, who.account_id),
        codes_left=count_recovery_codes(session, who.account_id),
        sessions=tuple(
            OwnSession(row.id, row.begun_at.date(), row.seen_at.date(), row.id == who.session_id)
            for row in held
        ),
    )


def own_app_to_set_up(session: Session, key: envelope.DataKey, who: SignedIn) -> AppToSetUp | None:
    """Return the app that waits for its first code, or None."""
    account = session.get_one(Account, who.account_id)
    return app_to_set_up(session, key, account.id, address_of(key, account))


def end_own_session(session: Session, who: SignedIn, session_id: str) -> None:
    """End one of somebody's own sessions; another's id ends nothing."""
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == who.account_id, AccountSession.id == session_id
        )
    )


def end_other_sessions(session: Session, who: SignedIn) -> None:
    """End every session of somebody but the one that asks."""
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == who.account_id, AccountSession.id != who.session_id
        )
    )


def set_up_app(identity: Store, key: envelope.DataKey, who: SignedIn) -> None:
    """Begin to set up an app; nothing is asked of anybody until its first code.

    :raises StaleSessionError: if this browser signed in a while ago.
    """
    require_fresh(who)
    with identity.begin() as session:
        begin_app(session, key, who.account_id)


def confirm_own_app(
    identity: Store, key: envelope.DataKey, who: SignedIn, typed: str, now: datetime
) -> Changed:
    """Return the recovery codes of an app that was set up; every other session has ended.

    :raises StaleSessionError: if this browser signed in a while ago.
    :raises WrongCodeError: if this is not what the app shows.
    """
    require_fresh(who)
    with identity.begin() as session:
        hold_account(session, who.account_id)
        codes = confirm_app(session, key, who.account_id, typed, now)
        record(session, now, who.account_id, "added an app for codes", _own(who))
        return Changed(renew_session(session, who, now, strong=True), codes)


def renew_own_codes(
    identity: Store, key: envelope.DataKey, who: SignedIn, now: datetime
) -> Changed:
    """Return new recovery codes; every other session has ended.

    :raises StaleSessionError: if this browser signed in a while ago.
    :raises NoAppError: if there is nothing that they would stand in for.
    """
    require_fresh(who)
    with identity.begin() as session:
        hold_account(session, who.account_id)
        _require_app(session, who)
        codes = make_recovery_codes(session, key, who.account_id)
        record(session, now, who.account_id, "made new recovery codes", _own(who))
        return Changed(renew_session(session, who, now, strong=who.strong), codes)


def remove_own_app(identity: Store, who: SignedIn, now: datetime) -> Changed:
    """Remove the app and its recovery codes; every other session has ended.

    :raises StaleSessionError: if this browser signed in a while ago.
    :raises NoAppError: if there is none.
    """
    require_fresh(who)
    with identity.begin() as session:
        hold_account(session, who.account_id)
        _require_app(session, who)
        remove_app(session, who.account_id)
        record(session, now, who.account_id, "removed the app for codes", _own(who))
        return Changed(renew_session(session, who, now, strong=has_factor(session, who.account_id)))


def require_fresh(who: SignedIn) -> None:
    """Return if somebody signed in a short while ago.

    A browser that was left open, or a stolen cookie, must not become a way in of its own.

    :raises StaleSessionError: if they did not.
    """
    if not who.fresh:
        raise StaleSessionError


def renew_session(session: Session, who: SignedIn, now: datetime, *, strong: bool) -> str:
    """Return the token of the account's only session, after how it is entered has changed."""
    account = session.get_one(Account, who.account_id)
    return open_only_session(session, account, now, strong=strong)


def _require_app(session: Session, who: SignedIn) -> None:
    if not has_app(session, who.account_id):
        raise NoAppError


def _own(who: SignedIn) -> str:
    return f"account {who.account_id}"
