"""A person's own data, behind the link that was mailed to them: see it, take it, have it erased.

Opening an address shows a button, so that a program that follows links sees and changes nothing.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from flask import Blueprint, Flask, Response, current_app, make_response, render_template

from app.accounts.roles import public
from app.clock import current_clock
from app.extensions import csrf, identity
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of
from app.people.data_links import DataLinkError, person_of_data_token
from app.people.data_mails import erase_person
from app.people.own_data import OwnData, own_data
from app.people.service import UnknownPersonError
from app.vault import current_vault

FILE_NAME = "chorus-your-data.json"

blueprint = Blueprint("own_data", __name__)


@blueprint.get("/your-data/<token>")
@public
def door(token: str) -> str:
    """Show the button that opens the data."""
    _data(token)
    return render_template("people/data_door.html", token=token)


@blueprint.post("/your-data/<token>")
@public
@csrf.exempt  # no cookie is read here: the mailed token is the right to do it
def show(token: str) -> str:
    """Show what is kept about the person of the token."""
    settings = current_app.config["CHORUS"]
    return render_template(
        "people/data.html",
        token=token,
        data=_data(token),
        comment_months=settings.keep_comments_months,
        leaver_days=settings.keep_leavers_days,
    )


@blueprint.post("/your-data/<token>/download")
@public
@csrf.exempt  # likewise
def download(token: str) -> Response:
    """Send the same facts as a file of JSON."""
    text = json.dumps(_data(token).as_json(), ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@blueprint.get("/your-data/<token>/erase")
@public
def ask_before_erasing(token: str) -> str:
    """Say what happens, above the button that does it."""
    _data(token)
    return render_template("people/erase.html", token=token)


@blueprint.post("/your-data/<token>/erase")
@public
@csrf.exempt  # likewise
def erase(token: str) -> str:
    """Forget the person of the token."""
    settings = current_app.config["CHORUS"]
    with _or_gone():
        erase_person(
            identity,
            current_vault().roster_key(),
            current_clock().now(),
            person_id=_person_id(token),
            mailer=current_mailer(),
            sender=sender_of(settings),
        )
    return render_template("people/erased.html")


def register_own_data(app: Flask) -> None:
    """Put the pages on `app`; links that are no longer good get a page that says so."""
    app.register_blueprint(blueprint)
    app.register_error_handler(DataLinkError, _gone)


def _data(token: str) -> OwnData:
    with _or_gone(), identity.read() as session:
        return own_data(session, current_vault().roster_key(), _person_id(token))


@contextmanager
def _or_gone() -> Iterator[None]:
    """Answer for somebody who was erased meanwhile as for a link whose time is over."""
    try:
        yield
    except UnknownPersonError:
        raise DataLinkError from None


def _person_id(token: str) -> str:
    secret_key = current_app.config["CHORUS"].secret_key
    return person_of_data_token(secret_key, token, current_clock().now())


def _gone(_error: DataLinkError) -> Response:
    return make_response(render_template("people/data_gone.html"), HTTPStatus.GONE)
