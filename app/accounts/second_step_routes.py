"""The second half of signing in: the page that asks for a code."""

from http import HTTPStatus

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.browser import CODE_PATH, enter, half_token
from app.accounts.errors import AccountError, HalfGoneError, TooManyTriesError
from app.accounts.notices import tell_owner
from app.accounts.roles import SIGN_IN_PATH, public
from app.accounts.service import FinishedSignIn, Tries, asks_for_code, sign_in_with_code
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.mail.account_letters import CODE_USED
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of
from app.vault import current_vault

TRIES = "chorus.tries"
blueprint = Blueprint("second_step", __name__)


@blueprint.get(CODE_PATH)
@public
def page() -> Response:
    """Ask for a code, or lead to the beginning if no password was given."""
    try:
        app = asks_for_code(identity, half_token(), current_clock().now())
    except HalfGoneError:
        return redirect(SIGN_IN_PATH)
    return make_response(render_template("accounts/code.html", app=app))


@blueprint.post(CODE_PATH)
@public
def finish() -> Response:
    """Sign in with a code, or show the page again with one sentence."""
    tries: Tries = current_app.extensions[TRIES]
    key, now = current_vault().roster_key(), current_clock().now()
    typed = request.form.get("code", "")
    try:
        finished = sign_in_with_code(identity, key, tries.codes, now, half_token(), typed)
    except TooManyTriesError as error:
        return _refused(error, HTTPStatus.TOO_MANY_REQUESTS)
    except HalfGoneError as error:
        page = render_template("accounts/sign_in.html", error=told(error))
        return make_response(page, HTTPStatus.FORBIDDEN)
    except AccountError as error:
        return _refused(error, HTTPStatus.FORBIDDEN)
    _tell(finished)
    return enter(finished.entry)


def _tell(finished: FinishedSignIn) -> None:
    """Tell the owner of the account that a recovery code was used."""
    if finished.left is not None:
        tell_owner(
            identity,
            current_vault().roster_key(),
            finished.account_id,
            CODE_USED,
            mailer=current_mailer(),
            sender=sender_of(current_app.config["CHORUS"]),
            left=finished.left,
        )


def _refused(error: AccountError, status: HTTPStatus) -> Response:
    return make_response(render_template("accounts/code.html", app=True, error=told(error)), status)
