"""Entries -> a CSV file or a workbook, with a sheet that says what the file is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flask_babel import gettext as _

from app.exports.entries import Entry
from app.languages import speak
from app.results.pages import ResultsPage
from app.results.words import round_name
from app.spreadsheets import Cell, Sheet, csv_bytes, workbook_bytes

_WIDTHS = (18, 18, 60, 28, 24, 10)
_ABOUT_WIDTHS = (26, 90)


@dataclass(frozen=True)
class Export:
    """A file's content before it is written.

    :ivar about: what the file says of itself, line by line: a word and its meaning.
    """

    entries: tuple[Entry, ...]
    about: tuple[tuple[str, Cell], ...]
    made: datetime


def make_export(
    page: ResultsPage, entries: Sequence[Entry], organisation: str, fingerprint: str, every: bool
) -> Export:
    """Return the export of a results page that has a release.

    :param every: whether all rounds are in it, each as its page shows it.
    """
    report = page.report
    if report is None:
        raise ValueError("There is nothing to export before the first release.")
    closed = report.release.closed_on
    lines: list[tuple[str, Cell]] = [
        (_("Organisation"), organisation),
        (_("Program"), page.program),
        (_("Results of"), page.group or _("The whole program")),
        (_("Round of"), round_name(closed)),
        (_("Rounds in this file"), _("every released round") if every else _("this one")),
        (_("Fingerprint of the round"), fingerprint),
        (_("Threshold (k)"), report.release.k),
    ]
    if report.scale:
        lines.append((_("Questions are answered on"), report.scale))
    # The day of the round, so that the same results give the same bytes whenever they are taken.
    return Export(tuple(entries), (*lines, *_rules()), datetime.combine(closed, time(), UTC))


def _rules() -> tuple[tuple[str, Cell], ...]:
    """Return how to read the file, and why it holds no more."""
    return (
        (_("Withheld"), _("Something is not shown. The word is the same whatever the reason.")),
        (
            _("Counts and means"),
            _(
                "Counts under 20 are bands. Means are rounded, the more the fewer people answered;"
                " at an end of the scale they say “or more” or “or less”."
            ),
        ),
        (
            _("Why there is no filter"),
            _(
                "Two tables that differ by one person tell what that person answered. So there are"
                " the groups that were named before the round, and nothing can be cut finer."
            ),
        ),
        (
            _("Where it comes from"),
            _(
                "The release as it was stored when the round closed. The file holds what the page"
                " shows, and nothing else."
            ),
        ),
    )


def as_csv(export: Export) -> bytes:
    """Return the export as one table; what the file is stands below it."""
    about = [("", _("About this file"), word, "", meaning, "") for word, meaning in export.about]
    return csv_bytes([_head(), *map(_row, export.entries), *about])


def as_workbook(export: Export) -> bytes:
    """Return the export as a workbook with two sheets."""
    results = Sheet(_("Results"), _head(), tuple(map(_row, export.entries)), _WIDTHS)
    head = (_("About this file"), "")
    about = Sheet(_("About this file"), head, export.about, _ABOUT_WIDTHS)
    return workbook_bytes([results, about], export.made)


def file_name(page: ResultsPage, ending: str) -> str:
    """Return a name that every system takes: program, group, day."""
    parts = ["chorus", page.program, page.group or "", _day(page)]
    plain = "-".join(re.sub(r"[^a-z0-9]+", "-", part.casefold()).strip("-") for part in parts)
    return f"{re.sub('-{2,}', '-', plain)[:100].strip('-')}.{ending}"


def _day(page: ResultsPage) -> str:
    return page.report.release.closed_on.isoformat() if page.report else ""


def _head() -> tuple[str, ...]:
    return (
        _("Round of"),
        _("Part"),
        _("Question"),
        _("Of"),
        _("Value"),
        _("Open end"),
    )


def _row(entry: Entry) -> tuple[Cell, ...]:
    return entry.round, entry.part, entry.row, entry.of, speak(entry.value), entry.end
