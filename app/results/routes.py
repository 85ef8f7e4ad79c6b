"""A mentor's pages: the circles of today, and how each of them is doing."""

from flask import Blueprint, Flask, abort, redirect, render_template
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_mentors
from app.afterwards.follow_ups import done_about
from app.agreed.service import agreed_of
from app.extensions import ballots, identity
from app.results import words
from app.results.handles import answer_place
from app.results.pages import circle_page, circles_of
from app.results.report import NoSuchReleaseError
from app.results.schemas import asked_round
from app.vault import current_vault
from surveys.guide import general_conversation

blueprint = Blueprint("results", __name__)


@blueprint.get("/circles")
@for_mentors
def circles() -> str | Response:
    """Show the list of own circles; who has one only is led to it."""
    with identity.begin() as session:
        entries = circles_of(session, current_account().group_ids)
    if len(entries) == 1:
        return redirect(f"/circles/{entries[0].group_id}")
    return render_template("results/circles.html", circles=entries)


@blueprint.get("/circles/<group_id>")
@for_mentors
def circle(group_id: str) -> str:
    """Show how a circle is doing; to whoever doesn't mentor it now it isn't there."""
    reader = current_account()
    if group_id not in reader.group_ids:
        abort(404)
    try:
        page = circle_page(
            identity, ballots, current_vault(), reader.account_id, group_id, asked_round()
        )
    except NoSuchReleaseError:
        abort(404)
    with identity.read() as session:
        agreed = agreed_of(session, current_vault().roster_key(), group_id)
    return render_template(
        "results/circle.html",
        agreed=agreed,
        page=page,
        group_id=group_id,
        where=answer_place(page, f"/circles/{group_id}/answers"),
        words=words,
        done=done_about(identity, page.round_id),
        general_talk=general_conversation(),
    )


def register_results(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
