"""When a program asks other questions: trend, alerts and standing begin anew, and say so."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.service import review_program
from app.extensions import identity
from app.forms.service import current_form
from app.models.identity.alert import Alert
from app.models.identity.alert_event import AlertEvent
from app.models.identity.form import Form
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.errors import RoundUnderWayError
from app.rounds.service import draft_round, last_threshold, request_round
from surveys.errors import ClosingTimesError
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import (
    EVERY,
    EVERYBODY_ELSE,
    FIRST_DAY,
    Answered,
    add_program,
    add_released_round,
)

THREE = ("pulse_energy", "pulse_workload", "pulse_support", "pulse_comment")


def closes(program: str, rating: int, asked: tuple[str, ...] | None = None) -> None:
    """Let a round close and be looked at."""
    round_id = add_released_round(program, {EVERYBODY_ELSE: Answered(30, rating)}, asked=asked)
    with identity.begin() as session:
        today = session.get_one(Round, round_id).closes_at.date()
        review_program(session, program, today)


def alert_of(program: str) -> Alert | None:
    with identity.begin() as session:
        return session.scalar(select(Alert).where(Alert.program_id == program))


def told(client: FlaskClient, path: str) -> str:
    """Return a page's text on one line."""
    return " ".join(client.get(path).text.split())


def test_other_questions_raise_no_alert_and_begin_the_trend_anew(
    app: Flask, client: FlaskClient
) -> None:
    program = add_program()
    for _ in range(6):
        closes(program, 4)
    for _ in range(2):
        closes(program, 2, THREE)
    assert alert_of(program) is None
    sign_in_admin(client)
    page = told(client, f"/programs/{program}/results")
    began = FIRST_DAY + 7 * EVERY
    assert f"Other questions were asked before the round of {began.day} " in page
    assert page.count('class="point"') == 3  # two rounds and the legend's own
    assert "about the same as in the round of" in page  # and not: clearly lower
    assert told(client, f"/programs/{program}/results?round=6").count('class="point"') == 7
    assert "Too few rounds can be shown" in told(client, f"/programs/{program}")


def test_the_same_fall_in_the_same_questions_is_an_alert_and_ends_when_they_change(
    app: Flask, client: FlaskClient
) -> None:
    program = add_program()
    for rating in (4,) * 6 + (2,) * 2:
        closes(program, rating)
    raised = alert_of(program)
    assert raised is not None and raised.closed_on is None
    closes(program, 4, THREE)
    ended = alert_of(program)
    assert ended is not None and ended.state == "ended" and ended.closed_on is not None
    with identity.begin() as session:
        kinds = session.scalars(select(AlertEvent.kind).order_by(AlertEvent.number)).all()
    assert kinds[-1] == "ended"
    sign_in_admin(client)
    page = told(client, f"/alerts/{ended.id}")
    assert "Other questions are asked since" in page and "settled" not in page
    assert page.count('class="point"') == 9  # its own eight rounds, not the one that ended it


def test_a_new_version_of_the_form_is_no_way_around_six_days_numbers_or_terms(
    app: Flask, clock: FixedClock
) -> None:
    program_id = add_program(k=6)
    with identity.begin() as session:
        program, first = session.get_one(Program, program_id), current_form(session)
        body = {**first.body, "items": first.body["items"][:3]}
        other = Form(instrument="pulse", version=2, kind="check-in", body=body)
        session.add(other)
        session.flush()
        asked = request_round(session, program, first, clock.now())
        with pytest.raises(RoundUnderWayError):
            draft_round(session, program, other, clock.now())
        asked.state = "closed"
        program.open_days = 1
        session.flush()
        with pytest.raises(ClosingTimesError):
            draft_round(session, program, other, asked.closes_at)
        later = request_round(session, program, other, asked.closes_at + timedelta(days=7))
        assert (asked.number, later.number) == (1, 2)
        program.k = 5
        assert last_threshold(session, later) == 6
