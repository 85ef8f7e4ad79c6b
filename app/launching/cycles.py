"""Launch a feedback cycle: several links in one mail, each pool with keys of its own."""

import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.languages import speaking
from app.launching.cycle_letters import (
    PoolAsked,
    RaterLinks,
    cycle_facts,
    first_mail_id,
    in_order,
)
from app.launching.letters import bounces_to, page_language, unsubscribe_url
from app.launching.notes import LEASE, Launching, LaunchLostError
from app.launching.records import AddressedLink, write_ballots_side, write_invitations
from app.launching.room import LaunchRoom
from app.launching.sending import Post, send_links
from app.launching.service import settle_launch
from app.launching.waves import Wave, Written, begin_pool, begin_wave, make_keys, wave_of
from app.mail.facts import RoundFacts
from app.mail.feedback_letters import FeedbackLetter
from app.mail.mailer import Mail
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.round import Round
from app.rounds.cycles import about_nobody, end_unread
from app.rounds.errors import NoSuchCycleError, RoundError
from crypto import links
from surveys.errors import SurveyError


@dataclass(frozen=True)
class _Ready:
    """A wave that is written down, its facts for the mails, and each rater's links.

    :ivar facts: gives them in the language that is spoken at the call.
    """

    cycle: FeedbackCycle
    round_id: str
    facts: Callable[[], RoundFacts]
    first: str
    waiting: deque[RaterLinks] = field(repr=False)


def launch_cycle(room: LaunchRoom, cycle_id: str) -> None:
    """Launch a due cycle, or what is due again of an open one; a second caller does nothing.

    :raises RoundError: if it can't be launched; it is given up then.
    :raises EmptySupportError: if the form has no helpline; likewise.
    """
    lease = _Lease(room, cycle_id)
    if not lease.claim():
        return
    try:
        ready = _prepare(room, cycle_id, lease)
    except LaunchLostError:
        return
    except (RoundError, SurveyError):
        _give_up(room, cycle_id)
        raise
    with suppress(LaunchLostError):  # what became of it is the other process's to say
        _send(room, ready)
        finish_cycle(room.identity, cycle_id, complete=True)


def finish_cycle(identity: Store, cycle_id: str, *, complete: bool) -> None:
    """Say of each round that was being launched whether it goes on, all in one transaction.

    After a crash before anything was written the cycle is due again: nothing was mailed.

    :param complete: as for finish_launch; the rule holds for each pool by itself.
    """
    with identity.begin() as session:
        cycle = session.get(FeedbackCycle, cycle_id, with_for_update=True)
        if cycle is None:
            raise NoSuchCycleError
        if cycle.state != "launching":
            return
        rounds = session.scalars(select(Round).where(Round.cycle_id == cycle_id)).all()
        for launched in rounds:
            if launched.state == "launching":
                settle_launch(session, launched, complete=complete)
                _let_go_of_nobodys(session, launched)
        cycle.state, cycle.lease_until = "open" if rounds else "due", None


def due_again() -> ColumnElement[bool]:
    """Return the condition for open cycles of which something is to be sent again, all at once."""
    of_cycle = Round.cycle_id == FeedbackCycle.id
    return and_(
        exists().where(of_cycle, Round.state == "due"),
        ~exists().where(of_cycle, Round.state == "aborting"),
    )


class _Lease:
    """The right to prepare a cycle; many keys take longer than one lease lasts."""

    def __init__(self, room: LaunchRoom, cycle_id: str) -> None:
        self._room, self._cycle_id = room, cycle_id
        self._until = room.now() + LEASE

    def claim(self) -> bool:
        """Return whether this process launches the cycle."""
        due = or_(FeedbackCycle.state == "due", and_(FeedbackCycle.state == "open", due_again()))
        with self._room.identity.begin() as session:
            return self._set(session, due, self._until)

    def hold(self, session: Session) -> None:
        """Go on for a lease longer.

        :raises LaunchLostError: once another process has taken the launch over.
        """
        ours = and_(FeedbackCycle.state == "launching", FeedbackCycle.lease_until == self._until)
        until = self._room.now() + LEASE
        if not self._set(session, ours, until):
            raise LaunchLostError
        self._until = until

    def _set(self, session: Session, condition: ColumnElement[bool], until: datetime) -> bool:
        claimed = session.execute(
            update(FeedbackCycle)
            .where(FeedbackCycle.id == self._cycle_id, condition)
            .values(state="launching", lease_until=until)
        )
        return claimed.rowcount == 1


def _give_up(room: LaunchRoom, cycle_id: str) -> None:
    """End what can't be launched as things are; nothing of it was mailed or written."""
    with room.identity.begin() as session:
        cycle = session.get_one(FeedbackCycle, cycle_id)
        rounds = session.scalars(select(Round).where(Round.cycle_id == cycle_id)).all()
        for entry in rounds:
            if entry.state == "due":
                entry.state = "aborted"
        cycle.state, cycle.lease_until = "open" if rounds else "aborted", None


