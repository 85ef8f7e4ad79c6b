"""Message ids that can be derived again, and tokens that stop mails."""

import pytest

from app.mail.message_ids import fresh_message_id, message_id
from app.mail.unsubscribe import UnsubscribeTokenError, person_of_token, unsubscribe_token

_KEY = bytes(range(32))
_SECRET = "a-secret-of-this-installation-0123456789"


def test_a_message_id_can_be_derived_again():
    first = message_id(_KEY, "invitation", "round1", "person1", "example.org")
    assert first == message_id(_KEY, "invitation", "round1", "person1", "example.org")
    assert first.startswith("<")
    assert first.endswith("@example.org>")
    assert "person1" not in first


@pytest.mark.parametrize(
    "parts",
    [
        (bytes(32), "invitation", "round1", "person1"),
        (_KEY, "nudge", "round1", "person1"),
        (_KEY, "invitation", "round2", "person1"),
        (_KEY, "invitation", "round1", "person2"),
        (_KEY, "invitation", "round1p", "erson1"),
    ],
)
def test_message_ids_of_different_mails_differ(parts: tuple[bytes, str, str, str]):
    other = message_id(_KEY, "invitation", "round1", "person1", "example.org")
    assert message_id(*parts, "example.org") != other


def test_fresh_message_ids_never_repeat():
    assert len({fresh_message_id("example.org") for _ in range(50)}) == 50


def test_an_unsubscribe_token_names_its_person_and_fits_a_path():
    token = unsubscribe_token(_SECRET, "23456789bcdfghjk")
    assert person_of_token(_SECRET, token) == "23456789bcdfghjk"
    assert "/" not in token
    assert len(token) == len(unsubscribe_token(_SECRET, "zzzzzzzzzzzzzzzz"))


@pytest.mark.parametrize("damage", ["", "x", "x.y", "é"])
def test_a_foreign_or_damaged_token_is_refused(damage: str):
    foreign = unsubscribe_token("another-secret-0123456789-0123456789", "23456789bcdfghjk")
    for token in (damage, foreign, unsubscribe_token(_SECRET, "23456789bcdfghjk")[:-1]):
        with pytest.raises(UnsubscribeTokenError):
            person_of_token(_SECRET, token)
