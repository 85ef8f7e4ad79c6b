"""The roster from a file, in the browser: chosen, looked at, then imported or thrown away."""

import io
from http import HTTPStatus

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.roles import current_account, for_admins, signed_in
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.people.desk import asked_setup
from app.people.import_pages import choosing_page, faults_page, preview_page
from app.people.importing import (
    FaultyRosterError,
    RosterMovedError,
    TooManyLeaveError,
    ready_import,
    write_import,
)
from app.people.roster_file import read_roster
from app.people.roster_text import MAX_BYTES
from app.people.template_file import template_csv, template_workbook
from app.people.time_zones import resolve_time_zone
from app.people.uploads import (
    Upload,
    UploadGoneError,
    drop_upload,
    keep_upload,
    kept_upload,
    take_upload,
)
from app.spreadsheets import CSV_TYPE, WORKBOOK_TYPE, csv_bytes
from app.vault import current_vault
from surveys.errors import UnknownZoneError

MOST_BODY_BYTES = MAX_BYTES + 64 * 1024  # the file, and the form around it
_LONGEST_NAME = 80

blueprint = Blueprint("roster_import", __name__, url_prefix="/people/import")


class _InMemory(FormDataParser):
    """A parser that never lays a file down on a disk: a roster stands nowhere in clear."""

    def __init__(self, stream_factory: object = None, **settings: object) -> None:
        super().__init__(lambda *_, **__: io.BytesIO(), **settings)  # type: ignore[arg-type]


@blueprint.url_value_preprocessor
def _make_room(endpoint: str | None, _values: object) -> None:
    """Take a file from an admin; everybody else's request stays as small as any."""
    if endpoint == "roster_import.read":
        request.form_data_parser_class = _InMemory
        if _is_admin():
            request.max_content_length = MOST_BODY_BYTES


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> tuple[str, HTTPStatus]:
    """Say it where a file is chosen; what was sent is not read, so no form is looked at."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not _is_admin():
        return render_template("errors/page.html", status=status), status
    fault = _("The file is larger than %(most)s MB.", most=MAX_BYTES // 1024 // 1024)
    return choosing_page(None, fault), status


def _is_admin() -> bool:
    account = signed_in()
    return account is not None and account.admin


@blueprint.get("")
@for_admins
def choose() -> str:
    """Show the form that takes a file, and what may stand in it."""
    return choosing_page(asked_setup(request.args.get("setup", "")), None)


@blueprint.post("")
@for_admins
def read() -> AnyResponse | tuple[str, HTTPStatus]:
    """Read a file and keep what it says for an hour; nothing of the roster changes."""
    chosen, typed = request.files.get("file"), request.form.get("time_zone", "").strip()
    if chosen is None or not chosen.filename:
        return _choosing(_("Choose a file first."), "file", typed)
    try:
        zone = resolve_time_zone(typed) if typed else None
    except UnknownZoneError as error:
        return _choosing(told(error), "time_zone", typed)
    content = chosen.stream.read(MAX_BYTES + 1)
    roster = read_roster(content, current_app.config["CHORUS"].mail_domains)
    setup = asked_setup(request.form.get("setup", ""))
    upload = Upload(
        chosen.filename[-_LONGEST_NAME:], roster, zone, setup.program_id if setup else ""
    )
    key, account = current_vault().roster_key(), current_account().account_id
    with identity.begin() as session:
        upload_id = keep_upload(session, key, account, upload, current_clock().now())
    return redirect(f"/people/import/{upload_id}")


@blueprint.get("/<upload_id>")
@for_admins
def preview(upload_id: str) -> str | AnyResponse:
    """Show what the file would change, before anything is."""
    return _preview(upload_id)


@blueprint.post("/<upload_id>")
@for_admins
def apply(upload_id: str) -> str | AnyResponse | tuple[str, HTTPStatus]:
    """Import what was looked at, exactly that, and keep the file's content no longer."""
    key, account = current_vault().roster_key(), current_account().account_id
    now = current_clock().now()
    try:
        upload = _kept(upload_id)
        with identity.snapshot() as database:
            ready = ready_import(
                database,
                key,
                upload.roster,
                request.form.get("mark", ""),
                today=now.date(),
                time_zone=upload.time_zone,
                allow_leavers=request.form.get("leavers") == "yes",
            )
        with identity.begin() as session:
            take_upload(session, account, upload_id)
            write_import(session, ready, now, account)
    except FaultyRosterError:
        return redirect(f"/people/import/{upload_id}")
    except UploadGoneError as error:
        return _gone(error)
    except TooManyLeaveError:
        fault = _("Most people would leave. Say below that this is meant, or choose another file.")
        return _preview(upload_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    except (RosterMovedError, IntegrityError):  # the second, if both write at the same moment
        fault = _("The roster has changed since you looked. This is what would be done now.")
        return _preview(upload_id, fault), HTTPStatus.CONFLICT
    flash(_("The roster now says what the file says."))
    setup = asked_setup(upload.setup)
    return redirect(setup.after if setup else "/people")


@blueprint.post("/<upload_id>/cancel")
@for_admins
def cancel(upload_id: str) -> AnyResponse:
    """Throw away what was read; nothing has changed."""
    with identity.begin() as session:
        drop_upload(session, current_account().account_id, upload_id)
    flash(_("Thrown away. Nothing was changed."))
    setup = asked_setup(request.form.get("setup", ""))
    return redirect(setup.choosing if setup else "/people/import")


@blueprint.get("/<upload_id>/faults.csv")
@for_admins
def faults(upload_id: str) -> AnyResponse:
    """Send the list of faults as a file, to go through it beside the roster."""
    try:
        upload = _kept(upload_id)
    except UploadGoneError as error:
        return _gone(error)
    rows = [(fault.line or "", fault.sentence) for fault in upload.roster.faults]
    head = (_("Line"), _("What is wrong, and how to mend it"))
    return _file(csv_bytes([head, *rows]), CSV_TYPE, "chorus-roster-faults.csv")


@blueprint.get("/template.csv")
@for_admins
def csv_template() -> Response:
    """Send an empty roster as a CSV file."""
    return _file(template_csv(), CSV_TYPE, "chorus-roster.csv")


@blueprint.get("/template.xlsx")
@for_admins
def workbook_template() -> Response:
    """Send an empty roster as a workbook, with a sheet that explains the columns."""
    return _file(template_workbook(), WORKBOOK_TYPE, "chorus-roster.xlsx")


def register_roster_import(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _kept(upload_id: str) -> Upload:
    with identity.read() as session:
        return kept_upload(
            session,
            current_vault().roster_key(),
            current_account().account_id,
            upload_id,
            current_clock().now(),
        )


def _gone(error: UploadGoneError) -> AnyResponse:
    flash(told(error))
    return redirect("/people/import")


def _choosing(
    fault: str | None, field: str = "file", time_zone: str = ""
) -> tuple[str, HTTPStatus]:
    """Return the form again with what is wrong."""
    page = choosing_page(asked_setup(request.form.get("setup", "")), fault, field, time_zone)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _preview(upload_id: str, fault: str | None = None) -> str | AnyResponse:
    try:
        upload = _kept(upload_id)
    except UploadGoneError as error:
        return _gone(error)
    if upload.roster.faults:
        return faults_page(upload_id, upload)
    return preview_page(upload_id, upload, fault)


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
