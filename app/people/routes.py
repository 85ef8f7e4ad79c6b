"""Pages behind "stop these mails": whoever holds the token may say stop, and take it back."""

from flask import Blueprint, Flask, abort, current_app, render_template

from app.accounts.roles import public
from app.extensions import csrf, identity
from app.mail.unsubscribe import UnsubscribeTokenError, person_of_token
from app.people.service import UnknownPersonError, is_unsubscribed, set_unsubscribed

blueprint = Blueprint("people", __name__)


@blueprint.get("/unsubscribe/<token>")
@public
def show(token: str) -> str:
    """Show the button; a mail scanner that opens the address changes nothing."""
    try:
        with identity.begin() as session:
            unsubscribed = is_unsubscribed(session, _person_id(token))
    except UnknownPersonError:
        abort(404)
    return _page(token, "stopped" if unsubscribed else "asked")


@blueprint.post("/unsubscribe/<token>")
@public
@csrf.exempt  # RFC 8058: the mail program posts without a cookie; the token is the right to do it
def unsubscribe(token: str) -> str:
    """Stop survey mails to the person whom the token was made for."""
    _remember(token, unsubscribed=True)
    return _page(token, "stopped")


@blueprint.post("/unsubscribe/<token>/undo")
@public
@csrf.exempt  # the same token takes it back, from a browser that may keep no cookies
def keep_asking(token: str) -> str:
    """Send survey mails to that person again."""
    _remember(token, unsubscribed=False)
    return _page(token, "kept")


def register_people(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)


def _person_id(token: str) -> str:
    try:
        return person_of_token(current_app.config["CHORUS"].secret_key, token)
    except UnsubscribeTokenError:
        raise UnknownPersonError from None


def _remember(token: str, *, unsubscribed: bool) -> None:
    try:
        with identity.begin() as session:
            set_unsubscribed(session, _person_id(token), unsubscribed)
    except UnknownPersonError:
        abort(404)


def _page(token: str, moment: str) -> str:
    return render_template("people/unsubscribe.html", token=token, moment=moment)
