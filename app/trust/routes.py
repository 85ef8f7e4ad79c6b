"""`/trust`: how the promise is kept, where it ends, and how to check it."""

from flask import Blueprint, Flask, current_app, render_template

from app.accounts.roles import public

blueprint = Blueprint("trust", __name__)


@blueprint.get("/trust")
@public
def page() -> str:
    """Show the page, the same for everyone: it reads no cookie."""
    origin = current_app.config["CHORUS"].base_url.rstrip("/")
    return render_template("trust/page.html", origin=origin)


def register_trust(app: Flask) -> None:
    """Put the page on `app`."""
    app.register_blueprint(blueprint)
