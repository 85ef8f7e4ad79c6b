"""Printed codes of an open round: what they are, and the sheet, shown once."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.clock import current_clock
from app.extensions import ballots, identity
from app.languages import told
from app.launching.printing import codes_left, print_codes
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.errors import UnknownProgramError
from app.programs.service import find_program
from app.results import words
from app.rounds.closings import closes_ahead
from app.rounds.errors import NoSuchRoundError, RoundError
from app.rounds.service import find_round

blueprint = Blueprint("codes", __name__, url_prefix="/programs")


@blueprint.get("/<program_id>/rounds/<round_id>/codes")
@for_admins
def confirm_printing(program_id: str, round_id: str) -> str:
    """Show what printing does, and how many codes are left to print."""
    program, round_ = _found(program_id, round_id)
    with identity.read() as session:
        left = codes_left(session, round_)
    return render_template(
        "programs/print_codes.html",
        program=program,
        round=round_,
        closes=closes_ahead(round_),
        left=left,
        words=words,
    )


@blueprint.post("/<program_id>/rounds/<round_id>/codes")
@for_admins
def print_sheet(program_id: str, round_id: str) -> str | Response:
    """Make the codes that are left and show them, this once."""
    program, round_ = _found(program_id, round_id)
    settings = current_app.config["CHORUS"]
    try:
        sheet = print_codes(
            identity,
            ballots,
            settings.base_url.rstrip("/"),
            round_id,
            current_account().account_id,
            current_clock().now(),
        )
    except RoundError as error:
        flash(told(error))
        return redirect(f"/programs/{program_id}/rounds/{round_id}/codes")
    return render_template(
        "programs/codes.html",
        program=program,
        round=round_,
        closes=closes_ahead(round_),
        sheet=sheet,
        organisation=settings.organisation,
        words=words,
    )


def _found(program_id: str, round_id: str) -> tuple[Program, Round]:
    """Return an open round that has printed codes; anything else isn't found."""
    try:
        with identity.read() as session:
            program, round_ = find_program(session, program_id), find_round(session, round_id)
    except (UnknownProgramError, NoSuchRoundError):
        abort(404)
    if round_.program_id != program.id or round_.state != "open" or not round_.printed_codes:
        abort(404)
    return program, round_
