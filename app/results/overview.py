"""What an admin sees of all programs at once, read from stored releases, sorted by need."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.service import points_by_stretch
from app.goals.progress import GoalView, goals_of
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.results.cells import read_cell
from app.results.charts import MOST_ROUNDS, spark_points
from app.results.organisation import (
    OrganisationLine,
    TogetherLine,
    organisation_line,
    together_line,
)
from app.results.service import (
    ReleasedRound,
    ReleasedScore,
    latest_alike,
    released_rounds,
    released_scores,
)
from app.results.signs import signs_of
from app.results.words import moment_words
from app.rounds.series import of_whole_program
from surveys.fleet import assess_fleet, assess_in_fleet
from surveys.monitoring import can_be_monitored
from surveys.trends import Assessment, RoundPoint
from surveys.wording import STATE_WORDS, STEADY_BY_ITSELF, signs_sentence

UNMONITORED = "can't be monitored"
UNSCORED = "no score"
_BY_NEED = ("declining", "watch", UNMONITORED, "recovering", "learning", "steady", UNSCORED)
_SENTENCES = {
    **STATE_WORDS,
    UNMONITORED: "Too few rounds could be shown lately; that is no sign that all is well.",
    UNSCORED: "These questions make no score, so no decline is looked for; look at each of them.",
}


@dataclass(frozen=True)
class Standing:
    """How a program stands: one word, the sentence behind it, and the style of its shape."""

    word: str
    sentence: str

    @property
    def style(self) -> str:
        """Return the class that draws the word's shape."""
        return {UNMONITORED: "withheld", UNSCORED: "learning"}.get(self.word, self.word)


@dataclass(frozen=True)
class ProgramRow:
    """One program in the overview.

    :ivar spark: lines of its small trend, empty if none of its rounds could be shown.
    :ivar signs: a sentence about what else is worth a look; empty for nothing.
    :ivar rounds: whether any round has closed.
    :ivar threshold: "k reached" or not, of an open round; None if none is open (D4).
    """

    program_id: str
    name: str
    standing: Standing
    signs: str
    spark: tuple[str, ...]
    rounds: bool
    threshold: str | None
    next: str
    goals: tuple[GoalView, ...]


@dataclass(frozen=True)
class Overview:
    """All programs, the neediest first, and one line about them.

    :ivar together: how they have moved together; None while too few can be assessed.
    """

    line: str
    rows: tuple[ProgramRow, ...]
    organisation: OrganisationLine | None
    together: TogetherLine | None


def standing_in(session: Session, program_id: str) -> Standing:
    """Return how a program stands after its released rounds, beside the organisation's others.

    Of a program that fell with all others it is not said that there is no sign of a decline.
    """
    scores = {program_id: [], **released_scores(session)}
    fleet = points_by_stretch(scores)
    assessment = assess_in_fleet(fleet, program_id)
    standing = _standing(fleet[program_id], assessment, _scored(scores[program_id]))
    together = together_line(fleet)
    if together is None or not together.needs or standing.word != "steady":
        return standing
    return Standing(standing.word, f"{STEADY_BY_ITSELF} {together.sentence}")


def _scored(rounds: Sequence[ReleasedRound | ReleasedScore]) -> bool:
    """Return whether the last round asked for a score; before the first one any may."""
    return not rounds or rounds[-1].basis is not None


def _standing(
    points: Sequence[RoundPoint | None], assessment: Assessment, scored: bool
) -> Standing:
    if not scored:
        return Standing(UNSCORED, _SENTENCES[UNSCORED])
    word = assessment.state if can_be_monitored(points, assessment) else UNMONITORED
    return Standing(word, _SENTENCES[word])


def threshold_words(round_: Round) -> str:
    """Return all that may be said of an open round before it closes (D4)."""
    if round_.k_reached:
        return f"{round_.k} reached"
    return f"fewer than {round_.k}"


def overview(session: Session, today: date) -> Overview:
    """Return every program, sorted by need and then by name."""
    programs = session.scalars(select(Program).order_by(Program.name)).all()
    rounds = {program.id: released_rounds(session, program.id) for program in programs}
    points = points_by_stretch(
        {name: [entry.score for entry in entries] for name, entries in rounds.items()}
    )
    assessed = assess_fleet(points)
    standings = {
        name: _standing(points[name], assessed[name], _scored(rounds[name])) for name in rounds
    }
    rows = sorted(
        (_row(session, program, rounds[program.id], standings[program.id]) for program in programs),
        key=lambda row: _BY_NEED.index(row.standing.word),
    )
    return Overview(
        line=_line([row.standing.word for row in rows]),
        rows=tuple(rows),
        organisation=organisation_line(session, programs, rounds, today),
        together=together_line(points),
    )


def _row(
    session: Session, program: Program, rounds: Sequence[ReleasedRound], standing: Standing
) -> ProgramRow:
    scores = [read_cell(entry.cell()).score for entry in latest_alike(rounds)[-MOST_ROUNDS:]]
    # A round of a single group says nothing of how its program stands.
    running = session.scalars(
        select(Round).where(
            Round.program_id == program.id, of_whole_program(), Round.state == "open"
        )
    ).first()
    return ProgramRow(
        program_id=program.id,
        name=program.name,
        standing=standing,
        signs=signs_sentence(signs_of(rounds)),
        spark=spark_points([None if score is None else score.mean for score in scores]),
        rounds=bool(rounds),
        threshold=None if running is None else threshold_words(running),
        next=_next(session, program, running),
        goals=goals_of(session, program.id, rounds),
    )


def _next(session: Session, program: Program, running: Round | None) -> str:
    if running is not None:
        return f"closes {moment_words(running.closes_at, program.time_zone)}"
    schedule = session.get(Schedule, program.id)
    if schedule is not None:
        return f"opens {moment_words(schedule.next_at, program.time_zone)}"
    return "nothing planned"


def _line(words: Sequence[str]) -> str:
    """Return how many programs are how, needs first: "2 programs need you, 1 is recovering"."""
    counts = Counter(words)
    parts = [
        (counts["declining"], "needs you", "need you"),
        (counts["watch"], "is on watch", "are on watch"),
        (counts["recovering"], "is recovering", "are recovering"),
        (counts["steady"], "is steady", "are steady"),
        (counts["learning"], "is still being learned", "are still being learned"),
        (counts[UNMONITORED], *["can't be monitored (too few answers)"] * 2),
        (counts[UNSCORED], "asks for no score", "ask for no score"),
    ]
    told = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
    if not told:
        return ""
    first, *rest = told
    count, _, said = first.partition(" ")
    noun = "program" if count == "1" else "programs"
    return f"{', '.join([f'{count} {noun} {said}', *rest])}."
