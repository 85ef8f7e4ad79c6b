"""The development inbox: `/dev/inbox`, registered in development only."""

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template
from flask import request as current_request

from app.accounts.roles import public
from app.demo.keyring import kept_keyring
from app.demo.organisation import VISITOR
from app.development.gallery import blueprint as gallery
from app.development.inbox import LISTED, NoSuchMailError, StoredMail, list_mails, read_mail
from app.previews.framing import FRAMING_POLICY, framed

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
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@blueprint.get("/inbox/<string:name>/html")
@public
def mail_html(name: str) -> Response:
    """Return the HTML part alone, for the frame."""
    return framed(_mail_or_404(name).html)


def register_development(app: Flask) -> None:
    """Add the inbox to `app` in development; in production the address does not exist."""
    if app.config["CHORUS"].development:
        app.register_blueprint(blueprint)
        app.register_blueprint(gallery)


def _mail_or_404(name: str) -> StoredMail:
    try:
        return read_mail(current_app.config["CHORUS"].inbox, name)
    except NoSuchMailError:
        abort(404)
