"""The gallery of mails, `/dev/mails`: every kind in every language, in development only."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Blueprint, Response, abort, make_response, render_template
from flask import request as current_request

from app.accounts.roles import public
from app.development.samples import SAMPLES
from app.languages import MAIL_LANGUAGES, speaking
from app.previews.framing import FRAMING_POLICY, framed

_LOOKS = ("light", "dark")
_WIDTHS = ("700", "390", "320")
# How a dark screen asks; what stands for it says so of every screen, or of none.
_DARK_SCREEN = "(prefers-color-scheme: dark)"
_ANSWERS = {"light": "not all", "dark": "all"}

blueprint = Blueprint("gallery", __name__, url_prefix="/dev/mails")


@blueprint.get("")
@public
def kinds() -> str:
    """List every kind of mail with its subject, in one language."""
    language = _chosen("language", MAIL_LANGUAGES)
    mails = {kind: _sample(kind, language)["Subject"] for kind in SAMPLES}
    return render_template(
        "development/mails.html", mails=mails, language=language, languages=MAIL_LANGUAGES
    )


@blueprint.get("/<string:kind>")
@public
def mail(kind: str) -> Response:
    """Show one kind of mail: its HTML in a frame, and its text."""
    language = _chosen("language", MAIL_LANGUAGES)
    chosen = {
        "language": language,
        "look": _chosen("look", _LOOKS),
        "width": _chosen("width", _WIDTHS),
    }
    choices = {"language": MAIL_LANGUAGES, "look": _LOOKS, "width": _WIDTHS}
    sample = _sample(kind, language)
    page = render_template(
        "development/sample.html",
        kind=kind,
        kinds=SAMPLES,
        subject=sample["Subject"],
        text=_part(sample, "plain"),
        chosen=chosen,
        choices=choices,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@blueprint.get("/<string:kind>/html")
@public
def mail_html(kind: str) -> Response:
    """Return the HTML part alone, for the frame, as a light or a dark screen shows it."""
    html = _part(_sample(kind, _chosen("language", MAIL_LANGUAGES)), "html")
    return framed(html.replace(_DARK_SCREEN, _ANSWERS[_chosen("look", _LOOKS)]))


def _chosen(name: str, among: tuple[str, ...]) -> str:
    wished = current_request.args.get(name, "")
    return wished if wished in among else among[0]


def _sample(kind: str, language: str) -> EmailMessage:
    if kind not in SAMPLES:
        abort(404)
    with speaking(language):
        content = SAMPLES[kind]().content
    return message_from_bytes(content, policy=policy.default)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
