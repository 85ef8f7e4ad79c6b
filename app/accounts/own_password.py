"""Changing one's own password: the current one is asked for, and every other way in is closed."""

from datetime import datetime

from app.accounts.audit import record
from app.accounts.errors import WrongPasswordError
from app.accounts.links import drop_links_of
from app.accounts.own import Changed, renew_session, require_fresh
from app.accounts.passwords import check_password
from app.accounts.sealed_hashes import is_sealed_password, seal_password
from app.accounts.sessions import SignedIn, hold_account
from app.accounts.tries import Limit
from app.extensions import Store
from app.models.identity.account import Account
from crypto import envelope


def has_password(identity: Store, who: SignedIn) -> bool:
    """Return whether a password opens somebody's account; after a reset only a passkey may."""
    return _stored(identity, who) is not None


def change_own_password(
    identity: Store,
    key: envelope.DataKey,
    limit: Limit,
    who: SignedIn,
    now: datetime,
    *,
    current: str,
    password: str,
) -> Changed:
    """Return the only session left, after which `password` opens the account.

    Whoever has a password gives it again. Without one a sign-in of a short while ago stands for it.

    :raises WeakPasswordError: if the new one is not accepted; nothing is counted.
    :raises StaleSessionError: if there is none yet, and this browser signed in a while ago.
    :raises TooManyTriesError: after too many wrong ones.
    :raises WrongPasswordError: if `current` is not the current one, or was changed meanwhile.
    """
    check_password(password)
    stored = _stored(identity, who)
    if stored is None:
        require_fresh(who)
    else:
        limit.take(who.account_id, now)
        if not is_sealed_password(key, who.account_id, stored, current):
            raise WrongPasswordError
    sealed = seal_password(key, who.account_id, password)
    with identity.begin() as session:
        account = hold_account(session, who.account_id)
        if account.password != stored or not account.active:
            raise WrongPasswordError
        account.keep_password(sealed)
        drop_links_of(session, account.id)  # half a sign-in by the old one, too
        record(session, now, account.id, "changed their password", f"account {account.id}")
        token = renew_session(session, who, now, strong=who.strong)
    limit.forget(who.account_id)
    return Changed(token)


def _stored(identity: Store, who: SignedIn) -> bytes | str | None:
    with identity.read() as session:
        return session.get_one(Account, who.account_id).password
