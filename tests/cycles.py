"""Feedback cycles with released rounds, made by the product's own tabulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.extensions import identity
from app.forms.service import feedback_form
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.pool import Pool
from app.models.identity.pool_cell import PoolCell
from app.models.identity.program import Program
from app.models.identity.round import Round
from surveys.form_wire import form_from_wire
from surveys.tabulation import Release as Tabulation
from tests.releases import FIRST_DAY, Answered, keep_comments, published, tabulated

CYCLES_APART = timedelta(weeks=13)
SHARED = ""  # raters of subjects who have too few of them


@dataclass(frozen=True)
class _Past:
    """A cycle that has ended, and what all of its rounds have from it."""

    cycle: FeedbackCycle
    closed_on: date
    common: Mapping[str, Any]


def add_released_cycle(
    program_id: str, about: str, answered: Mapping[str, Answered], number: int = 1
) -> str:
    """Return the id of an ended feedback cycle, each of its rounds released.

    :param answered: by subject, the id of a person or, about circles, of a group; SHARED for the
        raters of those who have too few.
    """
    results = {}
    with identity.begin() as session:
        past = _add_cycle(session, program_id, about, number)
        form = form_from_wire(feedback_form(session).body)
        for subject, group in answered.items():
            pool_id = Random(f"{past.cycle.id} {subject}").randbytes(16)
            k = past.cycle.k
            result = tabulated(form, [group], pool_id, k, None, number, of_program=False)
            _add_round(session, past, pool_id, subject, result)
            results[pool_id] = result
        cycle_id = past.cycle.id
    for pool_id, result in results.items():
        keep_comments(pool_id, result)
    return cycle_id


def _add_cycle(session: Session, program_id: str, about: str, number: int) -> _Past:
    closed_on = FIRST_DAY + number * CYCLES_APART
    closes_at = datetime.combine(closed_on, time(9), UTC)
    common = {
        "program_id": program_id,
        "form_id": feedback_form(session).id,
        "number": number,
        "k": session.get_one(Program, program_id).k,
        "opens_at": closes_at - timedelta(days=7),
        "closes_at": closes_at,
        "invited": 40,
    }
    cycle = FeedbackCycle(about=about, state="ended", **common)
    session.add(cycle)
    session.flush()
    return _Past(cycle, closed_on, common)


def _add_round(
    session: Session, past: _Past, pool_id: bytes, subject: str, result: Tabulation
) -> None:
    who = "group_id" if past.cycle.about == "circles" else "subject_id"
    round_ = Round(
        **past.common,
        cycle_id=past.cycle.id,
        state="closed",
        shared=subject == SHARED,
        **({} if subject == SHARED else {who: subject}),
    )
    session.add(round_)
    session.flush()
    closes_at = past.common["closes_at"]
    session.add(Pool(pool_id=pool_id, round_id=round_.id, state="ended", closes_at=closes_at))
    session.flush()
    session.add(PoolCell(pool_id=pool_id, index=0, group_id=None, invited=round_.invited))
    session.add(published(pool_id, past.closed_on, result))
