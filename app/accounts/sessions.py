"""Sessions: one row for each signed-in browser; deleting the row signs it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.tokens import hash_token, make_token
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.rounds.subjects import is_subject

ADMIN_SESSION = timedelta(hours=12)
MENTOR_SESSION = timedelta(hours=24)
ADMIN, MENTOR, SUBJECT = "admin", "mentor", "subject"


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in, as the database has it at this request.

    :param group_ids: the groups that this account mentors now; an admin has no others.
    :param subject: whether there is peer feedback about this account's person or their circle.
    :param language: what the roster says this account's person reads; empty for nobody on it.
    """

    account_id: str
    admin: bool
    group_ids: frozenset[str]
    subject: bool = False
    language: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """Return those of "admin", "mentor" and "subject" that hold."""
        held = ((ADMIN, self.admin), (MENTOR, bool(self.group_ids)), (SUBJECT, self.subject))
        return frozenset(role for role, holds in held if holds)

    def get_id(self) -> str:
        """Return the account's id, as Flask-Login asks for it."""
        return self.account_id


def open_session(session: Session, account: Account, now: datetime) -> str:
    """Return the token of a new session of `account`; it never continues an earlier one."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at <= now))
    token = make_token()
    lifetime = ADMIN_SESSION if account.admin else MENTOR_SESSION
    session.add(
        AccountSession(
            token_hash=hash_token(token), account_id=account.id, expires_at=now + lifetime
        )
    )
    return token


def find_signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return who holds `token`, or None if the session has ended or the account is inactive."""
    account = session.scalar(
        select(Account)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            AccountSession.token_hash == hash_token(token),
            AccountSession.expires_at > now,
            Account.active,
        )
    )
    if account is None:
        return None
    lookup = account.address_lookup
    groups = mentored_group_ids(session, lookup)
    reads = session.scalar(select(Person.language).where(Person.address_lookup == lookup))
    return SignedIn(account.id, account.admin, groups, is_subject(session, lookup), reads or "")


def mentored_group_ids(session: Session, address_lookup: bytes) -> frozenset[str]:
    """Return the ids of the groups that the person of an account's address mentors now.

    An account and a person are the same human where their addresses are, so a mentor who leaves,
    or leaves a group, stops seeing it at the next request.
    """
    mentored = (
        select(Membership.group_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.address_lookup == address_lookup,
            Person.state == "active",
            Membership.role == "mentor",
        )
    )
    return frozenset(group_id for group_id in session.scalars(mentored) if group_id is not None)


def close_session(session: Session, token: str) -> None:
    """End the session of `token`; safe to repeat."""
    session.execute(delete(AccountSession).where(AccountSession.token_hash == hash_token(token)))


def close_sessions_of(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
