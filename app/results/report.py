"""Put a round's release together for one page: a circle beside its program, or the program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.results.cells import WITHHELD as WITHHELD_CELL
from app.results.cells import CellResult, ThemeResult, read_cell
from app.results.charts import MOST_ROUNDS, TrendChart, trend_chart
from app.results.comments import CommentText
from app.results.priorities import PriorityChart, priority_chart
from app.results.questions import (
    ItemRow,
    changed_sentence,
    common_scale,
    item_rows,
    means_before,
    scales,
    share_of,
    told,
)
from app.results.service import ReleasedRound, RoundName, latest_alike
from app.results.spreads import Spread, spreads_of
from app.results.words import WHOLE_PROGRAM, round_name, said, score_sentence, short_day
from surveys.cell_tree import ROOT_CELL
from surveys.disclosure import ShownMean
from surveys.guide import (
    Conversation,
    conversation_about,
    general_conversation,
    lowest_item,
)
from surveys.items import Form


class NoSuchReleaseError(LookupError):
    """There are no results of such a round."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class TrendRow:
    """One round of the trend in words, with the means that the words tell; the chart reads these.

    :ivar day: of its closing, short, as it stands beneath a chart.
    """

    name: str
    day: str
    own: str
    program: str
    own_mean: ShownMean | None = None
    program_mean: ShownMean | None = None


@dataclass(frozen=True)
class CommentList:
    """The comments to one question in one cell; None where they are withheld.

    :ivar themes: what they are about, empty where that is withheld; None in rounds from before.
    """

    item: str
    question: str
    comments: tuple[CommentText, ...] | None
    themes: tuple[ThemeResult, ...] | None = None

    @property
    def answerable(self) -> tuple[CommentText, ...]:
        """Return the comments that can be answered."""
        return tuple(entry for entry in self.comments or () if entry.can_be_answered)

    def about(self, theme: str) -> tuple[CommentText, ...]:
        """Return the comments that can be answered and name a theme that is shown here."""
        if theme not in {entry.name for entry in self.themes or ()}:
            return ()
        return tuple(entry for entry in self.answerable if theme in entry.themes)

    @property
    def answerable_themes(self) -> tuple[str, ...]:
        """Return the shown themes whose comments can be answered together."""
        return tuple(entry.name for entry in self.themes or () if self.about(entry.name))


@dataclass(frozen=True)
class Report:
    """All that a results page shows of one cell; `program` is the same cell for the program's.

    :ivar scored: whether the questions make a score; else each stands alone.
    :ivar anew: the first round of these questions, where others were asked before.
    :ivar changed: which questions have moved most; None with nothing to compare.
    :ivar compared_with: the round that `change` in the items looks back to; None for none.
    :ivar spreads: of the whole round, since no part of it shows any.
    :ivar scale: what all questions are answered on, in words; None if they differ.
    :ivar priorities: of a program; None for a group, and where it can't be drawn.
    :ivar change_of: what that column is called; of a withheld circle it is the program's.
    """

    release: ReleasedRound
    name: str
    scored: bool
    anew: str | None
    own: CellResult
    program: CellResult
    sentence: str | None
    program_sentence: str | None
    changed: str | None
    compared_with: str | None
    change_of: str
    chart: TrendChart
    trend: tuple[TrendRow, ...]
    items: tuple[ItemRow, ...]
    spreads: tuple[Spread, ...]
    scale: str | None
    conversation: Conversation
    priorities: PriorityChart | None
    own_comments: tuple[CommentList, ...]
    program_comments: tuple[CommentList, ...]


def pick_release(rounds: Sequence[ReleasedRound], name: RoundName | None) -> ReleasedRound:
    """Return the release of the round with this name, or the latest.

    :raises NoSuchReleaseError: if there is none.
    """
    for entry in reversed(rounds):
        if name is None or entry.name == name:
            return entry
    raise NoSuchReleaseError


def make_report(
    rounds: Sequence[ReleasedRound],
    chosen: ReleasedRound,
    form: Form,
    comments: Sequence[CommentText],
    *,
    group_id: str | None,
    name: str,
) -> Report:
    """Return the report of a group, or of the program.

    :param rounds: the program's released rounds, oldest first; later ones than `chosen` are
        left aside, so that an older report stays what it was.
    :param group_id: whose cell the page is about; None for the program.
    :param name: what sentences call it: `YOUR_CIRCLE`, `THE_PROGRAM`, or the group's name.
    """
    asked = [
        entry
        for entry in rounds
        if entry.of_session == chosen.of_session and entry.number <= chosen.number
    ]
    known = latest_alike(asked)
    own = [_cell(entry, group_id) for entry in known]
    program = [_cell(entry, None) for entry in known]
    days = [entry.closed_on for entry in known]
    seen = own if own[-1].shown else program
    scored = chosen.basis is not None
    earlier = _latest_shown(seen[:-1], scored=scored)
    items = item_rows(form, own[-1], program[-1], means_before(known, seen, earlier))
    return Report(
        release=chosen,
        name=name,
        scored=scored,
        anew=round_name(days[0]) if len(known) < len(asked) else None,
        own=own[-1],
        program=program[-1],
        sentence=_sentence(name, own, days, scored=scored),
        program_sentence=_sentence(WHOLE_PROGRAM, program, days, scored=scored),
        changed=changed_sentence(items, None if earlier is None else days[earlier]),
        compared_with=None if earlier is None else round_name(days[earlier]),
        change_of=_("Change") if own[-1].shown else _("Program's change"),
        chart=_chart(own, None if group_id is None else program, days),
        trend=_trend(own, program, known),
        items=items,
        spreads=spreads_of(form, read_cell(chosen.cell(_whole_cell(chosen, group_id)))),
        scale=common_scale(form),
        conversation=_conversation(form, seen[-1]),
        priorities=priority_chart(known, form) if group_id is None else None,
        own_comments=comment_lists(form, own[-1], _cell_name(chosen, group_id), comments),
        program_comments=comment_lists(form, program[-1], ROOT_CELL, comments),
    )


