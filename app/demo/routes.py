"""The two buttons of the development inbox; in production these addresses do not exist."""

from flask import Blueprint, Flask, current_app, flash, redirect
from werkzeug.wrappers import Response

from app.accounts.roles import public
from app.clock import MovableClock, current_clock
from app.demo.colleagues import colleagues_answer, move_to_next_close
from app.demo.respondent import Doors
from app.extensions import ballots, identity
from app.vault import current_vault

INBOX = "/dev/inbox"

blueprint = Blueprint("demo", __name__, url_prefix="/dev")


@blueprint.post("/colleagues")
@public
def colleagues() -> Response:
    """Let about two in three of those who were asked answer."""
    doors = Doors(identity, ballots, current_vault())
    answered = colleagues_answer(doors, current_app.config["CHORUS"].inbox, current_clock().now())
    if answered:
        flash("Colleagues have answered. Their answers are sealed until the close.")
    else:
        flash("Nobody answered: there is no open round with an unused link in the inbox.")
    return redirect(INBOX)


@blueprint.post("/clock")
@public
def clock() -> Response:
    """Move development's clock to the next close; the worker does the rest."""
    current = current_clock()
    moved = move_to_next_close(identity, current) if isinstance(current, MovableClock) else None
    if moved is None:
        flash("No round is open, so there is no close to go to.")
    else:
        flash(
            f"The clock now stands after the close of {moved:%d %B, %H:%M} UTC. In a few seconds "
            "the round is opened: sign in and look."
        )
    return redirect(INBOX)


def register_demo(app: Flask) -> None:
    """Add the buttons to `app` in development."""
    if app.config["CHORUS"].development:
        app.register_blueprint(blueprint)
