"""The page on which a circle's mentor, or an admin, asks it how its session was."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins, for_mentors
from app.clock import current_clock
from app.extensions import identity
from app.forms.asked import asked_words
from app.languages import told
from app.programs.acts import Actor
from app.results import words
from app.sessions.schemas import read_closes
from app.sessions.service import NotNowError, ask_after_session, find_circle, plan_session
from app.vault import current_vault
from surveys.form_wire import form_from_wire

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/circles/<group_id>/session")
@for_mentors
def mentor_asks(group_id: str) -> str:
    """Show a mentor what asking the circle does, before it is done."""
    _own_circle(group_id)
    return _page(group_id, None, f"/circles/{group_id}")


@blueprint.post("/circles/<group_id>/session")
@for_mentors
def ask_as_mentor(group_id: str) -> Response | tuple[str, HTTPStatus]:
    """Ask a mentor's circle."""
    _own_circle(group_id)
    return _ask(group_id, None, f"/circles/{group_id}")


@blueprint.get("/programs/<program_id>/groups/<group_id>/session")
@for_admins
def admin_asks(program_id: str, group_id: str) -> str:
    """Show an admin what asking a circle does, before it is done."""
    return _page(group_id, program_id, f"/programs/{program_id}/results?group={group_id}")


@blueprint.post("/programs/<program_id>/groups/<group_id>/session")
@for_admins
def ask_as_admin(program_id: str, group_id: str) -> Response | tuple[str, HTTPStatus]:
    """Ask a circle as an admin."""
    return _ask(group_id, program_id, f"/programs/{program_id}/results?group={group_id}")


def register_sessions(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _own_circle(group_id: str) -> None:
    """End the request with 404 where the reader doesn't mentor the circle."""
    if group_id not in current_account().group_ids:
        abort(404)


def _ask(group_id: str, program_id: str | None, back: str) -> Response | tuple[str, HTTPStatus]:
    try:
        with identity.begin() as session:
            circle = find_circle(session, group_id, program_id) or abort(404)
            key, support = current_vault().roster_key(), current_app.config["CHORUS"].support
            ask_after_session(session, _actor(), circle, read_closes(request.form), key, support)
    except NotNowError as error:
        return _page(group_id, program_id, back, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The members are being asked. When the round has closed, the result stands here."))
    return redirect(back)


def _page(group_id: str, program_id: str | None, back: str, fault: str | None = None) -> str:
    """Return the page; where the circle can't be asked it says why."""
    plan = None
    with identity.begin() as session:
        circle = find_circle(session, group_id, program_id) or abort(404)
        if fault is None:
            key, support = current_vault().roster_key(), current_app.config["CHORUS"].support
            try:
                plan = plan_session(session, _actor(), circle, 1, key, support)
            except NotNowError as error:
                fault = told(error)
        asked = asked_words(form_from_wire(plan.form.body)) if plan else None
    return render_template(
        "sessions/ask.html",
        circle=circle,
        plan=plan,
        asked=asked,
        fault=fault,
        back=back,
        words=words,
    )


def _actor() -> Actor:
    return Actor(current_account().account_id, current_clock().now())
