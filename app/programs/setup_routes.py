"""The pages that set a program up step by step; each can be left, and come back to."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import for_admins
from app.clock import current_clock
from app.extensions import identity
from app.forms.asked import asked_of
from app.languages import told
from app.models.identity.program import Program
from app.programs.acts import change_cadence
from app.programs.desk import program_desk
from app.programs.errors import UnknownProgramError
from app.programs.forecast import ProgramForecast, program_forecast
from app.programs.program_page import actor
from app.programs.schemas import REFUSALS, RHYTHMS, Fault, ShapeError, fault_of, read_cadence
from app.programs.service import find_program
from app.programs.setup import CIRCLES, PEOPLE, QUESTIONS, REVIEW, SCHEDULE, progress
from app.results import words
from app.rounds.closings import planned_closes
from app.rounds.errors import TooFewPeopleError
from app.vault import current_vault

blueprint = Blueprint("setup", __name__, url_prefix="/programs/<program_id>/setup")


@blueprint.get("/people")
@for_admins
def people(program_id: str) -> str:
    """Lead to the roster, and say who is in the program already."""
    return _page(program_id, PEOPLE)


@blueprint.get("/circles")
@for_admins
def circles(program_id: str) -> str:
    """Show the circles as the roster has them, and what their sizes mean."""
    return _page(program_id, CIRCLES)


@blueprint.get("/questions")
@for_admins
def questions(program_id: str) -> str:
    """Show what the rounds ask."""
    with identity.read() as session:
        asked = asked_of(session, _program(session, program_id).id)
    return _page(program_id, QUESTIONS, asked=asked)


@blueprint.get("/schedule")
@for_admins
def schedule(program_id: str) -> str:
    """Show the form for the schedule."""
    return _page(program_id, SCHEDULE)


@blueprint.post("/schedule")
@for_admins
def plan(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Keep the schedule and go on; "off" is a choice, too."""
    fault = None
    try:
        with identity.begin() as session:
            found = _program(session, program_id)
            change_cadence(session, actor(), found, read_cadence(request.form))
    except ShapeError as error:
        fault = error.fault
    except REFUSALS as error:
        fault = fault_of(error, "every_weeks")
    if fault is not None:
        return _page(program_id, SCHEDULE, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The schedule is saved."))
    return redirect(f"/programs/{program_id}/setup/review")


@blueprint.get("/review")
@for_admins
def review(program_id: str) -> str:
    """Show all of it once more, with what would be shown; from here it is sent or left."""
    with identity.read() as session:
        program = _program(session, program_id)
        asked = asked_of(session, program.id)
        forecast, problem = _forecast(session, program)
    return _page(program_id, REVIEW, asked=asked, forecast=forecast, problem=problem)


def _forecast(session: Session, program: Program) -> tuple[ProgramForecast | None, str]:
    """Return what would be shown, or why nothing can be said of it."""
    settings, now = current_app.config["CHORUS"], current_clock().now()
    key = current_vault().roster_key()
    try:
        return program_forecast(session, program, key, settings.mail_domains, now.date()), ""
    except TooFewPeopleError as error:
        return None, told(error)


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _page(program_id: str, step: str, fault: Fault | None = None, **shown: Any) -> str:
    """Return the page of a step; after a refusal with what was typed."""
    now = current_clock().now()
    with identity.read() as session:
        desk = program_desk(session, _program(session, program_id))
        steps = progress(session, desk, step)
    program = desk.program
    return render_template(
        f"programs/setup_{step}.html",
        desk=desk,
        progress=steps,
        fault=fault,
        typed=request.form if fault else None,
        rhythms=RHYTHMS,
        words=words,
        closes=planned_closes(now, program.time_zone, program.open_days)[0],
        **shown,
    )
