"""Hide names of the roster, mail addresses and phone numbers in a comment.

Masking errs towards hiding; writing style it can't hide.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from surveys.contacts import replace_contacts
from surveys.likeness import folded, skeleton, visible

NAME, ADDRESS, NUMBER = "[name]", "[address]", "[number]"
SHORT_NAME = 2  # letters; "An" or "Bo" is looked at like a common word
LONG_JOINED = 5  # letters from which a first letter with a surname is a name by itself
_AROUND = 40  # characters that are looked at before and after a word

# Private-use characters stand in for masks until the end, so that no mask is masked again.
_SIGNS = {"\ue000": NAME, "\ue001": ADDRESS, "\ue002": NUMBER}
_NAME_SIGN, _ADDRESS_SIGN, _NUMBER_SIGN = _SIGNS

# A word ends at white space and punctuation; marks that belong to letters stay inside.
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~\xa0-\xbf\u2000-\u206f\u3000-\u303f\ue000-\ue002]+")
# Scripts that put no space between a name and what follows it.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{3,}")
_CASE_ENDING = 3  # letters that a case puts at the end of a Cyrillic name
# "A n n a": letters with one sign between each two of them.
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ .*_-][^\W\d_]){2,30}(?!\w)")
_ADJOINING = re.compile(f"{_NAME_SIGN}(?:[ '’-]{_NAME_SIGN})+")
_OPENING = " \t\"'“„‘«([-•*–"  # what may stand before the first word of a sentence
_ENDING = ".!?…:;\n"


@dataclass(frozen=True)
class _Words:
    """Lower-case words: names that are ordinary words, what follows those, months, particles."""

    ordinary: frozenset[str]
    after_ordinary: frozenset[str]
    months: frozenset[str]
    before_month: frozenset[str]
    particles: frozenset[str]


@cache
def _words() -> _Words:
    lists = json.loads((files("surveys") / "data" / "ordinary_names.json").read_text("utf-8"))
    return _Words(**{name: frozenset(lists[name]) for name in _Words.__dataclass_fields__})


@cache
def _short_names() -> dict[str, list[str]]:
    lists = json.loads((files("surveys") / "data" / "short_names.json").read_text("utf-8"))
    short: dict[str, list[str]] = lists["short"]
    return short


@cache
def _ordinary_short_names() -> frozenset[str]:
    lists = json.loads((files("surveys") / "data" / "short_names.json").read_text("utf-8"))
    return frozenset(lists["ordinary"])


def _spellings(name: str) -> set[str]:
    """Return how a part of a name may be written: with umlauts spelled out, and as genitive."""
    low = unicodedata.normalize("NFC", name).casefold()
    for umlaut, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        low = low.replace(umlaut, spelled)
    plain = {folded(name), folded(low)}
    return plain | {f"{form}s" for form in plain if len(form) > SHORT_NAME}


def _joined(parts: list[str]) -> Iterator[str]:
    """Yield what people make of a whole name in one word: "annamueller", "amueller"."""
    for first in parts:
        for last in parts:
            if first is not last:
                yield first + last
                if len(last) >= LONG_JOINED - 1:
                    yield first[0] + last


def _starts_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - _AROUND) : place].rstrip(_OPENING)
    return not before or before[-1] in _ENDING


def fitting(masked: str, most_bytes: int) -> str:
    """Return a masked text in at most so many bytes of UTF-8.

    A mask may be longer than the name it hides. Where that is too long, one sign stands for each,
    so that no word of the author's is lost; what signs can't save is cut off at the end.
    """
    if len(masked.encode()) > most_bytes:
        for mask in _SIGNS.values():
            masked = masked.replace(mask, "*")
    return masked.encode()[:most_bytes].decode(errors="ignore")


class Masker:
    """Hides the names of one roster.

    :param names: full names, such as "Anna-Lena Müller"; each part is hidden by itself.
    """

    def __init__(self, names: Iterable[str]) -> None:
        words, whole = _words(), [visible(name) for name in names]
        by_person = [
            [
                part
                for part in _WORD.findall(name)
                if len(part) > 1 and part.casefold() not in words.particles
            ]
            for name in whole
        ]
        parts = {part for person in by_person for part in person}
        short = {name for part in parts for name in _short_names().get(folded(part), ())}
        self._ordinary = frozenset(
            {
                folded(part)
                for part in parts
                if part.casefold() in words.ordinary or len(part) <= SHORT_NAME
            }
            | {name for name in short if self._is_ordinary(name)}
        )
        certain = {part for part in parts if folded(part) not in self._ordinary}
        certain |= {name for name in short if not self._is_ordinary(name)}
        joined = {text for person in by_person for text in _joined(person)}
        self._names = frozenset(
            spelling for part in certain | joined for spelling in _spellings(part)
        )
        # Whoever writes a name in look-alikes means the name, be it an ordinary word or not.
        self._looks = self._names | {name for name in self._ordinary if len(name) > SHORT_NAME}
        self._stems = frozenset(
            folded(part).rstrip("аеиоуыьэюяйії") for part in certain if _CYRILLIC.fullmatch(part)
        )
        unspaced = sorted(set(_UNSPACED.findall(" ".join(whole))), key=len, reverse=True)
        self._unspaced = re.compile("|".join(map(re.escape, unspaced))) if unspaced else None

    def mask(self, text: str) -> str:
        """Return the comment with "[name]", "[address]" and "[number]" in place."""
        text = visible(text)
        for sign in _SIGNS:
            text = text.replace(sign, "")
        text = replace_contacts(text, _ADDRESS_SIGN, _NUMBER_SIGN, _NAME_SIGN)
        text = _SPACED.sub(self._spaced, text)
        text = _WORD.sub(self._word, text)
        if self._unspaced:
            text = self._unspaced.sub(_NAME_SIGN, text)
        text = _ADJOINING.sub(_NAME_SIGN, text)
        for sign, mask in _SIGNS.items():
            text = text.replace(sign, mask)
        return text

    @staticmethod
    def _is_ordinary(name: str) -> bool:
        return name in _words().ordinary or name in _ordinary_short_names()

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        plain = folded(word)
        if plain in self._names or plain.rstrip("0123456789") in self._names:
            return _NAME_SIGN
        if plain in self._ordinary and self._is_meant(found):
            return _NAME_SIGN
        seeming = skeleton(word)
        tricks = seeming != plain and any(map(str.isalpha, word))
        if tricks and (seeming in self._looks or skeleton(word.rstrip("s")) in self._looks):
            return _NAME_SIGN
        return _NAME_SIGN if self._is_declined(word, plain) else word

    def _is_declined(self, word: str, plain: str) -> bool:
        """Return whether a Cyrillic word is a name in one of its cases."""
        if not word[0].isupper() or not _CYRILLIC.fullmatch(word):
            return False
        return any(
            plain[: len(plain) - cut] in self._stems
            for cut in range(_CASE_ENDING + 1)
            if len(plain) - cut > SHORT_NAME
        )

    def _spaced(self, found: re.Match[str]) -> str:
        letters = folded("".join(filter(str.isalpha, found[0])))
        return _NAME_SIGN if letters in self._looks else found[0]

    def _is_meant(self, found: re.Match[str]) -> bool:
        """Return whether an ordinary word is used as a name: capitalised, and not as itself.

        At the start of a sentence "Will we meet?" has the word and "Will helped" the name;
        "in May" has the month anywhere.
        """
        word, text = found[0], found.string
        if not word[0].isupper() or (len(word) > 1 and word.isupper()):
            return False
        words = _words()
        if word.lower() in words.months:
            before = _WORD.findall(text[max(0, found.start() - _AROUND) : found.start()])
            if before and (before[-1].lower() in words.before_month or before[-1].isdigit()):
                return False
        if not _starts_sentence(text, found.start()):
            return True
        after = text[found.end() : found.end() + _AROUND]
        if after.startswith(("'s", "’s")):
            return True
        follows = _WORD.match(after.lstrip(" "))
        return follows is not None and follows[0].lower() not in words.after_ordinary
