"""Where a person belongs, for admins: a place is chosen, taken and ended."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import for_admins
from app.extensions import identity
from app.people import placing
from app.people.desk import asked_setup, unknown_person, who
from app.people.directory import person_card
from app.people.errors import FieldFault, PersonFaultError
from app.people.places import places_in
from app.people.schemas import read_place
from app.people.service import UnknownPersonError
from app.vault import current_vault

blueprint = Blueprint("roster_places", __name__, url_prefix="/people")
blueprint.register_error_handler(UnknownPersonError, unknown_person)


@blueprint.get("/<person_id>/place")
@for_admins
def choose_place(person_id: str) -> str:
    """Show where a person can belong in a program, and what follows from it."""
    return _place_page(person_id, request.args.get("program", ""), None)


@blueprint.post("/<person_id>/place")
@for_admins
def put(person_id: str) -> Response | tuple[str, HTTPStatus]:
    """Put a person where they belong from the next round on."""
    setup = asked_setup(request.values.get("setup", ""))
    try:
        with identity.begin() as session:
            placing.put_person(session, person_id, read_place(request.values), *who())
    except PersonFaultError as error:
        page = _place_page(person_id, request.values.get("program", ""), error.fault)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved. It holds from the next round on."))
    return redirect(setup.people if setup else f"/people/{person_id}")


@blueprint.post("/<person_id>/places/<membership_id>/end")
@for_admins
def end_place(person_id: str, membership_id: str) -> Response:
    """End one of a person's places."""
    with identity.begin() as session:
        placing.end_place(session, person_id, membership_id, *who())
    flash(_("Ended. It holds from the next round on."))
    return redirect(f"/people/{person_id}")


def register_roster_places(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _place_page(person_id: str, program_id: str, fault: FieldFault | None) -> str:
    with identity.read() as session:
        card = person_card(session, current_vault().roster_key(), person_id)
        there = places_in(session, program_id)
    if card.line.left_on is not None:
        abort(404)
    own = [place for place in card.line.places if place.program_id == program_id]
    return render_template(
        "people/place.html",
        card=card,
        there=there,
        own=own,
        typed=request.values if fault else {},
        fault=fault,
        setup=asked_setup(request.values.get("setup", "")),
    )
