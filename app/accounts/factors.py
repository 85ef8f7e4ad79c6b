"""An admin's second factor: an app that shows codes, and ten codes for when it is lost."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.errors import UsedCodeError, WrongCodeError
from app.models.identity.passkey import Passkey
from app.models.identity.second_factor import RecoveryCode, SecondFactor
from crypto import envelope
from crypto.receipts import ALPHABET

RECOVERY_CODES = 10
APP, RECOVERY = "app", "recovery code"
_RECOVERY_CHARACTERS, _GROUP = 12, 4  # 60 random bits
_STEP_SECONDS = 30  # what every authenticator app counts in
_STEPS = (-1, 0, 1)  # a phone's clock may be off by half a minute, and typing takes a while
_LOOK_ALIKES = str.maketrans("OIL", "011", "- ")


@dataclass(frozen=True)
class AppToSetUp:
    """What an authenticator app needs to be told; its key in base32."""

    key: str = field(repr=False)
    address: str = field(repr=False)

    def uri(self, issuer: str) -> str:
        """Return the address that a QR code holds for an app."""
        return pyotp.TOTP(self.key).provisioning_uri(name=self.address, issuer_name=issuer)


def begin_app(session: Session, key: envelope.DataKey, account_id: str) -> None:
    """Make the key of an app to be set up, in place of one that was never confirmed."""
    found = session.get(SecondFactor, account_id, with_for_update=True)
    if found is not None and found.confirmed:
        return
    fresh = _sealed(key, account_id, pyotp.random_base32())
    if found is None:
        session.add(SecondFactor(account_id=account_id, secret=fresh))
    else:
        found.secret = fresh


def app_to_set_up(
    session: Session, key: envelope.DataKey, account_id: str, address: str
) -> AppToSetUp | None:
    """Return the app that waits for its first code, or None."""
    found = session.get(SecondFactor, account_id)
    if found is None or found.confirmed:
        return None
    return AppToSetUp(_opened(key, found), address)


def confirm_app(
    session: Session, key: envelope.DataKey, account_id: str, typed: str, now: datetime
) -> tuple[str, ...]:
    """Return the recovery codes of an app that showed the right code; it is asked for from now on.

    :raises WrongCodeError: if the code is not the app's, or nothing is being set up.
    """
    found = session.get(SecondFactor, account_id, with_for_update=True)
    if found is None or found.confirmed:
        raise WrongCodeError
    _take_code(key, found, typed, now)
    found.confirmed = True
    return make_recovery_codes(session, key, account_id)


def check_code(
    session: Session, key: envelope.DataKey, account_id: str, typed: str, now: datetime
) -> str:
    """Return APP or RECOVERY, whichever this code is of, and accept it never again.

    :raises UsedCodeError: if it is of the app, but was used before.
    :raises WrongCodeError: if it is neither.
    """
    found = session.get(SecondFactor, account_id, with_for_update=True)
    if found is None or not found.confirmed:
        raise WrongCodeError
    if "".join(typed.split()).isdecimal():
        _take_code(key, found, typed, now)
        return APP
    spent = session.scalar(
        delete(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash.in_(_hashes(key, account_id, typed)),
        )
        .returning(RecoveryCode.account_id)
    )
    if spent is None:
        raise WrongCodeError
    return RECOVERY


def make_recovery_codes(
    session: Session, key: envelope.DataKey, account_id: str
) -> tuple[str, ...]:
    """Return ten fresh recovery codes, in groups of four signs; earlier ones are good no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = tuple(_random_code() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(code_hash=_hashes(key, account_id, code)[0], account_id=account_id)
        for code in codes
    )
    return codes


def remove_app(session: Session, account_id: str) -> None:
    """Ask for no code of an app any more; its recovery codes go with it."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def remove_factors(session: Session, account_id: str) -> None:
    """Remove the app, its recovery codes and every passkey of an account."""
    remove_app(session, account_id)
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))


def has_app(session: Session, account_id: str) -> bool:
    """Return whether codes of an app are asked for."""
    found = session.get(SecondFactor, account_id)
    return found is not None and found.confirmed


def has_factor(session: Session, account_id: str) -> bool:
    """Return whether a password alone must not open this account."""
    passkeys = select(Passkey.id).where(Passkey.account_id == account_id).limit(1)
    return has_app(session, account_id) or session.scalar(passkeys) is not None


def count_recovery_codes(session: Session, account_id: str) -> int:
    """Return how many recovery codes are left."""
    counted = select(func.count()).select_from(RecoveryCode)
    return session.scalar(counted.where(RecoveryCode.account_id == account_id)) or 0


def _take_code(key: envelope.DataKey, factor: SecondFactor, typed: str, now: datetime) -> None:
    """Accept a code of a step that is newer than every one before it.

    :raises UsedCodeError: if it was accepted before, or one after it was.
    :raises WrongCodeError: if it is no such code.
    """
    code, app = "".join(typed.split()), pyotp.TOTP(_opened(key, factor))
    current = int(now.timestamp()) // _STEP_SECONDS
    fitting = [
        current + step
        for step in _STEPS
        if hmac.compare_digest(app.at((current + step) * _STEP_SECONDS).encode(), code.encode())
    ]
    if not fitting:
        raise WrongCodeError
    if max(fitting) <= factor.last_step:
        raise UsedCodeError
    factor.last_step = max(fitting)


def _sealed(key: envelope.DataKey, account_id: str, secret: str) -> bytes:
    return envelope.encrypt(
        key, secret.encode(), table="second_factor", column="secret", row=account_id.encode()
    )


def _opened(key: envelope.DataKey, factor: SecondFactor) -> str:
    row = factor.account_id.encode()
    return envelope.decrypt(
        key, factor.secret, table="second_factor", column="secret", row=row
    ).decode()


def _random_code() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(_RECOVERY_CHARACTERS))
    return "-".join(signs[at : at + _GROUP] for at in range(0, _RECOVERY_CHARACTERS, _GROUP))


def _hashes(key: envelope.DataKey, account_id: str, typed: str) -> list[bytes]:
    """Return the keyed hash of a recovery code, however it is spaced, and those by former keys.

    One account's opens no other.

    60 random bits under a key that lies elsewhere need no slow hash.
    """
    code = typed.strip().upper().translate(_LOOK_ALIKES)
    return envelope.lookups(key, f"recovery code {account_id} {code}")
