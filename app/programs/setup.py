"""Setting up a program step by step: the program itself is all the state there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.program_form import ProgramForm
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.programs.desk import ProgramDesk

PEOPLE, CIRCLES, QUESTIONS, SCHEDULE, REVIEW = (
    "people",
    "circles",
    "questions",
    "schedule",
    "review",
)
STEPS = (PEOPLE, CIRCLES, QUESTIONS, SCHEDULE, REVIEW)
TITLES = MappingProxyType(
    {
        PEOPLE: lazy_gettext("People"),
        CIRCLES: lazy_gettext("Circles"),
        QUESTIONS: lazy_gettext("Questions"),
        SCHEDULE: lazy_gettext("Schedule"),
        REVIEW: lazy_gettext("Look it over"),
    }
)


@dataclass(frozen=True)
class SetupStep:
    """A step as the row of steps shows it; `here` for the one that is looked at."""

    name: str
    title: str
    path: str
    done: bool
    here: bool


@dataclass(frozen=True)
class Progress:
    """Where somebody is in setting up a program, and what comes before and after."""

    steps: tuple[SetupStep, ...]
    before: str
    after: str


def progress(session: Session, desk: ProgramDesk, here: str) -> Progress:
    """Return the steps of a program that is being set up, as the database has them.

    :param here: the step that is looked at.
    """
    home = f"/programs/{desk.program.id}"
    done = _done(session, desk)
    paths = {step: f"{home}/setup/{step}" for step in STEPS}
    begun = SetupStep("program", _("Program"), f"{home}/settings", done=True, here=False)
    at = STEPS.index(here)
    return Progress(
        steps=(
            begun,
            *(
                SetupStep(step, str(TITLES[step]), paths[step], step in done, step == here)
                for step in STEPS
            ),
        ),
        before=paths[STEPS[at - 1]] if at else begun.path,
        after=paths[STEPS[at + 1]] if at + 1 < len(STEPS) else home,
    )


def next_step(session: Session, desk: ProgramDesk) -> str:
    """Return where setting up goes on: the first step that is not done."""
    steps = progress(session, desk, REVIEW).steps
    return next((step.path for step in steps if not step.done), steps[-1].path)


def is_being_set_up(desk: ProgramDesk) -> bool:
    """Return whether the program has never sent anything."""
    return not desk.rounds and not desk.sessions


def _done(session: Session, desk: ProgramDesk) -> Sequence[str]:
    asked = session.scalar(select(Round.id).where(Round.program_id == desk.program.id).limit(1))
    states = {
        PEOPLE: desk.people >= desk.program.k,
        CIRCLES: any(group.id for group in desk.groups),
        QUESTIONS: session.get(ProgramForm, desk.program.id) is not None or asked is not None,
        SCHEDULE: session.get(Schedule, desk.program.id) is not None or asked is not None,
        REVIEW: asked is not None,
    }
    return [step for step, is_done in states.items() if is_done]
