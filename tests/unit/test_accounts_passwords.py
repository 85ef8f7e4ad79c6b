"""Passwords are long, not among the first to be tried, and kept as argon2id hashes."""

import pytest
from argon2 import PasswordHasher

from app.accounts.errors import CommonPasswordError, LongPasswordError, ShortPasswordError
from app.accounts.passwords import check_password, hash_password, is_password, needs_new_hash
from app.accounts.sealed_hashes import is_sealed_password, needs_sealing, seal_password
from crypto import envelope

ACCEPTED = (
    "three quiet otters",
    "x7!k2#p9?m4&",
    "a" * 5 + "bcdefgh",
    "längere wörter",
    "ab cd ef" * 16,
)
REFUSED = (
    ("", ShortPasswordError),
    ("elevenchars", ShortPasswordError),
    ("password1234", CommonPasswordError),
    ("PassWord1234", CommonPasswordError),
    ("MichaelJackson", CommonPasswordError),
    ("1qazxsw23edc", CommonPasswordError),
    ("choruschorus", CommonPasswordError),
    ("ab cd ef" * 16 + "g", LongPasswordError),
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


def test_a_hash_is_encrypted_for_its_own_account_under_the_rosters_key() -> None:
    key, password = envelope.DataKey.generate(), "three quiet otters"
    stored = seal_password(key, "ada", password)
    assert b"argon2" not in stored
    assert not needs_sealing(key, "ada", stored)
    assert is_sealed_password(key, "ada", stored, password)
    assert not is_sealed_password(key, "ada", stored, "three quiet otter")
    assert not is_sealed_password(key, "ben", stored, password)
    assert not is_sealed_password(envelope.DataKey.generate(), "ada", stored, password)
    assert not is_sealed_password(key, "ada", stored[:-4], password)


def test_a_bare_hash_of_before_still_fits_and_is_to_be_sealed() -> None:
    key, stored = envelope.DataKey.generate(), hash_password("three quiet otters")
    assert is_sealed_password(key, "ada", stored, "three quiet otters")
    assert needs_sealing(key, "ada", stored)


def test_what_cannot_be_opened_costs_as_much_work_as_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, hashed = envelope.DataKey.generate(), []
    stored = seal_password(key, "ada", "three quiet otters")
    monkeypatch.setattr("app.accounts.passwords.hash_password", hashed.append)
    for account, kept in (("", None), ("ben", stored)):
        assert not is_sealed_password(key, account, kept, "three quiet otters")
    assert len(hashed) == 2