def program_trend(rounds: Sequence[ReleasedRound]) -> tuple[TrendChart, tuple[TrendRow, ...]]:
    """Return a program's own trend, drawn and in words, since its questions are what they are."""
    alike = latest_alike(rounds)
    cells = [_cell(entry, None) for entry in alike]
    days = [entry.closed_on for entry in alike]
    return _chart(cells, None, days), _trend(cells, cells, alike)


def _cell_name(entry: ReleasedRound, group_id: str | None) -> str:
    """Return the cell that a page looks at; of a group's own round others see none."""
    if entry.group_id is not None:
        return ROOT_CELL if entry.group_id == group_id else ""
    return ROOT_CELL if group_id is None else entry.group_cells.get(group_id, "")


def _whole_cell(entry: ReleasedRound, group_id: str | None) -> str:
    """Return the cell of everybody who was asked; of a group's own round others see none."""
    return ROOT_CELL if entry.group_id in (None, group_id) else ""


def _cell(entry: ReleasedRound, group_id: str | None) -> CellResult:
    name = _cell_name(entry, group_id)
    return read_cell(entry.cell(name)) if name else WITHHELD_CELL


def _latest_shown(cells: Sequence[CellResult], *, scored: bool) -> int | None:
    """Return the index of the latest cell with a score, or with questions where they make none."""
    places = reversed(range(len(cells)))
    return next((at for at in places if (cells[at].score if scored else cells[at].items)), None)


def _sentence(
    name: str, cells: Sequence[CellResult], days: Sequence[date], *, scored: bool
) -> str | None:
    if not scored:
        if not cells[-1].shown:
            return None
        return _(
            "These questions are looked at one by one, below; they are never averaged to a score."
        )
    score = cells[-1].score
    if score is None:
        return None
    at = _latest_shown(cells[:-1], scored=True)
    earlier = None if at is None else cells[at].score
    return score_sentence(name, score, earlier, None if at is None else days[at])


def _score_mean(cell: CellResult) -> ShownMean | None:
    return None if cell.score is None else cell.score.mean


def _chart(
    own: Sequence[CellResult], program: Sequence[CellResult] | None, days: Sequence[date]
) -> TrendChart:
    beside = None if program is None else [_score_mean(cell) for cell in program[-MOST_ROUNDS:]]
    return trend_chart(
        days[-MOST_ROUNDS:], [_score_mean(cell) for cell in own[-MOST_ROUNDS:]], beside
    )


def _trend(
    own: Sequence[CellResult], program: Sequence[CellResult], rounds: Sequence[ReleasedRound]
) -> tuple[TrendRow, ...]:
    """Return the chart's rounds in words, the latest first."""
    rows = [
        TrendRow(
            name=round_name(entry.closed_on),
            day=short_day(entry.closed_on),
            own=told(_score_mean(here)),
            program=told(_score_mean(there)) if entry.group_id is None else _("not asked"),
            own_mean=_score_mean(here),
            program_mean=_score_mean(there) if entry.group_id is None else None,
        )
        for entry, here, there in zip(rounds, own, program, strict=True)
    ]
    return tuple(reversed(rows[-MOST_ROUNDS:]))


def _conversation(form: Form, cell: CellResult) -> Conversation:
    shares = {
        item.id: share_of(item, cell.items[item.id])
        for item in scales(form)
        if item.id in cell.items
    }
    lowest = lowest_item(shares)
    about = None if lowest is None else conversation_about(lowest)
    return about or general_conversation()


def comment_lists(
    form: Form, cell: CellResult, cell_name: str, comments: Sequence[CommentText]
) -> tuple[CommentList, ...]:
    """Return the comments that a cell shows, by question."""
    return tuple(
        CommentList(
            item=item.id,
            question=said(item.text),
            comments=tuple(
                entry for entry in comments if (entry.cell, entry.item) == (cell_name, item.id)
            )
            if item.id in cell.commented
            else None,
            themes=cell.themes.get(item.id),
        )
        for item in form.items
        if item.type == "comment"
    )
