"""The pages on which an admin writes forms: the list, the editor, the preview on a phone."""

from http import HTTPStatus

from babel import Locale
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import identity
from app.forms.editor_schemas import LEAST_WEEKS, MOST_BYTES, read_draft, read_revision, read_title
from app.forms.entries import finished_of, own_forms
from app.forms.errors import FormChangedError, FormInUseError, NoLanguageError, UnknownFormError
from app.forms.preview import preview_of
from app.forms.uses import use_of
from app.forms.writing import begin_form, find_own_form, new_item_id, remove_form, save_form
from app.languages import language as spoken
from app.languages import told
from app.models.identity.own_form import OwnForm
from app.programs.service import list_programs
from surveys.draft_acts import acted
from surveys.drafts import (
    COMMENT_LENGTHS,
    MOST_ITEMS,
    MOST_LETTERS,
    MOST_LETTERS_SHORT,
    Draft,
    draft_from_wire,
    finish,
)
from surveys.form_length import seconds_to_answer
from surveys.form_review import language_names, review_form

blueprint = Blueprint("own_forms", __name__, url_prefix="/forms")


@blueprint.url_value_preprocessor
def _let_long_forms_in(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take more here than elsewhere, before the token of the form is looked at."""
    request.max_content_length = MOST_BYTES


@blueprint.get("")
@for_admins
def forms() -> str:
    """Show all own forms."""
    return _list_page()


@blueprint.post("")
@for_admins
def begin() -> Response | tuple[str, HTTPStatus]:
    """Begin a form and open it."""
    typed = request.form
    try:
        with identity.begin() as session:
            fresh = begin_form(
                session,
                read_title(typed),
                typed.getlist("language"),
                typed.get("program", ""),
                current_clock().now(),
                current_account().account_id,
            )
    except NoLanguageError as error:
        return _list_page(told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"/forms/{fresh.id}")


@blueprint.get("/<form_id>")
@for_admins
def edit(form_id: str) -> str:
    """Show a form as it is written so far."""
    with identity.begin() as session:
        own = _own_form(session, form_id)
        return _editor_page(session, own, draft_from_wire(own.draft), "checked" in request.args)


@blueprint.post("/<form_id>")
@for_admins
def save(form_id: str) -> Response | tuple[str, HTTPStatus]:
    """Save what was typed, do the act of the button, and go on where it leads."""
    act = request.form.get("act", "")
    with identity.begin() as session:
        own = _own_form(session, form_id)
        typed = read_draft(draft_from_wire(own.draft), request.form)
        draft, field = acted(typed, act, new_item_id)
        who, now = current_account().account_id, current_clock().now()
        try:
            save_form(session, own, draft, read_revision(request.form), now, who)
        except FormChangedError as error:
            page = _editor_page(session, own, typed, checked=False, fault=told(error))
            return page, HTTPStatus.CONFLICT
    if act == "preview":
        return redirect(f"/forms/{form_id}/preview")
    if act == "check":
        return redirect(f"/forms/{form_id}?checked=1#review")
    if not field:
        flash(_("Saved."))
    return redirect(f"/forms/{form_id}{'#' + field if field else ''}")


@blueprint.get("/<form_id>/preview")
@for_admins
def preview(form_id: str) -> str:
    """Show a form as it looks on a phone."""
    with identity.begin() as session:
        own = _own_form(session, form_id)
        draft, finished = draft_from_wire(own.draft), finished_of(own)
    language = request.args.get("language", "")
    if language not in draft.languages:
        language = draft.languages[0]
    return render_template(
        "forms/preview.html",
        form_id=form_id,
        draft=draft,
        names=_names(),
        language=language,
        finished=finished,
        shown=preview_of(draft, finished, language),
    )


@blueprint.post("/<form_id>/remove")
@for_admins
def remove(form_id: str) -> Response:
    """Remove a form that nothing rests on."""
    try:
        with identity.begin() as session:
            own = _own_form(session, form_id)
            remove_form(session, own, current_clock().now(), current_account().account_id)
    except FormInUseError as error:
        flash(told(error))
        return redirect(f"/forms/{form_id}")
    flash(_("The form is removed."))
    return redirect("/forms")


def register_editor(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _own_form(session: Session, form_id: str) -> OwnForm:
    """Return a form; for one that isn't there the request ends with 404."""
    try:
        return find_own_form(session, form_id)
    except UnknownFormError:
        abort(404)


def _names() -> dict[str, str]:
    """Return the languages that a form can be written in, as the page's language calls them."""
    names = Locale.parse(spoken()).languages
    return {tag: names.get(tag, english) for tag, english in language_names().items()}


def _list_page(fault: str | None = None) -> str:
    with identity.begin() as session:
        programs = {program.id: program.name for program in list_programs(session)}
        rows = [
            (own.id, draft_from_wire(own.draft), finished_of(own), programs.get(own.program_id))
            for own in own_forms(session)
        ]
    return render_template(
        "forms/list.html",
        rows=rows,
        programs=programs,
        names=_names(),
        seconds_to_answer=seconds_to_answer,
        typed=request.form,
        fault=fault,
    )


def _editor_page(
    session: Session, own: OwnForm, draft: Draft, checked: bool, fault: str | None = None
) -> str:
    finished = finish(draft)
    return render_template(
        "forms/edit.html",
        own=own,
        draft=draft,
        finished=finished,
        cautions=review_form(finished.title, finished.items, draft.languages),
        seconds=seconds_to_answer(finished.items),
        shown=preview_of(draft, finished, draft.languages[0]),
        use=use_of(session, own),
        checked=checked,
        fault=fault,
        names=_names(),
        lengths=COMMENT_LENGTHS,
        weeks=LEAST_WEEKS,
        most={"items": MOST_ITEMS, "text": MOST_LETTERS, "short": MOST_LETTERS_SHORT},
    )
