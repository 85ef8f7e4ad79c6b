"""Plain text in names: what is tidied away, and what is refused because nobody can see it."""

import unicodedata

MAX_CHARACTERS = 120  # as long as the columns of programs and groups
FORMULA_MARKS = "=+-@|"  # a spreadsheet would run a cell that begins so

# Left behind by copying from pages and documents; nobody sees them, nobody means them.
_LEFTOVERS = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# Marks of writing direction, with which one name can be made to look like another.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy_text(text: str) -> str:
    """Return `text` in NFC with single spaces and without leftovers of copying."""
    return unicodedata.normalize("NFC", " ".join(text.translate(_LEFTOVERS).split()))


def has_unseen(text: str) -> bool:
    """Return whether `text` holds control characters or marks of writing direction."""
    return any(unicodedata.category(sign) == "Cc" or sign in _DIRECTIONS for sign in text)
