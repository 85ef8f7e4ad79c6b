"""The pages on which a program's goals are set, changed and ended."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import identity
from app.goals.errors import GoalError, NoSuchGoalError
from app.goals.progress import goal_views, open_goals, past_goals
from app.goals.schemas import DOWN, UP, Fault, fault_of, read_goal
from app.goals.service import (
    change_goal,
    draft_goal,
    end_goal,
    find_goal,
    goal_targets,
    set_goal,
)
from app.languages import told
from app.models.identity.program import Program
from app.programs.errors import UnknownProgramError
from app.programs.service import find_program
from app.results import words
from app.results.service import released_rounds

blueprint = Blueprint("goals", __name__, url_prefix="/programs/<program_id>/goals")

_EMPTY = {"target": "", "direction": UP, "points": "", "due_on": ""}


@blueprint.get("")
@for_admins
def goals(program_id: str) -> str:
    """Show what a program wants to move, and what it has wanted before."""
    return _list_page(program_id, _EMPTY, None)


@blueprint.get("/new")
@for_admins
def confirm_setting(program_id: str) -> str | tuple[str, HTTPStatus]:
    """Show what setting a goal means, before it is set."""
    try:
        wanted = read_goal(request.args)
        with identity.begin() as session:
            program = _program(session, program_id)
            draft = draft_goal(session, program, wanted, current_clock().now().date())
            (view,) = goal_views(session, [draft], released_rounds(session, program.id))
    except GoalError as error:
        return _refused(program_id, error)
    return render_template("goals/confirm.html", program=program, goal=view, typed=request.args)


@blueprint.post("")
@for_admins
def add(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Set a goal."""
    try:
        wanted = read_goal(request.form)
        with identity.begin() as session:
            set_goal(session, _program(session, program_id), wanted, *_who())
    except GoalError as error:
        return _refused(program_id, error)
    flash(_("The goal is set. Each released round says how far it is."))
    return redirect(f"/programs/{program_id}/goals")


@blueprint.get("/<goal_id>")
@for_admins
def goal(program_id: str, goal_id: str) -> str:
    """Show the form that changes a goal, or ends it."""
    return _goal_page(program_id, goal_id, None, None)


@blueprint.post("/<goal_id>")
@for_admins
def change(program_id: str, goal_id: str) -> Response | tuple[str, HTTPStatus]:
    """Change how much, or by when."""
    try:
        wanted = read_goal(request.form)
        with identity.begin() as session:
            change_goal(session, _program(session, program_id), goal_id, wanted, *_who())
    except NoSuchGoalError as error:
        flash(told(error))
        return redirect(f"/programs/{program_id}/goals")
    except GoalError as error:
        page = _goal_page(program_id, goal_id, request.form, fault_of(error))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The goal is changed. What it was stays in its history."))
    return redirect(f"/programs/{program_id}/goals")


@blueprint.post("/<goal_id>/end")
@for_admins
def end(program_id: str, goal_id: str) -> Response:
    """End a goal."""
    try:
        with identity.begin() as session:
            end_goal(session, _program(session, program_id), goal_id, *_who())
    except NoSuchGoalError as error:
        flash(told(error))
    else:
        flash(_("The goal is ended. It stays in the history."))
    return redirect(f"/programs/{program_id}/goals")


def register_goals(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _who() -> tuple:
    return current_clock().now(), current_account().account_id


def _program(session: Session, program_id: str) -> Program:
    """Return a program; for one that isn't there the request ends with 404."""
    try:
        return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _refused(program_id: str, error: GoalError) -> tuple[str, HTTPStatus]:
    page = _list_page(program_id, {**_EMPTY, **request.values}, fault_of(error))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _list_page(program_id: str, typed: Mapping[str, str], fault: Fault | None) -> str:
    with identity.begin() as session:
        program = _program(session, program_id)
        rounds = released_rounds(session, program.id)
        wanted = open_goals(session, program.id)
        past = past_goals(session, program.id)
        return render_template(
            "goals/list.html",
            program=program,
            goals=goal_views(session, wanted, rounds),
            past=list(zip(past, goal_views(session, past, rounds), strict=True)),
            targets=goal_targets(session, program),
            typed=typed,
            fault=fault,
            words=words,
        )


def _goal_page(
    program_id: str, goal_id: str, typed: Mapping[str, str] | None, fault: Fault | None
) -> str:
    """Return the page of one goal; after a refusal with what was typed."""
    with identity.begin() as session:
        program = _program(session, program_id)
        try:
            found = find_goal(session, program, goal_id)
        except NoSuchGoalError:
            abort(404)
        (view,) = goal_views(session, [found], released_rounds(session, program.id))
        stored = {
            "direction": UP if found.change > 0 else DOWN,
            "points": str(abs(found.change)),
            "due_on": found.due_on.isoformat(),
        }
        return render_template(
            "goals/goal.html",
            program=program,
            goal=view,
            since=words.round_name(found.since),
            typed=typed or stored,
            fault=fault,
        )
