"""Switch the weekly digest: on the page of alerts, or with the link at the foot of each digest."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.roles import current_account, for_admins, public
from app.alerts.wishes import DigestTokenError, account_of_token, set_digest
from app.clock import current_clock
from app.extensions import csrf, identity

blueprint = Blueprint("digest", __name__, url_prefix="/alerts/digest")


@blueprint.post("")
@for_admins
def switch() -> Response:
    """Switch this admin's digest on or off."""
    wanted = request.form.get("digest") == "on"
    with identity.begin() as session:
        set_digest(session, current_account().account_id, wanted, current_clock().now())
    if wanted:
        flash(_("You get the weekly digest."))
    else:
        flash(_("You get no weekly digest any more."))
    return redirect("/alerts")


@blueprint.get("/<token>")
@public
def show(token: str) -> str:
    """Show the button; a mail scanner that opens the address changes nothing."""
    _account_id(token)
    return render_template("alerts/digest.html", stopped=False)


@blueprint.post("/<token>")
@public
@csrf.exempt  # RFC 8058: the mail program posts without a cookie; the token is the right to do it
def stop(token: str) -> str:
    """Switch the digest off for whom the token was made."""
    account_id = _account_id(token)
    try:
        with identity.begin() as session:
            set_digest(session, account_id, wanted=False, now=current_clock().now())
    except DigestTokenError:
        abort(404)
    return render_template("alerts/digest.html", stopped=True)


def _account_id(token: str) -> str:
    try:
        return account_of_token(current_app.config["CHORUS"].secret_key, token)
    except DigestTokenError:
        abort(404)
