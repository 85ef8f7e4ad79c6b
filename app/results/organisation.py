"""The organisation's line above its programs, made of their stored releases alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.results.cells import read_cell
from app.results.charts import MOST_ROUNDS, spark_points
from app.results.service import ReleasedRound
from app.results.words import mean_words
from surveys.baselines import Basis
from surveys.disclosure import ShownMean
from surveys.fleet import Points, common_move
from surveys.organisation import FEWEST_PROGRAMS, ProgramScore, organisation_score
from surveys.wording import WITHHELD, shift_sentence

PERIOD = timedelta(weeks=6)  # a program that asks every four weeks is in it


@dataclass(frozen=True)
class OrganisationLine:
    """The organisation's score in words, and the programs that are in it and those that aren't.

    :ivar overlapping: those with somebody of a counted one. :ivar differing: those that are asked
        other questions than most: their scores can't be averaged with the others'.
    """

    score: str
    counted: tuple[str, ...]
    overlapping: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def shown(self) -> bool:
        """Return whether there is a score."""
        return bool(self.counted)


@dataclass(frozen=True)
class TogetherLine:
    """How all programs have moved together: a sentence, and the lines of its small trend.

    :ivar needs: the word for its state where it needs somebody, else empty.
    """

    sentence: str
    needs: str
    spark: tuple[str, ...]


def together_line(points: Mapping[str, Points]) -> TogetherLine | None:
    """Return what moves all programs alike; None before five could be assessed at once.

    :param points: each program's rounds, oldest first.
    """
    move = common_move(points)
    if move is None:
        return None
    level = [ShownMean(point.mean, move.step, None) for point in move.points[-MOST_ROUNDS:]]
    state = move.assessment.state
    return TogetherLine(
        sentence=shift_sentence(move.shift, move.step, state),
        needs="" if state in ("learning", "steady") else state,
        spark=spark_points(level),
    )


def organisation_line(
    session: Session,
    programs: Sequence[Program],
    rounds: Mapping[str, Sequence[ReleasedRound]],
    today: date,
) -> OrganisationLine | None:
    """Return the line; None where there are too few programs for ever having one.

    :param rounds: the released rounds of each program by its id, oldest first.
    """
    if len(programs) < FEWEST_PROGRAMS:
        return None
    latest = {name: entries[-1] for name, entries in rounds.items() if entries}
    current = {name: entry for name, entry in latest.items() if entry.closed_on > today - PERIOD}
    usual = _usual_basis(current)
    alike = {name: entry for name, entry in current.items() if entry.basis == usual}
    made = organisation_score(_scores(alike), _rosters(session))
    names = {program.id: program.name for program in programs}
    return OrganisationLine(
        score=WITHHELD if made.mean is None else f"{mean_words(made.mean)} out of 100",
        counted=tuple(sorted(names[name] for name in made.counted)),
        overlapping=tuple(sorted(names[name] for name in made.overlapping)),
        differing=tuple(sorted(names[name] for name in current.keys() - alike.keys())),
    )


def _usual_basis(current: Mapping[str, ReleasedRound]) -> Basis | None:
    """Return the questions that most programs were asked last: no result decides, nor a size."""
    asked = Counter(entry.basis for entry in current.values() if entry.basis is not None)
    return min(asked, key=lambda basis: (-asked[basis], basis), default=None)


def _scores(current: Mapping[str, ReleasedRound]) -> list[ProgramScore]:
    scores = []
    for name, entry in current.items():
        score = read_cell(entry.cell()).score
        if score is not None:
            scores.append(ProgramScore(name, score.mean, score.n_from, entry.k))
    return scores


def _rosters(session: Session) -> dict[str, frozenset[str]]:
    """Return the people of each program, mentors among them: they answer, too."""
    members: dict[str, set[str]] = {}
    rows = session.execute(
        select(Membership.program_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.state == "active")
    )
    for program_id, person_id in rows:
        members.setdefault(program_id, set()).add(person_id)
    return {program_id: frozenset(people) for program_id, people in members.items()}
