"""What the mails of a feedback cycle say and carry: each link whole, beside whom it is about."""

import re

import pytest

from app.mail.feedback_letters import AskedAbout, FeedbackLetter
from app.mail.feedback_threads import FeedbackThread
from app.mail.mailer import Mail
from surveys.raters import ABOUT
from tests import posts
from tests.unit.mail_samples import (
    BOUNCES_TO,
    LINK,
    OTHER_LINK,
    SHORT_LINK,
    STOP_URL,
    sample_facts,
    sample_sender,
)

PRINT = "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d"
ADA = AskedAbout("Ada <b>Abel</b>", False, PRINT)
BEN = AskedAbout("Ben Größer", False, PRINT[::-1])
SHARED = AskedAbout("your mentor", True, PRINT)
REST = {"unsubscribe_url": STOP_URL, "message_id": "<two@example.org>", "bounces_to": BOUNCES_TO}


def first(*asked: AskedAbout, about: str = "mentors", **changes: object) -> Mail:
    facts = sample_facts(form_title="What do you notice in your mentor?", **changes)
    letter = FeedbackLetter(sample_sender(), facts, about, asked)
    links = [LINK, OTHER_LINK, LINK][: len(asked)]
    return letter.compose("ada@example.org", links=links, **REST)


def later(linked: list[AskedAbout], unlinked: list[AskedAbout], *, lost: bool) -> Mail:
    facts = sample_facts(form_title="What do you notice in your mentor?")
    letter = FeedbackThread(sample_sender(), facts, "mentors", linked, unlinked, lost=lost)
    links = [SHORT_LINK] * len(linked)
    return letter.compose("ada@example.org", links=links, in_reply_to="<one@example.org>", **REST)


def html(mail: Mail) -> str:
    part = posts.message(mail).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_each_link_stands_whole_below_the_name_it_is_about() -> None:
    mail = first(ADA, BEN)
    lines = posts.text(mail).splitlines()
    places = [lines.index(f"--- {entry.name} ---") for entry in (ADA, BEN)]
    links = [lines.index(link) for link in (LINK, OTHER_LINK)]
    codes = [lines.index(link.partition("#")[2]) for link in (LINK, OTHER_LINK)]
    prints = [lines.index(entry.fingerprint) for entry in (ADA, BEN)]
    assert sorted([*places, *links, *codes, *prints]) == [
        *(places[0], links[0], codes[0], prints[0]),
        *(places[1], links[1], codes[1], prints[1]),
    ]
    page = html(mail)
    assert page.count(f'href="{LINK}"') == page.count(f'href="{OTHER_LINK}"') == 2
    assert "<b>" not in page and "Ada &lt;b&gt;Abel" in page


@pytest.mark.parametrize("about", ABOUT)
def test_a_mail_says_who_sees_what_of_whom(about: str) -> None:
    own, both = posts.text(first(ADA, about=about)), posts.text(first(ADA, SHARED, about=about))
    assert "no appraisal" in own
    assert "see the mean of at least 3 such results, and no single one" in own
    assert "as one result" not in own
    assert "as one result, to" in both
    alone = posts.text(first(SHARED, about=about))
    assert "Too few people are asked about them alone, so the questions name nobody" in alone
    assert "no single one" not in alone


@pytest.mark.parametrize(
    ("changes", "words", "present"),
    [
        ({"replaces_earlier": True}, "replaces links of an earlier one", True),
        ({}, "replaces links", False),
        ({"joined": 0, "left": 2}, "nobody joined and 2 left", True),
        ({"joined": None, "left": None}, "Since last time", False),
    ],
)
def test_a_mail_says_only_what_is_so(changes: dict[str, object], words: str, present: bool) -> None:
    assert (words in posts.text(first(ADA, **changes))) == present


def test_the_subject_is_the_same_however_many_are_named_and_names_nobody() -> None:
    subjects = {posts.message(mail)["Subject"] for mail in (first(ADA), first(ADA, BEN, SHARED))}
    assert subjects == {"What do you notice in your mentor? (anonymous)"}
    assert {posts.message(later([ADA], [], lost=lost))["Subject"] for lost in (True, False)} == {
        "Re: What do you notice in your mentor? (anonymous)"
    }


@pytest.mark.parametrize("lost", [True, False])
def test_a_later_mail_has_links_only_to_what_it_may_and_names_the_rest(lost: bool) -> None:
    mixed, none = later([ADA], [BEN, SHARED], lost=lost), later([], [ADA, BEN], lost=lost)
    assert SHORT_LINK in posts.text(mixed).splitlines()
    assert "the links about Ben Größer and your mentor are in our first mail" in posts.text(mixed)
    assert "/r/" not in posts.text(none) + html(none)
    assert posts.message(none)["In-Reply-To"] == "<one@example.org>"
    assert "Where you have answered" in posts.text(mixed)


@pytest.mark.parametrize("mail", [first(ADA, BEN), later([ADA], [BEN], lost=False)])
def test_headers_are_unfolded_lines_short_and_nothing_is_loaded(mail: Mail) -> None:
    head, _, body = mail.content.partition(b"\r\n\r\n")
    assert f"List-Unsubscribe: <{STOP_URL}>".encode() in head.split(b"\r\n")
    assert not any(line.startswith((b" ", b"\t")) for line in head.split(b"\r\n"))
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert mail.sender == BOUNCES_TO
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import|\bsrc=", html(mail))
