"""Profiles in the stored releases of a cycle: a subject's, the one before, and the program's."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.round import Round
from app.profiles.reading import Reading, form_of_cycle
from app.profiles.report import profile_in
from app.results.cells import WITHHELD, read_cell
from app.results.service import ReleasedRound, released_of
from app.rounds.service import UNFINISHED
from app.rounds.subjects import cycles_about, own_round
from surveys.feedback import Profile, program_profile, shown_of
from surveys.items import Form


@dataclass(frozen=True)
class Earlier:
    """A subject's profile of a cycle before, and the day on which that closed."""

    profile: Profile
    closed_on: date


@dataclass(frozen=True)
class ProgramProfiles:
    """What a cycle says of a whole program.

    :ivar mean: of the released profiles; all withheld while a round of the cycle goes on, since a
        mean that grew could be subtracted from the next (D9).
    :ivar shared: of those who have too few raters, together, and its release.
    """

    mean: Profile
    shared: Profile
    shared_release: ReleasedRound | None


def released_in(session: Session, round_: Round | None) -> ReleasedRound | None:
    """Return a round's release; None while there is none."""
    found = [] if round_ is None else released_of(session, [round_.id])
    return found[0] if found else None


def profile_of_release(form: Form, released: ReleasedRound | None) -> Profile:
    """Return the profile in a release, all withheld without one."""
    return profile_in(form, WITHHELD if released is None else read_cell(released.cell()))


def earlier_profile(session: Session, reading: Reading) -> Earlier | None:
    """Return the reader's latest profile of a cycle before that shows anything."""
    for cycle in cycles_about(session, reading.person.id):
        if not _comes_before(cycle, reading.cycle):
            continue
        released = released_in(session, own_round(session, cycle, reading.person.id))
        profile = profile_of_release(form_of_cycle(session, cycle), released)
        if released is not None and shown_of(profile):
            return Earlier(profile, released.closed_on)
    return None


def program_profiles(session: Session, cycle: FeedbackCycle, form: Form) -> ProgramProfiles:
    """Return what a cycle says of its whole program."""
    rounds = session.scalars(select(Round).where(Round.cycle_id == cycle.id)).all()
    shared = {entry.id for entry in rounds if entry.shared}
    ended = not any(entry.state in UNFINISHED for entry in rounds)
    released = released_of(session, [entry.id for entry in rounds]) if ended else []
    own = [profile_of_release(form, entry) for entry in released if entry.round_id not in shared]
    together = next((entry for entry in released if entry.round_id in shared), None)
    return ProgramProfiles(program_profile(own, form), profile_of_release(form, together), together)


def _comes_before(earlier: FeedbackCycle, cycle: FeedbackCycle) -> bool:
    same = (earlier.program_id, earlier.about) == (cycle.program_id, cycle.about)
    return same and earlier.number < cycle.number
