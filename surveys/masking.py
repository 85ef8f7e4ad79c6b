"""Hide names of the roster, mail addresses and phone numbers in a comment.

Masking errs towards hiding; writing style it can't hide.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NAME, ADDRESS, NUMBER = "[name]", "[address]", "[number]"
FEWEST_DIGITS = 7  # a shorter number is no phone number that works from outside
SHORT_NAME = 2  # letters; "An" or "Bo" is looked at like a common word

# Private-use characters stand in for masks until the end, so that no mask is masked again.
_SIGNS = {"\ue000": NAME, "\ue001": ADDRESS, "\ue002": NUMBER}
_NAME_SIGN, _ADDRESS_SIGN, _NUMBER_SIGN = _SIGNS

# Repetition is bounded: a comment made to slow the search down must not.
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DIGITS = re.compile(r"(?<![\w+])\+?\(?\d(?:[ \t()./\u2010-\u2013-]{0,3}\d){6,19}(?!\w)")
_NO_PHONE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}"  # a date
    r"|\d{1,2}[-./]\d{1,2}[-./]\d{4}"
    r"|(?:19|20)\d\d ?[-\u2010-\u2013/] ?(?:19|20)\d\d"  # two years
    r"|[1-9]\d{0,2}(?:[ .]\d{3})+"  # thousands
)
# A word ends at white space and punctuation; marks that belong to letters stay inside.
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~\xa0-\xbf\u2000-\u206f\u3000-\u303f\ue000-\ue002]+")
# Scripts that put no space between a name and what follows it.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")
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


def _folded(word: str) -> str:
    """Return a word without case and accents, so that "Zoë" is found as "zoe"."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _spellings(name: str) -> set[str]:
    """Return how a part of a name may be written: with umlauts spelled out, and as genitive."""
    low = unicodedata.normalize("NFC", name).casefold()
    for umlaut, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        low = low.replace(umlaut, spelled)
    plain = {_folded(name), _folded(low)}
    return plain | {f"{form}s" for form in plain if len(form) > SHORT_NAME}


def _starts_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(_OPENING)
    return not before or before[-1] in _ENDING


class Masker:
    """Hides the names of one roster.

    :param names: full names, such as "Anna-Lena Müller"; each part is hidden by itself.
    """

    def __init__(self, names: Iterable[str]) -> None:
        words = _words()
        whole = " ".join(unicodedata.normalize("NFC", name) for name in names)
        parts = {part for part in _WORD.findall(whole) if len(part) > 1}
        parts = {part for part in parts if part.casefold() not in words.particles}
        self._ordinary = frozenset(
            _folded(part)
            for part in parts
            if part.casefold() in words.ordinary or len(part) <= SHORT_NAME
        )
        self._names = frozenset(
            spelling
            for part in parts
            if _folded(part) not in self._ordinary
            for spelling in _spellings(part)
        )
        unspaced = sorted(set(_UNSPACED.findall(whole)), key=len, reverse=True)
        self._unspaced = re.compile("|".join(map(re.escape, unspaced))) if unspaced else None

    def mask(self, text: str) -> str:
        """Return the comment with "[name]", "[address]" and "[number]" in place."""
        text = unicodedata.normalize("NFC", text)
        for sign in _SIGNS:
            text = text.replace(sign, "")
        text = _MAIL.sub(_ADDRESS_SIGN, text)
        text = _DIGITS.sub(_number, text)
        text = _WORD.sub(self._word, text)
        if self._unspaced:
            text = self._unspaced.sub(_NAME_SIGN, text)
        text = _ADJOINING.sub(_NAME_SIGN, text)
        for sign, mask in _SIGNS.items():
            text = text.replace(sign, mask)
        return text

    def _word(self, found: re.Match[str]) -> str:
        folded = _folded(found[0])
        if folded in self._names:
            return _NAME_SIGN
        if folded in self._ordinary and self._is_meant(found):
            return _NAME_SIGN
        return found[0]

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
            before = _WORD.findall(text[: found.start()][-20:])
            if before and (before[-1].lower() in words.before_month or before[-1].isdigit()):
                return False
        if not _starts_sentence(text, found.start()):
            return True
        after = text[found.end() : found.end() + 40]
        if after.startswith(("'s", "’s")):
            return True
        follows = _WORD.match(after.lstrip(" "))
        return follows is not None and follows[0].lower() not in words.after_ordinary


def _number(found: re.Match[str]) -> str:
    if _NO_PHONE.fullmatch(found[0]) or sum(map(str.isdigit, found[0])) < FEWEST_DIGITS:
        return found[0]
    return _NUMBER_SIGN
