"""Make the demo: a year of rounds through the product's own code, and one round that is open."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR
from app.afterwards.follow_ups import tell_respondents, write_follow_up
from app.clock import StillClock
from app.demo.agreed import look_back_in_circle
from app.demo.alerts import add_lead, look_after_alerts
from app.demo.answers import RESPONSE, SMALL_ANSWERS, answers, round_level, usual_level
from app.demo.feedback import past_feedback
from app.demo.organisation import PROGRAMS, roster_csv
from app.demo.respondent import Doors, link_in, respond
from app.forms.service import current_form, frozen_form
from app.goals.schemas import Wanted
from app.goals.service import set_goal
from app.jobs.closes import close_round
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import Workplace
from app.launching.service import launch_round
from app.mail.mailer import Mail, Mailer, MemoryMailer
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.people.import_plan import plan_mark
from app.people.importing import import_roster, preview_import
from app.people.roster_file import read_roster
from app.programs.service import find_program, set_schedule
from app.rounds.service import request_round
from surveys.items import Form
from surveys.lifecycle import BALLOT_GRACE

PAST_ROUNDS = 14
ROUNDS = PAST_ROUNDS * len(PROGRAMS)
EVERY = timedelta(weeks=2)
FEEDBACK_AFTER = 12  # so that its subjects find it among the latest
GOAL_AFTER = 8  # in the dip of the program that recovers
GOAL_PROGRAM = "Women in operations"
GOAL = ("pulse_belonging", 8, timedelta(weeks=26))
FOLLOW_UP = (
    "Many of you said that the work is hard to manage. The review of open requests moves from "
    "Monday to Thursday, and every circle may skip one meeting a month without giving a reason. "
    "What we can't change is the date of the move; we will say more about it in the next circles."
)
_SEED = 11  # with these dice each program has come to what its mood says
_LAUNCH_HOUR = 9


class NotEmptyError(Exception):
    """There are people in this database already; the demo is for an empty one."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class _Cast:
    """Everybody in the demo, with how well they usually are.

    :ivar rng: the dice of people; `service_rng` those of the service, so that what it draws
        changes nobody's answers.
    """

    usual: Mapping[str, float]
    form: Form
    rng: Random
    service_rng: Random


def make_demo(workplace: Workplace, inbox: Mailer, said: Callable[[], object]) -> None:
    """Fill empty databases with the demo.

    :param inbox: where the mails of the open round go; those of the past stay in memory.
    :param said: called after each of the past rounds, for progress.
    :raises NotEmptyError: if there is anybody on the roster.
    """
    now = workplace.now()
    # The demo's people are dice, its cryptography is not.
    rng = Random(_SEED)  # noqa: S311  # nosec B311
    roster = _import(workplace, rng, now)
    _tell_respondents(workplace, now)
    with workplace.identity.begin() as session:
        form = frozen_form(current_form(session), workplace.settings.support_panel)
    begins = _monday_morning(now) - PAST_ROUNDS * EVERY
    lead = add_lead(replace(workplace, clock=StillClock(begins)))
    service_rng = Random(_SEED)  # noqa: S311  # nosec B311
    cast = _Cast({address: usual_level(rng) for address in roster}, form, rng, service_rng)
    for number in range(PAST_ROUNDS):
        opens_at = begins + number * EVERY
        for program in PROGRAMS:
            _past_round(workplace, cast, program.name, program.mood, number, opens_at)
            said()
        a_week_on = StillClock(opens_at + timedelta(weeks=1))
        look_after_alerts(replace(workplace, clock=a_week_on), lead)
        if number == FEEDBACK_AFTER:
            past_feedback(workplace, PROGRAMS[0].name, opens_at + timedelta(weeks=1))
        if number == GOAL_AFTER:
            _set_goal(workplace, opens_at + EVERY - timedelta(days=1))
    _follow_up(workplace, now)
    last_talk = StillClock(begins + PAST_ROUNDS * EVERY - timedelta(days=5))
    look_back_in_circle(replace(workplace, clock=last_talk), PROGRAMS[0].name)
    _open_round(workplace.with_mailer(inbox), now)


def is_empty(session: Session) -> bool:
    """Return whether nobody is on the roster yet."""
    return not session.scalar(select(func.count()).select_from(Person))


