"""Accounts by address; the address itself is encrypted, the look-up is a keyed hash."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.factors import remove_factors
from app.accounts.links import drop_links_of
from app.accounts.sessions import close_sessions_of, mentored_group_ids
from app.models.columns import random_id
from app.models.identity.account import Account
from app.models.identity.person import Person
from app.people.addresses import InvalidAddressError, normalise_address
from app.rounds.subjects import is_subject
from crypto import envelope


def find_account(session: Session, key: envelope.DataKey, typed: str) -> Account | None:
    """Return the account of a typed address, locked until the transaction ends, or None.

    :param key: the roster's data key.
    """
    query = select(Account).where(Account.address_lookup.in_(_lookups(key, typed)))
    return session.scalar(query.with_for_update())


def make_account(session: Session, key: envelope.DataKey, typed: str) -> Account:
    """Return a new account with no rights of its own.

    :raises InvalidAddressError: if `typed` is not a mail address.
    """
    address = normalise_address(typed)
    account_id = random_id()
    account = Account(
        id=account_id,
        address=envelope.encrypt(
            key, address.encode(), table="account", column="address", row=account_id.encode()
        ),
        address_lookup=envelope.lookup(key, address),
    )
    session.add(account)
    session.flush()
    return account


def find_reader(session: Session, key: envelope.DataKey, typed: str) -> Account | None:
    """Return the account of someone who has something to read, made at the first call, or None.

    That is whoever mentors a group now, and whoever there is peer feedback about.

    Admins have a password, so a mailbox alone never opens their account.
    """
    values = _lookups(key, typed)
    if not any(mentored_group_ids(session, one) or is_subject(session, one) for one in values):
        return None
    account = find_account(session, key, typed) or make_account(session, key, typed)
    return account if account.active and not account.admin else None


def forget_accounts(session: Session, lookups: Collection[bytes]) -> None:
    """Delete the accounts of these addresses with all ways in; admins' stay."""
    forgotten = session.scalars(
        select(Account.id).where(Account.address_lookup.in_(lookups), Account.admin.is_(False))
    ).all()
    for account_id in forgotten:
        remove_factors(session, account_id)
        close_sessions_of(session, account_id)
        drop_links_of(session, account_id)
    session.execute(delete(Account).where(Account.id.in_(forgotten)))


def address_of(key: envelope.DataKey, account: Account) -> str:
    """Return the address of an account."""
    return envelope.decrypt(
        key, account.address, table="account", column="address", row=account.id.encode()
    ).decode()


def language_of(session: Session, account: Account) -> str:
    """Return what the roster says an account's person reads; empty for nobody on it."""
    lookup = account.address_lookup
    return session.scalar(select(Person.language).where(Person.address_lookup == lookup)) or ""


def _lookups(key: envelope.DataKey, typed: str) -> list[bytes]:
    try:
        return envelope.lookups(key, normalise_address(typed))
    except InvalidAddressError:
        return []
