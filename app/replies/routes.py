"""Answers to comments, from a mentor's circle and from an admin's results. Nothing is mailed."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins, for_mentors, for_subjects
from app.clock import current_clock
from app.extensions import ballots, identity
from app.languages import told
from app.profiles.reading import NoSuchCycleError
from app.profiles.service import profile_page
from app.programs.errors import UnknownProgramError
from app.programs.service import find_program
from app.replies.schemas import (
    EmptyAnswerError,
    LongAnswerError,
    Wish,
    is_answer,
    read_answer,
    read_wish,
)
from app.replies.service import NothingChosenError, chosen_comments, leave_answer, question_of
from app.results import words
from app.results.comments import CommentText
from app.results.handles import AnswerPlace, CommentPage, StaleHandleError, answer_place
from app.results.pages import circle_page, program_page
from app.results.report import NoSuchReleaseError
from app.results.schemas import read_round
from app.vault import KeyGoneError, current_vault
from surveys.acknowledgements import acknowledgements

blueprint = Blueprint("replies", __name__)

Answered = Response | str | tuple[str, HTTPStatus]


@blueprint.post("/circles/<group_id>/answers")
@for_mentors
def from_circle(group_id: str) -> Answered:
    """Answer comments that a circle's mentor may read."""
    reader = current_account()
    if group_id not in reader.group_ids:
        abort(404)
    number = read_round(request.form.get("round", ""))
    try:
        page = circle_page(identity, ballots, current_vault(), reader.account_id, group_id, number)
    except NoSuchReleaseError:
        abort(404)
    home = f"/circles/{group_id}"
    return _answered(page, answer_place(page, f"{home}/answers"), "mentor", home)


@blueprint.post("/feedback/<cycle_id>/answers")
@for_subjects
def from_profile(cycle_id: str) -> Answered:
    """Answer comments that a mentor may read about themselves."""
    reader = current_account().account_id
    try:
        page = profile_page(identity, ballots, current_vault(), reader, cycle_id)
    except NoSuchCycleError:
        abort(404)
    if page.cycle.about != "mentors":
        abort(404)
    home = f"/feedback/{cycle_id}"
    return _answered(page, answer_place(page, f"{home}/answers"), "mentor", home)


@blueprint.post("/programs/<program_id>/results/answers")
@for_admins
def from_program(program_id: str) -> Answered:
    """Answer comments that an admin may read."""
    group, number = request.form.get("group", ""), read_round(request.form.get("round", ""))
    try:
        with identity.begin() as session:
            program = find_program(session, program_id)
        reader, vault = current_account().account_id, current_vault()
        page = program_page(identity, ballots, vault, reader, program, group or None, number)
    except (UnknownProgramError, NoSuchReleaseError):
        abort(404)
    home = f"/programs/{program_id}/results"
    return _answered(page, answer_place(page, f"{home}/answers", group), "admin", home)


def register_replies(app: Flask) -> None:
    """Put the forms on `app`."""
    app.register_blueprint(blueprint)


def _answered(page: CommentPage, where: AnswerPlace, writer: str, home: str) -> Answered:
    """Ask what to answer, or leave the answer and lead back to the page."""
    named = {"round": where.round, "group": where.group}
    back = f"{home}?{urlencode({name: value for name, value in named.items() if value})}"
    wish = read_wish(request.form)
    try:
        comments = chosen_comments(page, where.handles, wish)
    except (NothingChosenError, StaleHandleError) as error:
        return _not_here(page, where, wish, writer, back, told(error))
    if not is_answer(request.form):
        return _form(page, where, wish, comments, writer, back)
    today = current_clock().now().date()
    try:
        answer = read_answer(request.form)
        in_all = leave_answer(ballots, current_vault(), page, comments, answer, writer, today)
    except (EmptyAnswerError, LongAnswerError) as error:
        shown = _form(page, where, wish, comments, writer, back, fault=told(error))
        return shown, HTTPStatus.UNPROCESSABLE_ENTITY
    except (StaleHandleError, KeyGoneError):
        abort(404)
    if in_all:
        flash(_("Your answer is in each of these mailboxes."))
    else:
        flash(_("Your answer is in the mailboxes that had a place for it; the others are full."))
    return redirect(back)


def _not_here(
    page: CommentPage, where: AnswerPlace, wish: Wish, writer: str, back: str, fault: str
) -> Answered:
    """Lead back to the page and say why; where something was typed, show it first."""
    if not request.form.get("text"):
        flash(fault)
        return redirect(back)
    kept = _("Your text is below: copy it before you go back.")
    shown = _form(page, where, wish, (), writer, back, fault=f"{fault} {kept}")
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY


def _form(
    page: CommentPage,
    where: AnswerPlace,
    wish: Wish,
    comments: tuple[CommentText, ...],
    writer: str,
    back: str,
    *,
    fault: str | None = None,
) -> str:
    """Return the form for an answer; after a refusal with what was typed."""
    return render_template(
        "replies/answer.html",
        page=page,
        where=where,
        wish=wish,
        question=question_of(page, wish),
        comments=comments,
        as_mentor=writer == "mentor",
        back=back,
        fault=fault,
        typed=request.form.get("text", ""),
        ready={number: words.said(text) for number, text in acknowledgements().items()},
        words=words,
    )
