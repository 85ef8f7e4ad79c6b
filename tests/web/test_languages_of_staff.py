"""What surveys and errors say is said in the language of the page; English stays as it is."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from app.accounts.audit_words import act_words, subject_words
from app.extensions import identity
from app.goals.errors import PointsError
from app.goals.progress import called
from app.languages import speak, told
from app.mail.mailer import MemoryMailer
from app.models.identity.person import Person
from app.models.identity.program_goal import ProgramGoal
from app.people.roster_file import read_roster
from app.programs.errors import UnknownGroupError, UnknownProgramError
from surveys.baselines import SCORE
from surveys.form_review import language_names, review_form
from surveys.instruments import catalogue
from surveys.items import Item, in_language
from surveys.sentences import counted
from tests import posts, rounds
from tests.accounts import sign_in_mentor


def test_a_counted_sentence_fills_its_own_places_in_any_language(app: Flask) -> None:
    points = counted("%(number)s answer of %(k)s", "%(number)s answers of %(k)s", 3, k=5)
    for language in ("en", "de"):  # an unknown sentence stays English, with its places filled in
        with force_locale(language):
            assert speak(points) == "3 answers of 5"


def test_what_an_error_says_is_its_docstring_where_no_translation_is_known(app: Flask) -> None:
    with force_locale("en"):
        assert told(PointsError()) == PointsError.__doc__
        assert told(ValueError()) == ""


def test_part_of_one_is_told_as_many_are(app: Flask) -> None:
    with force_locale("de"):
        assert speak(counted("%(number)s point", "%(number)s points", 1.0)) == "1.0 Punkt"
        assert speak(counted("%(number)s point", "%(number)s points", 1.5)) == "1.5 Punkte"


def test_an_act_is_said_as_it_was_stored() -> None:
    stored = ("launched a round", "set a goal: score +5", "set the time zone to UTC", "a: b")
    assert [str(act_words(act)) for act in stored] == list(stored)


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("raised k from 5 to 6", "hat k von 5 auf 6 erhöht"),
        ("lowered k from 10 to 5", "hat k von 10 auf 5 gesenkt"),
        ("printed 1 code of a round", "hat einen Code einer Runde gedruckt"),
        ("printed 12 codes of a round", "hat 12 Codes einer Runde gedruckt"),
        ("set the time zone to America/New_York", "hat die Zeitzone auf America/New_York gesetzt"),
        ("chose other questions: How are you?, version 2", "gewählt: How are you?, Version 2"),
        ("set a goal: wellbeing score +5", "hat ein Ziel gesetzt: Wert für das Wohlbefinden +5"),
        ("shows results to everyone who is asked", "zeigt Ergebnisse allen, die befragt werden"),
        ("something that nobody does any more", "something that nobody does any more"),
    ],
)
def test_an_act_with_values_is_said_in_german_and_stays_what_it_was_in_english(
    app: Flask, stored: str, german: str
) -> None:
    assert act_words(stored) == stored
    with force_locale("de"):
        assert str(speak(act_words(stored))).endswith(german)


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("people: 3", "Personen: 3"),
        ("2 keys", "2 Schlüssel"),
        ("databases", "Datenbanken"),
        ("round 7k2mz", "Runde 7k2mz"),
        ("pool AB, key 0f", "Pool AB, Schlüssel 0f"),
        ("some new kind", "some new kind"),
    ],
)
def test_on_what_was_acted_is_said_in_german(app: Flask, stored: str, german: str) -> None:
    assert subject_words(stored) == stored
    with force_locale("de"):
        assert speak(subject_words(stored)) == german


def test_how_many_an_import_changed_is_told_number_by_number(app: Flask) -> None:
    stored = "people: 14 added, 1 changed, 2 left; new mentors: 3"
    with force_locale("de"):
        told_of_it = str(speak(subject_words(stored)))
    assert told_of_it.startswith("Personen: 14 hinzugefügt, 1 geändert, 2 ausgeschieden;")


def test_what_comes_close_to_a_mistyped_name_is_asked_in_german(app: Flask) -> None:
    assert str(UnknownProgramError()) == "There is no program with this name."
    with force_locale("de"):
        assert told(UnknownGroupError(["Ost", "West"])).endswith("Meinten Sie Ost oder West?")


def test_a_caution_names_kinds_and_languages_in_german(app: Flask) -> None:
    item = Item("own", "scale", {"en": "What is your age?"}, min=1, max=5)
    with force_locale("de"):
        told_of_it = [
            str(speak(one.sentence)) for one in review_form({"en": "?"}, [item], ["en", "nl"])
        ]
        names = [speak(name) for name in language_names().values()]
    assert any("unterscheidet (Alter)" in sentence for sentence in told_of_it)
    assert any("fehlen auf Niederländisch" in sentence for sentence in told_of_it)
    assert "Deutsch" in names and "German" not in names


def test_a_goal_is_about_a_question_in_german_unless_it_was_asked_otherwise(app: Flask) -> None:
    belonging = "I felt that I belong here."
    with force_locale("de"):
        for target, name, german in (
            (SCORE, "The wellbeing score", "Der Wert für das Wohlbefinden"),
            ("pulse_belonging", belonging, "Ich hatte das Gefühl, hier dazuzugehören."),
            ("pulse_belonging", "I belonged.", "I belonged."),
            ("q_own", belonging, belonging),
        ):
            assert speak(called(ProgramGoal(target=target, name=name))) == german


def test_the_faults_of_a_roster_name_columns_in_german(app: Flask) -> None:
    content = b"Email,Time zone\nada@chorus.example,UTC\nada@chorus.example,Europe/Paris\n"
    with force_locale("de"):
        (fault,) = read_roster(content).faults
    assert "(Zeitzone)" in fault.sentence


def test_where_each_set_of_questions_comes_from_is_said_in_german() -> None:
    for entry in catalogue():
        assert in_language(entry.source, "de") != in_language(entry.source, "en")


@pytest.mark.parametrize(("asks", "speaks"), [("de-AT", "de"), ("fr, en;q=0.5", "en"), ("", "en")])
def test_where_the_roster_names_no_language_pages_follow_the_browser_and_mails_the_operator(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path, asks: str, speaks: str
) -> None:
    app.config["MAIL_LANGUAGE"] = "fr"
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    with identity.begin() as session:
        assert set(session.scalars(select(Person.language))) == {""}
    rounds.launch(app, mailer)
    assert {posts.message(mail)["Content-Language"] for mail in mailer.mails} == {"fr"}
    sign_in_mentor(client, "mentor.north@example.org")
    page = client.get("/circles", headers={"Accept-Language": asks}, follow_redirects=True).text
    assert f'<html lang="{speaks}"' in page
