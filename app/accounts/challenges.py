"""Challenges for passkeys: random, good for one answer within minutes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.errors import WrongPasskeyError
from app.models.identity.passkey import PasskeyChallenge

ADD, SIGN_IN = "add", "sign in"
_LIFETIME = timedelta(minutes=5)
_BYTES = 32


def give_challenge(session: Session, purpose: str, now: datetime) -> bytes:
    """Return a fresh challenge; the browser's signed cookie keeps it, the database its hash."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    challenge = secrets.token_bytes(_BYTES)
    session.add(
        PasskeyChallenge(
            challenge_hash=_hash(challenge), purpose=purpose, expires_at=now + _LIFETIME
        )
    )
    return challenge


def spend_challenge(session: Session, purpose: str, challenge: bytes, now: datetime) -> None:
    """Return once if the challenge is good; it never is again, whatever becomes of the answer.

    :raises WrongPasskeyError: if it was answered, or too long ago.
    """
    spent = session.scalar(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_hash == _hash(challenge),
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.expires_at > now,
        )
        .returning(PasskeyChallenge.purpose)
    )
    if spent is None:
        raise WrongPasskeyError


def _hash(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
