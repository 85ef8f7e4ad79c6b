"""`GET /metrics`, for whoever has the operator's token; without one there is no such page."""

import hmac

from flask import Blueprint, Flask, Response, abort, current_app, request

from app.accounts.roles import public
from app.clock import current_clock
from app.extensions import db, identity
from app.operating.figures import as_text, read_figures
from config import Settings

blueprint = Blueprint("figures", __name__)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Answer with the figures of this moment."""
    settings: Settings = current_app.config["CHORUS"]
    _check_token(settings.metrics_token)
    engines = {bind or "identity": engine for bind, engine in db.engines.items()}
    figures = read_figures(engines, identity, settings, current_clock().now())
    return Response(as_text(figures), content_type="text/plain; version=0.0.4; charset=utf-8")


def register_figures(app: Flask) -> None:
    """Put the page on `app`."""
    app.register_blueprint(blueprint)


def _check_token(token: str) -> None:
    """Answer 404 where none is set, and 401 to whoever does not have it."""
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(401)
