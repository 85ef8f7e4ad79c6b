"""Score the mood of an English comment: VADER with workplace words, on guarded input.

Use means of groups: one comment's score is often wrong, and sarcasm always is.
Source: Hutto and Gilbert (2014), VADER; the workplace lexicon is ours.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from surveys.language import ENGLISH, language_of
from surveys.vader import Vader

COMPOUND_LOW, COMPOUND_HIGH = -1, 1

# VADER's time grows faster than its input: 10 kB of emoji took seconds. Hence the guard.
FIRST_CUT = 8_000  # characters, before repetition is taken out
LAST_CUT = 2_000  # characters, after
MOST_EMOJI = 20  # each turns into several words
CHUNK = 60  # words that are scored together

_REPEATED = re.compile(r"(.)\1{3,}", re.DOTALL)


@dataclass(frozen=True)
class Sentiment:
    """A comment's mood.

    :ivar compound: -1 (worst) to 1 (best); None if it is not scored, which is not 0.
    :ivar language: the language tag; "und" if it can't be told.
    """

    compound: float | None
    language: str


@cache
def _lexicon() -> dict[str, object]:
    text = (files("surveys") / "data" / "workplace_lexicon.json").read_text("utf-8")
    return dict(json.loads(text))


@cache
def _vader() -> Vader:
    """Return the analyzer; built at the first comment, since it reads 7,500 words."""
    words = _lexicon()["words"]
    return Vader(words if isinstance(words, dict) else {})


def lexicon_version() -> str:
    """Return the version of analyzer and lexicon, to be stored with every score."""
    return str(_lexicon()["version"])


def guarded(text: str) -> str:
    """Return a text that can be scored in bounded time, its mood kept."""
    text = _REPEATED.sub(r"\1\1\1", text[:FIRST_CUT])[:LAST_CUT]
    emojis = _vader().emojis
    if emojis.keys().isdisjoint(text):
        return text
    left = MOST_EMOJI
    kept = []
    for character in text:
        if character in emojis:
            left -= 1
            if left < 0:
                continue
        kept.append(character)
    return "".join(kept)


def _compound(text: str) -> float:
    words = text.split()
    if len(words) <= CHUNK:
        return _vader().compound(text)
    chunks = [" ".join(words[start : start + CHUNK]) for start in range(0, len(words), CHUNK)]
    return sum(_vader().compound(chunk) for chunk in chunks) / len(chunks)


def score(text: str) -> Sentiment:
    """Return the mood of a comment; one that is not English is not scored.

    :param text: any text; the time is bounded whatever its length.
    """
    text = guarded(text)
    language = language_of(text, _vader().lexicon)
    return Sentiment(_compound(text) if language == ENGLISH else None, language)
