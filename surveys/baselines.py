"""Keep rounds apart that asked other questions: a new set of items starts a new baseline.

Source: MEASUREMENT, section 1: item sets are fixed within a baseline.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias, TypeVar

from surveys.items import Form, Item, in_language
from surveys.scoring import scored_items

SCORE = "wellbeing score"  # no item's id has a space
Basis: TypeAlias = tuple[tuple[str, int, int, str], ...]  # id, ends and words of each question
Entry = TypeVar("Entry")


def basis_of(form: Form, target: str) -> Basis | None:
    """Return the questions behind a target, None if a form doesn't ask it.

    :param target: SCORE, or the id of a question.
    """
    if target == SCORE:
        scored = scored_items(form)
        return None if scored is None else tuple(_mark(form.by_id[i]) for i in scored.item_ids)
    item = form.item(target)
    return (_mark(item),) if item is not None and item.type == "scale" else None


def bases_of(form: Form) -> dict[str, Basis]:
    """Return what each question on a scale asks, by its id."""
    return {item.id: (_mark(item),) for item in form.items if item.type == "scale"}


def wording(item: Item) -> str:
    """Return a question in English, else in the first of its languages."""
    return in_language(item.text, "en")[1]


def stretches(
    entries: Sequence[Entry], basis: Callable[[Entry], Basis | None]
) -> list[list[Entry]]:
    """Return the entries in runs that asked the same questions, oldest first.

    Whoever goes back to earlier questions begins anew as well: what lies between is not known.
    """
    return [list(run) for _, run in groupby(entries, basis)]


def asked_alike(entries: Sequence[Entry], basis: Callable[[Entry], Basis | None]) -> list[Entry]:
    """Return the latest entries that asked the same questions as the last; none of nothing."""
    return (stretches(entries, basis) or [[]])[-1]


def fleet_by_stretch(
    programs: Mapping[str, Sequence[Entry]], basis: Callable[[Entry], Basis | None]
) -> dict[str, list[Entry]]:
    """Return each program's latest stretch by its name, and its earlier ones as programs of old.

    Earlier rounds stay part of what the organisation's other programs were assessed beside, so
    that a replay says of those what it said then.
    """
    fleet: dict[str, list[Entry]] = {}
    for name, entries in programs.items():
        *earlier, latest = stretches(entries, basis) or [[]]
        fleet[name] = latest
        fleet |= {f"{name}, stretch {number}": run for number, run in enumerate(earlier, start=1)}
    return fleet


def _mark(item: Item) -> tuple[str, int, int, str]:
    return item.id, item.points[0], item.points[-1], wording(item)
