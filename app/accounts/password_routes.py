"""The page on which an admin changes their own password."""

from http import HTTPStatus

from flask import Blueprint, current_app, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.account_routes import back, keep_and_tell
from app.accounts.errors import (
    AccountError,
    StaleSessionError,
    TooManyTriesError,
    UnequalPasswordsError,
)
from app.accounts.own_password import change_own_password, has_password
from app.accounts.passwords import MAXIMUM_CHARACTERS, MINIMUM_CHARACTERS
from app.accounts.roles import ACCOUNT_PATH, current_account, for_admins
from app.accounts.second_step_routes import TRIES
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.mail.account_letters import PASSWORD_SET
from app.vault import current_vault

blueprint = Blueprint("own_password", __name__, url_prefix=f"{ACCOUNT_PATH}/password")


@blueprint.get("")
@for_admins
def page() -> Response:
    """Ask for the current password and for the new one."""
    return _page()


@blueprint.post("")
@for_admins
def change() -> Response:
    """Change it, or show the page again with one sentence; what was typed is never sent back."""
    password = request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise UnequalPasswordsError
        changed = change_own_password(
            identity,
            current_vault().roster_key(),
            current_app.extensions[TRIES].own_passwords,
            current_account(),
            current_clock().now(),
            current=request.form.get("current", ""),
            password=password,
        )
    except StaleSessionError as error:
        return back(told(error))
    except TooManyTriesError as error:
        return _page(error, HTTPStatus.TOO_MANY_REQUESTS)
    except AccountError as error:
        return _page(error, HTTPStatus.UNPROCESSABLE_ENTITY)
    keep_and_tell(changed, PASSWORD_SET)
    return back(_("The new password is set. You are signed out everywhere else."))


def _page(error: AccountError | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = render_template(
        "accounts/password.html",
        asks=has_password(identity, current_account()),
        error=error and told(error),
        minimum=MINIMUM_CHARACTERS,
        maximum=MAXIMUM_CHARACTERS,
    )
    return make_response(page, status)
