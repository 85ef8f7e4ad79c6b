"""The page of one program, which several of an admin's forms lead back to."""

from http import HTTPStatus

from flask import abort, render_template, request

from app.accounts.roles import current_account
from app.alerts.desk import open_alert_of
from app.alerts.evidence import seen_words
from app.clock import current_clock
from app.extensions import ballots, identity
from app.forms.asked import asked_of
from app.goals.progress import goal_views, open_goals
from app.programs import acts
from app.programs.desk import program_desk
from app.programs.errors import UnknownProgramError
from app.programs.schemas import AGAIN_AFTER, RHYTHMS, Fault
from app.programs.service import find_program
from app.programs.setup import is_being_set_up, next_step
from app.results import words
from app.results.charts import MOST_ROUNDS
from app.results.overview import standing_in, threshold_words
from app.results.report import program_trend
from app.results.service import released_links, released_rounds
from app.rounds.fingerprints import fingerprints_of


def actor() -> acts.Actor:
    """Return who acts now, and when."""
    return acts.Actor(current_account().account_id, current_clock().now())


def refused(program_id: str, fault: Fault) -> tuple[str, HTTPStatus]:
    """Return the page of a program with what was wrong in a form of it."""
    return desk_page(program_id, fault), HTTPStatus.UNPROCESSABLE_ENTITY


def desk_page(program_id: str, fault: Fault | None = None) -> str:
    """Return the page of a program; after a refusal with what was typed."""
    try:
        with identity.read() as session:
            found = find_program(session, program_id)
            desk = program_desk(session, found)
            wanted = open_goals(session, found.id)
            # A goal is measured from its first day on; the drawing has the latest rounds alone.
            rounds = released_rounds(session, found.id, None if wanted else MOST_ROUNDS)
            shown = released_links(session, found.id)
            alert = open_alert_of(session, found.id)
            seen = seen_words(session, alert) if alert else ""
            own = standing_in(session, found.id, current_clock().now().date())
            goals = goal_views(session, wanted, rounds)
            asked = asked_of(session, found.id)
            resume = next_step(session, desk) if is_being_set_up(desk) else None
    except UnknownProgramError:
        abort(404)
    chart, trend = program_trend(rounds)
    running = [desk.running.round.id] if desk.running else []
    return render_template(
        "programs/program.html",
        desk=desk,
        fingerprints=fingerprints_of(identity, ballots, running),
        standing=own.standing,
        signs=own.signs,
        chart=chart if rounds and rounds[-1].basis else None,
        trend=trend,
        released=shown,
        alert=alert,
        seen=seen,
        goals=goals,
        asked=asked,
        resume=resume,
        fault=fault,
        typed=request.values if fault else None,
        again_after=AGAIN_AFTER,
        rhythms=RHYTHMS,
        words=words,
        threshold_words=threshold_words,
    )
