"""Password hashes as the database keeps them: encrypted, each for its own account."""

from app.accounts.passwords import hash_password, is_password, needs_new_hash
from crypto import envelope
from crypto.errors import CryptoError


def seal_password(key: envelope.DataKey, account_id: str, password: str) -> bytes:
    """Return the password's hash, encrypted under the roster's key for this account alone."""
    hashed = hash_password(password).encode()
    return envelope.encrypt(
        key, hashed, table="account", column="password_sealed", row=account_id.encode()
    )


def is_sealed_password(
    key: envelope.DataKey, account_id: str, stored: bytes | str | None, attempt: str
) -> bool:
    """Return whether `attempt` is the password that was sealed for this account.

    What is stored may be None, or a hash of before they were encrypted; one that was moved here
    from another account is nobody's. Time tells none of them from a wrong password.
    """
    return is_password(_opened(key, account_id, stored), attempt)


def needs_sealing(key: envelope.DataKey, account_id: str, stored: bytes | str) -> bool:
    """Return whether what is stored is a bare hash, or one of weaker parameters than today's."""
    hashed = _opened(key, account_id, stored)
    return isinstance(stored, str) or hashed is None or needs_new_hash(hashed)


def _opened(key: envelope.DataKey, account_id: str, stored: bytes | str | None) -> str | None:
    if not isinstance(stored, bytes):
        return stored
    try:
        row = account_id.encode()
        return envelope.decrypt(
            key, stored, table="account", column="password_sealed", row=row
        ).decode()
    except CryptoError:
        return None
