"""The roster in the browser, for admins: who is on it, and one person.

Nothing here says whether somebody answered, or what they wish of mails.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.audit import record
from app.accounts.roles import for_admins
from app.extensions import identity
from app.languages import language
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people import changing
from app.people.calendars import calendar_words
from app.people.desk import asked_setup, unknown_person, who
from app.people.directory import (
    ACTIVE,
    NO_PROGRAM,
    PAGE_LENGTH,
    STATES,
    find_people,
    people_page,
    person_card,
)
from app.people.errors import FieldFault, PersonFaultError
from app.people.forgetting import groups_mentored_alone
from app.people.reach import resume
from app.people.schemas import read_person
from app.people.service import UnknownPersonError
from app.people.setting_up import SettingUp
from app.people.time_zones import WINDOWS_ZONES
from app.vault import current_vault

blueprint = Blueprint("roster", __name__, url_prefix="/people")
blueprint.register_error_handler(UnknownPersonError, unknown_person)

_EMPTY = {"name": "", "address": "", "time_zone": "", "language": ""}
_LONGEST_SEARCH = 254


@blueprint.get("")
@for_admins
def people() -> str:
    """Show who is on the roster, by name."""
    state = request.args.get("state", ACTIVE)
    if state not in STATES:
        abort(404)
    program, after = request.args.get("program", ""), request.args.get("after", "")
    with identity.read() as session:
        page = people_page(session, current_vault().roster_key(), state, program, after)
        return _list(
            lines=page.lines,
            after=page.after,
            begun=after,
            state=state,
            programs=_programs(session),
        )


@blueprint.post("/find")
@for_admins
def find() -> str | Response:
    """Find people by address or name. Sent as a form: what is looked for stands in no address."""
    text = request.form.get("text", "").strip()[:_LONGEST_SEARCH]
    with identity.read() as session:
        lines = find_people(session, current_vault().roster_key(), text)
        if len(lines) == 1:
            return redirect(f"/people/{lines[0].person_id}")
        return _list(lines=lines, text=text, programs=_programs(session))


@blueprint.get("/new")
@for_admins
def new_person() -> str:
    """Show the form for one more person."""
    return _new_page(_EMPTY, None, asked_setup(request.args.get("setup", "")))


@blueprint.post("/new")
@for_admins
def add() -> Response | tuple[str, HTTPStatus]:
    """Add one person, or show the form again as it was typed."""
    setup = asked_setup(request.form.get("setup", ""))
    try:
        typed = read_person(request.form, current_app.config["CHORUS"].mail_domains)
        with identity.begin() as session:
            person_id = changing.add_person(session, current_vault().roster_key(), typed, *who())
    except PersonFaultError as error:
        return _new_page(request.form, error.fault, setup), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Added. Say next where this person belongs."))
    return redirect(setup.placing(person_id) if setup else f"/people/{person_id}")


@blueprint.get("/<person_id>")
@for_admins
def person(person_id: str) -> str:
    """Show one person."""
    return _person_page(person_id, None)


@blueprint.post("/<person_id>")
@for_admins
def change(person_id: str) -> Response | tuple[str, HTTPStatus]:
    """Change what is stored about a person, or show what was typed again."""
    try:
        typed = read_person(request.form, current_app.config["CHORUS"].mail_domains)
        with identity.begin() as session:
            key = current_vault().roster_key()
            changing.change_person(session, key, person_id, typed, *who())
    except PersonFaultError as error:
        return _person_page(person_id, error.fault), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved. It holds from the next round on."))
    return redirect(f"/people/{person_id}")


@blueprint.get("/<person_id>/leave")
@for_admins
def confirm_leaving(person_id: str) -> str:
    """Show what follows when a person leaves, before they do."""
    with identity.read() as session:
        card = person_card(session, current_vault().roster_key(), person_id)
        alone = groups_mentored_alone(session, person_id)
    return render_template("people/leave.html", card=card, alone=alone)


@blueprint.post("/<person_id>/leave")
@for_admins
def leave(person_id: str) -> Response:
    """Take a person off the roster."""
    with identity.begin() as session:
        changing.let_leave(session, person_id, *who())
    flash(_("This person has left. Links that they had not used no longer work."))
    return redirect(f"/people/{person_id}")


@blueprint.post("/<person_id>/return")
@for_admins
def take_back(person_id: str) -> Response:
    """Put somebody who had left on the roster again."""
    with identity.begin() as session:
        changing.take_back(session, person_id, *who())
    flash(_("This person is on the roster again. Say next where they belong."))
    return redirect(f"/people/{person_id}")


@blueprint.post("/<person_id>/resume")
@for_admins
def write_again(person_id: str) -> Response:
    """Write to an address again whose mails came back; safe to repeat."""
    with identity.begin() as session:
        found = session.get(Person, person_id, with_for_update=True) or abort(404)
        if found.suspended:
            resume(session, found)
            record(session, *who(), "resumed mails", f"person {person_id}")
    flash(_("From the next round on, survey mails go to this address again."))
    return redirect(f"/people/{person_id}")


def register_roster(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _programs(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Program.id, Program.name).order_by(Program.name))
    return [(row.id, row.name) for row in rows]


def _list(**said: object) -> str:
    """Return the page of a list; `text` is what was looked for, if anything was."""
    return render_template(
        "people/list.html",
        **{"text": None, "after": None, "begun": "", "state": ACTIVE, **said},
        program=request.args.get("program", ""),
        no_program=NO_PROGRAM,
        most=PAGE_LENGTH,
    )


def _zones() -> list[str]:
    return sorted(set(WINDOWS_ZONES.values()))


def _new_page(typed: Mapping[str, str], fault: FieldFault | None, setup: SettingUp | None) -> str:
    return render_template("people/new.html", typed=typed, fault=fault, zones=_zones(), setup=setup)


def _person_page(person_id: str, fault: FieldFault | None) -> str:
    with identity.read() as session:
        card = person_card(session, current_vault().roster_key(), person_id)
        fixed = changing.address_is_fixed(session, person_id)
        programs = _programs(session)
    stored = {
        "name": card.line.name,
        "address": card.line.address,
        "time_zone": card.time_zone,
        "language": card.language,
    }
    return render_template(
        "people/person.html",
        card=card,
        fixed=fixed,
        programs=programs,
        typed=request.form if fault else stored,
        fault=fault,
        zones=_zones(),
        calendar=calendar_words(card.time_zone, language()),
    )
