"""Keep how programs stand as rows, so that a page reads them and assesses nothing."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models.identity.program import Program
from app.models.identity.program_goal import ProgramGoal
from app.models.identity.program_standing import OrganisationStanding, ProgramStanding
from app.models.identity.round import Round
from app.results.organisation import OrganisationLine, TogetherLine, organisation_line
from app.results.standings import NO_LINE, ProgramLine, line_from, work_out
from app.rounds.series import of_no_cycle
from surveys.disclosure import ShownMean


@dataclass(frozen=True)
class KeptStandings:
    """How programs stand; one that has released nothing has no word.

    :ivar words: a word for each program, by its id.
    :ivar worked_out: the lines behind the words, where nothing was kept yet.
    """

    words: Mapping[str, str]
    organisation: OrganisationLine
    together: TogetherLine | None
    worked_out: Mapping[str, ProgramLine] | None = None


def read_standings(session: Session, today: date, program_id: str | None = None) -> KeptStandings:
    """Return what is kept; before anything is, it is worked out, and reading still keeps nothing.

    What is kept is the worker's to bring up to date: reading changes nothing.

    :param program_id: the only program whose word is wanted; None for all.
    """
    whole = session.get(OrganisationStanding, 1)
    if whole is None:
        made = work_out(session)
        words = {name: line.word for name, line in made.lines.items()}
        return KeptStandings(words, organisation_line(session, today), made.together, made.lines)
    wanted = select(ProgramStanding.program_id, ProgramStanding.word)
    if program_id is not None:
        wanted = wanted.where(ProgramStanding.program_id == program_id)
    rows = session.execute(wanted)
    return KeptStandings(
        dict(rows.all()),
        _organisation_from(whole.shown["organisation"]),
        _together_from(whole.shown["together"]),
    )


def read_lines(
    session: Session, kept: KeptStandings, program_ids: Collection[str]
) -> dict[str, ProgramLine]:
    """Return what is kept of these programs; one that has released nothing has a line, too."""
    if kept.worked_out is not None:
        return {name: kept.worked_out.get(name, NO_LINE) for name in program_ids}
    wanted = select(ProgramStanding.program_id, ProgramStanding.word, ProgramStanding.shown)
    rows = session.execute(wanted.where(ProgramStanding.program_id.in_(program_ids)))
    lines = {program_id: line_from(word, shown) for program_id, word, shown in rows}
    return {name: lines.get(name, NO_LINE) for name in program_ids}


def standings_are_true(session: Session, today: date) -> bool:
    """Return whether what is kept follows from every closed round and the goals of today."""
    whole = session.get(OrganisationStanding, 1)
    return whole is not None and whole.made_on == today and not _stale(session)


def keep_standings(session: Session, today: date) -> None:
    """Bring the rows up to date; safe to repeat.

    Of programs that have closed no round since, only what depends on the others is made anew.
    """
    # One at a time: of two at work, the later sees what the other has kept.
    session.execute(select(Program.id).order_by(Program.id).with_for_update(key_share=True)).all()
    stale, rounds = _stale(session), _closed_rounds(session)
    rows = {row.program_id: row for row in session.scalars(select(ProgramStanding))}
    made = work_out(
        session,
        {name: line_from(row.word, row.shown) for name, row in rows.items() if name not in stale},
    )
    session.execute(delete(OrganisationStanding))
    for name, count in rounds.items():
        line = made.lines.get(name, NO_LINE)
        row = rows.get(name) or ProgramStanding(program_id=name)
        row.rounds, row.word, row.shown = count, line.word, line.stored()
        session.add(row)
    together = None if made.together is None else asdict(made.together)
    whole = {"organisation": asdict(organisation_line(session, today)), "together": together}
    session.add(OrganisationStanding(made_on=today, shown=whole))


def _stale(session: Session) -> set[str]:
    """Return the programs whose row is missing or follows from fewer rounds or other goals."""
    followed = select(ProgramStanding.program_id, ProgramStanding.rounds)
    kept = dict(session.execute(followed).all())
    late = {name for name, count in _closed_rounds(session).items() if kept.get(name) != count}
    goals: dict[str, set[str]] = {}
    for program_id, goal_id in session.execute(
        select(ProgramGoal.program_id, ProgramGoal.id).where(ProgramGoal.ended_on.is_(None))
    ):
        goals.setdefault(program_id, set()).add(goal_id)
    for program_id, wanted in goals.items():
        row = session.get(ProgramStanding, program_id)
        if row is not None and set(row.shown["goals"]) != wanted:
            late.add(program_id)
    return late


def _closed_rounds(session: Session) -> dict[str, int]:
    """Return how many rounds of each whole program have closed; the index alone is read."""
    closed = (
        select(Round.program_id, func.count())
        .where(Round.state == "closed", of_no_cycle(), Round.group_id.is_(None))
        .group_by(Round.program_id)
    )
    return dict(session.execute(closed).all())


def _organisation_from(stored: Mapping[str, Any]) -> OrganisationLine:
    mean = stored["mean"]
    return OrganisationLine(
        None if mean is None else ShownMean(**mean),
        *(tuple(stored[part]) for part in ("counted", "overlapping", "differing")),
    )


def _together_from(stored: Mapping[str, Any] | None) -> TogetherLine | None:
    if stored is None:
        return None
    level = tuple(ShownMean(**mean) for mean in stored["level"])
    return TogetherLine(stored["shift"], stored["step"], stored["state"], level)
