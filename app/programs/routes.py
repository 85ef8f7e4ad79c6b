"""An admin's pages: all programs, one program, its results, and what can be done to it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.afterwards.follow_ups import done_about
from app.clock import current_clock
from app.extensions import ballots, identity
from app.people.time_zones import WINDOWS_ZONES
from app.programs import acts
from app.programs.code_routes import blueprint as code_blueprint
from app.programs.errors import UnknownProgramError
from app.programs.first_steps import first_steps
from app.programs.forecast_routes import blueprint as forecast_blueprint
from app.programs.group_routes import blueprint as group_blueprint
from app.programs.program_page import actor, desk_page, refused
from app.programs.round_routes import blueprint as round_blueprint
from app.programs.schemas import (
    REFUSALS,
    Fault,
    ShapeError,
    fault_of,
    read_cadence,
    read_new_program,
)
from app.programs.sections import chips, read_choice, sections
from app.programs.service import find_program
from app.programs.settings_routes import blueprint as settings_blueprint
from app.programs.setup_routes import blueprint as setup_blueprint
from app.results import words
from app.results.handles import answer_place
from app.results.overview import overview, rows_of
from app.results.pages import program_page
from app.results.report import NoSuchReleaseError
from app.results.schemas import asked_round
from app.vault import current_vault
from surveys.disclosure import K_FLOOR

blueprint = Blueprint("programs", __name__, url_prefix="/programs")

_NEW = {"name": "", "time_zone": "", "k": "5", "open_days": "4"}


@blueprint.get("")
@for_admins
def programs() -> str:
    """Show every program, the neediest first."""
    choice = read_choice(request.args)
    with identity.read() as session:
        found = overview(session, current_clock().now().date())
        steps = first_steps(session)
        parts = sections(found.programs, choice)
        shown = rows_of(session, found.kept, [entry for part in parts for entry in part.page])
    return render_template(
        "programs/overview.html",
        overview=found,
        choice=choice,
        chips=chips(found.programs, choice),
        sections=parts,
        rows={row.program_id: row for row in shown},
        steps=steps,
    )


@blueprint.get("/new")
@for_admins
def new_program() -> str:
    """Show the form for a new program."""
    return _new_page(_NEW, None)


@blueprint.post("/new")
@for_admins
def make_program() -> Response | tuple[str, HTTPStatus]:
    """Make a program, or show the form again as it was typed."""
    try:
        with identity.begin() as session:
            program = acts.add_program(session, actor(), read_new_program(request.form))
    except ShapeError as error:
        return _new_page(request.form, error.fault), HTTPStatus.UNPROCESSABLE_ENTITY
    except REFUSALS as error:
        return _new_page(request.form, fault_of(error, "name")), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(program)s is set up. Its people come next.", program=program.name))
    return redirect(f"/programs/{program.id}/setup/people")


@blueprint.get("/<program_id>")
@for_admins
def program(program_id: str) -> str:
    """Show one program."""
    return desk_page(program_id)


@blueprint.get("/<program_id>/results")
@for_admins
def results(program_id: str) -> str:
    """Show what was released of a program's round, for the program or one of its groups."""
    try:
        with identity.begin() as session:
            found = find_program(session, program_id)
        group_id = request.args.get("group") or None
        reader, vault = current_account().account_id, current_vault()
        page = program_page(identity, ballots, vault, reader, found, group_id, asked_round())
    except (UnknownProgramError, NoSuchReleaseError):
        abort(404)
    where = answer_place(page, f"/programs/{program_id}/results/answers", group_id or "")
    return render_template(
        "programs/results.html",
        page=page,
        group_id=group_id,
        words=words,
        where=where,
        done=done_about(identity, page.round_id),
        may_write=True,
    )


@blueprint.post("/<program_id>/schedule")
@for_admins
def schedule(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Set the schedule, or switch it off."""
    try:
        with identity.begin() as session:
            found = find_program(session, program_id)
            acts.change_cadence(session, actor(), found, read_cadence(request.form))
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return refused(program_id, error.fault)
    except REFUSALS as error:
        return refused(program_id, fault_of(error, "every_weeks"))
    flash(_("The schedule is saved."))
    return redirect(f"/programs/{program_id}")


def register_programs(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
    app.register_blueprint(round_blueprint)
    app.register_blueprint(code_blueprint)
    app.register_blueprint(forecast_blueprint)
    app.register_blueprint(setup_blueprint)
    app.register_blueprint(settings_blueprint)
    app.register_blueprint(group_blueprint)


def _new_page(typed: dict[str, str], fault: Fault | None) -> str:
    zones = sorted(set(WINDOWS_ZONES.values()))
    return render_template(
        "programs/new.html", typed=typed, fault=fault, zones=zones, floor=K_FLOOR
    )
