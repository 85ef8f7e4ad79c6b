"""Read published releases; a ballot is never opened here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.models.identity.form import Form as FormRow
from app.models.identity.pool import Pool
from app.models.identity.pool_cell import PoolCell
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.rounds.series import is_check_in, is_session, of_no_cycle, of_whole_program
from surveys.baselines import SCORE, Basis, asked_alike, bases_of, basis_of
from surveys.cell_tree import ROOT_CELL
from surveys.form_wire import form_from_wire
from surveys.items import Form

_OF_SESSION = "session"  # the kind of form
SESSION_MARK = "s"  # before the number of a session's round in addresses: they count by themselves


@dataclass(frozen=True)
class RoundName:
    """A round among those that a page can show."""

    number: int
    of_session: bool = False

    def __str__(self) -> str:
        """Return it as addresses have it."""
        return f"{SESSION_MARK if self.of_session else ''}{self.number}"


class NotReleasedError(Exception):
    """This round has no results yet; they appear once, after its closing time."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class ReleasedScore:
    """The table of a published round's wellbeing score, for the whole program.

    :ivar basis: the questions that the score is made of; None for a form without a score.
    """

    k: int
    invited: int
    closed_on: date
    basis: Basis | None
    table: dict[str, Any]


@dataclass(frozen=True)
class ReleasedRound:
    """A published round: its frozen tables, and which group each cell was.

    :ivar group_id: the one group that was asked; None for a round of the whole program.
    :ivar basis: the questions that the score is made of; None for a form without a score.
    :ivar group_cells: names of cells by group id; a group without a cell of its own has none.
    :ivar asked: what each question on a scale asked, by its id.
    :ivar of_session: whether a group was asked how its session was.
    """

    round_id: str
    form_id: str
    basis: Basis | None
    group_id: str | None
    number: int
    k: int
    invited: int
    opened_on: date
    closed_on: date
    pool_id: bytes
    tables: dict[str, Any]
    group_cells: dict[str, str]
    asked: Mapping[str, Basis] = field(default_factory=dict)
    of_session: bool = False

    @property
    def name(self) -> RoundName:
        """Return what addresses call it."""
        return RoundName(self.number, self.of_session)

    def cell(self, name: str = ROOT_CELL) -> dict[str, Any]:
        """Return a cell's tables, or the one word for silence (D10)."""
        cell: dict[str, Any] = self.tables["cells"].get(name, {"withheld": True})
        return cell

    @property
    def score(self) -> ReleasedScore:
        """Return the whole program's score."""
        table = self.cell().get("score", {"withheld": True})
        return ReleasedScore(self.k, self.invited, self.closed_on, self.basis, table)

    @property
    def lexicon(self) -> str:
        """Return the version of the lexicon that scored the comments."""
        return str(self.tables["lexicon"])

    def without_groups(self) -> "ReleasedRound":
        """Return the round with every group as silent as one without a cell."""
        return replace(self, group_cells={})


def released_round(session: Session, round_id: str) -> ReleasedRound:
    """Return a round's stored release.

    :raises NotReleasedError: if it is not published.
    """
    found = _released(session, Round.id == round_id)
    if not found:
        raise NotReleasedError
    return found[0]


def released_rounds(
    session: Session, program_id: str, latest: int | None = None
) -> list[ReleasedRound]:
    """Return the published rounds of a whole program, oldest first; those of single groups aside.

    A group's own round says nothing of its program: it is part of no trend, standing or alert.

    :param latest: how many of the latest are wanted; None for all.
    """
    own = Round.program_id == program_id, of_whole_program()
    if latest is None:
        return _released(session, *own)
    published = (
        select(Round.id)
        .join(Pool, Pool.round_id == Round.id)
        .join(Release, Release.pool_id == Pool.pool_id)
        .where(*own, Release.state == "published")
    )
    last = published.order_by(Round.number.desc()).limit(latest).subquery()
    return _released(session, Round.id.in_(select(last.c.id)))


def latest_rounds(session: Session) -> dict[str, ReleasedRound]:
    """Return the latest published round of every whole program, by program."""
    latest = (
        select(Round.program_id, func.max(Round.number).label("number"))
        .join(Pool, Pool.round_id == Round.id)
        .join(Release, Release.pool_id == Pool.pool_id)
        .where(of_whole_program(), Release.state == "published")
        .group_by(Round.program_id)
        .subquery()
    )
    is_latest = and_(Round.program_id == latest.c.program_id, Round.number == latest.c.number)
    found = session.execute(
        select(Round.id, Round.program_id).join(latest, is_latest).where(of_whole_program())
    ).all()
    programs = dict(found)
    return {programs[entry.round_id]: entry for entry in _released(session, Round.id.in_(programs))}


