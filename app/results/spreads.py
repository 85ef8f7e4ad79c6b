"""How the answers to questions with options spread, in words. Source: D6, D7."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.results.cells import CellResult
from app.results.charts import percent
from app.results.words import figure, said, withheld_word
from surveys.histograms import Bin
from surveys.items import Form, Item


@dataclass(frozen=True)
class SpreadRow:
    """One option, or neighbouring ones that are told together, with its share and its bar."""

    options: str
    share: str
    bar: str | None


@dataclass(frozen=True)
class Spread:
    """A question with options; `rows` is None where its answers are withheld.

    :ivar several: whether people could pick more than one.
    """

    question: str
    several: bool
    rows: tuple[SpreadRow, ...] | None


def spreads_of(form: Form, cell: CellResult) -> tuple[Spread, ...]:
    """Return the spread of each question with options, in the form's order."""
    asked = [item for item in form.items if item.options]
    return tuple(_spread(item, cell.spreads) for item in asked)


def _spread(item: Item, shown: Mapping[str, tuple[Bin, ...]]) -> Spread:
    words = {option.id: said(option.text) for option in item.options}
    bins = shown.get(item.id)
    rows = None
    if bins is not None:
        rows = tuple(
            SpreadRow(
                ", ".join(words[option] for option in entry.options),
                _share_words(entry),
                None if entry.share is None else percent(entry.share),
            )
            for entry in bins
        )
    return Spread(said(item.text), item.type == "multiple", rows)


def _share_words(entry: Bin) -> str:
    if entry.over:
        return _("more than 80 %%")
    if entry.share is None:  # beside one of more than 80 % (D6)
        return withheld_word()
    return _("about %(share)s %%", share=figure(100 * entry.share))
