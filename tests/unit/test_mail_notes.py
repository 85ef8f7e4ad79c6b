"""Single letters: what each says, and that none states a figure."""

import email
import re
from collections.abc import Callable
from datetime import date
from email import policy

import pytest

from app.mail.alert_letters import alert_letter, digest_letter
from app.mail.mailer import Mail
from app.mail.notes import cancelled_letter, feedback_letter, results_letter
from app.mail.personal_letters import forgotten_letter, own_data_letter, sign_in_letter
from tests.unit.mail_samples import sample_sender

_LINK = "https://chorus.example.org/page/abc?token=a-b_c"
_SENTENCE = (
    "Wellbeing in Night shift has probably fallen since the round of 4 May. How sure: likely. "
    "It says nothing about any person."
)
_PROGRAM = "Night shift"


def _results() -> Mail:
    return results_letter(sample_sender(), "m@example.org", _PROGRAM, _LINK, "<r@example.org>")


def _feedback() -> Mail:
    return feedback_letter(sample_sender(), "m@example.org", _PROGRAM, _LINK, "<f@example.org>")


def _cancelled() -> Mail:
    return cancelled_letter(sample_sender(), "m@example.org", _PROGRAM, "<c@example.org>")


def _sign_in() -> Mail:
    return sign_in_letter(sample_sender(), "m@example.org", _LINK, 20)


def _alert() -> Mail:
    since = date(2026, 5, 4)
    to = (sample_sender(), "m@example.org", _PROGRAM)
    return alert_letter(*to, since, "likely", _LINK, "<alert@example.org>")


def _digest(more: int = 0) -> Mail:
    parts = [("Overdue", [(_PROGRAM, "an action was due on the fourth of May")], more)]
    stop = "https://chorus.example.org/alerts/digest/abc"
    return digest_letter(sample_sender(), "m@example.org", parts, _LINK, stop, "<d@example.org>")


def _own_data() -> Mail:
    return own_data_letter(sample_sender(), "m@example.org", _LINK, 60)


def _forgotten() -> Mail:
    return forgotten_letter(sample_sender(), "m@example.org")


_ALL = [_results, _feedback, _cancelled, _sign_in, _own_data, _forgotten, _alert, _digest]


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


@pytest.mark.parametrize("make", [_results, _sign_in, _own_data, _alert, _digest])
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


def test_the_digest_says_neither_in_subject_nor_lead_what_was_seen_and_can_be_stopped():
    message, text, html = _read(_digest(more=3))
    assert message["Subject"] == "Alerts: the week in Chorus"
    assert "- Night shift: an action was due" in text and "And 3 more on the page." in text
    assert "more on the page" not in _read(_digest())[1]
    assert message["List-Unsubscribe"] == "<https://chorus.example.org/alerts/digest/abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Stop this weekly digest" in html and "see your data" not in html + text
