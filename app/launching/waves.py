"""What goes out together in a feedback cycle, frozen and written down. Source: PROTOCOL 2 and 3."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.forms.service import frozen_form
from app.launching.cycle_letters import PoolAsked
from app.launching.manifest import SHARED_AUDIENCE, SUBJECT_AUDIENCE, form_bytes, manifest_bytes
from app.launching.preparing import POOL_ID_BYTES
from app.launching.raters import SHARED, RatedPool, freeze_raters, subjects_of
from app.launching.records import AddressedLink, address_links, write_pool
from app.launching.room import LaunchRoom
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form as FormRow
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.service import roster_of_program
from app.rounds.closings import closes_ahead
from app.rounds.cycles import (
    closes_left,
    closes_of,
    last_cycle,
    raters_asked_before,
    set_cycle_times,
)
from app.rounds.errors import TooFewRatersError, TooLateError
from crypto import blind, links, sealing, sharing
from crypto.envelope import DataKey
from surveys.items import Form
from surveys.raters import CIRCLES, worded


@dataclass(frozen=True)
class PoolKeys:
    """The keys of one pool; the one that opens it is split, and then nowhere."""

    pool_id: bytes
    signing: RSAPrivateKey = field(repr=False)
    opening: EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True)
class Wave:
    """What goes out together: a whole cycle, or those of its rounds that are sent again."""

    cycle: FeedbackCycle
    program: Program
    form: Form
    k_before: int | None
    due: Mapping[str, Round]
    pools: tuple[RatedPool, ...]


@dataclass(frozen=True)
class Written:
    """A pool that is begun: what goes to the side that knows nobody, and its links."""

    pool: PoolAsked
    links: deque[AddressedLink] = field(repr=False)
    manifest: bytes
    form: bytes


def wave_of(room: LaunchRoom, session: Session, cycle_id: str, roster_key: DataKey) -> Wave:
    """Return what goes out now.

    :raises TooFewRatersError: if nothing can.
    """
    cycle = session.get_one(FeedbackCycle, cycle_id)
    rounds = session.scalars(select(Round).where(Round.cycle_id == cycle_id)).all()
    due = {_key(entry): entry for entry in rounds if entry.state == "due"}
    settled = {_key(entry) for entry in rounds if entry.state not in ("due", "aborted")}
    subjects = [
        subject
        for subject in subjects_of(session, roster_key, cycle.program_id, cycle.about)
        if subject.id not in settled
    ]
    roster = roster_of_program(session, roster_key, cycle.program_id, room.now().date())
    pools = freeze_raters(subjects, roster, cycle.about, cycle.k, room.mail_domains)
    if due:
        pools = tuple(pool for pool in pools if pool.key in due)
    if not pools:
        raise TooFewRatersError(cycle.k)
    before = last_cycle(session, cycle.program_id, cycle.about)
    return Wave(
        cycle=cycle,
        program=session.get_one(Program, cycle.program_id),
        form=frozen_form(session.get_one(FormRow, cycle.form_id), room.support),
        k_before=None if before is None else before.k,
        due=due,
        pools=pools,
    )


def begin_wave(room: LaunchRoom, session: Session, wave: Wave) -> tuple[int | None, int | None]:
    """Set the times, and return how many raters joined and left since the last cycle."""
    cycle = wave.cycle
    if wave.due:
        for key in set(wave.due) - {pool.key for pool in wave.pools}:
            wave.due[key].state = "aborted"  # too few raters by now
        return None, None
    set_cycle_times(session, cycle, wave.program, room.now())
    asked = {invitee.person_id for pool in wave.pools for invitee in pool.roster.invitees}
    cycle.invited = len(asked)
    before = raters_asked_before(session, cycle)
    if before is None:
        return None, None
    return len(asked - before), len(before - asked)


def begin_pool(
    room: LaunchRoom, session: Session, wave: Wave, pool: RatedPool, keys: PoolKeys
) -> Written:
    """Write round, pool and cells; return its links, and what the other side and mails need."""
    launched = _round(room, session, wave, pool)
    form = worded(wave.form, wave.cycle.about, shared=pool.subject is None)
    manifest = manifest_bytes(
        pool_id=keys.pool_id,
        round_name=secrets.token_urlsafe(12),
        k=launched.k,
        invited=launched.invited,
        opens=launched.opens_at,
        closes=closes_ahead(launched),
        groups=0,
        form=form,
        audience=SHARED_AUDIENCE if pool.subject is None else SUBJECT_AUDIENCE,
        k_before=wave.k_before,
        signing_key_der=blind.public_key_to_der(keys.signing.public_key()),
        sealing_point=sealing.public_point(keys.opening),
    )
    manifest_hash = links.manifest_hash(manifest)
    people = len(pool.roster.invitees)
    shares = sharing.split(sealing.scalar_of(keys.opening), launched.k, people)
    addressed = address_links(keys.pool_id, pool.roster, shares, links.pin_of(manifest_hash))
    write_pool(session, keys.pool_id, launched, pool.roster)
    told = PoolAsked(launched, keys.pool_id, pool.subject, links.fingerprint(manifest_hash))
    return Written(told, addressed, manifest, form_bytes(form))


def _round(room: LaunchRoom, session: Session, wave: Wave, pool: RatedPool) -> Round:
    """Return the round of a pool as it is launched: a new one, or the one that is due again.

    :raises TooLateError: if no closing time of the cycle is a day off.
    """
    cycle, now = wave.cycle, room.now()
    launched = wave.due.get(pool.key)
    opens, closes = cycle.opens_at, list(closes_of(cycle))
    if launched is None:
        subject, circle = (pool.key or None), cycle.about == CIRCLES
        launched = Round(
            program_id=cycle.program_id,
            form_id=cycle.form_id,
            cycle_id=cycle.id,
            subject_id=None if circle else subject,
            group_id=subject if circle else None,
            shared=subject is None,
            number=cycle.number,
            k=cycle.k,
        )
        session.add(launched)
    else:
        opens = now.replace(second=0, microsecond=0)
        closes = closes_left(cycle, opens)
    if not closes:
        raise TooLateError
    launched.state = "launching"
    launched.opens_at, launched.closes_at = opens, closes[0]
    launched.later_closes = [moment.isoformat() for moment in closes[1:]]
    launched.invited = len(pool.roster.invitees)
    launched.k_looked_at_on = now.date()  # D4: first told from the next midnight on
    session.flush()
    return launched


def _key(round_: Round) -> str:
    return round_.subject_id or round_.group_id or SHARED


def make_keys(room: LaunchRoom) -> PoolKeys:
    pool_id = secrets.token_bytes(POOL_ID_BYTES)
    return PoolKeys(pool_id, room.vault.create_pool_keys(pool_id), sealing.generate_key())
