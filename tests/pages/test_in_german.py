"""Whoever reads German meets no English on a staff page: not in words, labels, charts or files."""

import io
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.person import Person
from tests.accounts import form_token
from tests.pages.scenes import Scene, client_of, full_scene
from tests.pages.table import ADMIN, ANONYMOUS, MENTOR, NEW, SIGN_IN, TABLE, Row

GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}
# Frequent words of English that German has not.
ENGLISH = re.compile(
    r"\b(the|of|is|are|with|this|to|your|no|from|and|you|for|by|it|its|has|have|be|or|on|at|that"
    r"|their|they|can|what|who|how|there|than|each|as|which|when|nobody|don't|can't)\b",
    re.IGNORECASE,
)
# What the scene's people and operator wrote, and names that are the same in every language.
THEIRS = re.compile(
    r"The walks help; .*|Your organisation|How was your month\?|Without a title|How was it\?"
    r"|A Mentor|Ask each circle what they would drop\.|Hire for the night shift\.|Walk on Fridays\."
    r"|Ask in twos who needs help with the rota\.|Two quiet hours on Fridays\.|They moved house\."
    r"|What is your age\?|Office for National Statistics|WHO-5|CC.BY-NC-SA"
    r"|(The )?World Health Organization(-Five Well-Being Index)?"
)
_SHOWN = ("title", "alt", "placeholder", "label", "content")
_NEVER_CLOSED = ("br", "hr", "img", "input", "link", "meta", "wbr")


class _Words(HTMLParser):
    """Gathers what a page says in German: its texts, and the attributes that people meet."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        foreign = self._foreign() or said.get("lang", "de") != "de" or said.get("dir") == "auto"
        if tag not in _NEVER_CLOSED:
            self._within.append((tag, foreign))
        if not foreign:
            shown = (said.get(name) for name in said if self._is_shown(name))
            self.found += [words for words in shown if words]

    def handle_endtag(self, tag: str) -> None:
        while any(tag == opened for opened, _ in self._within):
            if self._within.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._foreign():
            self.found.append(" ".join(data.split()))

    def _foreign(self) -> bool:
        inside = bool(self._within)
        return inside and (self._within[-1][1] or self._within[-1][0] in ("style", "code", "pre"))

    @staticmethod
    def _is_shown(name: str) -> bool:
        return name in _SHOWN or name.startswith(("aria-label", "aria-desc", "data-"))


def words_of(answer: TestResponse) -> list[str]:
    """Return what an answer says to people, piece by piece."""
    if answer.mimetype == "text/html":
        page = _Words()
        page.feed(answer.text)
        return page.found
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        with ZipFile(io.BytesIO(answer.data)) as book:
            return re.findall(r"<t[^>]*>([^<]*)", book.read("xl/sharedStrings.xml").decode())
    return re.split(r"[,\n]", answer.text) if answer.mimetype == "text/csv" else []


def english(answer: TestResponse) -> list[str]:
    """Return the pieces of an answer that look like English."""
    sentences = (
        said for said in words_of(answer) if " " in said
    )  # others may be marks for scripts
    return [said for said in sentences if ENGLISH.search(THEIRS.sub("", said))]


def is_staffs(row: Row) -> bool:
    """Return whether only who has signed in gets to see what a row asks."""
    # A file's faults are said when it is sent, and the scene's was sent by nobody.
    sent_before = "{faulty}" in row.path or row.path == "/sign-out"
    return row.state != NEW and not sent_before and row.answers[ANONYMOUS] == SIGN_IN


def _asked(app: Flask, scene: Scene, role: str, method: str) -> Iterator[str]:
    """Ask for everything as a role; yield what is English, once, and where it stands."""
    client, seen = client_of(app, role), set[str]()
    for row in TABLE:
        if row.method != method or not is_staffs(row):
            continue
        for said in english(_answer(app, client, row, row.path.format_map(scene.places))):
            if said not in seen:
                seen.add(said)
                yield f"{method} {row.path} ({role}): {said}"


def _answer(app: Flask, client: FlaskClient, row: Row, path: str) -> TestResponse:
    """Return the answer, or the page that it leads to, which says what was done."""
    if row.form is None:
        return client.get(path, headers=GERMAN)
    fields = {**row.form, "csrf_token": form_token(app, client)}
    answer = client.post(path, data=fields, headers=GERMAN)
    if answer.status_code == 302 and answer.location is not None:
        return client.get(answer.location, headers=GERMAN)
    return answer


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_that_staff_reads_in_german_is_english(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    scene = full_scene(app, mailer, tmp_path)
    with identity.begin() as session:
        session.execute(update(Person).values(language="de"))
    ways = [(MENTOR, "GET"), (ADMIN, "GET"), (MENTOR, "POST"), (ADMIN, "POST")]
    found = [told for role, method in ways for told in _asked(app, scene, role, method)]
    assert found == [], "\n".join(found)


def test_english_is_told_from_german() -> None:
    assert ENGLISH.search("There is no program with this name.")
    assert not ENGLISH.search("Es gibt kein Programm mit diesem Namen. Was will der Admin so?")
