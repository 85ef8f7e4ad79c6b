"""The page "What would be shown?" of a program."""

from http import HTTPStatus

from flask import Blueprint, abort, current_app, render_template

from app.accounts.roles import for_admins
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.programs.errors import UnknownProgramError
from app.programs.forecast import program_forecast
from app.programs.service import find_program
from app.rounds.errors import TooFewPeopleError
from app.vault import current_vault

blueprint = Blueprint("forecast", __name__, url_prefix="/programs")


@blueprint.get("/<program_id>/forecast")
@for_admins
def what_would_be_shown(program_id: str) -> str | tuple[str, HTTPStatus]:
    """Show which groups could ever be shown, and how often."""
    found, problem = None, None
    try:
        with identity.read() as session:
            program = find_program(session, program_id)
        with identity.read() as session:
            found = program_forecast(
                session,
                program,
                current_vault().roster_key(),
                current_app.config["CHORUS"].mail_domains,
                current_clock().now().date(),
            )
    except UnknownProgramError:
        abort(404)
    except TooFewPeopleError as error:
        problem = told(error)
    return render_template(
        "programs/forecast.html", program=program, forecast=found, problem=problem
    )
