"""What surveys and errors say is said in the language of the page; English stays as it is."""

from flask import Flask
from flask_babel import force_locale

from app.accounts.audit_words import act_words
from app.goals.errors import PointsError
from app.languages import speak, told
from surveys.sentences import counted


def test_a_counted_sentence_fills_its_own_places_in_any_language(app: Flask) -> None:
    points = counted("%(number)s answer of %(k)s", "%(number)s answers of %(k)s", 3, k=5)
    for language in ("en", "de"):  # an unknown sentence stays English, with its places filled in
        with force_locale(language):
            assert speak(points) == "3 answers of 5"


def test_what_an_error_says_is_its_docstring_where_no_translation_is_known(app: Flask) -> None:
    with force_locale("en"):
        assert told(PointsError()) == PointsError.__doc__
        assert told(ValueError()) == ""


def test_an_act_is_said_as_it_was_stored() -> None:
    stored = ("launched a round", "set a goal: score +5", "set the time zone to UTC", "a: b")
    assert [str(act_words(act)) for act in stored] == list(stored)
