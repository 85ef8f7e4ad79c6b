"""The page for lost mail: it answers everybody alike, and looks nobody up before it has."""

from flask import Blueprint, Flask, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.roles import public
from app.clock import current_clock
from app.extensions import csrf, identity
from app.people.lost import LostMailLimits, note_lost_mail
from app.vault import current_vault

_KEY = "chorus.lost-mail"
_LONGEST = 320  # more than any address has

blueprint = Blueprint("lost", __name__)


@blueprint.get("/lost")
@public
def page() -> str:
    """Show the form."""
    return render_template("people/lost.html")


@blueprint.post("/lost")
@public
@csrf.exempt  # it reads no cookie; whoever forges it brings about what they could ask for here
def ask() -> Response:
    """Answer at once and the same for every address; look it up after the answer has left."""
    app, address = current_app._get_current_object(), request.form.get("address", "")[:_LONGEST]

    def _note() -> None:
        with app.app_context():
            limits: LostMailLimits = app.extensions[_KEY]
            key, now = current_vault().roster_key(), current_clock().now()
            note_lost_mail(identity, key, limits, now, address)

    response = redirect("/lost/sent")
    response.call_on_close(_note)
    return response


@blueprint.get("/lost/sent")
@public
def sent() -> str:
    """Say what happens next, whether or not a mail is on its way."""
    return render_template("people/lost_sent.html")


def register_lost(app: Flask) -> None:
    """Put the page on `app`."""
    app.extensions[_KEY] = LostMailLimits()
    app.register_blueprint(blueprint)
