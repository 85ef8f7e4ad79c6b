"""Passwords: what is accepted, how it is kept, and checking one at a constant cost."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.accounts.errors import CommonPasswordError, ShortPasswordError

MINIMUM_CHARACTERS = 12
_FEWEST_DIFFERENT = 5  # "aaaaaaaaaaaa" and "121212121212" fall under it
# The long ones at the top of published lists of leaked passwords, and our own name.
_COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "12345678901234",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "administrator",
        "changeme1234",
        "choruschorus",
        "iloveyou1234",
        "letmeinletmein",
        "password1234",
        "password12345",
        "passwordpassword",
        "qwerty123456",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "welcome12345",
    }
)
_HASHER = PasswordHasher()  # argon2id with the parameters that the library keeps up to date


def check_password(password: str) -> None:
    """Return if the password is accepted.

    :raises ShortPasswordError: for fewer than 12 characters.
    :raises CommonPasswordError: for one that is among the first to be tried.
    """
    normal = _normalise(password)
    if len(normal) < MINIMUM_CHARACTERS:
        raise ShortPasswordError
    if normal.casefold() in _COMMON or len(set(normal)) < _FEWEST_DIFFERENT:
        raise CommonPasswordError


def hash_password(password: str) -> str:
    """Return the argon2id hash of the password, its parameters and salt within."""
    return _HASHER.hash(_normalise(password))


def is_password(stored: str | None, attempt: str) -> bool:
    """Return whether `attempt` is the password that `stored` was made of.

    Where there is no hash, as much work is done, so that time does not tell who has an account.
    """
    if stored is None:
        hash_password(attempt)
        return False
    try:
        return _HASHER.verify(stored, _normalise(attempt))
    except VerifyMismatchError:
        return False


def needs_new_hash(stored: str) -> bool:
    """Return whether the hash was made with parameters that are no longer the current ones."""
    return _HASHER.check_needs_rehash(stored)


def _normalise(password: str) -> str:
    """Return one spelling of what different keyboards send for the same characters."""
    return unicodedata.normalize("NFC", password)
