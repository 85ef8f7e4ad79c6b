"""Whether an admin wants the weekly digest; each change stands in the audit log."""

import hashlib
from datetime import datetime

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.identity.account import Account

_SALT = "chorus.digest"


class DigestTokenError(Exception):
    """This address is damaged; open it again from the mail."""


def wants_digest(session: Session, account_id: str) -> bool:
    """Return whether an admin gets the weekly digest."""
    return session.get_one(Account, account_id).digest


def set_digest(session: Session, account_id: str, wanted: bool, now: datetime) -> None:
    """Switch an account's weekly digest on or off; safe to repeat.

    :raises DigestTokenError: if there is no such account any more.
    """
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise DigestTokenError
    if account.digest != wanted:
        account.digest = wanted
        account.digest_of = None  # what happened while it was off is not told later
        act = f"switched the weekly digest {'on' if wanted else 'off'}"
        record(session, now, account_id, act, f"account {account_id}")


def digest_token(secret_key: str, account_id: str) -> str:
    """Return the token that stops an account's digest and can do nothing else."""
    return _signer(secret_key).sign(account_id).decode()


def account_of_token(secret_key: str, token: str) -> str:
    """Return the id of the account whom `token` was made for.

    :raises DigestTokenError: if it was not made here.
    """
    try:
        return _signer(secret_key).unsign(token).decode()
    except BadSignature:
        raise DigestTokenError from None


def _signer(secret_key: str) -> Signer:
    return Signer(secret_key, salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256)
