"""What an admin sees of all programs at once: rows that are kept of stored releases, by need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.goals.progress import called, goals_of
from app.languages import speak
from app.models.identity.program import Program
from app.models.identity.program_goal import ProgramGoal
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.results.kept import KeptStandings, read_lines, read_standings
from app.results.organisation import OrganisationLine, TogetherLine
from app.results.overview_words import (
    BY_NEED,
    SENTENCES,
    STATE_NAMES,
    count_line,
    short_moment,
    threshold_of,
)
from app.results.service import released_rounds
from app.results.small_trends import SmallTrend, small_trend
from app.results.standings import NO_LINE, UNMONITORED, UNSCORED, ProgramLine, goals_said
from app.rounds.series import of_whole_program
from surveys.goal_words import VERDICT_WORDS, wish_words
from surveys.goals import Goal
from surveys.organisation import FEWEST_PROGRAMS
from surveys.sentences import together as follow
from surveys.wording import STEADY_BY_ITSELF, signs_sentence

# A row keeps the English words; these can be said in another language.
_VERDICTS: Mapping[str, str] = MappingProxyType(
    {str(said): said for said in VERDICT_WORDS.values()}
)


@dataclass(frozen=True)
class Standing:
    """How a program stands: one word, the sentence behind it, and the style of its shape."""

    word: str
    sentence: str

    @property
    def name(self) -> str:
        """Return the word in the page's language."""
        return str(STATE_NAMES[self.word])

    @property
    def style(self) -> str:
        """Return the class that draws the word's shape."""
        return {UNMONITORED: "withheld", UNSCORED: "learning"}.get(self.word, self.word)


@dataclass(frozen=True)
class GoalLine:
    """A goal in the overview: what is wanted, how it stands, and the style of its shape."""

    name: str
    wish: str
    verdict: str
    style: str


@dataclass(frozen=True)
class ProgramRow:
    """One program in the overview.

    :ivar spark: its small trend, None if none of its rounds could be shown.
    :ivar signs: a sentence about what else is worth a look; empty for nothing.
    :ivar rounds: whether any round has been released.
    :ivar threshold: "k reached" or not, of an open round; None if none is open (D4).
    """

    program_id: str
    name: str
    standing: Standing
    signs: str
    spark: SmallTrend | None
    rounds: bool
    threshold: str | None
    next: str
    goals: tuple[GoalLine, ...]


@dataclass(frozen=True)
class Entry:
    """A program as it is sorted and looked for."""

    program_id: str
    name: str
    time_zone: str
    word: str


@dataclass(frozen=True)
class Overview:
    """All programs, the neediest first, and one line about them.

    :ivar together: how they have moved together; None while too few can be assessed.
    """

    line: str
    programs: tuple[Entry, ...]
    organisation: OrganisationLine | None
    together: TogetherLine | None
    kept: KeptStandings

    def named(self, program_ids: Collection[str]) -> str:
        """Return the names of these programs."""
        return ", ".join(sorted(one.name for one in self.programs if one.program_id in program_ids))


@dataclass(frozen=True)
class OwnStanding:
    """How one program stands, for its own page; `signs` is empty for nothing."""

    standing: Standing
    signs: str


def standing_in(session: Session, program_id: str, today: date) -> OwnStanding:
    """Return how a program stands after its released rounds, beside the organisation's others.

    Of a program that fell with all others it is not said that there is no sign of a decline.
    """
    kept = read_standings(session, today, program_id)
    line = read_lines(session, kept, [program_id])[program_id]
    standing, together = standing_of(line.word), kept.together
    if together is not None and together.needs and standing.word == "steady":
        standing = Standing(standing.word, follow(STEADY_BY_ITSELF, together.sentence))
    return OwnStanding(standing, signs_sentence(line.signs))


def standing_of(word: str) -> Standing:
    """Return what is said of a program that stands so."""
    return Standing(word, SENTENCES[word])


def threshold_words(round_: Round) -> str:
    """Return all that may be said of an open round before it closes (D4)."""
    return threshold_of(round_.k, reached=round_.k_reached)


