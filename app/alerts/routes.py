"""An admin's alerts: the list, each with its evidence, and what can be done about it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.alerts.acts import (
    Taken,
    finish_action,
    give_alert,
    judge_action,
    move_action,
    plan_action,
    see_alert,
    take,
    write_note,
)
from app.alerts.desk import list_alerts
from app.alerts.digest_routes import blueprint as digest_blueprint
from app.alerts.errors import AlertError, NoSuchAlertError
from app.alerts.evidence import alert_page
from app.alerts.schemas import (
    ACTION_MOST,
    NOTE_MOST,
    STATES,
    VERDICTS,
    Filter,
    read_day,
    read_filter,
    read_note,
    read_plan,
    read_verdict,
)
from app.alerts.wishes import wants_digest
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.programs.acts import Actor
from app.programs.schemas import Fault, ShapeError
from app.results import words
from app.vault import current_vault

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")

_ME = "me"
_BESIDE = 10  # open alerts in the list beside one

Answered = Response | tuple[str, HTTPStatus]


@blueprint.get("")
@for_admins
def alerts() -> str:
    """Show the alerts that the filter leaves, open ones first."""
    wanted, reader = read_filter(request.args), current_account().account_id
    key, now = current_vault().roster_key(), current_clock().now()
    with identity.read() as session:
        found = list_alerts(session, key, wanted, now, reader)
        digest = wants_digest(session, reader)
    return render_template(
        "alerts/list.html", found=found, wanted=wanted, states=STATES, digest=digest, words=words
    )


@blueprint.get("/<alert_id>")
@for_admins
def alert(alert_id: str) -> str:
    """Show an alert and what it rests on; looking changes nothing."""
    return _page(alert_id)


@blueprint.post("/<alert_id>/seen")
@for_admins
def seen(alert_id: str) -> Answered:
    """Note that this admin has seen the alert."""
    return _acted(alert_id, see_alert, _("You have seen this alert."), "seen")


@blueprint.post("/<alert_id>/owner")
@for_admins
def give(alert_id: str) -> Answered:
    """Make an admin the owner."""
    owner, reader = request.form.get("owner", ""), current_account().account_id
    if owner in (_ME, reader):
        owner, said = reader, _("The alert is yours now.")
    else:
        said = _("The alert has a new owner.")
    return _acted(alert_id, lambda taken: give_alert(taken, owner), said, "owner")


@blueprint.post("/<alert_id>/notes")
@for_admins
def note(alert_id: str) -> Answered:
    """Keep a note."""
    key = current_vault().roster_key()
    return _acted(
        alert_id,
        lambda taken: write_note(taken, key, read_note(request.form)),
        _("Your note stands in the history."),
        "note",
    )


@blueprint.post("/<alert_id>/actions")
@for_admins
def plan(alert_id: str) -> Answered:
    """Plan an action."""
    key = current_vault().roster_key()
    return _acted(
        alert_id,
        lambda taken: plan_action(taken, key, read_plan(request.form)),
        _("The action is planned. While it is open past its day, the weekly digest says so."),
        "due_on",
    )


@blueprint.post("/<alert_id>/actions/<action_id>/due")
@for_admins
def move(alert_id: str, action_id: str) -> Answered:
    """Give an action another due date."""
    field = f"due_on_{action_id}"
    return _acted(
        alert_id,
        lambda taken: move_action(taken, action_id, read_day(request.form, "due_on", field)),
        _("The action has another due date."),
        field,
    )


@blueprint.post("/<alert_id>/actions/<action_id>/done")
@for_admins
def finish(alert_id: str, action_id: str) -> Answered:
    """Note that an action is done."""
    field = f"done_on_{action_id}"
    return _acted(
        alert_id,
        lambda taken: finish_action(taken, action_id, read_day(request.form, "done_on", field)),
        _("The action is done. In two weeks this page says what has changed since."),
        field,
    )


@blueprint.post("/<alert_id>/actions/<action_id>/verdict")
@for_admins
def judge(alert_id: str, action_id: str) -> Answered:
    """Keep whether an action helped."""
    return _acted(
        alert_id,
        lambda taken: judge_action(taken, action_id, read_verdict(request.form)),
        _("Thank you. Your answer stands in the history."),
        f"verdict_{action_id}",
    )


def register_alerts(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
    app.register_blueprint(digest_blueprint)


def _acted(alert_id: str, act: Callable[[Taken], None], said: str, field: str) -> Answered:
    """Do `act` to an alert and lead back, or show the page again as it was typed.

    :param field: what a refusal is about, where it doesn't say.
    """
    actor = Actor(current_account().account_id, current_clock().now())
    try:
        with identity.begin() as session:
            act(take(session, alert_id, actor))
    except NoSuchAlertError:
        abort(404)
    except ShapeError as error:
        return _page(alert_id, error.fault), HTTPStatus.UNPROCESSABLE_ENTITY
    except AlertError as error:
        return _page(alert_id, Fault(field, told(error))), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(said)
    return redirect(f"/alerts/{alert_id}")


def _page(alert_id: str, fault: Fault | None = None) -> str:
    """Return an alert's page; after a refusal with what was typed."""
    key, now, reader = current_vault().roster_key(), current_clock().now(), current_account()
    try:
        with identity.read() as session:
            page = alert_page(session, key, alert_id, now)
            beside = list_alerts(session, key, Filter(state="open"), now, reader.account_id)
    except NoSuchAlertError:
        abort(404)
    rows = [row for row in beside.rows if row.alert.id != alert_id][: _BESIDE - 1]
    return render_template(
        "alerts/alert.html",
        page=page,
        rows=[page.row, *rows],
        fault=fault,
        typed=request.form if fault else {},
        reader=reader.account_id,
        others=[
            (account_id, address)
            for account_id, address in page.admins
            if account_id not in (reader.account_id, page.row.alert.owner_id)
        ],
        verdicts=VERDICTS,
        most={"note": NOTE_MOST, "action": ACTION_MOST},
        words=words,
    )
