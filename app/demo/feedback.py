"""Feedback about mentors in the demo's first program, as its people give it. Development only."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from app.clock import StillClock
from app.demo.respondent import Doors, links_in, respond
from app.forms.service import feedback_form
from app.jobs.closes import close_round
from app.jobs.cycles import end_finished_cycles
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import Workplace
from app.launching.cycles import launch_cycle
from app.mail.mailer import MemoryMailer
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.round import Round
from app.programs.service import find_program
from app.rounds.cycles import request_cycle
from surveys.instruments import PEER_SKILLS, instrument
from surveys.lifecycle import BALLOT_GRACE
from surveys.raters import MENTORS

_SEED = 6  # with these dice all of the visitor's circle answer, and two mentors have too few
_RESPONSE, _WRITES = 0.9, 0.6
_OPEN_DAYS = 7
_USUAL, _BETWEEN_SKILLS, _BETWEEN_RATERS = 3.6, 0.6, 0.6  # of five points
_KEEP = (
    "Asks back until it is clear what we need",
    "Always has time before a deadline",
    "Keeps what was agreed",
    "Says openly what they don't know",
)
_TRY = (
    "Give the quiet ones more room",
    "Send the agenda a day before",
    "Say sooner when something goes well",
    "End the meetings on time",
)


def past_feedback(workplace: Workplace, program: str, opens_at: datetime) -> None:
    """Ask for, give and close feedback about a program's mentors, the clock set to its time."""
    clock, post = StillClock(opens_at), MemoryMailer()
    rng = Random(_SEED)  # noqa: S311  # nosec B311  # the demo's people are dice
    then = replace(workplace, clock=clock, mailer=post, rng=rng)
    with then.identity.begin() as session:
        found, row = find_program(session, program), feedback_form(session)
        cycle_id = request_cycle(session, found, row, MENTORS, opens_at, [_OPEN_DAYS]).id
    launch_cycle(then.launch_room(), cycle_id)
    _answer(then, post, rng, clock)
    with then.identity.read() as session:
        cycle = session.get_one(FeedbackCycle, cycle_id)
        rounds = session.scalars(select(Round.id).where(Round.cycle_id == cycle_id)).all()
        room = then.opening_room(session)
    clock.move_to(cycle.closes_at + BALLOT_GRACE)
    for round_id in rounds:
        close_round(then, round_id, room)
    end_finished_cycles(then)
    send_owed_notices(then)


def _answer(then: Workplace, post: MemoryMailer, rng: Random, clock: StillClock) -> None:
    """Let about nine in ten answer each of their links."""
    doors = Doors(then.identity, then.ballots, then.vault)
    levels: dict[bytes, dict[str, float]] = {}
    clock.move_to(clock.now() + timedelta(days=1))
    for mail in sorted(post.mails, key=lambda mail: mail.recipient):
        for pool_id, link in links_in(mail.content):
            level = levels.setdefault(pool_id, {})
            if rng.random() < _RESPONSE:
                respond(doors, pool_id, link, _values(rng, level), clock.now())


def _values(rng: Random, level: dict[str, float]) -> dict[str, object]:
    """Return what one rater says of a mentor.

    :param level: how good the mentor is at each skill, drawn when the first rater says it.
    """
    values: dict[str, object] = {}
    for item in instrument(PEER_SKILLS).items:
        if item.type == "scale":
            usual = level.setdefault(item.id, rng.gauss(_USUAL, _BETWEEN_SKILLS))
            values[item.id] = max(1, min(5, round(rng.gauss(usual, _BETWEEN_RATERS))))
        elif rng.random() < _WRITES:
            values[item.id] = rng.choice(_KEEP if item.id == "skill_keep" else _TRY)
    return values
