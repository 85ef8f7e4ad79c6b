"""Passwords are long, not among the first to be tried, and kept as argon2id hashes."""

import pytest
from argon2 import PasswordHasher

from app.accounts.errors import CommonPasswordError, ShortPasswordError
from app.accounts.passwords import check_password, hash_password, is_password, needs_new_hash

ACCEPTED = ("three quiet otters", "x7!k2#p9?m4&", "a" * 5 + "bcdefgh", "längere wörter")
REFUSED = (
    ("", ShortPasswordError),
    ("elevenchars", ShortPasswordError),
    ("password1234", CommonPasswordError),
    ("PassWord1234", CommonPasswordError),
    ("aaaaaaaaaaaaaaaa", CommonPasswordError),
    ("121212121212", CommonPasswordError),
)


@pytest.mark.parametrize("password", ACCEPTED)
def test_a_long_password_is_accepted(password: str) -> None:
    check_password(password)


@pytest.mark.parametrize(("password", "error"), REFUSED)
def test_a_weak_password_is_refused(password: str, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        check_password(password)
    assert not password or password not in str(refusal.value)


def test_only_the_same_password_fits_its_hash() -> None:
    stored = hash_password("three quiet otters")
    assert stored.startswith("$argon2id$")
    assert is_password(stored, "three quiet otters")
    assert not is_password(stored, "three quiet otter")


def test_two_spellings_of_one_character_are_one_password() -> None:
    assert is_password(hash_password("la\u0308ngere wörter"), "l\u00e4ngere wörter")


def test_without_a_hash_as_much_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("app.accounts.passwords.hash_password", hashed.append)
    assert not is_password(None, "three quiet otters")
    assert hashed == ["three quiet otters"]


def test_a_hash_of_weaker_parameters_is_to_be_renewed() -> None:
    assert needs_new_hash(PasswordHasher(time_cost=1).hash("three quiet otters"))
    assert not needs_new_hash(hash_password("three quiet otters"))
