"""What the page about a session takes: shapes only."""

from collections.abc import Mapping

CLOSES = ("1", "2", "3")


def read_closes(form: Mapping[str, str]) -> int:
    """Return how many closing times are wished for; one without a word more."""
    typed = form.get("closes", "")
    return int(typed) if typed in CLOSES else 1
