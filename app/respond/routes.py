"""The respondent's page and the anonymous half of the pool API. GET changes nothing."""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template

from app.api import api_of
from app.clock import current_clock
from app.extensions import ballots, csrf
from app.respond.mailbox_routes import mailbox_blueprint, mailbox_page_blueprint
from app.respond.schemas import BallotSchema, WithdrawSchema
from app.respond.service import public_bytes, store_ballot, withdraw_ballot
from app.wire import ErrorSchema, WireBlueprint, parse_pool_id

page_blueprint = Blueprint("respond", __name__)
blueprint = WireBlueprint(
    "ballots", __name__, url_prefix="/api/v1/pools", description="Public facts and sealed ballots"
)


@page_blueprint.get("/r/<string:pool_id>")
def page(pool_id: str) -> str:
    """Show the page, the same for everyone and every pool: what differs, its script fetches."""
    settings = current_app.config["CHORUS"]
    return render_template(
        "respond/page.html", plain_form=settings.plain_form, support=settings.support_panel
    )


@blueprint.get("/<pool_id:pool_id>/manifest")
@blueprint.alt_response(200, description="canonical JSON, exactly the bytes that the link pins")
@blueprint.alt_response(404, schema=ErrorSchema)
def manifest(pool_id: str) -> Response:
    """Return the pool's manifest."""
    with ballots.read_connection() as connection:
        content, _ = public_bytes(connection, parse_pool_id(pool_id))
    return Response(content, mimetype="application/json")


@blueprint.get("/<pool_id:pool_id>/form")
@blueprint.alt_response(200, description="canonical JSON whose hash the manifest states")
@blueprint.alt_response(404, schema=ErrorSchema)
def form(pool_id: str) -> Response:
    """Return the pool's form."""
    with ballots.read_connection() as connection:
        _, content = public_bytes(connection, parse_pool_id(pool_id))
    return Response(content, mimetype="application/json")


@blueprint.post("/<pool_id:pool_id>/ballot")
@blueprint.arguments(BallotSchema)
@blueprint.alt_response(200, description="the same ballot came before")
@blueprint.alt_response(204, description="stored")
@blueprint.alt_response(400, schema=ErrorSchema)
@blueprint.alt_response(403, schema=ErrorSchema)
@blueprint.alt_response(404, schema=ErrorSchema)
@blueprint.alt_response(409, schema=ErrorSchema)
@blueprint.alt_response(410, schema=ErrorSchema)
@blueprint.alt_response(413, schema=ErrorSchema)
@blueprint.alt_response(503, schema=ErrorSchema, description="busy; ask again after Retry-After")
def cast(body: dict[str, Any], pool_id: str) -> tuple[str, int]:
    """Store one sealed ballot; the empty answer names nothing to look up later."""
    new = store_ballot(
        ballots,
        parse_pool_id(pool_id),
        body["input_msg"],
        body["sig"],
        body["sealed"],
        current_clock().now(),
    )
    return "", 204 if new else 200


@blueprint.post("/<pool_id:pool_id>/withdraw")
@blueprint.arguments(WithdrawSchema)
@blueprint.alt_response(204, description="always, whether there was a ballot or not")
@blueprint.alt_response(400, schema=ErrorSchema)
@blueprint.alt_response(404, schema=ErrorSchema, description="this can't be the name of a pool")
@blueprint.alt_response(503, schema=ErrorSchema, description="busy; ask again after Retry-After")
def withdraw(body: dict[str, Any], pool_id: str) -> tuple[str, int]:
    """Erase the receipt's ballot while the round is open; the answer is always the same."""
    withdraw_ballot(ballots, parse_pool_id(pool_id), body["w"])
    return "", 204


def register_respond(app: Flask) -> None:
    """Add the page and the anonymous endpoints to `app`; they use no cookie."""
    for pages in (page_blueprint, mailbox_page_blueprint):
        csrf.exempt(pages)
        app.register_blueprint(pages)
    for interface in (blueprint, mailbox_blueprint):
        csrf.exempt(interface)
        api_of(app).register_blueprint(interface)
