"""An admin's pages: all programs, one program, its results, and what can be done to it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.afterwards.follow_ups import done_about
from app.alerts.desk import open_alert_of
from app.alerts.evidence import seen_words
from app.clock import current_clock
from app.extensions import ballots, identity
from app.forms.asked import asked_of, asked_words
from app.goals.progress import goal_views, open_goals
from app.languages import told
from app.models.identity.schedule import Schedule
from app.people.time_zones import WINDOWS_ZONES
from app.programs import acts
from app.programs.code_routes import blueprint as code_blueprint
from app.programs.desk import program_desk
from app.programs.errors import UnknownProgramError
from app.programs.first_steps import first_steps
from app.programs.forecast_routes import blueprint as forecast_blueprint
from app.programs.group_routes import blueprint as group_blueprint
from app.programs.planning import plan_round
from app.programs.schemas import (
    AGAIN_AFTER,
    REFUSALS,
    RHYTHMS,
    Fault,
    ShapeError,
    fault_of,
    read_cadence,
    read_new_program,
    read_wish,
)
from app.programs.sections import chips, read_choice, sections
from app.programs.service import find_program
from app.programs.settings_routes import blueprint as settings_blueprint
from app.programs.setup import is_being_set_up, next_step
from app.programs.setup_routes import blueprint as setup_blueprint
from app.results import words
from app.results.charts import MOST_ROUNDS
from app.results.handles import answer_place
from app.results.overview import overview, rows_of, standing_in, threshold_words
from app.results.pages import program_page
from app.results.report import NoSuchReleaseError, program_trend
from app.results.schemas import asked_round
from app.results.service import released_links, released_rounds
from app.rounds.errors import RoundError
from app.rounds.fingerprints import fingerprints_of
from app.vault import current_vault
from surveys.disclosure import K_FLOOR
from surveys.form_wire import form_from_wire

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
            program = acts.add_program(session, _actor(), read_new_program(request.form))
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
    return _desk_page(program_id)


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


@blueprint.get("/<program_id>/rounds/new")
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
                current_app.config["CHORUS"].support,
            )
            schedule = session.get(Schedule, found.id)
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return _refused(program_id, error.fault)
    except REFUSALS as error:
        return _refused(program_id, fault_of(error, "launch"))
    return render_template(
        "programs/launch.html",
        program=found,
        plan=plan,
        asked=asked_words(form_from_wire(plan.form.body)),
        wish=wish,
        schedule=schedule,
        words=words,
    )


@blueprint.post("/<program_id>/rounds")
@for_admins
def launch(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Ask for a round now; the worker sends it."""
    try:
        with identity.begin() as session:
            acts.ask_for_round(
                session,
                _actor(),
                find_program(session, program_id),
                read_wish(request.form),
                current_vault().roster_key(),
                current_app.config["CHORUS"].support,
            )
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return _refused(program_id, error.fault)
    except REFUSALS as error:
        return _refused(program_id, fault_of(error, "launch"))
    flash(_("The round is being sent. Reload this page in a moment to see it open."))
    return redirect(f"/programs/{program_id}")


@blueprint.get("/<program_id>/rounds/<round_id>/cancel")
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


@blueprint.post("/<program_id>/rounds/<round_id>/cancel")
@for_admins
def cancel(program_id: str, round_id: str) -> Response:
    """Cancel an open round; the worker destroys it unread and writes to everyone."""
    try:
        with identity.begin() as session:
            acts.give_up_round(session, _actor(), find_program(session, program_id), round_id)
    except UnknownProgramError:
        abort(404)
    except RoundError as error:
        flash(told(error))
        return redirect(f"/programs/{program_id}")
    flash(_("The round is cancelled. Its answers are being destroyed unread; one mail says so."))
    return redirect(f"/programs/{program_id}")


@blueprint.post("/<program_id>/schedule")
@for_admins
def schedule(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Set the schedule, or switch it off."""
    try:
        with identity.begin() as session:
            found = find_program(session, program_id)
            acts.change_cadence(session, _actor(), found, read_cadence(request.form))
    except UnknownProgramError:
        abort(404)
    except ShapeError as error:
        return _refused(program_id, error.fault)
    except REFUSALS as error:
        return _refused(program_id, fault_of(error, "every_weeks"))
    flash(_("The schedule is saved."))
    return redirect(f"/programs/{program_id}")


def register_programs(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
    app.register_blueprint(code_blueprint)
    app.register_blueprint(forecast_blueprint)
    app.register_blueprint(setup_blueprint)
    app.register_blueprint(settings_blueprint)
    app.register_blueprint(group_blueprint)


def _actor() -> acts.Actor:
    return acts.Actor(current_account().account_id, current_clock().now())


def _new_page(typed: dict[str, str], fault: Fault | None) -> str:
    zones = sorted(set(WINDOWS_ZONES.values()))
    return render_template(
        "programs/new.html", typed=typed, fault=fault, zones=zones, floor=K_FLOOR
    )


def _refused(program_id: str, fault: Fault) -> tuple[str, HTTPStatus]:
    return _desk_page(program_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY


def _desk_page(program_id: str, fault: Fault | None = None) -> str:
    """Return the page of a program; after a refusal with what was typed."""
    try:
        with identity.read() as session:
            found = find_program(session, program_id)
            desk = program_desk(session, found)
            wanted = open_goals(session, found.id)
            # A goal is measured from its first day on; the drawing has the latest rounds alone.
            rounds = released_rounds(session, found.id, None if wanted else MOST_ROUNDS)
            shown = released_links(session, found.id)
            alert = open_alert_of(session, found.id)
            seen = seen_words(session, alert) if alert else ""
            own = standing_in(session, found.id, current_clock().now().date())
            goals = goal_views(session, wanted, rounds)
            asked = asked_of(session, found.id)
            resume = next_step(session, desk) if is_being_set_up(desk) else None
    except UnknownProgramError:
        abort(404)
    chart, trend = program_trend(rounds)
    running = [desk.running.round.id] if desk.running else []
    return render_template(
        "programs/program.html",
        desk=desk,
        fingerprints=fingerprints_of(identity, ballots, running),
        standing=own.standing,
        signs=own.signs,
        chart=chart if rounds and rounds[-1].basis else None,
        trend=trend,
        released=shown,
        alert=alert,
        seen=seen,
        goals=goals,
        asked=asked,
        resume=resume,
        fault=fault,
        typed=request.values if fault else None,
        again_after=AGAIN_AFTER,
        rhythms=RHYTHMS,
        words=words,
        threshold_words=threshold_words,
    )
