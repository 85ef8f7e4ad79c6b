"""What words look like: without case, accents and tricks of spelling."""

import re
import unicodedata

# Letters that no normal form takes apart.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
# Letters of other alphabets, and digits, that pass for Latin ones.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіѕјһԁӏквмнтαονικρτυεγ0134578$", "aeopcyxisjhdlkbmhtaovikptueyoleastbs"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u02bc\u02b9\u2032\u00b4`\uff07", "\u2019"))
# What shows nothing: soft hyphen, zero width, direction. Joiners stay where a script needs them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\U000e0000-\U000e007f]"
    "|(?<=[\\w@.])[\u200c\u200d](?=[A-Za-z\u00c0-\u024f\\d@.])"
)
# Sorting a long pile of accents takes the square of its height.
_PILE = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{6})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def visible(text: str) -> str:
    """Return the text in one normal form and without what can't be seen."""
    plain = _PILE.sub(r"\1", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", plain).translate(_APOSTROPHES)


def folded(word: str) -> str:
    """Return a word without case and accents, so that "Zoë" is found as "zoe"."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_PLAIN)


def skeleton(word: str) -> str:
    """Return what a word passes for: look-alikes as the Latin letters that they imitate."""
    return folded(word).translate(_LOOKS_LIKE)
