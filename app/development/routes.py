"""The development inbox: `/dev/inbox`, registered in development only."""

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template
from flask import request as current_request

from app.accounts.roles import public
from app.demo.keyring import kept_keyring
from app.demo.organisation import VISITOR
from app.development.inbox import LISTED, NoSuchMailError, StoredMail, list_mails, read_mail
from app.headers import CONTENT_SECURITY_POLICY

# The page around a mail may frame it; the mail itself may style itself and open links, no more.
_FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
# Links leave the frame: the pages they lead to can't be framed.
_LINKS_LEAVE_THE_FRAME = '<base target="_blank">'

blueprint = Blueprint("development", __name__, url_prefix="/dev")


@blueprint.get("/inbox")
@public
def inbox() -> str:
    """Show the newest mails, by recipient if asked."""
    recipient = current_request.args.get("to", "")
    mails = list_mails(current_app.config["CHORUS"].inbox, recipient)
    return render_template(
        "development/inbox.html",
        mails=mails,
        recipient=recipient,
        listed=LISTED,
        demo=kept_keyring(current_app.config["CHORUS"].data),
        visitor=VISITOR,
    )


@blueprint.get("/inbox/<string:name>")
@public
def mail(name: str) -> Response:
    """Show one mail: its HTML in a frame, its text, its source."""
    response = make_response(render_template("development/mail.html", mail=_mail_or_404(name)))
    response.headers["Content-Security-Policy"] = _FRAMING_POLICY
    return response


@blueprint.get("/inbox/<string:name>/html")
@public
def mail_html(name: str) -> Response:
    """Return the HTML part alone, for the frame."""
    html = _mail_or_404(name).html
    response = Response(html.replace("<head>", f"<head>{_LINKS_LEAVE_THE_FRAME}", 1))
    response.headers["Content-Security-Policy"] = _MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def register_development(app: Flask) -> None:
    """Add the inbox to `app` in development; in production the address does not exist."""
    if app.config["CHORUS"].development:
        app.register_blueprint(blueprint)


def _mail_or_404(name: str) -> StoredMail:
    try:
        return read_mail(current_app.config["CHORUS"].inbox, name)
    except NoSuchMailError:
        abort(404)
