"""An admin's calendar of rounds."""

from flask import Blueprint, Flask, render_template, request

from app.accounts.roles import for_admins
from app.calendar.months import month_page
from app.clock import current_clock
from app.extensions import identity

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/calendar")
@for_admins
def month() -> str:
    """Show a month of all programs' rounds."""
    with identity.read() as session:
        found = month_page(session, request.args.get("month", ""), current_clock().now())
    return render_template("calendar/month.html", month=found)


def register_calendar(app: Flask) -> None:
    """Put the page on `app`."""
    app.register_blueprint(blueprint)
