"""An admin's pages about the installation: its settings, and how it is doing."""

from flask import Blueprint, Flask, current_app, render_template

from app.accounts.roles import for_admins
from app.clock import current_clock
from app.extensions import identity
from app.operating.checks import check_all
from app.operating.settings import settings_in_words

blueprint = Blueprint("operating", __name__)


@blueprint.get("/settings")
@for_admins
def settings() -> str:
    """Show what the operator has decided for the organisation."""
    parts = settings_in_words(current_app.config["CHORUS"])
    return render_template("operating/settings.html", parts=parts)


@blueprint.get("/health")
@for_admins
def health() -> str:
    """Show how the installation is doing."""
    checks = check_all(identity, current_app.config["CHORUS"], current_clock().now())
    return render_template("operating/health.html", checks=checks)


def register_operating(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
