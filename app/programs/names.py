"""Names of programs and groups: one spelling rule, and what comes close to a mistyped one."""

import difflib
import unicodedata
from collections.abc import Iterable

from app.programs.errors import NameShapeError

_MAX_CHARACTERS = 120  # as long as the columns
_FORMULA_MARKS = "=+-@|"  # a spreadsheet would run a cell that begins so


def tidy_name(text: str) -> str:
    """Return a name with single spaces.

    :raises NameShapeError: if it is empty, too long, has invisible characters, or begins like a
        formula.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if (
        not 1 <= len(name) <= _MAX_CHARACTERS
        or name[0] in _FORMULA_MARKS
        or any(unicodedata.category(sign) in ("Cc", "Cf") for sign in name)
    ):
        raise NameShapeError
    return name


def same_name(one: str, other: str) -> bool:
    """Return whether two names differ in upper and lower case at most."""
    return one.casefold() == other.casefold()


def close_names(wanted: str, names: Iterable[str]) -> list[str]:
    """Return up to three of `names` that look like `wanted`, the closest first."""
    by_key = {name.casefold(): name for name in names}
    found = difflib.get_close_matches(wanted.casefold(), by_key, 3, 0.6)
    return [by_key[key] for key in found]
