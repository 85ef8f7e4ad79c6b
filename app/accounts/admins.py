"""Admins: adding, resetting and deactivating them, each act in the audit log."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.accounts.directory import address_of, find_account, make_account
from app.accounts.errors import AlreadyAdminError, LastAdminError, UnknownAdminError
from app.accounts.factors import remove_factors
from app.accounts.links import SET_PASSWORD, drop_links_of, make_link
from app.accounts.sessions import close_sessions_of
from app.models.identity.account import Account
from crypto import envelope


@dataclass(frozen=True)
class AdminRow:
    """An admin as a list shows one; `state` is "active", "no password yet" or "deactivated"."""

    account_id: str
    address: str = field(repr=False)
    state: str


def add_admin(
    session: Session, key: envelope.DataKey, now: datetime, actor: str, address: str
) -> str:
    """Return the token of a set-password link for a new admin.

    A mentor's or a deactivated account becomes the admin's. What it had open is closed, and its
    passkeys are gone: a session that a mailbox opened must not become an admin's.

    :raises InvalidAddressError: if this is not a mail address.
    :raises AlreadyAdminError: if the address is an active admin's.
    """
    account = find_account(session, key, address) or make_account(session, key, address)
    if account.admin and account.active:
        raise AlreadyAdminError
    account.admin = account.active = True
    account.admin_since = now.date()
    remove_factors(session, account.id)
    record(session, now, actor, "added an admin", f"account {account.id}")
    return _start_over(session, account, now)


def reset_admin(
    session: Session, key: envelope.DataKey, now: datetime, actor: str, address: str
) -> str:
    """Return the token of a set-password link; password and sessions of before end at once.

    :raises UnknownAdminError: if no active admin has this address.
    """
    account = _active_admin(session, key, address)
    record(session, now, actor, "reset an admin's password", f"account {account.id}")
    return _start_over(session, account, now)


def reset_factors(
    session: Session, key: envelope.DataKey, now: datetime, actor: str, address: str
) -> Account:
    """Return an admin's account without second factor and passkeys; every session has ended.

    :raises UnknownAdminError: if no active admin has this address.
    """
    account = _active_admin(session, key, address)
    remove_factors(session, account.id)
    close_sessions_of(session, account.id)
    drop_links_of(session, account.id)
    record(session, now, actor, "reset an admin's second factor", f"account {account.id}")
    return account


def deactivate_admin(
    session: Session, key: envelope.DataKey, now: datetime, actor: str, address: str
) -> None:
    """End an admin's access at once.

    :raises UnknownAdminError: if no active admin has this address.
    :raises LastAdminError: if there would be none left.
    """
    # Locked in one order, so that two admins can't deactivate each other at the same moment.
    active = session.scalars(
        select(Account.id)
        .where(Account.admin, Account.active)
        .order_by(Account.id)
        .with_for_update()
    ).all()
    account = _active_admin(session, key, address)
    if len(active) < 2:
        raise LastAdminError
    account.active = False
    account.keep_password(None)
    remove_factors(session, account.id)
    close_sessions_of(session, account.id)
    drop_links_of(session, account.id)
    record(session, now, actor, "deactivated an admin", f"account {account.id}")


def list_admins(session: Session, key: envelope.DataKey) -> tuple[AdminRow, ...]:
    """Return every admin, active or not, by address."""
    accounts = session.scalars(select(Account).where(Account.admin))
    rows = (AdminRow(row.id, address_of(key, row), _state(row)) for row in accounts)
    return tuple(sorted(rows, key=lambda row: row.address))


def _state(account: Account) -> str:
    if not account.active:
        return "deactivated"
    return "active" if account.password else "no password yet"


def _active_admin(session: Session, key: envelope.DataKey, address: str) -> Account:
    account = find_account(session, key, address)
    if account is None or not (account.admin and account.active):
        raise UnknownAdminError
    return account


def _start_over(session: Session, account: Account, now: datetime) -> str:
    account.keep_password(None)
    close_sessions_of(session, account.id)
    drop_links_of(session, account.id)
    return make_link(session, account.id, SET_PASSWORD, now)
