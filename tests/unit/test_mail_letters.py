"""What the mails of a round say and carry; the bytes are what counts."""

import email
import re
from collections.abc import Callable
from dataclasses import fields
from email import policy
from email.message import EmailMessage

import pytest

from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from app.mail.sheet import BlankError
from app.mail.threads import (
    ThreadLetter,
    link_reminder_letter,
    lost_mail_letter,
    lost_too_early_letter,
    nudge_letter,
)
from tests.unit.mail_samples import (
    BOUNCES_TO,
    CODE,
    LINK,
    LOST_PAGE,
    OTHER_LINK,
    SHORT_CODE,
    SHORT_LINK,
    STOP_URL,
    sample_facts,
    sample_sender,
)

_REST = {"unsubscribe_url": STOP_URL, "message_id": "<a@b>", "bounces_to": BOUNCES_TO}


def _invitation(recipient: str = "ada@example.org", link: str = LINK, **changes: object) -> Mail:
    letter = InvitationLetter(sample_sender(), sample_facts(**changes))
    return letter.compose(
        recipient,
        link=link,
        unsubscribe_url=STOP_URL,
        message_id="<one@example.org>",
        bounces_to=BOUNCES_TO,
    )


def _threaded(letter: ThreadLetter, recipient: str = "ada@example.org", link: str = "") -> Mail:
    return letter.compose(
        recipient,
        unsubscribe_url=STOP_URL,
        message_id="<two@example.org>",
        in_reply_to="<one@example.org>",
        bounces_to=BOUNCES_TO,
        link=link,
    )


def _nudge() -> Mail:
    return _threaded(nudge_letter(sample_sender(), sample_facts()))


def _link_reminder() -> Mail:
    return _threaded(link_reminder_letter(sample_sender(), sample_facts()), link=SHORT_LINK)


def _lost_mail() -> Mail:
    return _threaded(lost_mail_letter(sample_sender(), sample_facts()), link=SHORT_LINK)


def _lost_too_early() -> Mail:
    return _threaded(lost_too_early_letter(sample_sender(), sample_facts()))


ALL = [_invitation, _nudge, _link_reminder, _lost_mail, _lost_too_early]
IN_THE_THREAD = ALL[1:]
WITH_A_LINK = [_link_reminder, _lost_mail]
WITHOUT_A_LINK = [_nudge, _lost_too_early]


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


@pytest.mark.parametrize("make", ALL)
def test_survey_mails_carry_their_headers_unfolded_and_unencoded(make: Callable[[], Mail]):
    lines = _header_lines(make())
    assert f"List-Unsubscribe: <{STOP_URL}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"Auto-Submitted: auto-generated" in lines
    assert b"To: ada@example.org" in lines
    assert b"MIME-Version: 1.0" in lines
    assert any(line.startswith(b"Date: ") for line in lines)
    assert not any(line.startswith((b" ", b"\t")) for line in lines)


@pytest.mark.parametrize("make", ALL)
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
        mail = letter.compose("a@b.org", link=link, **_REST)
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
        letter.compose(address, link=link, **_REST)
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


@pytest.mark.parametrize("make", ALL)
def test_mails_load_nothing_and_track_nothing(make: Callable[[], Mail]):
    html = _parts(make())[1]
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import|\bsrc=", html)
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<body class="page"[^>]* style="', html)


@pytest.mark.parametrize("make", IN_THE_THREAD)
def test_later_letters_thread_on_the_invitation_under_its_subject(make: Callable[[], Mail]):
    lines = _header_lines(make())
    assert b"In-Reply-To: <one@example.org>" in lines
    assert b"References: <one@example.org>" in lines
    assert b"Message-ID: <two@example.org>" in lines
    assert b"Subject: Re: How have the last two weeks been? (40 seconds, anonymous)" in lines


@pytest.mark.parametrize("make", WITHOUT_A_LINK)
def test_before_enough_have_answered_no_letter_has_a_link_to_the_form(make: Callable[[], Mail]):
    text, html = _parts(make())
    assert "/r/" not in text + html
    assert set(re.findall(r'href="([^"]*)"', html)) == {STOP_URL, LOST_PAGE}
    assert LOST_PAGE in text.splitlines()


@pytest.mark.parametrize("make", WITH_A_LINK)
def test_a_letter_with_a_link_has_it_and_its_code_whole_in_both_parts(make: Callable[[], Mail]):
    text, html = _parts(make())
    assert SHORT_LINK in text.splitlines()
    assert SHORT_CODE in text.splitlines()
    assert html.count(f'href="{SHORT_LINK}"') == 2
    assert "1a2b 3c4d" in text
    assert "which stays good" in text


@pytest.mark.parametrize("make", [link_reminder_letter, lost_mail_letter])
def test_letters_with_a_link_have_one_size_apart_from_the_address(
    make: Callable[..., ThreadLetter],
):
    letter = make(sample_sender(), sample_facts())
    short = _threaded(letter, "a@example.org", SHORT_LINK)
    longer = _threaded(letter, "barbara@example.org", SHORT_LINK[:-1] + "x")
    assert len(longer.content) - len(short.content) == len("barbara") - len("a")


def test_reminders_thank_whoever_has_answered_and_both_answers_to_lost_mail_say_what_if():
    for mail in (_nudge(), _link_reminder()):
        assert "If you have answered, thank you." in _parts(mail)[0]
    assert "If you have answered already, the page will say so" in _parts(_lost_mail())[0]
    assert "If you have answered, there is nothing left to do." in _parts(_lost_too_early())[0]


def test_who_asks_too_early_reads_why_and_where_the_first_mail_is():
    text = _parts(_lost_too_early())[0]
    assert "possible once 5 people have taken part" in text
    assert "from Chorus <chorus@example.org>, Monday 8 June, under the subject “How have" in text


@pytest.mark.parametrize("make", ALL)
def test_what_comes_back_goes_to_the_persons_own_envelope_sender(make: Callable[[], Mail]):
    mail = make()
    assert mail.sender == BOUNCES_TO
    assert BOUNCES_TO.encode() not in mail.content


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
    mail = letter.compose("a@b.org", link=LINK, **_REST)
    kept = [
        str(getattr(value, field.name))
        for value in vars(letter).values()
        for field in fields(value)
    ]
    assert kept
    assert not any(CODE in value or "a@b.org" in value for value in kept)
    assert CODE not in repr(mail)
    assert "a@b.org" not in repr(mail)
