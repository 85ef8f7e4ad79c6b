"""Every kind of mail in every language: whole in both parts, and nothing left in English."""

import ast
import re
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from app.development.samples import SAMPLES
from app.languages import MAIL_LANGUAGES, speaking, start_languages
from tests import posts
from tests.house.test_floors import ROOT

OTHERS = [language for language in MAIL_LANGUAGES if language != "en"]
# It goes to whoever the installation names, whose language no record says.
ALWAYS_ENGLISH = {"contact"}
# What is no word of ours: names, addresses, codes, places, figures.
_NAMES = re.compile(
    r"(?: [0-9a-f]{4}){8}|Chorus|Harbour( Logistics| Care)?|Onboarding circles|North"
    r"|Ada Abel|Ben Größer|Sam Reed|\S{40,}|\S+@\S+|https?://\S+|Europe/Berlin"
    r"|[\u2068\u2069<>·]|\+?[\d ]{2,}"
)
_FORM_TITLES = re.compile(r'<h1[^>]* lang="en"')


@pytest.fixture(scope="module", autouse=True)
def speaker() -> Iterator[None]:
    """Something that can speak."""
    app = Flask(__name__)
    start_languages(app)
    with app.app_context():
        yield


@cache
def written(kind: str, language: str) -> EmailMessage:
    with speaking(language):
        return posts.message(SAMPLES[kind]())


def parts(kind: str, language: str) -> tuple[str, str]:
    """Return the text and the HTML of a sample."""
    text, html = (part.get_content() for part in written(kind, language).iter_parts())
    return text, html


def sentences(text: str) -> set[str]:
    """Return the sentences of a text that have words of ours in them."""
    plain = _NAMES.sub(" ", " ".join(text.split()))
    pieces = re.split(r"[.:;?!](?:\s|$)|(?:^|\s)-+\s|\n", plain)
    return {piece.strip(" -()") for piece in pieces if len(re.findall(r"\w{2,}", piece)) > 1}


def test_the_gallery_shows_every_letter() -> None:
    """A new letter belongs there, so that somebody looks at it in every language."""
    made = set()
    for path in (ROOT / "app" / "mail").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                made.add(node.name)
    letters = {name for name in made if name.endswith(("_letter", "Letter", "Thread"))}
    letters -= {"Letter", "_letter"}  # what all of them are made of
    assert len(letters) > 14
    used = Path(ROOT / "app" / "development" / "samples.py").read_text(encoding="utf-8")
    assert not [name for name in letters if not re.search(rf"\b{name}\b", used)]


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_mail_is_whole_in_both_parts(kind: str, language: str) -> None:
    message = written(kind, language)
    text, html = parts(kind, language)
    said = f"{message['Subject']} {text} {html}"
    assert not re.search(r"%\(|\bNone\b|\{\{|blank[0-9a-f]{16}", said)
    assert html.count("<h1") == 1
    # What the text says the page says, but for the sign before an address of its own line.
    page = " ".join(unescape(re.sub(r"</?(p|span|td|tr)\b[^>]*>", "", html)).split())
    lines = [" ".join(line.split()).strip("- ").rstrip(":\u00a0 ") for line in text.splitlines()]
    assert not [line for line in lines if len(line) > 5 and line not in page]
    assert re.search(r'<div class="preheader"[^>]*>[^<]{10,}', html)
    assert len(message["Subject"]) < 100


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind not in ALWAYS_ENGLISH])
def test_nothing_in_a_mail_is_left_in_english(kind: str, language: str) -> None:
    english, other = parts(kind, "en"), parts(kind, language)
    title = re.search(r"<h1[^>]*>([^<]*)", other[1])
    assert title is not None
    own = sentences(unescape(title[1])) if _FORM_TITLES.search(other[1]) else set()
    subjects = {str(written(kind, tag)["Subject"]) for tag in ("en", language)}
    assert len(subjects) == 2
    assert sentences(english[0]) & sentences(other[0]) <= own


@pytest.mark.parametrize("kind", SAMPLES)
def test_neither_subject_nor_preheader_states_a_result(kind: str) -> None:
    """Digits are how long answering takes, and the least number of people: no count, no mean."""
    _, html = parts(kind, "en")
    preheader = re.search(r'<div class="preheader"[^>]*>([^<]*)', html)
    assert preheader is not None
    said = f"{written(kind, 'en')['Subject']} {preheader[1]}"
    said = re.sub(r"\d+ (seconds|minutes|questions|links)|\d+ June|totals of \d", "", said)
    assert not re.search(r"\d|fallen|decline|risen|better|worse", said)
