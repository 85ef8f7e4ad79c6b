"""POST check and paper: the identified half of answering."""

from typing import Any

from flask import Flask

from app.api import api_of
from app.clock import current_clock
from app.extensions import csrf, identity
from app.invites.schemas import CheckAnswerSchema, CheckSchema, PaperAnswerSchema, PaperSchema
from app.invites.service import check_link, take_paper
from app.vault import current_vault
from app.wire import ErrorSchema, MalformedRequestError, WireBlueprint, parse_pool_id

blueprint = WireBlueprint(
    "invites", __name__, url_prefix="/api/v1/pools", description="Is a link good; its paper"
)


@blueprint.post("/<pool_id:pool_id>/check")
@blueprint.arguments(CheckSchema)
@blueprint.response(200, CheckAnswerSchema)
@blueprint.alt_response(400, schema=ErrorSchema)
@blueprint.alt_response(404, schema=ErrorSchema)
def check(body: dict[str, Any], pool_id: str) -> dict[str, str]:
    """Say whether a link is open, taken, revoked or closed; change nothing."""
    with identity.read_connection() as connection:
        state = check_link(
            connection, parse_pool_id(pool_id), body["token"], body["cell"], current_clock().now()
        )
    return {"state": state}


@blueprint.post("/<pool_id:pool_id>/paper")
@blueprint.arguments(PaperSchema)
@blueprint.response(200, PaperAnswerSchema)
@blueprint.alt_response(400, schema=ErrorSchema)
@blueprint.alt_response(404, schema=ErrorSchema)
@blueprint.alt_response(409, schema=ErrorSchema)
@blueprint.alt_response(410, schema=ErrorSchema)
@blueprint.alt_response(503, schema=ErrorSchema, description="busy; ask again after Retry-After")
def paper(body: dict[str, Any], pool_id: str) -> dict[str, bytes]:
    """Sign one paper blindly; the same blinded value again gets the same answer."""
    if ("x" in body) != ("y" in body):
        raise MalformedRequestError
    signature = take_paper(
        identity,
        current_vault(),
        parse_pool_id(pool_id),
        body["token"],
        body["cell"],
        body.get("x", b"") + body.get("y", b""),
        body["blinded"],
        current_clock().now(),
    )
    return {"blind_sig": signature}


def register_invites(app: Flask) -> None:
    """Add check and paper to `app`; they use no cookie, so there is nothing to forge."""
    csrf.exempt(blueprint)
    api_of(app).register_blueprint(blueprint)
