"""One-time tokens: of links that sign in or set a password, and of half a sign-in."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.errors import LinkGoneError
from app.accounts.sessions import hold_account
from app.accounts.tokens import hash_token, make_token
from app.models.identity.account import Account
from app.models.identity.sign_in_link import SignInLink

SIGN_IN, SET_PASSWORD, SECOND_FACTOR = "sign in", "set password", "second factor"
LIFETIMES = {
    SIGN_IN: timedelta(minutes=20),
    SET_PASSWORD: timedelta(hours=48),
    SECOND_FACTOR: timedelta(minutes=10),
}


def make_link(session: Session, account_id: str, purpose: str, now: datetime) -> str:
    """Return the token of a fresh link, good once and for the lifetime of its purpose."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
    token = make_token()
    session.add(
        SignInLink(
            token_hash=hash_token(token),
            account_id=account_id,
            purpose=purpose,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    return token


def check_link(session: Session, token: str, purpose: str, now: datetime) -> str:
    """Return whose the link is, an account's id, if it is good; spend nothing.

    :raises LinkGoneError: if it is not.
    """
    found = session.scalar(
        select(SignInLink.account_id).where(
            SignInLink.token_hash == hash_token(token),
            SignInLink.purpose == purpose,
            SignInLink.expires_at > now,
        )
    )
    if found is None:
        raise LinkGoneError
    return found


def spend_link(session: Session, token: str, purpose: str, now: datetime) -> Account:
    """Return the active account of the link, and delete every link of that account.

    :raises LinkGoneError: if the link is not good (any more).
    """
    account = hold_account(session, check_link(session, token, purpose, now))
    # One statement, so that two clicks at once can't both spend it.
    spent = session.scalar(
        delete(SignInLink)
        .where(
            SignInLink.token_hash == hash_token(token),
            SignInLink.purpose == purpose,
            SignInLink.expires_at > now,
        )
        .returning(SignInLink.account_id)
    )
    if spent is None or not account.active:
        raise LinkGoneError
    drop_links_of(session, account.id)
    return account


def drop_links_of(session: Session, account_id: str) -> None:
    """Delete every link of an account."""
    session.execute(delete(SignInLink).where(SignInLink.account_id == account_id))
