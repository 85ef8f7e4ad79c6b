"""Passwords: what is accepted, how it is kept, and checking one at a constant cost."""

import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.accounts.errors import CommonPasswordError, LongPasswordError, ShortPasswordError

MINIMUM_CHARACTERS, MAXIMUM_CHARACTERS = 12, 128
_FEWEST_DIFFERENT = 5  # "aaaaaaaaaaaa" and "121212121212" fall under it
# Of the 50,000 passwords that leaked lists have most often, those of 12 characters and more that
# differ enough, and some with our own name; one a line (NOTICE says where they come from).
_COMMON = frozenset(
    Path(__file__).with_name("common_passwords.txt").read_text(encoding="ascii").splitlines()
)
_HASHER = PasswordHasher()  # argon2id with the parameters that the library keeps up to date


def check_password(password: str) -> None:
    """Return if the password is accepted.

    :raises ShortPasswordError: for fewer than 12 characters.
    :raises LongPasswordError: for more than 128.
    :raises CommonPasswordError: for one that is among the first to be tried.
    """
    normal = _normalise(password)
    if len(normal) < MINIMUM_CHARACTERS:
        raise ShortPasswordError
    if len(normal) > MAXIMUM_CHARACTERS:
        raise LongPasswordError
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