def overview(session: Session, today: date) -> Overview:
    """Return every program, sorted by need and then by name."""
    kept = read_standings(session, today)
    programs = [
        Entry(program_id, name, zone, kept.words.get(program_id, NO_LINE.word))
        for program_id, name, zone in session.execute(
            select(Program.id, Program.name, Program.time_zone)
        )
    ]
    programs.sort(key=lambda entry: (BY_NEED.index(entry.word), by_name(entry.name)))
    return Overview(
        line=count_line([entry.word for entry in programs]),
        programs=tuple(programs),
        organisation=kept.organisation if len(programs) >= FEWEST_PROGRAMS else None,
        together=kept.together,
        kept=kept,
    )


def by_name(name: str) -> tuple[str, str]:
    """Return what programs are sorted by within a state, alike on every database."""
    return name.casefold(), name


def rows_of(session: Session, kept: KeptStandings, entries: Sequence[Entry]) -> list[ProgramRow]:
    """Return these programs as they are shown, in this order."""
    names = [entry.program_id for entry in entries]
    lines, ahead = read_lines(session, kept, names), _Ahead(session)
    goals = _goals(session, lines)
    return [
        _row(entry, lines[entry.program_id], ahead, goals.get(entry.program_id, ()))
        for entry in entries
    ]


def _row(entry: Entry, line: ProgramLine, ahead: "_Ahead", goals: Sequence[GoalLine]) -> ProgramRow:
    return ProgramRow(
        program_id=entry.program_id,
        name=entry.name,
        standing=standing_of(line.word),
        signs=signs_sentence(line.signs),
        spark=small_trend(line.spark, line.band),
        rounds=line.rounds,
        threshold=ahead.threshold(entry.program_id),
        next=ahead.next(entry.program_id, entry.time_zone),
        goals=tuple(goals),
    )


class _Ahead:
    """What each program has before it: the closing of an open round, or the next opening."""

    def __init__(self, session: Session) -> None:
        # A round of a single group says nothing of how its program stands.
        rows = session.scalars(select(Round).where(of_whole_program(), Round.state == "open"))
        self._open = {row.program_id: row for row in rows}
        planned = session.execute(select(Schedule.program_id, Schedule.next_at))
        self._planned: dict[str, datetime] = dict(planned.all())
        self._words: dict[tuple[bool, datetime, str], str] = {}

    def threshold(self, program_id: str) -> str | None:
        """Return whether k is reached in its open round; None if none is open (D4)."""
        row = self._open.get(program_id)
        return None if row is None else threshold_words(row)

    def next(self, program_id: str, zone: str) -> str:
        """Return what comes next, on the program's own clocks."""
        row = self._open.get(program_id)
        if row is not None:
            return self._told(row.closes_at, zone, closes=True)
        if program_id in self._planned:
            return self._told(self._planned[program_id], zone, closes=False)
        return str(_("nothing planned"))

    def _told(self, moment: datetime, zone: str, *, closes: bool) -> str:
        """Return it in words, made once for all programs that share the moment."""
        key = closes, moment, zone
        if key not in self._words:
            said = short_moment(moment, zone)
            words = _("closes %(moment)s", moment=said) if closes else None
            self._words[key] = str(words or _("opens %(moment)s", moment=said))
        return self._words[key]


def _goals(session: Session, lines: Mapping[str, ProgramLine]) -> dict[str, list[GoalLine]]:
    """Return the goals of today by program; one that was set since is measured here."""
    told: dict[str, list[GoalLine]] = {}
    anew: dict[str, dict[str, tuple[str, str]]] = {}
    wanted = select(ProgramGoal).where(ProgramGoal.ended_on.is_(None))
    for goal in session.scalars(wanted.order_by(ProgramGoal.since, ProgramGoal.target)):
        name = goal.program_id
        if name not in lines:
            continue
        said = lines[name].goals.get(goal.id)
        if said is None:
            if name not in anew:
                anew[name] = goals_said(goals_of(session, name, released_rounds(session, name)))
            said = anew[name][goal.id]
        wish = wish_words(Goal(goal.target, goal.change, goal.since, goal.due_on))
        verdict, style = said
        about = speak(called(goal)).rstrip(".")  # a question, within a sentence of ours
        told.setdefault(name, []).append(
            GoalLine(about, wish, _VERDICTS.get(verdict, verdict), style)
        )
    return told
