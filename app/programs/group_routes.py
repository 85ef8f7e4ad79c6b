"""The groups of a program and who is in them: named, emptied, closed; people moved between them."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.accounts.audit import record
from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.models.identity.group import Group
from app.models.identity.program import Program
from app.people.directory import member_ids, mentors_of, people_lines
from app.people.errors import PersonFaultError
from app.people.places import ProgramPlaces, places_in
from app.people.placing import move_members
from app.people.service import UnknownPersonError
from app.programs.errors import ProgramError, UnknownGroupError, UnknownProgramError
from app.programs.groups import close_group, create_group, find_group, rename_group, was_asked
from app.programs.moving import Move, read_move
from app.programs.schemas import Fault
from app.programs.service import find_program
from app.vault import current_vault

PAGE_LENGTH = 200
_UNKNOWN = (UnknownProgramError, UnknownGroupError, UnknownPersonError)

blueprint = Blueprint("groups", __name__, url_prefix="/programs/<program_id>")


@blueprint.errorhandler(UnknownProgramError)
@blueprint.errorhandler(UnknownGroupError)
@blueprint.errorhandler(UnknownPersonError)
def _unknown(_error: Exception) -> ResponseReturnValue:
    return current_app.handle_user_exception(NotFound())


@blueprint.get("/groups")
@for_admins
def groups(program_id: str) -> str:
    """Show the groups of a program with their sizes, as the roster has them."""
    return _groups_page(program_id, None)


@blueprint.post("/groups")
@for_admins
def add(program_id: str) -> Response | tuple[str, HTTPStatus]:
    """Make a group, or show the form again as it was typed."""
    try:
        with identity.begin() as session:
            program = find_program(session, program_id)
            group = create_group(session, program, request.form.get("name", ""))
            _log(session, "made a group", f"group {group.id}")
    except _UNKNOWN:
        raise
    except ProgramError as error:
        fault = Fault("name", told(error))
        return _groups_page(program_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The group is there. Move people into it from another one."))
    return redirect(f"/programs/{program.id}/groups/{group.id}")


@blueprint.get("/groups/<group_id>")
@for_admins
def group(program_id: str, group_id: str) -> str:
    """Show one group: its mentors, its members, what can be done to it."""
    return _group_page(program_id, group_id, None)


@blueprint.get("/groups/none")
@for_admins
def without_group(program_id: str) -> str:
    """Show the members of a program who are in no group."""
    return _group_page(program_id, None, None)


@blueprint.post("/groups/<group_id>")
@for_admins
def rename(program_id: str, group_id: str) -> Response | tuple[str, HTTPStatus]:
    """Give a group another name, or show what was typed again."""
    try:
        with identity.begin() as session:
            program, found = _found(session, program_id, group_id)
            rename_group(session, program, found, request.form.get("name", ""))
            _log(session, "renamed a group", f"group {group_id}")
    except _UNKNOWN:
        raise
    except ProgramError as error:
        fault = Fault("name", told(error))
        return _group_page(program_id, group_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Renamed. The next roster file must use the new name."))
    return redirect(f"/programs/{program_id}/groups/{group_id}")


@blueprint.get("/groups/<group_id>/close")
@for_admins
def confirm_closing(program_id: str, group_id: str) -> str:
    """Show what closing a group does, before it is done."""
    with identity.read() as session:
        _program, found = _found(session, program_id, group_id)
        there = places_in(session, program_id)
        asked = was_asked(session, found)
    return render_template(
        "programs/close_group.html", there=there, group=there.group(group_id), asked=asked
    )


@blueprint.post("/groups/<group_id>/close")
@for_admins
def close(program_id: str, group_id: str) -> Response:
    """Empty a group; one that was never asked goes altogether."""
    with identity.begin() as session:
        _program, found = _found(session, program_id, group_id)
        close_group(session, found)
        _log(session, "closed a group", f"group {group_id}")
    flash(_("The group is closed. Its members are in the program, without a group."))
    return redirect(f"/programs/{program_id}/groups")


@blueprint.post("/move")
@for_admins
def move(program_id: str) -> str | Response | tuple[str, HTTPStatus]:
    """Show what moving people does; once that was agreed to, move them."""
    wanted = read_move(request.values)
    key = current_vault().roster_key()
    with identity.read() as session:
        there = places_in(session, find_program(session, program_id).id)
        if wanted.target and there.group(wanted.target) is None:
            raise UnknownGroupError
        people = wanted.people or (
            tuple(member_ids(session, key, program_id, wanted.source or None))
            if wanted.everybody
            else ()
        )
        lines = people_lines(session, key, people[:PAGE_LENGTH])
    if not people:
        flash(_("Choose at least one person first."))
        return redirect(_home(program_id, wanted.source))
    if not wanted.agreed:
        return _move_page(there, wanted, people, lines, None)
    try:
        with identity.begin() as session:
            moved = move_members(
                session,
                program_id,
                people,
                wanted.target or None,
                current_clock().now(),
                current_account().account_id,
            )
    except PersonFaultError as error:
        page = _move_page(there, wanted, people, lines, Fault("agree", error.fault.sentence))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        ngettext(
            "%(num)s person is moved, from the next round on.",
            "%(num)s people are moved, from the next round on.",
            moved,
        )
    )
    return redirect(_home(program_id, wanted.target))


def _home(program_id: str, group_id: str) -> str:
    return f"/programs/{program_id}/groups/{group_id or 'none'}"


def _log(session: Session, act: str, subject: str) -> None:
    record(session, current_clock().now(), current_account().account_id, act, subject)


def _found(session: Session, program_id: str, group_id: str) -> tuple[Program, Group]:
    program = find_program(session, program_id)
    return program, find_group(session, program, group_id)


def _groups_page(program_id: str, fault: Fault | None) -> str:
    with identity.read() as session:
        there = places_in(session, program_id)
    typed = request.form.get("name", "") if fault else ""
    return render_template("programs/groups.html", there=there, fault=fault, typed=typed)


def _group_page(program_id: str, group_id: str | None, fault: Fault | None) -> str:
    key = current_vault().roster_key()
    with identity.read() as session:
        there = places_in(session, program_id)
        found = None if group_id is None else there.group(group_id)
        if group_id is not None and found is None:
            raise UnknownGroupError
        ids = member_ids(session, key, program_id, group_id)
        pages = max(1, -(-len(ids) // PAGE_LENGTH))
        page = min(max(request.args.get("page", 1, type=int), 1), pages)
        shown = ids[PAGE_LENGTH * (page - 1) : PAGE_LENGTH * page]
        members = people_lines(session, key, shown)
        mentors = mentors_of(session, key, program_id, group_id) if group_id else ()
    return render_template(
        "programs/group.html",
        there=there,
        group=found,
        members=members,
        mentors=mentors,
        page=page,
        pages=pages,
        fault=fault,
        typed=request.form.get("name", "") if fault else (found.name if found else ""),
    )


def _move_page(
    there: ProgramPlaces,
    wanted: Move,
    people: tuple[str, ...],
    lines: tuple[object, ...],
    fault: Fault | None,
) -> str:
    source = there.group(wanted.source)
    target = there.group(wanted.target)
    return render_template(
        "programs/move.html",
        there=there,
        wanted=wanted,
        people=people,
        lines=lines,
        source=source,
        target=target,
        home=_home(there.program_id, wanted.source),
        fault=fault,
    )
