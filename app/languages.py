"""Which language a page or a mail speaks, and how it writes days and times in it.

Sentences stand in English in the code and are looked up under translations/ ("make translations").
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_locale, gettext, ngettext

from app.accounts.roles import is_for_everybody, signed_in
from surveys.sentences import Words

# A language is listed once everything that is said there is translated: pages of those who sign
# in, pages that everybody may open, and mails.
STAFF_LANGUAGES = ("en",)
OPEN_LANGUAGES = ("en",)
MAIL_LANGUAGES = ("en",)
_TRANSLATIONS = Path(__file__).parents[1] / "translations"
# British English: days stand before months, as in every other language that is spoken here.
_REGIONS = {"en": "en_GB"}
_DAY_AND_MONTH = {"en": "EEEE d MMMM"}
_WITH_YEAR = {"en": "d MMMM y"}
_WITHOUT_YEAR = {"en": "d MMMM"}
Anything = TypeVar("Anything")


def start_languages(app: Flask) -> None:
    """Let `app` speak every language that it has translations for."""
    babel = Babel(default_translation_directories=str(_TRANSLATIONS))
    babel.init_app(app, locale_selector=_wished, default_locale="en")
    app.jinja_env.globals.update(
        page_language=language, page_direction=direction, day_words=day, moment_words=moment
    )
    # What surveys says is translated where a template shows it.
    app.jinja_env.finalize = speak


def language() -> str:
    """Return the language that is spoken now: "de"."""
    locale = get_locale()
    return "en" if locale is None else str(locale.language)


def direction() -> str:
    """Return "rtl" where the language spoken now is written from right to left, else "ltr"."""
    locale = get_locale()
    return "ltr" if locale is None else str(locale.text_direction)


def spoken(wished: str, among: tuple[str, ...] = MAIL_LANGUAGES) -> str:
    """Return the language to speak to somebody whose record says `wished`, such as "de-AT"."""
    base = wished.replace("_", "-").split("-")[0].lower()
    return base if base in among else "en"


def weekday(when: date) -> str:
    """Return a day as people say it, without its year: "Friday 12 June"."""
    pattern = _DAY_AND_MONTH.get(language())
    if pattern is None:
        return str(format_skeleton("MMMMEEEEd", when, locale=_locale()))
    return format_date(when, pattern, locale=_locale())


def day(when: date) -> str:
    """Return a day with its year: "12 June 2026"."""
    return format_date(when, _WITH_YEAR.get(language(), "long"), locale=_locale())


def moment(when: datetime, time_zone: str) -> str:
    """Return a moment in a zone: "Friday 12 June 2026, 17:00 (Europe/Paris)".

    :param when: aware.
    """
    local = when.astimezone(ZoneInfo(time_zone))
    pattern = {"en": "EEEE d MMMM y"}.get(language(), "full")
    day_of_it = format_date(local.date(), pattern, locale=_locale())
    return f"{day_of_it}, {format_time(local.time(), 'HH:mm', locale=_locale())} ({time_zone})"


def speak(value: Anything) -> Anything | str:
    """Return words of surveys in the language spoken now, and anything else as it is."""
    if isinstance(value, Words) and language() != "en":
        return value.said_in(_SPOKEN)
    return value


class _Spoken:
    """The language that is spoken now, as surveys asks for it."""

    @property
    def tag(self) -> str:
        return language()

    def message(self, english: str) -> str:
        return str(gettext(english))

    def counted(self, one: str, many: str, number: float) -> str:
        return str(ngettext(one, many, number))

    def day(self, when: date, with_year: bool) -> str:
        if with_year:
            return day(when)
        pattern = _WITHOUT_YEAR.get(language())
        if pattern is None:
            return str(format_skeleton("MMMMd", when, locale=_locale()))
        return format_date(when, pattern, locale=_locale())

    def listed(self, names: Sequence[str]) -> str:
        return format_list(list(names), locale=_locale())


_SPOKEN = _Spoken()


def _locale() -> Locale:
    spoken_now = language()
    return Locale.parse(_REGIONS.get(spoken_now, spoken_now))


def browsers_language() -> str:
    """Return the language that this request's browser asks for; no account is read for it."""
    if not has_request_context():
        return "en"  # outside of a request nobody has asked for a language
    return request.accept_languages.best_match(OPEN_LANGUAGES, "en")


def _wished() -> str:
    """Return the language of this request: the signed-in person's, else the browser's."""
    if not has_request_context():
        return browsers_language()
    view = current_app.view_functions.get(request.endpoint or "")
    if is_for_everybody(request.endpoint, view):
        return browsers_language()
    account = signed_in()
    if account is not None and account.language:
        return spoken(account.language, STAFF_LANGUAGES)
    return request.accept_languages.best_match(STAFF_LANGUAGES, "en")
