"""An admin's pages of peer feedback: ask for a cycle, the cycles so far, cancel one."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request
from flask_babel import format_percent
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import identity
from app.feedback.schemas import OPEN_DAYS, REFUSALS, read_wish
from app.feedback.service import (
    ask_for_cycle,
    cancellable,
    cycle_rows,
    give_up_cycle,
    plan_cycle,
)
from app.languages import told
from app.models.identity.program import Program
from app.programs.acts import Actor
from app.programs.errors import UnknownProgramError
from app.programs.schemas import AGAIN_AFTER, Fault, ShapeError
from app.programs.service import find_program
from app.results import words
from app.rounds.errors import NoSuchCycleError, NotCancellableError, RoundError
from app.rounds.mailing import share_of_cycle
from app.vault import current_vault

blueprint = Blueprint("feedback", __name__, url_prefix="/programs/<program_id>/feedback")


@blueprint.get("")
@for_admins
def cycles(program_id: str) -> str:
    """Show the cycles of a program, and the form for another."""
    return _page(program_id)


@blueprint.get("/new")
@for_admins
def confirm_asking(program_id: str) -> str | tuple[str, HTTPStatus]:
    """Show what asking for feedback does, before it is done."""
    settings = current_app.config["CHORUS"]
    try:
        wish = read_wish(request.args)
        with identity.begin() as session:
            program = _program(session, program_id)
            plan = plan_cycle(
                session,
                program,
                wish,
                current_clock().now(),
                current_vault().roster_key(),
                settings.mail_domains,
                settings.support_panel,
            )
    except ShapeError as error:
        return _refused(program_id, error.fault)
    except REFUSALS as error:
        return _refused(program_id, Fault("about", told(error)))
    return render_template(
        "feedback/confirm.html", program=program, plan=plan, wish=wish, words=words
    )


@blueprint.post("")
@for_admins
def ask(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Ask for a cycle now; the worker sends it."""
    settings = current_app.config["CHORUS"]
    try:
        with identity.begin() as session:
            ask_for_cycle(
                session,
                _actor(),
                _program(session, program_id),
                read_wish(request.form),
                current_vault().roster_key(),
                settings.mail_domains,
                settings.support_panel,
            )
    except ShapeError as error:
        return _refused(program_id, error.fault)
    except REFUSALS as error:
        return _refused(program_id, Fault("about", told(error)))
    flash(_("The feedback is being asked for. Reload this page in a moment to see it open."))
    return redirect(f"/programs/{program_id}/feedback")


@blueprint.get("/<cycle_id>/cancel")
@for_admins
def confirm_cancelling(program_id: str, cycle_id: str) -> str:
    """Show what cancelling a cycle does, before it is done."""
    try:
        with identity.begin() as session:
            program = _program(session, program_id)
            row = cancellable(session, program, cycle_id)
    except NoSuchCycleError:
        abort(404)
    except NotCancellableError:
        abort(409)
    return render_template("feedback/cancel.html", program=program, row=row, words=words)


@blueprint.post("/<cycle_id>/cancel")
@for_admins
def cancel(program_id: str, cycle_id: str) -> Response:
    """Cancel what is open of a cycle; the worker destroys it unread and writes to everyone."""
    try:
        with identity.begin() as session:
            give_up_cycle(session, _actor(), _program(session, program_id), cycle_id)
    except RoundError as error:
        flash(told(error))
    else:
        flash(
            _(
                "The feedback is cancelled. Its answers are being destroyed unread; "
                "one mail says so."
            )
        )
    return redirect(f"/programs/{program_id}/feedback")


def register_feedback(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _actor() -> Actor:
    return Actor(current_account().account_id, current_clock().now())


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _refused(program_id: str, fault: Fault) -> tuple[str, HTTPStatus]:
    return _page(program_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(program_id: str, fault: Fault | None = None) -> str:
    """Return the page; after a refusal with what was typed."""
    with identity.begin() as session:
        program = _program(session, program_id)
        rows = cycle_rows(session, program)
        running = next((row for row in rows if row.cycle.state not in ("ended", "aborted")), None)
        mailed = None if running is None else share_of_cycle(session, running.cycle)
    return render_template(
        "feedback/cycles.html",
        program=program,
        rows=rows,
        running=running,
        mailed=None if mailed is None else format_percent(mailed),
        fault=fault,
        typed=request.values if fault else None,
        open_days=OPEN_DAYS,
        again_after=AGAIN_AFTER,
        words=words,
    )
