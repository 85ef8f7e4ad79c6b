"""Pages of peer feedback: the cycles about somebody, one of them, and a program's profile."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins, for_subjects
from app.extensions import ballots, identity
from app.languages import told
from app.profiles.reading import NoSuchCycleError
from app.profiles.schemas import NothingRatedError, read_self_assessment
from app.profiles.service import (
    ProfilePage,
    ReadAlreadyError,
    list_cycles,
    profile_page,
    program_profile_page,
    rate_oneself,
)
from app.programs.errors import UnknownProgramError
from app.results import words
from app.results.handles import answer_place
from app.vault import current_vault

blueprint = Blueprint("profiles", __name__)


@blueprint.get("/feedback")
@for_subjects
def cycles() -> str | Response:
    """Show the list of cycles; who has one only is led to it."""
    with identity.read() as session:
        entries = list_cycles(session, current_account().account_id)
    if len(entries) == 1:
        return redirect(f"/feedback/{entries[0].cycle_id}")
    return render_template("profiles/list.html", cycles=entries)


@blueprint.get("/feedback/<cycle_id>")
@for_subjects
def profile(cycle_id: str) -> str:
    """Show how others see somebody; before that, ask how they see themselves."""
    return _page(_found(cycle_id))


@blueprint.post("/feedback/<cycle_id>/self")
@for_subjects
def rate(cycle_id: str) -> Response | tuple[str, HTTPStatus]:
    """Keep how somebody sees themselves, and go on."""
    page = _found(cycle_id)
    try:
        ratings = read_self_assessment(request.form, page.skills)
        rate_oneself(identity, current_vault(), current_account().account_id, cycle_id, ratings)
    except NothingRatedError as error:
        return _page(page, fault=told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    except ReadAlreadyError as error:
        flash(told(error))
    else:
        if ratings:
            flash(_("Kept. Only you see how you rate yourself."))
    return redirect(f"/feedback/{cycle_id}")


@blueprint.get("/programs/<program_id>/feedback/<cycle_id>/profile")
@for_admins
def program_profile(program_id: str, cycle_id: str) -> str:
    """Show a program's profile; nobody's own is among it."""
    try:
        page = program_profile_page(identity, ballots, current_vault(), program_id, cycle_id)
    except (UnknownProgramError, NoSuchCycleError):
        abort(404)
    return render_template("profiles/program.html", page=page, words=words)


def register_profiles(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _found(cycle_id: str) -> ProfilePage:
    reader, vault = current_account().account_id, current_vault()
    try:
        return profile_page(identity, ballots, vault, reader, cycle_id)
    except NoSuchCycleError:
        abort(404)


def _page(page: ProfilePage, fault: str | None = None) -> str:
    # Who answers does it as a mentor, and no other writer can be named: decision 088.
    answered = page.cycle.about == "mentors" and page.comments
    where = answer_place(page, f"/feedback/{page.cycle.cycle_id}/answers") if answered else None
    return render_template(
        "profiles/profile.html",
        page=page,
        where=where,
        words=words,
        typed=request.form or page.rated or {},
        fault=fault,
    )
