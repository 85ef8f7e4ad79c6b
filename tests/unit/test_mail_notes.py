"""Single letters: what each says, and that none states a figure."""

import email
import re
from collections.abc import Callable
from email import policy

import pytest

from app.mail.mailer import Mail
from app.mail.notes import (
    alert_letter,
    cancelled_letter,
    forgotten_letter,
    own_data_letter,
    results_letter,
    sign_in_letter,
)
from tests.unit.mail_samples import sample_sender

_LINK = "https://chorus.example.org/page/abc?token=a-b_c"
_SENTENCE = "Wellbeing in this program has probably fallen since the round of 4 May."
_PROGRAM = "Night shift"


def _results() -> Mail:
    return results_letter(sample_sender(), "m@example.org", _PROGRAM, _LINK, "<r@example.org>")


def _cancelled() -> Mail:
    return cancelled_letter(sample_sender(), "m@example.org", _PROGRAM, "<c@example.org>")


def _sign_in() -> Mail:
    return sign_in_letter(sample_sender(), "m@example.org", _LINK, 20)


def _alert() -> Mail:
    return alert_letter(sample_sender(), "m@example.org", _PROGRAM, _SENTENCE, _LINK)


def _own_data() -> Mail:
    return own_data_letter(sample_sender(), "m@example.org", _LINK, 60)


def _forgotten() -> Mail:
    return forgotten_letter(sample_sender(), "m@example.org")


_ALL = [_results, _cancelled, _sign_in, _own_data, _forgotten, _alert]


def _read(mail: Mail) -> tuple[email.message.EmailMessage, str, str]:
    message = email.message_from_bytes(mail.content, policy=policy.default)
    text, html = (part.get_content() for part in message.iter_parts())
    return message, text, html


@pytest.mark.parametrize("make", _ALL)
def test_every_note_has_both_parts_and_the_headers_of_automatic_mail(make: Callable[[], Mail]):
    mail = make()
    message, _, html = _read(mail)
    assert mail.sender == "chorus@example.org"
    assert mail.recipient == message["To"] == "m@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\S+@example\.org>", message["Message-ID"])
    assert "<img" not in html


@pytest.mark.parametrize("make", [_results, _sign_in, _own_data, _alert])
def test_notes_with_something_to_open_give_its_address_in_both_parts(make: Callable[[], Mail]):
    _, text, html = _read(make())
    assert _LINK in text.splitlines()
    assert html.count(f'href="{_LINK}"') == 2


def test_a_cancelled_round_leaves_nothing_to_open():
    _, text, html = _read(_cancelled())
    assert "destroyed unread" in text
    assert "http" not in text
    assert "href" not in html


def test_the_results_mail_holds_no_figure():
    message, text, _ = _read(_results())
    assert message["Subject"] == "Results are in: Night shift"
    assert not re.search(r"\d", text.replace(_LINK, ""))


def test_the_subject_of_an_alert_does_not_say_what_was_seen():
    message, text, html = _read(_alert())
    assert message["Subject"] == "Please take a look at Night shift"
    assert _SENTENCE in text
    assert _SENTENCE in html


def test_a_link_that_signs_in_says_how_long_it_works():
    assert "once, for 20 minutes" in _read(_sign_in())[1]
