"""The pages on which admins decide who sees results, and write what was done about them."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.afterwards.follow_ups import (
    MOST_CHARACTERS,
    FollowUpError,
    NoResultsError,
    check_published,
    follow_up_of,
    tell_respondents,
    write_follow_up,
)
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.models.identity.program import Program
from app.programs.errors import UnknownProgramError
from app.programs.service import find_program

blueprint = Blueprint("afterwards", __name__, url_prefix="/programs/<program_id>")


@blueprint.get("/afterwards")
@for_admins
def settings(program_id: str) -> str:
    """Show who sees the results of coming rounds, and what it means to change that."""
    with identity.read() as session:
        program = _program(session, program_id)
    return render_template("afterwards/settings.html", program=program)


@blueprint.post("/afterwards")
@for_admins
def save_settings(program_id: str) -> Response:
    """Set whether coming rounds show their results to everyone who was asked."""
    tell = request.form.get("tell") == "yes"
    with identity.begin() as session:
        program = _program(session, program_id)
        tell_respondents(session, program, tell=tell, now=current_clock().now(), who=_who())
    flash(_("Saved. It holds for rounds that are launched from now on."))
    return redirect(f"/programs/{program_id}")


@blueprint.get("/rounds/<round_id>/done")
@for_admins
def follow_up(program_id: str, round_id: str) -> str:
    """Show what was done about a round, to be written or changed."""
    return _writing(program_id, round_id, None, None)


@blueprint.post("/rounds/<round_id>/done")
@for_admins
def save_follow_up(program_id: str, round_id: str) -> Response | tuple[str, HTTPStatus]:
    """Keep what was done about a round."""
    text = request.form.get("text", "")
    try:
        with identity.begin() as session:
            program = _program(session, program_id)
            write_follow_up(session, program, round_id, text, current_clock().now(), _who())
    except NoResultsError:
        abort(404)
    except FollowUpError as error:
        page = _writing(program_id, round_id, text, told(error))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved. Everyone who sees the results of this round sees it beside them."))
    return redirect(f"/programs/{program_id}/results")


def register_afterwards(app: Flask) -> None:
    """Put the admins' pages on `app`."""
    app.register_blueprint(blueprint)


def _writing(program_id: str, round_id: str, typed: str | None, wrong: str | None) -> str:
    try:
        with identity.read() as session:
            program = _program(session, program_id)
            check_published(session, program, round_id)
            done = follow_up_of(session, round_id)
    except NoResultsError:
        abort(404)
    text = typed if typed is not None else done.text if done else ""
    return render_template(
        "afterwards/done.html",
        program=program,
        round_id=round_id,
        done=done,
        text=text,
        wrong=wrong,
        most=MOST_CHARACTERS,
    )


def _who() -> str:
    return current_account().account_id


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)
