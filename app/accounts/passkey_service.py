"""Adding, using and removing passkeys: each use case with its challenge, log and sessions."""

from datetime import datetime
from typing import Any

from webauthn.helpers import options_to_json_dict

from app.accounts.audit import record
from app.accounts.challenges import ADD, SIGN_IN, give_challenge, spend_challenge
from app.accounts.directory import address_of
from app.accounts.errors import WrongPasskeyError
from app.accounts.factors import has_factor
from app.accounts.own import Changed, renew_session, require_fresh
from app.accounts.passkeys import (
    RelyingParty,
    ask_to_add,
    ask_to_sign_in,
    check_passkey,
    drop_passkey,
    store_passkey,
)
from app.accounts.service import Entry
from app.accounts.sessions import SignedIn, hold_account, may_read, open_session
from app.accounts.stored_limits import EVERYBODY
from app.accounts.tries import Limit
from app.extensions import Store
from app.models.identity.account import Account
from crypto import envelope


def begin_adding(
    identity: Store, key: envelope.DataKey, party: RelyingParty, who: SignedIn, now: datetime
) -> tuple[bytes, dict[str, Any]]:
    """Return a challenge, and what the browser asks a device for.

    :raises StaleSessionError: if this browser signed in a while ago.
    """
    require_fresh(who)
    with identity.begin() as session:
        challenge = give_challenge(session, ADD, now)
        address = address_of(key, session.get_one(Account, who.account_id))
        asked = ask_to_add(session, party, who.account_id, address, challenge)
    return challenge, options_to_json_dict(asked)


def add_own_passkey(
    identity: Store,
    key: envelope.DataKey,
    party: RelyingParty,
    who: SignedIn,
    now: datetime,
    *,
    challenge: bytes,
    answer: dict[str, Any],
    name: str,
) -> Changed:
    """Store a new passkey of somebody signed in; every other session has ended.

    :raises StaleSessionError: if this browser signed in a while ago.
    :raises WrongPasskeyError: if the device's answer is not good.
    :raises NamelessPasskeyError: if its name is empty or too long.
    """
    require_fresh(who)
    with identity.begin() as session:
        spend_challenge(session, ADD, challenge, now)
    with identity.begin() as session:
        hold_account(session, who.account_id)
        store_passkey(
            session, key, party, who.account_id, challenge, answer, name=name, today=now.date()
        )
        if who.admin:
            record(session, now, who.account_id, "added a passkey", f"account {who.account_id}")
        return Changed(renew_session(session, who, now, strong=True))


def remove_own_passkey(
    identity: Store, who: SignedIn, now: datetime, passkey_id: str
) -> Changed | None:
    """Remove a passkey, after which every other session has ended; None if it is not theirs.

    :raises StaleSessionError: if this browser signed in a while ago.
    """
    require_fresh(who)
    with identity.begin() as session:
        hold_account(session, who.account_id)
        if not drop_passkey(session, who.account_id, passkey_id):
            return None
        if who.admin:
            record(session, now, who.account_id, "removed a passkey", f"account {who.account_id}")
        strong = who.strong and has_factor(session, who.account_id)
        return Changed(renew_session(session, who, now, strong=strong))


def begin_sign_in(
    identity: Store, limit: Limit, party: RelyingParty, now: datetime
) -> tuple[bytes, dict[str, Any]]:
    """Return a challenge, and what the browser asks a device for; the same for everybody.

    :raises TooManyTriesError: if very many asked within a quarter of an hour.
    """
    limit.take(EVERYBODY, now)
    with identity.begin() as session:
        challenge = give_challenge(session, SIGN_IN, now)
    return challenge, options_to_json_dict(ask_to_sign_in(party, challenge))


def sign_in_with_passkey(
    identity: Store, party: RelyingParty, now: datetime, *, challenge: bytes, answer: dict[str, Any]
) -> Entry:
    """Return a new session of whoever's passkey signed the challenge.

    :raises WrongPasskeyError: if the answer is not good, or its account has nothing to open.
    """
    with identity.begin() as session:
        spend_challenge(session, SIGN_IN, challenge, now)
    with identity.begin() as session:
        account = check_passkey(session, party, challenge, answer, now.date())
        if not may_read(session, account):
            raise WrongPasskeyError
        if account.admin:
            record(session, now, account.id, "signed in", f"account {account.id}")
        return Entry(open_session(session, account, now, strong=True))
