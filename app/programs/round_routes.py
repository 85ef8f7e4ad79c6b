"""What an admin sends and cancels: a round, looked over first."""

from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import for_admins
from app.clock import current_clock
from app.extensions import identity
from app.forms.asked import asked_words
from app.languages import told
from app.models.identity.schedule import Schedule
from app.programs import acts
from app.programs.desk import program_desk
from app.programs.errors import UnknownProgramError
from app.programs.planning import plan_round
from app.programs.program_page import actor, refused
from app.programs.schemas import REFUSALS, ShapeError, fault_of, read_wish
from app.programs.service import find_program
from app.results import words
from app.rounds.errors import RoundError
from app.vault import current_vault
from surveys.form_wire import form_from_wire

blueprint = Blueprint("rounds", __name__, url_prefix="/programs/<program_id>/rounds")


@blueprint.get("/new")
@for_admins
def confirm_launching(program_id: str) -> str | tuple[str, HTTPStatus]:
    """Show what sending a round does, before it is done."""
    try:
        wish = read_wish(request.args)
        with identity.begin() as session:
            found = find_program(session, program_id)
            plan = plan_round(
                session,
                found,
                wish,
                current_clock().now(),
                current_vault().roster_key(),
                current_app.config["CHORUS"].support_panel,
            )
            schedule = session.get(Schedule, found.id)
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return refused(program_id, error.fault)
    except REFUSALS as error:
        return refused(program_id, fault_of(error, "launch"))
    return render_template(
        "programs/launch.html",
        program=found,
        plan=plan,
        asked=asked_words(form_from_wire(plan.form.body)),
        wish=wish,
        schedule=schedule,
        words=words,
    )


@blueprint.post("")
@for_admins
def launch(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Ask for a round now; the worker sends it."""
    try:
        with identity.begin() as session:
            acts.ask_for_round(
                session,
                actor(),
                find_program(session, program_id),
                read_wish(request.form),
                current_vault().roster_key(),
                current_app.config["CHORUS"].support_panel,
            )
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return refused(program_id, error.fault)
    except REFUSALS as error:
        return refused(program_id, fault_of(error, "launch"))
    flash(_("The round is being sent. Reload this page in a moment to see it open."))
    return redirect(f"/programs/{program_id}")


@blueprint.get("/<round_id>/cancel")
@for_admins
def confirm_cancelling(program_id: str, round_id: str) -> str:
    """Show what cancelling a round does, before it is done."""
    try:
        with identity.begin() as session:
            desk = program_desk(session, find_program(session, program_id))
    except UnknownProgramError:
        abort(404)
    row = desk.unfinished(round_id) or abort(404)
    if row.round.state != "open":
        abort(409)
    return render_template("programs/cancel.html", desk=desk, row=row, words=words)


@blueprint.post("/<round_id>/cancel")
@for_admins
def cancel(program_id: str, round_id: str) -> Response:
    """Cancel an open round; the worker destroys it unread and writes to everyone."""
    try:
        with identity.begin() as session:
            acts.give_up_round(session, actor(), find_program(session, program_id), round_id)
    except UnknownProgramError:
        abort(404)
    except RoundError as error:
        flash(told(error))
        return redirect(f"/programs/{program_id}")
    flash(_("The round is cancelled. Its answers are being destroyed unread; one mail says so."))
    return redirect(f"/programs/{program_id}")
