"""The pages behind the foot of each mail speak what the browser asks for, wherever mails do."""

import re
from html import unescape

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.clock import current_clock
from app.extensions import identity
from app.languages import MAIL_LANGUAGES
from app.mail.unsubscribe import unsubscribe_token
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.data_links import make_data_token
from app.people.personal import sealed_columns
from app.vault import current_vault

OTHERS = [language for language in MAIL_LANGUAGES if language != "en"]


@pytest.fixture
def foot(app: Flask) -> str:
    """The address at the foot of a person's mails; their record says that they read German."""
    columns = sealed_columns(current_vault().roster_key(), "ada", "Ada", "ada@chorus.example")
    with identity.begin() as session:
        session.add(Program(id="p", name="Chorus", time_zone="UTC"))
        session.add(Person(id="ada", time_zone="Asia/Tokyo", language="de", **columns))
        session.flush()
        session.add(Membership(program_id="p", person_id="ada", role="member"))
    return f"/unsubscribe/{unsubscribe_token(app.config['CHORUS'].secret_key, 'ada')}"


def pages(client: FlaskClient, foot: str, language: str) -> str:
    """Return the pages behind a mail's foot, one after the other, in each of their states."""
    asks = {"Accept-Language": f"{language}, en;q=0.5"}
    said = [client.get(path, headers=asks).text for path in (foot, "/lost", "/lost/sent")]
    for act, form in (("/pause", {"months": "3"}), ("/data", {}), ("", {}), ("/undo", {})):
        said.append(client.post(f"{foot}{act}", data=form, headers=asks).text)
    key = current_app.config["CHORUS"].secret_key
    data = f"/your-data/{make_data_token(key, 'ada', current_clock().now())}"
    others = (data, f"{data}/erase", "/your-data/x")
    said += [client.get(path, headers=asks).text for path in others]
    said.append(client.post(data, headers=asks).text)
    return "\n".join(said)


def sentences(html: str) -> set[str]:
    """Return what people read, piece by piece."""
    text = unescape(re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S))
    pieces = re.split(r"<[^>]*>|\n", text)
    return {piece.strip() for piece in pieces if len(re.findall(r"\w{2,}", piece)) > 1}


@pytest.mark.parametrize("language", OTHERS)
def test_the_pages_behind_a_mail_are_whole_in_each_language(
    client: FlaskClient, foot: str, language: str
) -> None:
    english, other = pages(client, foot, "en"), pages(client, foot, language)
    towards = "rtl" if language == "ar" else "ltr"
    assert other.count(f'<html lang="{language}" dir="{towards}">') == 11
    assert len(sentences(english)) > 30
    assert sentences(english) & sentences(other) == {"ada@chorus.example", "Asia/Tokyo"}


def test_a_page_follows_the_browser_and_not_the_record(client: FlaskClient, foot: str) -> None:
    """Whoever has a copy of a mail would learn from it what the roster says of its reader."""
    assert '<html lang="en"' in client.get(foot).text
    assert '<html lang="fr"' in client.get(foot, headers={"Accept-Language": "fr-CH"}).text


@pytest.mark.parametrize(("path", "spoken"), [("/sign-in", "ar"), ("/dev/inbox", "en")])
def test_a_page_says_in_which_language_it_is_written(
    client: FlaskClient, path: str, spoken: str
) -> None:
    page = client.get(path, headers={"Accept-Language": "ar"}).text
    assert f'<html lang="{spoken}"' in page