def _let_go_of_nobodys(session: Session, launched: Round) -> None:
    """Destroy, unread, what is about somebody who was forgotten while it was being sent."""
    if about_nobody(launched) and launched.state == "open":
        end_unread(session, launched)


def _prepare(room: LaunchRoom, cycle_id: str, lease: _Lease) -> _Ready:
    """Freeze, make keys, write both sides; scalars and polynomials end with this call.

    Keys are made for the pools that there would be now, and names are opened before anything is
    held: others must not wait for it. What is missing then is made on the spot.

    :raises LaunchLostError: if another process has taken the launch over meanwhile.
    """
    roster_key = room.vault.roster_key()
    with room.identity.read() as session:
        expected = wave_of(room, session, cycle_id, roster_key).pools
    keys = {}
    for pool in expected:
        keys[pool.key] = make_keys(room)
        with room.identity.begin() as session:
            lease.hold(session)
    with room.identity.read() as session:
        wave = wave_of(room, session, cycle_id, roster_key)
    with room.identity.begin() as session:
        lease.hold(session)
        _take_over(session, wave)
        joined, left = begin_wave(room, session, wave)
        written = []
        for pool in wave.pools:
            made = keys.pop(pool.key, None) or make_keys(room)
            written.append(begin_pool(room, session, wave, pool, made))
        told = written[0].pool.round
        facts = partial(
            cycle_facts, wave.program, wave.cycle, told, wave.form, joined=joined, left=left
        )
        first = told.id if wave.due else wave.cycle.id
    launching = Launching(FeedbackCycle, cycle_id, told.id)
    for entry in written:
        pool_id, program_id = entry.pool.pool_id, wave.program.id
        write_invitations(room, launching, pool_id, program_id, entry.links, roster_key)
    for idle in keys.values():  # of a subject who has left the roster within this second
        room.vault.destroy_sealed(idle.pool_id)
        room.vault.destroy_kept(idle.pool_id)
    with room.ballots.begin() as session:
        for entry in written:
            pool = entry.pool
            write_ballots_side(session, pool.pool_id, entry.manifest, entry.form, pool.round)
    return _Ready(wave.cycle, told.id, facts, first, _by_rater(written))


def _take_over(session: Session, wave: Wave) -> None:
    """Go on in this session with the rounds that a wave was read with.

    :raises LaunchLostError: if others are due by now; the lease runs out, and it is begun anew.
    """
    due = select(Round.id).where(Round.cycle_id == wave.cycle.id, Round.state == "due")
    if set(session.scalars(due)) != {entry.id for entry in wave.due.values()}:
        raise LaunchLostError
    session.add_all([wave.cycle, *wave.due.values()])


def _by_rater(written: Sequence[Written]) -> deque[RaterLinks]:
    """Return each rater's links together, in random order: nothing follows the roster's."""
    together: dict[str, list[tuple[PoolAsked, AddressedLink]]] = defaultdict(list)
    links_of = {entry.pool.pool_id: entry.links for entry in written}
    for pool in in_order([entry.pool for entry in written]):
        for link in links_of[pool.pool_id]:
            together[link.invitee.person_id].append((pool, link))
    raters = [
        RaterLinks(person_id, entries[0][1].invitee, tuple(entries))
        for person_id, entries in together.items()
    ]
    secrets.SystemRandom().shuffle(raters)
    return deque(raters)


def _send(room: LaunchRoom, ready: _Ready) -> None:
    letters: dict[tuple[str, tuple[bytes, ...]], FeedbackLetter] = {}
    about, sender = ready.cycle.about, room.sender

    def letter_to(entry: RaterLinks) -> FeedbackLetter:
        """Return the letter that all get who rate the same people and read the same language."""
        key = (entry.invitee.language, entry.pools)
        if key not in letters:
            with speaking(entry.invitee.language):
                asked = [pool.asked(about) for pool, _ in entry.links]
                letters[key] = FeedbackLetter(sender, ready.facts(), about, asked)
        return letters[key]

    def compose(entry: RaterLinks) -> Mail:
        reads = entry.invitee.language
        return letter_to(entry).compose(
            entry.invitee.address,
            links=[
                sender.base_url
                + links.link_path(pool.pool_id, addressed.link, page_language(reads))
                for pool, addressed in entry.links
            ],
            unsubscribe_url=unsubscribe_url(sender, room.secret_key, entry.person_id),
            message_id=first_mail_id(room.secret_key, ready.first, entry.person_id, sender),
            bounces_to=bounces_to(sender, room.secret_key, entry.person_id),
        )

    post = Post(room.identity, room.mailer, compose, room.now)
    send_links(post, Launching(FeedbackCycle, ready.cycle.id, ready.round_id), ready.waiting)
