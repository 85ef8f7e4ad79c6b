"""The second half of signing in: the page that asks for a code."""

from http import HTTPStatus

import structlog
from flask import Blueprint, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.browser import CODE_PATH, enter, half_token
from app.accounts.errors import AccountError, HalfGoneError, TooManyTriesError, UsedCodeError
from app.accounts.notices import tell_owner
from app.accounts.roles import SIGN_IN_PATH, public
from app.accounts.service import Tries, asks_for_code, half_of, sign_in_with_code
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.mail.account_letters import CODE_AGAIN, CODE_USED
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
    except UsedCodeError as error:
        _tell(half_of(identity, half_token(), now), CODE_AGAIN)
        return _refused(error, HTTPStatus.FORBIDDEN)
    except AccountError as error:
        return _refused(error, HTTPStatus.FORBIDDEN)
    if finished.left is not None:
        _tell(finished.account_id, CODE_USED, finished.left)
    return enter(finished.entry)


def _tell(account_id: str, change: str, left: int = 0) -> None:
    tell_owner(
        identity,
        current_vault().roster_key(),
        account_id,
        change,
        mailer=current_mailer(),
        sender=sender_of(current_app.config["CHORUS"]),
        left=left,
    )


def log_refusal(error: AccountError) -> None:
    """Log that a sign-in was refused, and why; the address that was typed may be anybody's."""
    structlog.get_logger().warning("sign-in refused", error=type(error).__name__)


def _refused(error: AccountError, status: HTTPStatus) -> Response:
    log_refusal(error)
    return make_response(render_template("accounts/code.html", app=True, error=told(error)), status)
