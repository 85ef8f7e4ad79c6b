"""What a circle agreed on: its mentors note it and look back on it; nobody else reads it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_mentors
from app.agreed.errors import AgreedError, MentionsSomebodyError, NoSuchActionError
from app.agreed.schemas import MOST_CHARACTERS, Step, read_noted, read_step
from app.agreed.service import agreed_of, day_in, look_back, note_action
from app.clock import current_clock
from app.extensions import identity
from app.models.identity.group import Group
from app.people.names import RosterMask
from app.vault import current_vault

blueprint = Blueprint("agreed", __name__, url_prefix="/circles/<group_id>/agreed")


@blueprint.get("")
@for_mentors
def agreed(group_id: str) -> str:
    """Show what a circle agreed on, and how it went."""
    _own_circle(group_id)
    return _page(group_id)


@blueprint.post("")
@for_mentors
def note(group_id: str) -> Response | tuple[str, HTTPStatus]:
    """Note what a circle agreed on."""
    _own_circle(group_id)
    vault = current_vault()
    try:
        noted = read_noted(request.form)
        with identity.begin() as session:
            today = day_in(session, group_id, current_clock().now())
            mask = RosterMask(identity, vault)
            note_action(session, vault.roster_key(), group_id, noted, today, mask)
    except AgreedError as error:
        return _page(group_id, error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Noted. It stands beside what you talk about next."))
    return redirect(f"/circles/{group_id}#agreed")


@blueprint.post("/<action_id>")
@for_mentors
def look(group_id: str, action_id: str) -> Response:
    """Say how something went that was agreed."""
    _own_circle(group_id)
    step = read_step(request.form)
    if step is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with identity.begin() as session:
            today = day_in(session, group_id, current_clock().now())
            look_back(session, group_id, action_id, step, today)
    except NoSuchActionError as error:
        flash(str(error))
    else:
        flash(_said(step))
    back = "" if "from_circle" in request.form else "/agreed"
    return redirect(f"/circles/{group_id}{back}#agreed")


def register_agreed(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _own_circle(group_id: str) -> None:
    """End the request with 404 where the reader doesn't mentor the circle now."""
    if group_id not in current_account().group_ids:
        abort(404)


def _said(step: Step) -> str:
    return {
        "done": _("Good to know: it is done."),
        "goes on": _("It goes on, and stands here next time."),
        "dropped": _("Dropped. That happens; it no longer stands beside your next talk."),
        "erase": _("Erased."),
    }[step]


def _page(group_id: str, fault: AgreedError | None = None) -> str:
    """Return the list; after a refusal with what was typed."""
    with identity.read() as session:
        group = session.get_one(Group, group_id)
        found = agreed_of(session, current_vault().roster_key(), group_id)
    return render_template(
        "agreed/list.html",
        group_id=group_id,
        group=group.name,
        agreed=found,
        fault=None if fault is None else str(fault),
        keepable=isinstance(fault, MentionsSomebodyError),
        typed=request.form.get("agreed", ""),
        most=MOST_CHARACTERS,
    )
