"""`/trust`: how the promise is kept, where it ends, and how to check it."""

from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from app.accounts.roles import public
from app.extensions import ballots, identity
from app.trust.audit_head import audit_head, audit_mark
from app.trust.bundle import REBUILD, ServedFile, served_files
from app.trust.public_rounds import public_rounds
from app.trust.schemas import asked_number, trust_json, utc_words

blueprint = Blueprint("trust", __name__)


@blueprint.get("/trust")
@public
def page() -> str:
    """Show the page, the same for everyone: it reads no cookie."""
    origin = current_app.config["CHORUS"].base_url.rstrip("/")
    rounds = public_rounds(identity, ballots, asked_number("page", 1))
    with identity.read() as session:
        head = audit_head(session)
    return render_template(
        "trust/page.html",
        origin=origin,
        rounds=rounds,
        files=_files(),
        head=head,
        rebuild=REBUILD,
        time=utc_words,
    )


@blueprint.get("/trust.json")
@public
def facts() -> Response:
    """Return the same facts for a program, and the audit mark that `?audit=NUMBER` asks for."""
    asked = asked_number("audit", 0)
    with identity.read() as session:
        head, mark = audit_head(session), audit_mark(session, asked) if asked else None
    rounds = public_rounds(identity, ballots, asked_number("page", 1))
    return jsonify(trust_json(_files(), head, mark, rounds))


def register_trust(app: Flask) -> None:
    """Put the page on `app`."""
    app.register_blueprint(blueprint)


def _files() -> tuple[ServedFile, ...]:
    return served_files(Path(current_app.static_folder or ""))
