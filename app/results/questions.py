"""The questions on scales, each with its mean, its bar and how it has moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.results.cells import CellResult
from app.results.charts import percent, share_of_scale
from app.results.service import ReleasedRound
from app.results.words import (
    change_words,
    listed,
    mean_words,
    moved,
    round_name,
    said,
    withheld_word,
)
from surveys.disclosure import ShownMean
from surveys.items import Form, Item

_MOST_NAMED = 2


@dataclass(frozen=True)
class ItemRow:
    """One question: means in words and as lengths of bars, and how it has moved.

    :ivar moved: by how much, in points of its scale; 0 for what rounding can't tell apart.
    :ivar share: where it stands on its scale, 0 to 1, for the order of questions.
    """

    text: str
    scale: str
    own: str
    own_bar: str | None
    program: str
    program_bar: str | None
    change: str
    moved: float
    share: float


@dataclass(frozen=True)
class Before:
    """A question's mean in an earlier round, and since when, where that has to be said."""

    mean: ShownMean
    since: date | None


def means_before(
    known: Sequence[ReleasedRound], seen: Sequence[CellResult], compared: int | None
) -> dict[str, Before]:
    """Return, by question, its mean in the latest earlier round that asked it in the same words.

    :param compared: index of the round that the page looks back to; another one's day is told.
    """
    before = {}
    for name, basis in known[-1].asked.items():
        for at in reversed(range(len(known) - 1)):
            if known[at].asked.get(name) == basis and name in seen[at].items:
                since = None if at == compared else known[at].closed_on
                before[name] = Before(seen[at].items[name], since)
                break
    return before


def told(mean: ShownMean | None) -> str:
    """Return a mean in words, or the one word for silence (D10)."""
    return withheld_word() if mean is None else mean_words(mean)


def scales(form: Form) -> list[Item]:
    """Return the questions of a form that are answered on a scale."""
    return [item for item in form.items if item.type == "scale"]


def _scale_words(item: Item) -> str:
    """Return a scale with the words at its ends: "1 (strongly disagree) to 5 (strongly agree)"."""
    labels = {label.id: said(label.text) for label in item.labels}
    ends = [str(point) for point in (item.points[0], item.points[-1])]
    first, last = (f"{end} ({labels[end]})" if end in labels else end for end in ends)
    return _("%(first)s to %(last)s", first=first, last=last)


def common_scale(form: Form) -> str | None:
    """Return what all scales are answered on, in words; None if they differ."""
    found = {_scale_words(item) for item in scales(form)}
    return found.pop() if len(found) == 1 else None


def share_of(item: Item, mean: ShownMean) -> float:
    """Return where on its scale a question's mean stands, 0 to 1."""
    return share_of_scale(mean, item.points[0], item.points[-1])


def item_rows(
    form: Form, own: CellResult, program: CellResult, before: Mapping[str, Before]
) -> tuple[ItemRow, ...]:
    """Return a row for each question: what fell most first, of these what stands lowest."""
    seen = own if own.shown else program
    rows = [_item_row(item, own, program, seen, before.get(item.id)) for item in scales(form)]
    return tuple(sorted(rows, key=lambda row: (row.moved, row.share)))


def _item_row(
    item: Item,
    own: CellResult,
    program: CellResult,
    seen: CellResult,
    before: Before | None,
) -> ItemRow:
    here, there, now = (cell.items.get(item.id) for cell in (own, program, seen))
    earlier = None if before is None else before.mean
    return ItemRow(
        text=said(item.text),
        scale=_scale_words(item),
        own=told(here),
        own_bar=None if here is None else percent(share_of(item, here)),
        program=told(there),
        program_bar=None if there is None else percent(share_of(item, there)),
        change=change_words(earlier, now, None if before is None else before.since),
        moved=moved(earlier, now),
        share=share_of(item, now) if now else 1.0,
    )


def changed_sentence(rows: Sequence[ItemRow], since: date | None) -> str | None:
    """Return which questions have moved most, in one sentence; None with nothing to compare.

    :param since: the round that the page looks back to.
    """
    if since is None or not rows:
        return None
    fell, rose = min(row.moved for row in rows), max(row.moved for row in rows)
    least = _named([row.text for row in rows if row.moved == fell])
    most = _named([row.text for row in rows if row.moved == rose])
    if fell < 0 < rose:
        return _("What fell most: %(fell)s. What rose most: %(rose)s.", fell=least, rose=most)
    if fell < 0:
        return _("What fell most: %(fell)s. Nothing rose.", fell=least)
    if rose > 0:
        return _("What rose most: %(rose)s. Nothing fell.", rose=most)
    return _(
        "No question has moved further than the rounding since the round of %(day)s.",
        day=round_name(since),
    )


def _named(questions: Sequence[str]) -> str:
    """Return questions by their words; more than two that moved alike only by their number."""
    if len(questions) > _MOST_NAMED:
        return _("%(number)s questions alike", number=len(questions))
    return listed([_("“%(question)s”", question=text.rstrip(".")) for text in questions])
