"""An admin's alerts: the list, and each with its evidence."""

from flask import Blueprint, Flask, abort, redirect, render_template
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins
from app.alerts.desk import NoSuchAlertError, alert_page, list_alerts, see_alert
from app.clock import current_clock
from app.extensions import identity
from app.results import words

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")


@blueprint.get("")
@for_admins
def alerts() -> str:
    """Show all alerts, open ones first."""
    with identity.begin() as session:
        rows = list_alerts(session)
    return render_template("alerts/list.html", rows=rows, words=words)


@blueprint.get("/<alert_id>")
@for_admins
def alert(alert_id: str) -> str:
    """Show an alert and what it rests on; looking changes nothing."""
    try:
        with identity.begin() as session:
            page = alert_page(session, alert_id)
            rows = [row for row in list_alerts(session) if row.open or row.alert.id == alert_id]
    except NoSuchAlertError:
        abort(404)
    return render_template("alerts/alert.html", page=page, rows=rows, words=words)


@blueprint.post("/<alert_id>/seen")
@for_admins
def seen(alert_id: str) -> Response:
    """Note that this admin has seen the alert."""
    try:
        with identity.begin() as session:
            see_alert(session, alert_id, current_clock().now(), current_account().account_id)
    except NoSuchAlertError:
        abort(404)
    return redirect(f"/alerts/{alert_id}")


def register_alerts(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
