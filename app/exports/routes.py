"""An admin's pages for taking results away: what would be in the file, then the file."""

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request

from app.accounts.roles import current_account, for_admins
from app.exports.files import Export, as_csv, as_workbook, file_name
from app.exports.service import exported
from app.extensions import ballots, identity
from app.models.identity.program import Program
from app.programs.errors import UnknownProgramError
from app.programs.service import find_program
from app.results.pages import ResultsPage, program_page
from app.results.report import NoSuchReleaseError
from app.results.schemas import asked_round
from app.spreadsheets import CSV_TYPE, WORKBOOK_TYPE
from app.vault import current_vault

blueprint = Blueprint("exports", __name__, url_prefix="/programs/<program_id>/results")


@blueprint.get("/export")
@for_admins
def export(program_id: str) -> str:
    """Show what a file would hold, and why there is nothing to choose in it."""
    try:
        page = program_page(
            identity,
            ballots,
            current_vault(),
            current_account().account_id,
            _program(program_id),
            _group_id(),
            asked_round(),
        )
    except NoSuchReleaseError:
        abort(404)
    return render_template(
        "exports/export.html", page=page, group_id=_group_id() or "", asked=request.args
    )


@blueprint.get("/export.csv")
@for_admins
def csv_file(program_id: str) -> Response:
    """Send the results as a CSV file."""
    page, content = _exported(program_id)
    return _file(as_csv(content), CSV_TYPE, file_name(page, "csv"))


@blueprint.get("/export.xlsx")
@for_admins
def workbook(program_id: str) -> Response:
    """Send the results as a workbook."""
    page, content = _exported(program_id)
    return _file(as_workbook(content), WORKBOOK_TYPE, file_name(page, "xlsx"))


def register_exports(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _exported(program_id: str) -> tuple[ResultsPage, Export]:
    try:
        return exported(
            identity,
            ballots,
            current_vault(),
            current_account().account_id,
            _program(program_id),
            _group_id(),
            asked_round(),
            organisation=current_app.config["CHORUS"].organisation,
            every=request.args.get("every") == "yes",
            comments=request.args.get("comments") == "yes",
        )
    except NoSuchReleaseError:
        abort(404)


def _program(program_id: str) -> Program:
    try:
        with identity.read() as session:
            return find_program(session, program_id)
    except UnknownProgramError:
        abort(404)


def _group_id() -> str | None:
    return request.args.get("group") or None


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
