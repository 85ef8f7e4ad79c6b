"""`/privacy`: what an employee wants to know before answering, in plain words."""

from flask import Blueprint, Flask, current_app, render_template

from app.accounts.roles import public
from app.extensions import identity
from app.privacy.facts import privacy_facts

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
@public
def page() -> str:
    """Show the page, the same for everyone: it reads no cookie."""
    with identity.read() as session:
        facts = privacy_facts(session, current_app.config["CHORUS"])
    return render_template("privacy/page.html", facts=facts)


def register_privacy(app: Flask) -> None:
    """Put the page on `app`."""
    app.register_blueprint(blueprint)
