"""The page on which an admin chooses what a program asks, and what follows from it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import identity
from app.forms.asked import asked_of, worded
from app.forms.choosing import choose, draft_choice, present_choice
from app.forms.offering import own_choices, pulse_choices, shipped_beside
from app.forms.schemas import MOST_BANK, Choice, field_of, read_choice
from app.languages import told
from app.models.identity.program import Program
from app.programs.errors import UnknownProgramError
from app.programs.schemas import Fault
from app.programs.service import find_program
from surveys.errors import SurveyError
from surveys.instruments import OWN_CHANGE, instrument, offered
from surveys.items import in_language

# As people call them; what stands above the questions is a title of its own.
_NAMES = {
    "pulse": _l("The Chorus pulse"),
    "ons4": _l("ONS4, four questions on personal wellbeing"),
    "who5": _l("WHO-5, the wellbeing index"),
}

blueprint = Blueprint("forms", __name__, url_prefix="/programs/<program_id>/questions")


@blueprint.get("")
@for_admins
def questions(program_id: str) -> str:
    """Show what the program asks, and what it could ask instead."""
    return _page(program_id)


@blueprint.get("/new")
@for_admins
def confirm_choosing(program_id: str) -> str | tuple[str, HTTPStatus]:
    """Show what follows from these questions, before they are chosen."""
    choice = read_choice(request.args)
    try:
        with identity.begin() as session:
            program = _program(session, program_id)
            chosen = draft_choice(session, program, choice)
    except SurveyError as error:
        return _refused(program_id, choice, error)
    return render_template(
        "forms/confirm.html",
        program=program,
        chosen=chosen,
        choice=choice,
        in_language=in_language,
    )


@blueprint.post("")
@for_admins
def save(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Let coming rounds ask these questions."""
    choice = read_choice(request.form)
    try:
        with identity.begin() as session:
            program = _program(session, program_id)
            who = current_account().account_id
            choose(session, program, choice, current_clock().now(), who)
    except SurveyError as error:
        return _refused(program_id, choice, error)
    flash(_("Saved. Coming rounds ask these questions."))
    return redirect(f"/programs/{program_id}")


def register_forms(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _refused(program_id: str, choice: Choice, error: SurveyError) -> tuple[str, HTTPStatus]:
    fault = Fault(field_of(error), told(error))
    return _page(program_id, choice, fault), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(program_id: str, typed: Choice | None = None, fault: Fault | None = None) -> str:
    """Return the page; after a refusal with what was chosen."""
    with identity.begin() as session:
        program = _program(session, program_id)
        return render_template(
            "forms/questions.html",
            program=program,
            asked=asked_of(session, program.id),
            choice=typed or present_choice(session, program),
            offered=offered(),
            own_forms=own_choices(session, program),
            shipped_beside=shipped_beside(),
            most_bank=MOST_BANK + 1,
            in_language=in_language,
            items=pulse_choices(),
            own_change=instrument(OWN_CHANGE),
            names=_NAMES,
            wording=worded,
            fault=fault,
        )
