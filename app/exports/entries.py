"""A results page -> the lines of a file: one value each, in the page's words, nothing besides."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from app.results import words
from app.results.cells import CellResult
from app.results.pages import ResultsPage
from app.results.questions import scales
from app.results.report import CommentList, Report
from app.spreadsheets import Cell
from surveys.disclosure import ShownMean
from surveys.items import Form
from surveys.wording import WITHHELD, count_words


@dataclass(frozen=True)
class Entry:
    """One value of a results page.

    :ivar round: by the day on which it closed.
    :ivar row: the question, or what else the value is about.
    :ivar of: whose it is, or which option or theme.
    :ivar end: "or more" and the like, where a mean stands at an end of its scale (D6).
    """

    round: str
    part: str
    row: str
    of: str
    value: Cell
    end: str = ""


def entries_of(page: ResultsPage, form: Form, *, comments: bool, trend: bool) -> list[Entry]:
    """Return what a results page shows of its round; without a release nothing.

    :param comments: whether the texts of comments are asked for; they are nowhere by default.
    :param trend: whether the rounds before are told, too.
    """
    report = page.report
    if report is None:
        return []
    whose = page.group or _("The whole program")
    cells = [(whose, report.own)]
    if page.group and report.release.group_id is None:
        cells.append((_("The whole program"), report.program))
    found = [*_figures(report, form, cells)]
    if trend:
        found += _rounds_before(report, cells)
    found += _picked(report)
    lists = report.own_comments
    found += _themes(report, whose, lists)
    if comments:
        found += _said(report, whose, lists)
    return found


def _closed(report: Report) -> str:
    return words.round_name(report.release.closed_on)


def _figures(report: Report, form: Form, cells: list[tuple[str, CellResult]]) -> Iterator[Entry]:
    closed, part = _closed(report), _("Results")
    for whose, cell in cells:
        people = WITHHELD if cell.people is None else count_words(cell.people)
        yield Entry(closed, part, _("How many answered"), whose, people)
    if report.scored:
        for whose, cell in cells:
            score = None if cell.score is None else cell.score.mean
            yield _mean(closed, part, _("Wellbeing score, 0 to 100"), whose, score)
    answered_on = {row.text: row.scale for row in report.items}
    for item in scales(form):
        asked = words.said(item.text)
        row = asked if report.scale else f"{asked} ({answered_on.get(asked, '')})"
        for whose, cell in cells:
            yield _mean(closed, part, row, whose, cell.items.get(item.id))


def _mean(closed: str, part: str, row: str, whose: str, mean: ShownMean | None) -> Entry:
    if mean is None:
        return Entry(closed, part, row, whose, WITHHELD)
    value = int(mean.mean) if mean.mean == int(mean.mean) else mean.mean
    return Entry(closed, part, row, whose, value, _end(mean))


def _end(mean: ShownMean) -> str:
    return {"or more": _("or more"), "or less": _("or less")}.get(mean.open or "", "")


def _rounds_before(report: Report, cells: list[tuple[str, CellResult]]) -> Iterator[Entry]:
    part = _("Round by round")
    row = _("Wellbeing score, 0 to 100")
    for line in report.trend if report.scored else ():
        for (whose, _cell), told in zip(cells, (line.own, line.program), strict=False):
            yield Entry(line.name, part, row, whose, told)


def _picked(report: Report) -> Iterator[Entry]:
    closed, part = _closed(report), _("What was picked")
    for spread in report.spreads:
        if spread.rows is None:
            yield Entry(closed, part, spread.question, "", WITHHELD)
        for line in spread.rows or ():
            yield Entry(closed, part, spread.question, line.options, line.share)


def _themes(report: Report, whose: str, lists: tuple[CommentList, ...]) -> Iterator[Entry]:
    closed, part = _closed(report), _("Themes")
    tone = report.own.tone
    if lists:
        sound = WITHHELD if tone is None else words.tone_sentence(tone)
        yield Entry(closed, part, _("How the comments sound"), whose, sound)
    for told in lists:
        if told.themes is None and told.comments is not None:
            continue  # a round from before themes
        if not told.themes:
            yield Entry(closed, part, told.question, "", WITHHELD)
        for theme in told.themes or ():
            sound = f"{words.theme_count(theme)}; {words.theme_sound(theme)}"
            yield Entry(closed, part, told.question, theme.name, sound)


def _said(report: Report, whose: str, lists: tuple[CommentList, ...]) -> Iterator[Entry]:
    closed, part = _closed(report), _("Comments")
    for told in lists:
        if told.comments is None:
            yield Entry(closed, part, told.question, whose, WITHHELD)
        elif not told.comments:
            gone = _("The comments of this round are no longer kept.")
            yield Entry(closed, part, told.question, whose, gone)
        for comment in told.comments or ():
            yield Entry(closed, part, told.question, whose, comment.text)
