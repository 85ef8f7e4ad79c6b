"""Names of programs and groups: one spelling rule, and what comes close to a mistyped one."""

import difflib
from collections.abc import Iterable

from app.people.plain_text import FORMULA_MARKS, MAX_CHARACTERS, has_unseen, tidy_text
from app.programs.errors import NameShapeError


def tidy_name(text: str) -> str:
    """Return a name with single spaces.

    :raises NameShapeError: if it is empty, too long, has invisible characters, or begins like a
        formula.
    """
    name = tidy_text(text)
    if not 1 <= len(name) <= MAX_CHARACTERS or name[0] in FORMULA_MARKS or has_unseen(name):
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
