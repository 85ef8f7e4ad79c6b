"""The questions on scales, each with its mean, its bar and how it has moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.results.cells import CellResult
from app.results.charts import percent, share_of_scale
from app.results.service import ReleasedRound
from app.results.words import change_words, mean_words
from surveys.baselines import wording
from surveys.disclosure import ShownMean
from surveys.items import Form, Item, in_language
from surveys.wording import WITHHELD, day_words


@dataclass(frozen=True)
class ItemRow:
    """One question: means in words and as lengths of bars, and how it has moved."""

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
    since: str


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
                since = "" if at == compared else f" since {day_words(known[at].closed_on)}"
                before[name] = Before(seen[at].items[name], since)
                break
    return before


def told(mean: ShownMean | None) -> str:
    """Return a mean in words, or the one word for silence (D10)."""
    return WITHHELD if mean is None else mean_words(mean)


def scales(form: Form) -> list[Item]:
    """Return the questions of a form that are answered on a scale."""
    return [item for item in form.items if item.type == "scale"]


def _scale_words(item: Item) -> str:
    """Return a scale with the words at its ends: "1 (strongly disagree) to 5 (strongly agree)"."""
    labels = {label.id: in_language(label.text, "en")[1] for label in item.labels}
    ends = [str(point) for point in (item.points[0], item.points[-1])]
    return " to ".join(f"{end} ({labels[end]})" if end in labels else end for end in ends)


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
    change = change_words(None if before is None else before.mean, now)
    return ItemRow(
        text=wording(item),
        scale=_scale_words(item),
        own=told(here),
        own_bar=None if here is None else percent(share_of(item, here)),
        program=told(there),
        program_bar=None if there is None else percent(share_of(item, there)),
        change=change + before.since if now and before else change,
        moved=now.mean - before.mean.mean if now and before else 0.0,
        share=share_of(item, now) if now else 1.0,
    )
