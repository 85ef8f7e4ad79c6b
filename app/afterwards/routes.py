"""POST results: what a link shows once its round is closed."""

from dataclasses import asdict
from typing import Any

from flask import Flask

from app.afterwards.schemas import OutcomeAskedSchema, OutcomeSchema
from app.afterwards.service import outcome_for
from app.api import api_of
from app.extensions import csrf, identity
from app.wire import ErrorSchema, WireBlueprint, parse_pool_id

blueprint = WireBlueprint(
    "outcomes", __name__, url_prefix="/api/v1/pools", description="What the group said, afterwards"
)


@blueprint.post("/<pool_id:pool_id>/results")
@blueprint.arguments(OutcomeAskedSchema)
@blueprint.response(200, OutcomeSchema)
@blueprint.alt_response(400, schema=ErrorSchema)
@blueprint.alt_response(404, schema=ErrorSchema)
def results(body: dict[str, Any], pool_id: str) -> dict[str, Any]:
    """Show everyone who was asked the same released totals; change nothing."""
    with identity.read() as session:
        found = outcome_for(session, parse_pool_id(pool_id), body["token"], body["cell"])
    return asdict(found)


def register_outcomes(app: Flask) -> None:
    """Add results to `app`; it uses no cookie, so there is nothing to forge."""
    csrf.exempt(blueprint)
    api_of(app).register_blueprint(blueprint)
