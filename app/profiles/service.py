"""Use cases: the cycles about somebody, one of them as they read it, and as admins read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.program import Program
from app.people.names import RosterMask
from app.people.self_assessments import keep_ratings, ratings_of
from app.profiles.comments import CommentRoom, read_comments
from app.profiles.reading import (
    NoSuchCycleError,
    Reading,
    circle_of,
    find_reading,
    form_of_cycle,
    person_of,
)
from app.profiles.released import (
    earlier_profile,
    profile_of_release,
    program_profiles,
    released_in,
)
from app.profiles.report import ProfileReport, make_profile_report
from app.programs.service import find_program
from app.results.cells import WITHHELD, CellResult
from app.results.report import CommentList
from app.results.service import ReleasedRound
from app.results.words import local_day, moment_words, round_name
from app.rounds.subjects import LAUNCHED, cycles_about
from app.vault import Vault
from surveys.feedback import shown_of
from surveys.items import Form, Item


class ReadAlreadyError(Exception):
    """They may have read the results: how they see themselves stays as it is."""

    def __init__(self) -> None:
        super().__init__(
            _("You have been asked already, before you read the results. It stays as it is.")
        )


@dataclass(frozen=True)
class CycleEntry:
    """A cycle in a list, with the day on which it began."""

    cycle_id: str
    program: str
    about: str
    begun: str


@dataclass(frozen=True)
class ProfilePage:
    """A cycle as one of its subjects reads it.

    :ivar circle: which one it is about, where it is about circles.
    :ivar closes: until when raters can answer; None afterwards.
    :ivar cancelled: whether nothing of it will be read.
    :ivar rated: how the reader rated themselves; None while they have not been asked.
    :ivar report: None while raters can answer, and until the reader has been asked.
    :ivar shared: whether `report` stands beside what those with too few raters share.
    """

    cycle: CycleEntry
    program_id: str
    circle: str | None
    closes: str | None
    cancelled: bool
    skills: tuple[Item, ...]
    rated: Mapping[str, int] | None
    report: ProfileReport | None = None
    shared: bool = False
    compared_with: str | None = None
    closed: str | None = None
    pool_id: bytes | None = field(default=None, repr=False)
    cell: CellResult = WITHHELD
    comments: tuple[CommentList, ...] = ()
    shared_cell: CellResult = WITHHELD
    shared_comments: tuple[CommentList, ...] = ()

    @property
    def answer_page(self) -> str:
        """Return what tells this page from others on which comments are answered."""
        return f"feedback {self.cycle.cycle_id}"

    @property
    def answer_round(self) -> str:
        """Return nothing: the address of the page names the cycle."""
        return ""

    def comments_of(self, _of: str) -> tuple[CommentList, ...]:
        """Return the comments that can be meant on this page."""
        return self.comments


@dataclass(frozen=True)
class ProgramProfilePage:
    """A cycle as admins read it: the program's profile, beside what too few raters share.

    :ivar cell: of the latter, `comments` what its raters wrote.
    """

    cycle: CycleEntry
    program_id: str
    running: bool
    report: ProfileReport
    cell: CellResult
    comments: tuple[CommentList, ...]


def list_cycles(session: Session, account_id: str) -> list[CycleEntry]:
    """Return the cycles about an account's person, newest first.

    :raises NoSuchCycleError: if nobody stands behind the account (any more).
    """
    person = person_of(session, account_id)
    return [_entry(session, cycle) for cycle in cycles_about(session, person.id)]


def profile_page(
    identity: Store, ballots: Store, vault: Vault, account_id: str, cycle_id: str
) -> ProfilePage:
    """Return a cycle as the person of an account reads it.

    :raises NoSuchCycleError: if it is not about them.
    """
    with identity.read() as session:
        reading = find_reading(session, account_id, cycle_id)
        page = _without_report(session, vault, reading)
        if reading.asks or reading.cancelled:
            return page
        released = released_in(session, reading.own)
        shared = None if reading.own else released_in(session, reading.awaited)
        page = _with_report(session, page, reading, released)
    if page.report is None:
        return page
    room = CommentRoom(ballots, vault, RosterMask(identity, vault))
    cell, comments = read_comments(room, reading.cycle, reading.form, released)
    pool_id = released.pool_id if released else None
    page = replace(page, pool_id=pool_id, cell=cell, comments=comments)
    if not page.shared:
        return page
    cell, comments = read_comments(room, reading.cycle, reading.form, shared, shared=True)
    return replace(page, shared_cell=cell, shared_comments=comments)


def rate_oneself(
    identity: Store, vault: Vault, account_id: str, cycle_id: str, ratings: Mapping[str, int]
) -> None:
    """Keep how somebody rates themselves: as often as they like while raters can answer, then once.

    :raises NoSuchCycleError: if the cycle is not about them.
    :raises ReadAlreadyError: if they may have read the results.
    """
    key = vault.roster_key()
    with identity.begin() as session:
        reading = find_reading(session, account_id, cycle_id)
        person_id = reading.person.id
        if not reading.asks and ratings_of(session, key, cycle_id, person_id) is not None:
            raise ReadAlreadyError
        keep_ratings(session, key, cycle_id, person_id, ratings)


def program_profile_page(
    identity: Store, ballots: Store, vault: Vault, program_id: str, cycle_id: str
) -> ProgramProfilePage:
    """Return a cycle as admins read it: nobody's own profile is among it.

    :raises UnknownProgramError: if there is no such program.
    :raises NoSuchCycleError: if the cycle is not this program's, or not launched.
    """
    with identity.read() as session:
        program = find_program(session, program_id)
        cycle = session.get(FeedbackCycle, cycle_id)
        if cycle is None or cycle.program_id != program.id or cycle.state not in LAUNCHED:
            raise NoSuchCycleError
        form = form_of_cycle(session, cycle)
        profiles = program_profiles(session, cycle, form)
        entry = _entry(session, cycle)
    room = CommentRoom(ballots, vault, RosterMask(identity, vault))
    cell, comments = read_comments(room, cycle, form, profiles.shared_release, shared=True)
    return ProgramProfilePage(
        cycle=entry,
        program_id=program.id,
        running=cycle.state == "open",
        report=make_profile_report(profiles.mean, profiles.shared),
        cell=cell,
        comments=comments,
    )


def skills_of(form: Form) -> tuple[Item, ...]:
    """Return what a form asks on a scale."""
    return tuple(item for item in form.items if item.type == "scale")


def _entry(session: Session, cycle: FeedbackCycle) -> CycleEntry:
    program = session.get_one(Program, cycle.program_id)
    begun = local_day(cycle.opens_at, program.time_zone)
    return CycleEntry(cycle.id, program.name, cycle.about, begun)


def _without_report(session: Session, vault: Vault, reading: Reading) -> ProfilePage:
    closes = reading.cycle.closes_at if reading.awaited is None else reading.awaited.closes_at
    return ProfilePage(
        cycle=_entry(session, reading.cycle),
        program_id=reading.program.id,
        circle=circle_of(session, reading),
        closes=moment_words(closes, reading.program.time_zone) if reading.asks else None,
        cancelled=reading.cancelled,
        skills=skills_of(reading.form),
        rated=ratings_of(session, vault.roster_key(), reading.cycle.id, reading.person.id),
    )


def _with_report(
    session: Session, page: ProfilePage, reading: Reading, released: ReleasedRound | None
) -> ProfilePage:
    """Return the page with its report, unless the reader is to be asked before they read it."""
    own = profile_of_release(reading.form, released)
    if page.rated is None and shown_of(own):
        return page
    program = program_profiles(session, reading.cycle, reading.form)
    shared = reading.own is None and bool(shown_of(program.shared))
    earlier = earlier_profile(session, reading)
    return replace(
        page,
        report=make_profile_report(
            own,
            program.shared if shared else program.mean,
            earlier.profile if earlier else (),
            page.rated or {},
        ),
        shared=shared,
        compared_with=round_name(earlier.closed_on) if earlier else None,
        closed=round_name(released.closed_on) if released else None,
    )
