"""The mail of a round before it is sent: `/programs/<id>/rounds/new/mail`, for admins.

What would stop the launch is said on the page before, so whoever comes too early is led there.
"""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.errors import TooManyTriesError
from app.accounts.roles import current_account, for_admins
from app.accounts.stored_limits import StoredLimit
from app.clock import current_clock
from app.extensions import identity
from app.languages import MAIL_LANGUAGES, name_of
from app.mail.mailer import MailDelayedError, MailRefusedError, current_mailer
from app.mail.sender import sender_of
from app.previews.framing import FRAMING_POLICY, framed
from app.previews.service import Previewed, note_test, preview, write
from app.programs.errors import UnknownProgramError
from app.programs.schemas import REFUSALS, ShapeError, read_wish
from app.vault import current_vault

_NOBODY = "somebody@example.org"  # a page shows no recipient
_LIMIT = "chorus.test_mails"
_MOST, _PERIOD = 5, timedelta(hours=1)

blueprint = Blueprint("previews", __name__, url_prefix="/programs/<program_id>/rounds/new/mail")


@blueprint.get("")
@for_admins
def page(program_id: str) -> Response:
    """Show the mail that a round would send, as its readers see it, and its text."""
    previewed = _previewed(program_id)
    if isinstance(previewed, Response):
        return previewed
    message = _read(previewed)
    text = message.get_body(("plain",))
    shown = render_template(
        "previews/page.html",
        previewed=previewed,
        home=f"/programs/{program_id}",
        asked=_asked(),
        languages={tag: name_of(tag) for tag in MAIL_LANGUAGES},
        subject=message["Subject"],
        text="" if text is None else text.get_content(),
    )
    response = make_response(shown)
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@blueprint.get("/html")
@for_admins
def html(program_id: str) -> Response:
    """Return the HTML part alone, for the frame."""
    previewed = _previewed(program_id)
    if isinstance(previewed, Response):
        return previewed
    part = _read(previewed).get_body(("html",))
    return framed("" if part is None else part.get_content())


@blueprint.post("")
@for_admins
def send_test(program_id: str) -> Response:
    """Send the mail to the admin who asks, and to nobody else."""
    previewed = _previewed(program_id)
    if isinstance(previewed, Response):
        return previewed
    account_id, now = current_account().account_id, current_clock().now()
    key, sender = current_vault().roster_key(), sender_of(current_app.config["CHORUS"])
    try:
        current_app.extensions[_LIMIT].take(account_id, now)
        address = note_test(identity, key, account_id, program_id, now)
        with current_mailer().connect() as connection:
            connection.send(write(previewed, sender, address, test=True))
        flash(_("A test mail is on its way to your own address. Its links lead nowhere."))
    except TooManyTriesError:
        flash(_("You have sent yourself several test mails. Try again in an hour."))
    except (MailDelayedError, MailRefusedError):
        flash(_("The mail relay did not take the test mail. Nothing else was sent."))
    return redirect(f"/programs/{program_id}/rounds/new/mail{_asked()}")


def register_previews(app: Flask) -> None:
    """Put the pages on `app`."""
    secret = app.config["CHORUS"].secret_key
    app.extensions[_LIMIT] = StoredLimit(identity, secret, "test mail", _MOST, _PERIOD)
    app.register_blueprint(blueprint)


def _previewed(program_id: str) -> Previewed | Response:
    """Return what is to be shown, or the way to the page that says why nothing can be sent."""
    try:
        with identity.read() as session:
            return preview(
                session,
                program_id,
                read_wish(request.args),
                request.args.get("language", ""),
                current_clock().now(),
                current_vault().roster_key(),
                current_app.config["CHORUS"].support_panel,
            )
    except UnknownProgramError:
        abort(404)
    except (ShapeError, *REFUSALS):
        return redirect(f"/programs/{program_id}/rounds/new{_asked()}")


def _asked() -> str:
    """Return the round that is asked for, as it stands in an address."""
    query = request.query_string.decode()
    return f"?{query}" if query else ""


def _read(previewed: Previewed) -> EmailMessage:
    sender = sender_of(current_app.config["CHORUS"])
    content = write(previewed, sender, _NOBODY, test=False).content
    return message_from_bytes(content, policy=policy.default)
