"""Password hashes as the database keeps them: encrypted, each for its own account."""

from app.accounts.passwords import hash_password, is_password, needs_new_hash
from crypto import envelope
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError

_BARE = "$"  # with which argon2's own spelling begins, and base64url can't


def seal_password(key: envelope.DataKey, account_id: str, password: str) -> str:
    """Return the password's hash, encrypted under the roster's key for this account alone."""
    hashed = hash_password(password).encode()
    blob = envelope.encrypt(
        key, hashed, table="account", column="password_hash", row=account_id.encode()
    )
    return encode_base64url(blob)


def is_sealed_password(
    key: envelope.DataKey, account_id: str, stored: str | None, attempt: str
) -> bool:
    """Return whether `attempt` is the password that was sealed for this account.

    What is stored may be None, or a hash of before they were encrypted; one that was moved here
    from another account is nobody's. Time tells none of them from a wrong password.
    """
    return is_password(None if stored is None else _opened(key, account_id, stored), attempt)


def needs_sealing(key: envelope.DataKey, account_id: str, stored: str) -> bool:
    """Return whether what is stored is a bare hash, or one of weaker parameters than today's."""
    hashed = _opened(key, account_id, stored)
    return stored.startswith(_BARE) or hashed is None or needs_new_hash(hashed)


def _opened(key: envelope.DataKey, account_id: str, stored: str) -> str | None:
    if stored.startswith(_BARE):
        return stored
    try:
        blob, row = decode_base64url(stored), account_id.encode()
        return envelope.decrypt(
            key, blob, table="account", column="password_hash", row=row
        ).decode()
    except CryptoError:
        return None
