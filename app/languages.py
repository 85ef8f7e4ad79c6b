"""Which language a page or a mail speaks, and how it writes days and times in it.

Sentences stand in English in the code and are looked up under translations/ ("make translations").
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, get_domain, get_locale
from flask_babel import gettext as _

from app.accounts.roles import is_for_everybody, signed_in
from config import LANGUAGES
from surveys.sentences import Words

# A language is listed once everything that is said there is translated: pages of those who sign
# in, pages that everybody may open, and mails.
STAFF_LANGUAGES = ("en", "de")
OPEN_LANGUAGES = LANGUAGES
MAIL_LANGUAGES = OPEN_LANGUAGES  # every mail leads to open pages
# Of the pages that everybody may open, an admin's digest and what developers see (by blueprint).
_FEWER_LANGUAGES = {"digest": STAFF_LANGUAGES} | dict.fromkeys(
    ("development", "demo", "gallery"), ("en",)
)
_TRANSLATIONS = Path(__file__).parents[1] / "translations"
# British English: days stand before months, as in every other language that is spoken here.
_REGIONS = {"en": "en_GB"}
# Babel has no pattern with a whole weekday and no year.
_DAY_AND_MONTH = {
    "en": "EEEE d MMMM",
    "de": "EEEE, d. MMMM",
    "fr": "EEEE d MMMM",
    "es": "EEEE, d 'de' MMMM",
    "ar": "EEEE، d MMMM",
}
_WITH_YEAR = {"en": "d MMMM y"}
_MINUTE = 60  # seconds
_SEVERAL = 2  # any number whose words are those of many
Anything = TypeVar("Anything")


def start_languages(app: Flask, mails: str = "en") -> None:
    """Let `app` speak every language that it has translations for.

    :param mails: the language of mails to those whose record says none that mails are written in.
    """
    app.config["MAIL_LANGUAGE"] = mails
    Babel().init_app(
        app,
        locale_selector=_wished,
        default_locale="en",
        default_translation_directories=str(_TRANSLATIONS),
    )
    app.jinja_env.globals.update(
        page_language=language,
        page_direction=direction,
        day_words=day,
        moment_words=moment,
        weekday_words=weekday,
        weekday_names=weekdays,
    )
    # What surveys says is translated where a template shows it.
    app.jinja_env.finalize = speak


def language() -> str:
    """Return the language that is spoken now: "de"."""
    locale = get_locale()
    return "en" if locale is None else str(locale.language)


def name_of(tag: str) -> str:
    """Return what a language is called in the one spoken now: "German"."""
    return str(Locale.parse(tag).get_display_name(_locale()))


def direction() -> str:
    """Return "rtl" where the language spoken now is written from right to left, else "ltr"."""
    locale = get_locale()
    return "ltr" if locale is None else str(locale.text_direction)


def mail_language(wished: str) -> str:
    """Return the language of mails to somebody whose record says `wished`: "de-AT", or nothing."""
    return _found(wished, MAIL_LANGUAGES) or str(current_app.config["MAIL_LANGUAGE"])


def _found(wished: str, among: tuple[str, ...]) -> str:
    """Return what is wished as one of these languages; empty if it is none of them."""
    base = wished.replace("_", "-").split("-")[0].lower()
    return base if base in among else ""


@contextmanager
def speaking(wished: str) -> Iterator[str]:
    """Speak the language of a mail's recipient meanwhile, whoever asks for the mail; give its tag.

    :param wished: what their record says; see `mail_language`.
    """
    language_of_mail = mail_language(wished)
    with force_locale(language_of_mail):
        yield language_of_mail


def apart(words: str) -> str:
    """Return a name as it stands within a sentence of the language spoken now.

    Where that runs from right to left, a name that doesn't would turn the signs around it.
    """
    return f"\u2068{words}\u2069" if direction() == "rtl" else words


def listed(names: Sequence[str], either: bool = False) -> str:
    """Return names as one phrase: "a, b and c", or "a, b or c" of which one is meant."""
    style = "or" if either else "standard"
    return str(format_list([apart(name) for name in names], style=style, locale=_locale()))


def number(count: int) -> str:
    """Return a count as people write it: "1,200"."""
    return str(format_decimal(count, locale=_locale()))


def duration(seconds: int) -> str:
    """Return how long something takes: "40 seconds", from two minutes on in whole minutes."""
    if seconds < 2 * _MINUTE:
        return str(format_unit(seconds, "second", locale=_locale()))
    return str(format_unit(-(-seconds // _MINUTE), "minute", locale=_locale()))


def short_day(when: date) -> str:
    """Return a day without its year: "4 May"."""
    return str(format_skeleton("MMMMd", when, locale=_locale()))


def hour(local: datetime) -> str:
    """Return a day and a time, as the clock shows them: "Friday 12 June, 17:00"."""
    time = format_time(local.time(), "HH:mm", locale=_locale())
    return _("%(day)s, %(time)s", day=weekday(local.date()), time=time)


def weekday(when: date) -> str:
    """Return a day as people say it, without its year: "Friday 12 June"."""
    return format_date(when, _DAY_AND_MONTH[language()], locale=_locale())


def weekdays() -> list[str]:
    """Return the names of the weekdays, Monday first."""
    names = get_day_names("wide", context="stand-alone", locale=_locale())
    return [names[at] for at in range(7)]


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


def told(error: Exception) -> str:
    """Return what an error says, in the language spoken now.

    Its text is English: the docstring of a class that translations/babel.cfg has read, or a
    sentence of surveys.
    """
    text = error.args[0] if error.args else ""
    if isinstance(text, Words):
        return str(speak(text))
    return str(_(text)) if text else ""


class _Spoken:
    """The language that is spoken now, as surveys asks for it."""

    @property
    def tag(self) -> str:
        return language()

    def message(self, english: str) -> str:
        return str(_(english))

    def counted(self, one: str, many: str, number: float) -> str:
        # The message as it stands: whoever asked fills its places in. Part of one is not one.
        whole = int(number) if number == int(number) else _SEVERAL
        return str(get_domain().get_translations().ungettext(one, many, whole))

    def day(self, when: date, with_year: bool) -> str:
        if with_year:
            return day(when)
        return short_day(when)

    def listed(self, names: Sequence[str], either: bool = False) -> str:
        return listed(names, either)


_SPOKEN = _Spoken()


def _locale() -> Locale:
    spoken_now = language()
    return Locale.parse(_REGIONS.get(spoken_now, spoken_now))


def browsers_language(among: tuple[str, ...] = OPEN_LANGUAGES) -> str:
    """Return the language that this request's browser asks for; no account is read for it."""
    if not has_request_context():
        return "en"  # outside of a request nobody has asked for a language
    return request.accept_languages.best_match(among, "en")


def _wished() -> str:
    """Return the language of this request: the signed-in person's, else the browser's."""
    if not has_request_context():
        return browsers_language()
    view = current_app.view_functions.get(request.endpoint or "")
    if is_for_everybody(request.endpoint, view):
        return browsers_language(_FEWER_LANGUAGES.get(request.blueprint or "", OPEN_LANGUAGES))
    account = signed_in()
    reads = "" if account is None else _found(account.language, STAFF_LANGUAGES)
    # Whose record says a language that these pages are not in may have another in the browser.
    return reads or browsers_language(STAFF_LANGUAGES)
