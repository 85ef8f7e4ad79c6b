"""The organisation's line above its programs, made of their stored releases alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.results.cells import read_cell
from app.results.charts import MOST_ROUNDS, spark_points
from app.results.service import ReleasedRound, latest_rounds
from app.results.words import mean_words
from surveys.baselines import Basis
from surveys.disclosure import ShownMean
from surveys.fleet import Points, common_move
from surveys.organisation import ProgramScore, organisation_score
from surveys.trends import State
from surveys.wording import WITHHELD, shift_sentence

PERIOD = timedelta(weeks=6)  # a program that asks every four weeks is in it


@dataclass(frozen=True)
class OrganisationLine:
    """The organisation's score, and by id the programs that are in it and those that aren't.

    :ivar mean: None where it is withheld.
    :ivar overlapping: those with somebody of a counted one. :ivar differing: those that are asked
        other questions than most: their scores can't be averaged with the others'.
    """

    mean: ShownMean | None
    counted: tuple[str, ...]
    overlapping: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def score(self) -> str:
        """Return the score in words."""
        if self.mean is None:
            return WITHHELD
        return str(_("%(mean)s out of 100", mean=mean_words(self.mean)))

    @property
    def shown(self) -> bool:
        """Return whether there is a score."""
        return bool(self.counted)


@dataclass(frozen=True)
class TogetherLine:
    """How all programs have moved together, and their common level, for a small trend.

    :ivar shift: points by which they stand higher than in their first rounds.
    :ivar step: the coarsest step of the means it is made of.
    """

    shift: float
    step: float
    state: State
    level: tuple[ShownMean, ...]

    @property
    def sentence(self) -> str:
        """Return it in words."""
        return shift_sentence(self.shift, self.step, self.state)

    @property
    def needs(self) -> str:
        """Return the word for its state where it needs somebody, else nothing."""
        return "" if self.state in ("learning", "steady") else self.state

    @property
    def spark(self) -> tuple[str, ...]:
        """Return the lines of its small trend."""
        return spark_points(self.level)


def together_line(points: Mapping[str, Points]) -> TogetherLine | None:
    """Return what moves all programs alike; None before five could be assessed at once.

    :param points: each program's rounds, oldest first.
    """
    move = common_move(points)
    if move is None:
        return None
    level = [ShownMean(point.mean, move.step, None) for point in move.points[-MOST_ROUNDS:]]
    return TogetherLine(move.shift, move.step, move.assessment.state, tuple(level))


def organisation_line(session: Session, today: date) -> OrganisationLine:
    """Return the line, made of the latest released round of each program."""
    current = {
        name: entry
        for name, entry in latest_rounds(session).items()
        if entry.closed_on > today - PERIOD
    }
    usual = _usual_basis(current)
    alike = {name: entry for name, entry in current.items() if entry.basis == usual}
    made = organisation_score(_scores(alike), _rosters(session))
    return OrganisationLine(
        made.mean,
        counted=made.counted,
        overlapping=made.overlapping,
        differing=tuple(sorted(current.keys() - alike.keys())),
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