def latest_alike(rounds: Sequence[ReleasedRound]) -> list[ReleasedRound]:
    """Return the latest rounds whose scores are made of the same questions as the last."""
    return asked_alike(rounds, lambda entry: entry.basis)


def released_scores(session: Session) -> dict[str, list[ReleasedScore]]:
    """Return the score of every published round of a whole program, oldest first, by program.

    Only the scores are read, so that looking at one program beside all others stays cheap.
    """
    rows = session.execute(
        select(
            Round.program_id,
            Round.k,
            Round.invited,
            Round.form_id,
            Release.closed_on,
            Release.tables["cells"][ROOT_CELL]["score"],
        )
        .join(Pool, Pool.round_id == Round.id)
        .join(Release, Release.pool_id == Pool.pool_id)
        .where(of_whole_program(), Release.state == "published")
        .order_by(Round.number)
    ).all()
    forms = _forms(session, {row.form_id for row in rows})
    bases = {form_id: basis_of(form, SCORE) for form_id, form in forms.items()}
    scores: dict[str, list[ReleasedScore]] = {}
    for program_id, k, invited, form_id, closed_on, table in rows:
        shown = table or {"withheld": True}
        entry = ReleasedScore(k, invited, closed_on, bases[form_id], shown)
        scores.setdefault(program_id, []).append(entry)
    return scores


def rounds_seen_by(session: Session, program_id: str, group_id: str | None) -> list[ReleasedRound]:
    """Return what a page about a group shows: its program's rounds and its own, oldest first.

    :param group_id: None for a page about the program.
    """
    shown = or_(Round.group_id.is_(None), Round.group_id == group_id)
    return _released(session, Round.program_id == program_id, is_check_in(), shown)


def released_of(session: Session, round_ids: Collection[str]) -> list[ReleasedRound]:
    """Return the published ones of these rounds, by number."""
    return _released(session, Round.id.in_(round_ids))


def sessions_seen_by(session: Session, group_id: str) -> list[ReleasedRound]:
    """Return the rounds that asked a group how its sessions were, oldest first."""
    return _released(session, Round.group_id == group_id, is_session())


def released_links(session: Session, program_id: str) -> dict[str, str]:
    """Return, by round, the query under which an admin finds each published round's results."""
    published = (
        select(Round, FormRow.kind)
        .join(FormRow, FormRow.id == Round.form_id)
        .join(Pool, Pool.round_id == Round.id)
        .join(Release, Release.pool_id == Pool.pool_id)
        .where(Round.program_id == program_id, of_no_cycle(), Release.state == "published")
    )
    return {
        entry.id: f"round={RoundName(entry.number, kind == _OF_SESSION)}"
        + ("" if entry.group_id is None else f"&group={entry.group_id}")
        for entry, kind in session.execute(published)
    }


def _released(session: Session, *conditions: Any) -> list[ReleasedRound]:
    rows = session.execute(
        select(Round, Release, FormRow.kind)
        .join(FormRow, FormRow.id == Round.form_id)
        .join(Pool, Pool.round_id == Round.id)
        .join(Release, Release.pool_id == Pool.pool_id)
        .where(*conditions, Release.state == "published")
        .order_by(Round.number)
    ).all()
    cells = _group_cells(session, [release.pool_id for _, release, _ in rows])
    forms = _forms(session, {round_.form_id for round_, _, _ in rows})
    return [
        ReleasedRound(
            round_id=round_.id,
            form_id=round_.form_id,
            basis=basis_of(forms[round_.form_id], SCORE),
            group_id=round_.group_id,
            number=round_.number,
            k=round_.k,
            invited=round_.invited,
            opened_on=round_.opens_at.date(),
            closed_on=release.closed_on,
            pool_id=release.pool_id,
            tables=release.tables,
            group_cells=cells.get(release.pool_id, {}),
            asked=bases_of(forms[round_.form_id]),
            of_session=kind == _OF_SESSION,
        )
        for round_, release, kind in rows
    ]


def _forms(session: Session, form_ids: Collection[str]) -> dict[str, Form]:
    rows = session.scalars(select(FormRow).where(FormRow.id.in_(form_ids)))
    return {row.id: form_from_wire(row.body) for row in rows}


def _group_cells(session: Session, pools: Sequence[bytes]) -> dict[bytes, dict[str, str]]:
    cells: dict[bytes, dict[str, str]] = {}
    rows = session.scalars(
        select(PoolCell).where(PoolCell.pool_id.in_(pools), PoolCell.group_id.is_not(None))
    )
    for row in rows:
        cells.setdefault(row.pool_id, {})[str(row.group_id)] = str(row.index)
    return cells
