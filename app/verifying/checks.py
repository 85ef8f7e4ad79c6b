"""What one comparison found, and a place to gather them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One line: of which kind, what was compared, whether it fits, and a word on what was found."""

    kind: str
    what: str
    ok: bool
    found: str = ""

    @property
    def line(self) -> str:
        """Return the check as a line for a person."""
        told = f"{'ok    ' if self.ok else 'FAILED'}  {self.kind}: {self.what}"
        return f"{told} ({self.found})" if self.found else told


Checks = Iterator[Check]


def same(kind: str, what: str, stated: object, seen: object) -> Check:
    """Return the check that something seen is what was stated."""
    ok = stated == seen
    return Check(kind, what, ok, "" if ok else f"stated {stated}, seen {seen}")