def _import(workplace: Workplace, rng: Random, now: datetime) -> list[str]:
    """Import the demo's roster and return the addresses on it."""
    roster = read_roster(roster_csv(rng).encode())
    key = workplace.vault.roster_key()
    with workplace.identity.read() as session:
        if not is_empty(session):
            raise NotEmptyError
    with workplace.identity.snapshot() as database:
        plan = preview_import(database, key, roster)
    import_roster(workplace.identity, key, roster, plan_mark(plan), now=now, actor=OPERATOR)
    return [person.address for person in roster.people]


def _tell_respondents(workplace: Workplace, now: datetime) -> None:
    """Let one program show its results to everyone who is asked."""
    with workplace.identity.begin() as session:
        program = find_program(session, PROGRAMS[0].name)
        tell_respondents(session, program, tell=True, now=now, who=OPERATOR)


def _follow_up(workplace: Workplace, now: datetime) -> None:
    """Say what was done about the latest round of that program."""
    with workplace.identity.begin() as session:
        program = find_program(session, PROGRAMS[0].name)
        latest = session.scalars(
            select(Round.id)
            .where(Round.program_id == program.id, Round.cycle_id.is_(None))
            .order_by(Round.number.desc())
        ).first()
        write_follow_up(session, program, latest or "", FOLLOW_UP, now, OPERATOR)


def _set_goal(workplace: Workplace, now: datetime) -> None:
    """Let the program that recovers say what it wants to move within half a year."""
    target, change, within = GOAL
    with workplace.identity.begin() as session:
        wanted = Wanted(target, change, now.date() + within)
        set_goal(session, find_program(session, GOAL_PROGRAM), wanted, now, OPERATOR)


def _monday_morning(now: datetime) -> datetime:
    """Return Monday, 09:00 UTC, of the week of `now`, or of the week before if that is ahead."""
    monday = (now - timedelta(days=now.weekday())).replace(
        hour=_LAUNCH_HOUR, minute=0, second=0, microsecond=0
    )
    return monday if monday <= now else monday - timedelta(weeks=1)


def _past_round(
    workplace: Workplace, cast: _Cast, program: str, mood: str, number: int, opens_at: datetime
) -> None:
    """Launch, answer and close one round with the clock set to its time."""
    clock, post = StillClock(opens_at), MemoryMailer()
    then = replace(workplace, clock=clock, mailer=post, rng=cast.service_rng)
    round_id = _launch(then, program)
    shift = round_level(cast.rng, mood, number)
    people = _who_answers(cast.rng, mood, post.mails)
    for mail in people:
        pool_id, link = link_in(mail.content)
        values = answers(cast.rng, cast.form, cast.usual[mail.recipient], shift)
        clock.move_to(opens_at + timedelta(hours=cast.rng.uniform(0.1, 90)))
        respond(_doors(then), pool_id, link, values, clock.now())
    with then.identity.begin() as session:
        clock.move_to(session.get_one(Round, round_id).closes_at + BALLOT_GRACE)
        room = then.opening_room(session)
    close_round(then, round_id, room)
    send_owed_notices(then)


def _who_answers(rng: Random, mood: str, mails: Iterable[Mail]) -> list[Mail]:
    mails = sorted(mails, key=lambda mail: mail.recipient)
    if mood == "small":
        return rng.sample(mails, SMALL_ANSWERS)
    return [mail for mail in mails if rng.random() < RESPONSE]


def _launch(workplace: Workplace, program: str) -> str:
    with workplace.identity.begin() as session:
        found = find_program(session, program)
        opened = request_round(session, found, current_form(session), workplace.now())
    launch_round(workplace.launch_room(), opened.id)
    return opened.id


def _open_round(workplace: Workplace, now: datetime) -> None:
    """Open a round in the first program, and schedule the next ones of all."""
    _launch(workplace, PROGRAMS[0].name)
    with workplace.identity.begin() as session:
        for entry in PROGRAMS:
            set_schedule(
                session,
                find_program(session, entry.name),
                every_weeks=2,
                weekday=0,
                local_time="09:00",
                now=now + timedelta(days=8),
            )


def _doors(workplace: Workplace) -> Doors:
    return Doors(workplace.identity, workplace.ballots, workplace.vault)
