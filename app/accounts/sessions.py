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
# Left alone for so long, a session ends before its time; writing a long text takes less.
ADMIN_IDLE = timedelta(hours=1)
MENTOR_IDLE = timedelta(hours=4)
FRESH = timedelta(minutes=15)  # whoever signed in within it may change how to sign in
_SEEN_EVERY = timedelta(minutes=5)
ADMIN, MENTOR, SUBJECT = "admin", "mentor", "subject"


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in, as the database has it at this request.

    :param group_ids: the groups that this account mentors now; an admin has no others.
    :param subject: whether there is peer feedback about this account's person or their circle.
    :param language: what the roster says this account's person reads; empty for nobody on it.
    :param strong: whether this session was opened with a second factor or a passkey.
    :param session_id: what the list of this account's sessions calls the one of this request.
    :param fresh: whether it was opened a short while ago.
    """

    account_id: str
    admin: bool
    group_ids: frozenset[str]
    subject: bool = False
    language: str = ""
    strong: bool = False
    session_id: str = ""
    fresh: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """Return those of "admin", "mentor" and "subject" that hold."""
        held = ((ADMIN, self.admin), (MENTOR, bool(self.group_ids)), (SUBJECT, self.subject))
        return frozenset(role for role, holds in held if holds)

    def get_id(self) -> str:
        """Return the account's id, as Flask-Login asks for it."""
        return self.account_id


def hold_account(session: Session, account_id: str) -> Account:
    """Return an account, held until the transaction ends.

    What opens a session and what ends them all must not pass each other: a session that one
    of them doesn't see yet would outlive the other. Held before anything else of the account.
    """
    # Not the whole row: whoever adds a row that refers to it would wait, and each for the other.
    return session.get_one(Account, account_id, with_for_update={"key_share": True})


def open_session(session: Session, account: Account, now: datetime, *, strong: bool = False) -> str:
    """Return the token of a new session of `account`; it never continues an earlier one."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at <= now))
    token = make_token()
    lifetime = ADMIN_SESSION if account.admin else MENTOR_SESSION
    session.add(
        AccountSession(
            token_hash=hash_token(token),
            account_id=account.id,
            begun_at=now,
            seen_at=now,
            expires_at=now + lifetime,
            strong=strong,
        )
    )
    return token


def open_only_session(
    session: Session, account: Account, now: datetime, *, strong: bool = False
) -> str:
    """Return the token of a new session of `account`, after every earlier one has ended."""
    close_sessions_of(session, account.id)
    return open_session(session, account, now, strong=strong)


def find_signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return who holds `token`, or None if the session has ended or the account is inactive."""
    found = session.execute(
        select(Account, AccountSession)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            AccountSession.token_hash == hash_token(token),
            AccountSession.expires_at > now,
            Account.active,
        )
    ).first()
    if found is None:
        return None
    account, held = found
    if now - held.seen_at >= (ADMIN_IDLE if account.admin else MENTOR_IDLE):
        session.delete(held)
        return None
    lookup = account.address_lookup
    signed_in = SignedIn(
        account_id=account.id,
        admin=account.admin,
        group_ids=mentored_group_ids(session, lookup),
        subject=is_subject(session, lookup),
        language=session.scalar(select(Person.language).where(Person.address_lookup == lookup))
        or "",
        strong=held.strong,
        session_id=held.id,
        fresh=now - held.begun_at < FRESH,
    )
    if now - held.seen_at >= _SEEN_EVERY:
        held.seen_at = now  # the last thing, so that what was read stands if this can't be stored
    return signed_in


def may_read(session: Session, account: Account) -> bool:
    """Return whether an account has anything to open now: an admin's, a mentor's, a subject's."""
    lookup = account.address_lookup
    mentors = bool(mentored_group_ids(session, lookup))
    return account.admin or mentors or is_subject(session, lookup)


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
