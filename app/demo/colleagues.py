"""What a visitor of the demo can have done: colleagues answer, and the closing time comes."""

import json
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from sqlalchemy import select

from app.clock import MovableClock
from app.demo.answers import RESPONSE, answers, round_level, usual_level
from app.demo.organisation import PROGRAMS, VISITOR
from app.demo.respondent import Doors, links_in, respond
from app.extensions import Store
from app.mail.maildir import message_files
from app.models.identity.round import Round
from app.respond.service import public_bytes
from app.wire import WireError
from surveys.form_wire import form_from_wire
from surveys.items import Form
from surveys.lifecycle import BALLOT_GRACE

# What colleagues say now goes on from the first program's past.
_MOOD, _ROUND = PROGRAMS[0].mood, 14


def colleagues_answer(doors: Doors, inbox: Path, now: datetime) -> int:
    """Return how many of those with an unused link in the inbox have answered just now.

    About two in three do; the visitor's own link is left alone.
    """
    rng = SystemRandom()
    shift = round_level(rng, _MOOD, _ROUND)
    answered = 0
    for path in message_files(inbox):
        content = path.read_bytes()
        if VISITOR.encode() in content or rng.random() > RESPONSE:
            continue
        used = 0
        for pool_id, link in links_in(content):
            try:
                form = _form(doors, pool_id)
                respond(doors, pool_id, link, answers(rng, form, usual_level(rng), shift), now)
                used += 1
            except WireError:
                continue  # one that is used or over
        answered += used > 0
    return answered


def move_to_next_close(identity: Store, clock: MovableClock) -> datetime | None:
    """Move the clock to the first close that lies ahead and return it; None if none does."""
    now = clock.now()
    with identity.read() as session:
        closes_at = session.scalar(
            select(Round.closes_at)
            .where(Round.state == "open", Round.closes_at > now - BALLOT_GRACE)
            .order_by(Round.closes_at)
            .limit(1)
        )
    if closes_at is None:
        return None
    clock.move_to(closes_at + BALLOT_GRACE)
    return closes_at


def _form(doors: Doors, pool_id: bytes) -> Form:
    with doors.ballots.read_connection() as connection:
        _, form = public_bytes(connection, pool_id)
    return form_from_wire(json.loads(form))
