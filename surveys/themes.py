"""Tell what an English comment is about, by families of words that are data.

A theme is a topic: "no support" is about support as "great support" is; the mood says the rest.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from surveys.sentiment import guarded

_ANY_ENDING = "*"
_LETTERS = 3  # that families are found by; no stem is shorter
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class _Family:
    """Words that follow each other, and the theme that they are about.

    :ivar words: each with whether it may have any ending.
    """

    theme: str
    words: tuple[tuple[str, bool], ...]

    def begins(self, words: Sequence[str]) -> bool:
        """Return whether a text that goes on with `words` names the theme here."""
        if len(words) < len(self.words):
            return False
        for (own, stem), word in zip(self.words, words, strict=False):
            if word != own and not (stem and word.startswith(own)):
                return False
        return True


def _family(theme: str, entry: str) -> _Family:
    words = [(word.removesuffix(_ANY_ENDING), word.endswith(_ANY_ENDING)) for word in entry.split()]
    return _Family(theme, tuple(words))


@dataclass(frozen=True)
class _Themes:
    """The families of all themes, by the letters with which their first word begins."""

    version: str
    families: Mapping[str, tuple[_Family, ...]]
    longest: int

    def named_by(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the theme of each family that begins the words."""
        for family in self.families.get(words[0][:_LETTERS], ()):
            if family.begins(words):
                yield family.theme


@cache
def _themes() -> _Themes:
    content = json.loads((files("surveys") / "data" / "themes.json").read_text("utf-8"))
    families: dict[str, tuple[_Family, ...]] = {}
    for theme, entries in content["themes"].items():
        for entry in entries:
            family = _family(theme, entry)
            letters = family.words[0][0][:_LETTERS]
            families[letters] = (*families.get(letters, ()), family)
    longest = max(len(family.words) for group in families.values() for family in group)
    return _Themes(str(content["version"]), families, longest)


def themes_version() -> str:
    """Return the version of the themes, to be stored with whatever they found."""
    return _themes().version


def named_themes(text: str) -> tuple[str, ...]:
    """Return the names of the themes that an English comment is about, by name, each once.

    :param text: any text; the time is bounded whatever its length, as that of its mood.
    """
    themes = _themes()
    words = _WORD.findall(guarded(text).lower())
    found: set[str] = set()
    for place, word in enumerate(words):
        if word[:_LETTERS] in themes.families:
            found.update(themes.named_by(words[place : place + themes.longest]))
    return tuple(sorted(found))
