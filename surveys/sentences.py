"""Sentences that know what they are made of, so that they can be said in another language.

Each is a plain English `str`, and stays one when it is joined, compared or stored; whoever shows
it asks `said_in` for another language first. The messages are found by `make translations`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from surveys.items import Text

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Language(Protocol):
    """What a language has to know."""

    @property
    def tag(self) -> str:
        """Return the language's tag, such as "de"."""

    def message(self, english: str) -> str:
        """Return a message with its %(places)s, in this language."""

    def counted(self, one: str, many: str, number: float) -> str:
        """Return the form of a message for a number, in this language."""

    def day(self, when: date, with_year: bool) -> str:
        """Return a day as this language writes it."""

    def listed(self, names: Sequence[str], either: bool = False) -> str:
        """Return names as one phrase: "a, b und c", or "a, b oder c" of which one is meant."""


class Words(str):
    """Words for people: English as a `str`."""

    __slots__ = ()

    def said_in(self, language: Language) -> str:
        """Return the words in a language."""
        raise NotImplementedError


class Sentence(Words):
    """A message with its places filled in."""

    __slots__ = ("_message", "_number", "_one", "_places")
    _message: str
    _places: Mapping[str, object]
    _one: str | None
    _number: float | None

    def __new__(
        cls,
        message: str,
        places: Mapping[str, object],
        one: str | None = None,
        number: float | None = None,
    ) -> "Sentence":
        english = one if one is not None and number == 1 else message
        self = super().__new__(cls, english % places if places else english)
        self._message, self._places, self._one, self._number = message, places, one, number
        return self

    def said_in(self, language: Language) -> str:
        """Return the sentence in a language, and what stands in its places, too."""
        if self._one is None or self._number is None:
            told = language.message(self._message)
        else:
            told = language.counted(self._one, self._message, self._number)
        if not self._places:
            return told
        return told % {name: _said(place, language) for name, place in self._places.items()}


class Day(Words):
    """A day: "4 May", or "4 May 2026"."""

    __slots__ = ("_day", "_with_year")
    _day: date
    _with_year: bool

    def __new__(cls, when: date, *, with_year: bool = False) -> "Day":
        year = f" {when.year}" if with_year else ""
        self = super().__new__(cls, f"{when.day} {_MONTHS[when.month - 1]}{year}")
        self._day, self._with_year = when, with_year
        return self

    def said_in(self, language: Language) -> str:
        """Return the day as a language writes it."""
        return language.day(self._day, self._with_year)


class Written(Words):
    """A text that was written in several languages side by side."""

    __slots__ = ("_text",)
    _text: Text

    def __new__(cls, text: Text) -> "Written":
        self = super().__new__(cls, text.get("en") or next(iter(text.values()), ""))
        self._text = text
        return self

    def said_in(self, language: Language) -> str:
        """Return the text in a language, else in English, else in its first."""
        return self._text.get(language.tag) or str(self)


class Listing(Words):
    """Names as one phrase: "a, b and c", or "a, b or c" of which one is meant."""

    __slots__ = ("_either", "_names")
    _either: bool
    _names: tuple[str, ...]

    def __new__(cls, names: Sequence[str], *, either: bool = False) -> "Listing":
        joint = " or " if either else " and "
        self = super().__new__(cls, joint.join(filter(None, (", ".join(names[:-1]), names[-1]))))
        self._names, self._either = tuple(names), either
        return self

    def said_in(self, language: Language) -> str:
        """Return the phrase in a language."""
        names = [str(_said(name, language)) for name in self._names]
        return language.listed(names, self._either)


class Sentences(Words):
    """Sentences that follow each other."""

    __slots__ = ("_parts",)
    _parts: tuple[str, ...]

    def __new__(cls, parts: Sequence[str]) -> "Sentences":
        self = super().__new__(cls, " ".join(parts))
        self._parts = tuple(parts)
        return self

    def said_in(self, language: Language) -> str:
        """Return them in a language."""
        return " ".join(str(_said(part, language)) for part in self._parts)


def said(message: str, **places: object) -> Sentence:
    """Return a sentence.

    :param message: English, with %(name)s for each place.
    """
    return Sentence(message, places)


def counted(one: str, many: str, number: float, **places: object) -> Sentence:
    """Return a sentence about a number, which stands in it as %(number)s.

    :param one: the sentence for exactly one.
    """
    return Sentence(many, {"number": number, **places}, one, number)


def together(*parts: str) -> Sentences:
    """Return sentences that follow each other; empty ones are left out."""
    return Sentences([part for part in parts if part])


def _said(place: object, language: Language) -> object:
    return place.said_in(language) if isinstance(place, Words) else place
