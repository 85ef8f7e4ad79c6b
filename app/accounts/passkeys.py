"""Passkeys: a device keeps a private key and uses it after it knows who holds it (WebAuthn).

Source: W3C Web Authentication Level 2, sections 7.1 and 7.2; the library checks what they list.
"""

import ipaddress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.errors import NamelessPasskeyError, WrongPasskeyError
from app.models.columns import random_id
from app.models.identity.account import Account
from app.models.identity.passkey import Passkey
from config import Settings
from crypto import envelope

NAME_MOST = 60  # characters
_REFUSED = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class RelyingParty:
    """For whom a device keeps its keys: one host name, and pages of one origin."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class OwnPasskey:
    """A passkey as its owner's page shows it."""

    id: str
    name: str = field(repr=False)
    added_on: date
    used_on: date | None


def relying_party(settings: Settings) -> RelyingParty | None:
    """Return who asks for passkeys; None where the pages are at a number, which has no keys."""
    base = urlsplit(settings.base_url)
    host = base.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{base.scheme}://{base.netloc}", settings.organisation)
    return None


def ask_to_add(
    session: Session, party: RelyingParty, account_id: str, address: str, challenge: bytes
) -> PublicKeyCredentialCreationOptions:
    """Return what the browser asks a device for that is to keep a new key.

    The device learns the account's random id and the address, to show whose key it is.
    """
    held = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id))
    return generate_registration_options(
        rp_id=party.host,
        rp_name=f"Chorus, {party.name}",
        user_id=account_id.encode(),
        user_name=address,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in held],
    )


def ask_to_sign_in(party: RelyingParty, challenge: bytes) -> PublicKeyCredentialRequestOptions:
    """Return what the browser asks a device for; it names no account, so it tells of none."""
    return generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )


def store_passkey(
    session: Session,
    key: envelope.DataKey,
    party: RelyingParty,
    account_id: str,
    challenge: bytes,
    answer: dict[str, Any],
    *,
    name: str,
    today: date,
) -> None:
    """Store the public half of a key that a device made, under its owner's name for it.

    :raises NamelessPasskeyError: if the name is empty or too long.
    :raises WrongPasskeyError: if the answer is not this challenge's, or nobody was verified.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_MOST:
        raise NamelessPasskeyError
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _REFUSED:
        raise WrongPasskeyError from None
    known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if session.scalar(known) is not None:
        raise WrongPasskeyError
    passkey_id = random_id()
    session.add(
        Passkey(
            id=passkey_id,
            account_id=account_id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=envelope.encrypt(
                key, name.encode(), table="passkey", column="name", row=passkey_id.encode()
            ),
            added_on=today,
        )
    )


def check_passkey(
    session: Session, party: RelyingParty, challenge: bytes, answer: dict[str, Any], today: date
) -> Account:
    """Return the active account whose passkey signed the challenge.

    :raises WrongPasskeyError: whatever is wrong with it, its count included: one that does not
        grow is a copy's.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        held = session.scalar(
            select(Passkey).where(Passkey.credential_id == credential.raw_id).with_for_update()
        )
        if held is None:
            raise WrongPasskeyError
        handle = credential.response.user_handle
        if handle is not None and handle != held.account_id.encode():
            raise WrongPasskeyError
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=held.public_key,
            credential_current_sign_count=held.sign_count,
            require_user_verification=True,
        )
    except _REFUSED:
        raise WrongPasskeyError from None
    held.sign_count, held.used_on = verified.new_sign_count, today
    account = session.get_one(Account, held.account_id)
    if not account.active:
        raise WrongPasskeyError
    return account


def own_passkeys(
    session: Session, key: envelope.DataKey, account_id: str
) -> tuple[OwnPasskey, ...]:
    """Return somebody's passkeys by name."""
    held = session.scalars(select(Passkey).where(Passkey.account_id == account_id))
    shown = (OwnPasskey(row.id, _name(key, row), row.added_on, row.used_on) for row in held)
    return tuple(sorted(shown, key=lambda passkey: passkey.name.casefold()))


def drop_passkey(session: Session, account_id: str, passkey_id: str) -> bool:
    """Delete one of somebody's own passkeys; return whether there was one."""
    own = delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id)
    return session.scalar(own.returning(Passkey.id)) is not None


def _name(key: envelope.DataKey, row: Passkey) -> str:
    return envelope.decrypt(
        key, row.name, table="passkey", column="name", row=row.id.encode()
    ).decode()
