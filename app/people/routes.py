"""The page behind the foot of each mail: pause, stop, take it back; whoever has the token may."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Flask, abort, current_app, render_template, request

from app.accounts.roles import public
from app.accounts.stored_limits import StoredLimit
from app.accounts.tries import Limit
from app.clock import current_clock
from app.extensions import csrf, identity
from app.mail.mailer import MailDelayedError, MailRefusedError, current_mailer
from app.mail.sender import sender_of
from app.mail.unsubscribe import UnsubscribeTokenError, person_of_token
from app.people.data_links import LIFETIME
from app.people.data_mails import mail_data_link
from app.people.mail_wishes import PAUSES, mail_wish, pause_mails, resume_mails, stop_mails
from app.people.service import UnknownPersonError
from app.vault import current_vault

LINKS_AN_HOUR = 3
_KEY = "chorus.data-link-tries"

blueprint = Blueprint("people", __name__)


@blueprint.get("/unsubscribe/<token>")
@public
def show(token: str) -> str:
    """Show the buttons; a mail scanner that opens the address changes nothing."""
    return _page(token)


@blueprint.post("/unsubscribe/<token>")
@public
@csrf.exempt  # RFC 8058: the mail program posts without a cookie; the token is the right to do it
def unsubscribe(token: str) -> str:
    """Stop survey mails to the person whom the token was made for."""
    with _known(), identity.begin() as session:
        stop_mails(session, _person_id(token))
    return _page(token, "stopped")


@blueprint.post("/unsubscribe/<token>/undo")
@public
@csrf.exempt  # the same token takes it back, from a browser that may keep no cookies
def keep_asking(token: str) -> str:
    """Send survey mails to that person again."""
    with _known(), identity.begin() as session:
        resume_mails(session, _person_id(token))
    return _page(token, "kept")


@blueprint.post("/unsubscribe/<token>/pause")
@public
@csrf.exempt  # likewise
def pause(token: str) -> str:
    """Send no survey mails to that person for some months."""
    months = request.form.get("months", type=int)
    if months not in PAUSES:
        abort(422)
    with _known(), identity.begin() as session:
        pause_mails(session, _person_id(token), months, current_clock().now())
    return _page(token, "paused")


@blueprint.post("/unsubscribe/<token>/data")
@public
@csrf.exempt  # likewise; it only mails something to the address on the roster
def ask_for_data(token: str) -> str:
    """Mail the link to that person's data to the address on the roster, not to who asked."""
    settings = current_app.config["CHORUS"]
    limit: Limit = current_app.extensions[_KEY]
    try:
        with _known():
            mail_data_link(
                identity,
                current_vault().roster_key(),
                limit,
                current_clock().now(),
                person_id=_person_id(token),
                secret_key=settings.secret_key,
                mailer=current_mailer(),
                sender=sender_of(settings),
            )
    except (MailDelayedError, MailRefusedError):
        return _page(token, "not sent")
    return _page(token, "sent")


def register_people(app: Flask) -> None:
    """Put the pages on `app`."""
    secret = app.config["CHORUS"].secret_key
    app.extensions[_KEY] = StoredLimit(identity, secret, "data link", LINKS_AN_HOUR, LIFETIME)
    app.register_blueprint(blueprint)


@contextmanager
def _known() -> Iterator[None]:
    """Answer for somebody unknown, or gone, as for an unknown address."""
    try:
        yield
    except UnknownPersonError:
        abort(404)


def _person_id(token: str) -> str:
    try:
        return person_of_token(current_app.config["CHORUS"].secret_key, token)
    except UnsubscribeTokenError:
        raise UnknownPersonError from None


def _page(token: str, moment: str | None = None) -> str:
    """Return the page as things stand, headed by what has just been done."""
    with _known(), identity.read() as session:
        wish = mail_wish(session, _person_id(token), current_clock().now())
    return render_template(
        "people/mails.html", token=token, moment=moment, wish=wish, pauses=PAUSES
    )
