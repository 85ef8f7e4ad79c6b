"""A move of people between groups, as its form says it."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Move:
    """Who moves from where to where.

    :ivar people: ids; none with `everybody` means all members of `source`.
    :ivar source: id of the group they are in; empty for those without one. Likewise `target`.
    :ivar agreed: whether what follows from it was shown and agreed to.
    """

    people: tuple[str, ...]
    everybody: bool
    source: str
    target: str
    agreed: bool


def read_move(form: MultiDict[str, str]) -> Move:
    """Return the move that a form asks for."""
    everybody = form.get("everybody") == "yes"
    return Move(
        people=() if everybody else tuple(dict.fromkeys(form.getlist("person"))),
        everybody=everybody,
        source=form.get("source", ""),
        target=form.get("target", ""),
        agreed=form.get("agreed") == "yes",
    )
