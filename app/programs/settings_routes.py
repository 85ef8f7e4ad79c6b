"""A program's settings: the form, what each change means, and the saving of it."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import for_admins
from app.clock import current_clock
from app.extensions import identity
from app.models.identity.program import Program
from app.people.time_zones import WINDOWS_ZONES
from app.programs.changes import changes_of, save_changes, stored_values
from app.programs.desk import program_desk
from app.programs.errors import UnknownProgramError
from app.programs.program_page import actor
from app.programs.schemas import REFUSALS, Fault, ShapeError, fault_of, read_new_program
from app.programs.service import find_program
from surveys.disclosure import K_FLOOR

blueprint = Blueprint("settings", __name__, url_prefix="/programs/<program_id>/settings")

Answered = str | Response | tuple[str, HTTPStatus]


@blueprint.get("")
@for_admins
def form(program_id: str) -> str:
    """Show a program's settings."""
    return _form(program_id, request.args, None)


@blueprint.get("/review")
@for_admins
def review(program_id: str) -> Answered:
    """Show what each change means, before it is saved."""
    try:
        with identity.read() as session:
            desk = program_desk(session, _program(session, program_id))
            typed = read_new_program({**stored_values(desk.program), **request.args})
            changes = changes_of(session, desk, typed, current_clock().now())
    except ShapeError as error:
        return _form(program_id, request.args, error.fault), HTTPStatus.UNPROCESSABLE_ENTITY
    except REFUSALS as error:
        fault = fault_of(error, "name")
        return _form(program_id, request.args, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template(
        "programs/settings_review.html", program=desk.program, changes=changes, typed=typed
    )


@blueprint.post("")
@for_admins
def save(program_id: str) -> Answered:
    """Save what was looked over."""
    try:
        with identity.begin() as session:
            found = _program(session, program_id)
            typed = {**stored_values(found), **request.form}
            save_changes(session, actor(), found, read_new_program(typed))
    except ShapeError as error:
        return _form(program_id, request.form, error.fault), HTTPStatus.UNPROCESSABLE_ENTITY
    except REFUSALS as error:
        fault = fault_of(error, "name")
        return _form(program_id, request.form, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved. What changed stands in the audit log."))
    return redirect(f"/programs/{program_id}/settings")


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _form(program_id: str, typed: Mapping[str, str], fault: Fault | None) -> str:
    """Return the form; after a refusal with what was typed."""
    with identity.read() as session:
        program = _program(session, program_id)
    return render_template(
        "programs/settings.html",
        program=program,
        typed={**stored_values(program), **typed},
        fault=fault,
        zones=sorted(set(WINDOWS_ZONES.values())),
        floor=K_FLOOR,
    )
