"""What the mails of a round say and carry; the bytes are what counts."""

import email
import re
from collections.abc import Callable
from dataclasses import fields
from email import policy
from email.message import EmailMessage

import pytest

from app.mail.letters import InvitationLetter, NudgeLetter
from app.mail.mailer import Mail
from app.mail.sheet import BlankError
from tests.unit.mail_samples import (
    CODE,
    LINK,
    OTHER_LINK,
    STOP_URL,
    sample_facts,
    sample_sender,
)


def _invitation(recipient: str = "ada@example.org", link: str = LINK, **changes: object) -> Mail:
    letter = InvitationLetter(sample_sender(), sample_facts(**changes))
    return letter.compose(
        recipient, link=link, unsubscribe_url=STOP_URL, message_id="<one@example.org>"
    )


def _nudge() -> Mail:
    return NudgeLetter(sample_sender(), sample_facts()).compose(
        "ada@example.org",
        unsubscribe_url=STOP_URL,
        message_id="<two@example.org>",
        in_reply_to="<one@example.org>",
    )


def _parsed(mail: Mail) -> EmailMessage:
    return email.message_from_bytes(mail.content, policy=policy.default)  # type: ignore[return-value]


def _parts(mail: Mail) -> tuple[str, str]:
    message = _parsed(mail)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in message.iter_parts())
    return text, html


def _header_lines(mail: Mail) -> list[bytes]:
    return mail.content.partition(b"\r\n\r\n")[0].split(b"\r\n")


@pytest.mark.parametrize("make", [_invitation, _nudge])
def test_survey_mails_carry_their_headers_unfolded_and_unencoded(make: Callable[[], Mail]):
    lines = _header_lines(make())
    assert f"List-Unsubscribe: <{STOP_URL}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"Auto-Submitted: auto-generated" in lines
    assert b"To: ada@example.org" in lines
    assert b"MIME-Version: 1.0" in lines
    assert any(line.startswith(b"Date: ") for line in lines)
    assert not any(line.startswith((b" ", b"\t")) for line in lines)


@pytest.mark.parametrize("make", [_invitation, _nudge])
def test_encoded_lines_are_short_and_end_as_smtp_wants(make: Callable[[], Mail]):
    body = make().content.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")


def test_link_and_code_stand_whole_in_both_parts():
    text, html = _parts(_invitation())
    assert LINK in text.splitlines()
    assert CODE in text.splitlines()
    assert html.count(f'href="{LINK}"') == 2
    assert f">{LINK}</a>" in html
    assert f">{CODE}</p>" in html


def test_values_at_every_length_survive_the_encoding():
    letter = InvitationLetter(sample_sender(), sample_facts())
    for length in range(1, 240):
        link = f"https://chorus.example.org/r/a=b&c#{'=' * length}"
        mail = letter.compose("a@b.org", link=link, unsubscribe_url=STOP_URL, message_id="<a@b>")
        text, html = _parts(mail)
        assert link in text.splitlines()
        assert f'href="{link.replace("&", "&amp;")}"' in html
        body = mail.content.partition(b"\r\n\r\n")[2]
        assert max(map(len, body.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    "promised",
    [
        "Nordwind Spedition asks you because you take part in Onboarding-Kreise für Größere.",
        "24 people are invited. Since last time, 2 joined and 1 left.",
        "5 questions, about 40 seconds, anonymous",
        "Your mentor and the program team",
        "totals of 5 people or more",
        "once, after Friday 12 June, 17:00 (Europe/Berlin)",
        "With fewer than 5 answers, they are destroyed unread.",
        "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d",
        "https://chorus.example.org/trust",
        "Employee line",
        "+49 30 1234567",
        "Nobody reads this in real time.",
        STOP_URL,
    ],
)
def test_invitation_says_what_people_need_to_trust_it_in_both_parts(promised: str):
    text, html = _parts(_invitation())
    assert promised in text
    assert promised in re.sub(r"&amp;", "&", html)


def test_subject_is_the_same_for_everyone_and_states_no_result():
    subject = b"Subject: How have the last two weeks been? (40 seconds, anonymous)"
    assert subject in _header_lines(_invitation())
    assert subject in _header_lines(_invitation("someone.else@example.org", OTHER_LINK))
    assert _parsed(_invitation(seconds=150))["Subject"].endswith("(3 minutes, anonymous)")


def test_invitations_have_one_size_apart_from_the_address():
    letter = InvitationLetter(sample_sender(), sample_facts())
    shorter, longer = (
        letter.compose(address, link=link, unsubscribe_url=STOP_URL, message_id="<a@b>")
        for address, link in (("a@example.org", LINK), ("barbara@example.org", OTHER_LINK))
    )
    assert len(longer.content) - len(shorter.content) == len("barbara") - len("a")


@pytest.mark.parametrize(
    ("changes", "words", "present"),
    [
        ({}, "replaces an earlier one", False),
        ({"replaces_earlier": True}, "replaces an earlier one", True),
        ({"joined": None, "left": None}, "Since last time", False),
        ({"joined": 0, "left": 0}, "Since last time, nobody joined or left.", True),
        ({"support": ()}, "you don't have to wait", False),
        ({"support": ()}, "Nobody reads this in real time.", True),
    ],
)
def test_invitation_says_only_what_is_so(changes: dict[str, object], words: str, present: bool):
    text, html = _parts(_invitation(**changes))
    assert (words in text) is present
    assert (words in html.replace("&#39;", "'")) is present


@pytest.mark.parametrize("make", [_invitation, _nudge])
def test_mails_load_nothing_and_track_nothing(make: Callable[[], Mail]):
    html = _parts(make())[1]
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import|\bsrc=", html)
    assert "prefers-color-scheme: dark" in html
    assert 'class="page" style="' in html


def test_nudge_threads_on_the_invitation_and_holds_no_link_to_the_form():
    mail = _nudge()
    lines = _header_lines(mail)
    assert b"In-Reply-To: <one@example.org>" in lines
    assert b"References: <one@example.org>" in lines
    assert b"Message-ID: <two@example.org>" in lines
    text, html = _parts(mail)
    assert "If you have answered, thank you." in text
    assert "/r/" not in text + html
    assert set(re.findall(r'href="([^"]*)"', html)) == {STOP_URL}


def test_program_names_are_escaped_in_html():
    text, html = _parts(_invitation(program="<b>R&D</b>"))
    assert "<b>R&D</b>" in text
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "harmful", ["a@b.org\r\nBcc: c@d.org", "a b@example.org", "", "ä@example.org", "a@b.org\x00"]
)
def test_a_value_that_could_add_a_header_is_refused_without_being_named(harmful: str):
    with pytest.raises(BlankError) as caught:
        _invitation(harmful)
    assert str(caught.value) == "A blank in a letter takes visible ASCII characters only."


def test_neither_letter_nor_mail_shows_or_keeps_a_secret():
    letter = InvitationLetter(sample_sender(), sample_facts())
    mail = letter.compose("a@b.org", link=LINK, unsubscribe_url=STOP_URL, message_id="<a@b>")
    kept = [
        str(getattr(value, field.name))
        for value in vars(letter).values()
        for field in fields(value)
    ]
    assert kept
    assert not any(CODE in value or "a@b.org" in value for value in kept)
    assert CODE not in repr(mail)
    assert "a@b.org" not in repr(mail)
