"""Mails in the languages that they are written in: whole, in the right direction, of one size."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from flask import Flask

from app.languages import (
    MAIL_LANGUAGES,
    duration,
    hour,
    listed,
    short_day,
    speaking,
    start_languages,
)
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from tests import posts
from tests.unit.mail_samples import (
    BOUNCES_TO,
    LINK,
    OTHER_LINK,
    STOP_URL,
    sample_facts,
    sample_sender,
)

AT = datetime(2026, 6, 12, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def speaker() -> Iterator[None]:
    """Something that can speak."""
    app = Flask(__name__)
    start_languages(app)
    with app.app_context():
        yield


def invitation(recipient: str = "ada@example.org", link: str = LINK, **changes: object) -> Mail:
    letter = InvitationLetter(sample_sender(), sample_facts(**changes))
    return letter.compose(
        recipient,
        link=link,
        unsubscribe_url=STOP_URL,
        message_id="<one@example.org>",
        bounces_to=BOUNCES_TO,
    )


def html_of(mail: Mail) -> str:
    part = posts.message(mail).get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_a_mail_says_its_language_and_direction_in_both_parts(language: str) -> None:
    with speaking(language):
        mail = invitation()
    message, page = posts.message(mail), html_of(mail)
    towards = "rtl" if language == "ar" else "ltr"
    assert message["Content-Language"] == language
    for tag in ("html", "body", "table"):
        assert re.search(rf'<{tag}\b[^>]*lang="{language}"', page), tag
        assert re.search(rf'<{tag}\b[^>]*dir="{towards}"', page), tag
    assert ("text-align: right" in page) == (towards == "rtl")
    assert LINK in posts.text(mail).splitlines()


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_whoever_reads_a_language_gets_one_size_and_one_subject(language: str) -> None:
    with speaking(language):
        letter = InvitationLetter(sample_sender(), sample_facts())
        rest = {"unsubscribe_url": STOP_URL, "message_id": "<a@b>", "bounces_to": BOUNCES_TO}
        short = letter.compose("a@example.org", link=LINK, **rest)
        long = letter.compose("barbara@example.org", link=OTHER_LINK, **rest)
    assert len(long.content) - len(short.content) == len("barbara") - len("a")
    assert posts.message(long)["Subject"] == posts.message(short)["Subject"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "5 questions, about 40 seconds, anonymous"),
        ("de", "5 Fragen, etwa 40 Sekunden, anonym"),
        ("fr", "5 questions, environ 40 secondes, anonyme"),
        ("es", "5 preguntas, unos 40 segundos, anónimo"),
        ("ar", "5 أسئلة، المدة نحو 40 ثانية، دون اسم"),
        ("de-AT", "5 Fragen, etwa 40 Sekunden, anonym"),
        ("it", "5 questions, about 40 seconds, anonymous"),
        ("", "5 questions, about 40 seconds, anonymous"),
    ],
)
def test_a_mail_is_written_in_the_language_of_the_record_else_in_english(
    language: str, words: str
) -> None:
    with speaking(language):
        assert words in posts.text(invitation()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "questions", "words"),
    [
        ("ar", 1, "سؤال واحد"),
        ("ar", 2, "سؤالان"),
        ("ar", 3, "3 أسئلة"),
        ("ar", 11, "11 سؤالًا"),
        ("ar", 100, "100 سؤال"),
        ("de", 1, "1 Frage"),
        ("es", 1, "1 pregunta"),
    ],
)
def test_numbers_are_counted_as_each_language_counts(
    language: str, questions: int, words: str
) -> None:
    with speaking(language):
        assert f"{words}{'،' if language == 'ar' else ','} " in posts.text(
            invitation(questions=questions)
        )


@pytest.mark.parametrize(
    ("language", "moment", "day", "takes"),
    [
        ("en", "Friday 12 June, 15:00", "12 June", "3 minutes"),
        ("de", "Freitag, 12. Juni, 15:00", "12. Juni", "3 Minuten"),
        ("fr", "vendredi 12 juin, 15:00", "12 juin", "3 minutes"),
        ("es", "viernes, 12 de junio, 15:00", "12 de junio", "3 minutos"),
        ("ar", "الجمعة، 12 يونيو، 15:00", "12 يونيو", "3 دقائق"),
    ],
)
def test_days_and_times_are_written_as_each_language_writes_them(
    language: str, moment: str, day: str, takes: str
) -> None:
    with speaking(language):
        assert (hour(AT), short_day(AT.date()), duration(150)) == (moment, day, takes)


def test_names_stand_apart_where_the_language_runs_from_right_to_left() -> None:
    with speaking("ar"):
        text = posts.text(invitation())
        assert listed(["Ada", "Ben"]) == "\u2068Ada\u2069 و\u2068Ben\u2069"
    assert "\u2068Nordwind Spedition\u2069" in text and "\u2068+49 30 1234567\u2069" in text
    with speaking("de"):
        assert "\u2068" not in posts.text(invitation())


def test_a_title_in_another_language_says_so() -> None:
    with speaking("ar"):
        page = html_of(invitation(title_language="en"))
    assert re.search(r'<h1[^>]*lang="en"[^>]*dir="auto"|<h1[^>]*dir="auto"[^>]*lang="en"', page)


def test_a_subject_in_any_script_reaches_mail_programs_in_short_encoded_words() -> None:
    with speaking("ar"):
        mail = invitation(form_title="كيف كان الأسبوعان الماضيان في العمل معكم ومع حلقتكم؟ " * 3)
    head = mail.content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    start = next(place for place, line in enumerate(head) if line.startswith(b"Subject: "))
    lines = [head[start]]
    lines += [line for line in head[start + 1 : start + 12] if line.startswith(b" ")]
    assert len(lines) > 2 and max(map(len, lines)) <= 76
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert parsed["Subject"].startswith("كيف كان الأسبوعان") and "دون اسم" in parsed["Subject"]
    assert f"List-Unsubscribe: <{STOP_URL}>".encode() in head


def test_a_line_break_in_a_name_adds_no_header() -> None:
    mail = invitation(form_title="How\r\nBcc: eve@example.org")
    assert b"\nBcc:" not in mail.content.partition(b"\r\n\r\n")[0]
