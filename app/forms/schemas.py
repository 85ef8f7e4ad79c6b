"""What the page on which a program's questions are chosen takes: shapes only."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from surveys.errors import ItemChoiceError


@dataclass(frozen=True)
class Choice:
    """Questions as chosen: a set, which of its questions, and whether own change is asked."""

    instrument: str
    items: frozenset[str]
    own_change: bool


def read_choice(form: MultiDict[str, str]) -> Choice:
    """Return the questions that a form or an address asks for."""
    return Choice(
        form.get("instrument", ""),
        frozenset(form.getlist("item")),
        form.get("own_change") == "1",
    )


def field_of(error: Exception) -> str:
    """Return the id of the field that a refusal is about."""
    return "items" if isinstance(error, ItemChoiceError) else "instrument"
