"""The page of one's own account: second factor, and where one is signed in."""

from http import HTTPStatus

import segno
from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.browser import keep, leave
from app.accounts.errors import AccountError, WrongCodeError
from app.accounts.notices import tell_owner
from app.accounts.own import (
    Changed,
    confirm_own_app,
    end_other_sessions,
    end_own_session,
    own_account,
    own_app_to_set_up,
    remove_own_app,
    renew_own_codes,
    set_up_app,
)
from app.accounts.roles import (
    ACCOUNT_PATH,
    current_account,
    for_admins,
    for_everybody_signed_in,
    owes_factor,
    want,
)
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.mail.account_letters import APP_ADDED, APP_REMOVED, CODES_RENEWED
from app.mail.mailer import current_mailer
from app.mail.sender import sender_of
from app.vault import current_vault

blueprint = Blueprint("account", __name__, url_prefix=ACCOUNT_PATH)


@blueprint.get("")
@for_everybody_signed_in
def own() -> str:
    """Show how somebody signs in and where they are signed in."""
    who = current_account()
    with identity.read() as session:
        account = own_account(session, current_vault().roster_key(), who, current_clock().now())
    return render_template("accounts/own.html", account=account, who=who, owes=owes_factor(who))


@blueprint.post("/again")
@for_everybody_signed_in
def sign_in_again() -> Response:
    """End this session, and come back here after signing in."""
    response = leave()
    want(ACCOUNT_PATH)
    return response


@blueprint.post("/sessions/<string:session_id>/end")
@for_everybody_signed_in
def end_session(session_id: str) -> Response:
    """End one session."""
    with identity.begin() as session:
        end_own_session(session, current_account(), session_id)
    return back(_("That session has ended."))


@blueprint.post("/sessions/end")
@for_everybody_signed_in
def end_others() -> Response:
    """End every other session."""
    with identity.begin() as session:
        end_other_sessions(session, current_account())
    return back(_("You are signed out everywhere else."))


@blueprint.post("/app")
@for_admins
def begin() -> Response:
    """Begin to set up an app."""
    try:
        set_up_app(identity, current_vault().roster_key(), current_account())
    except AccountError as error:
        return back(told(error))
    return redirect(f"{ACCOUNT_PATH}/app")


@blueprint.get("/app")
@for_admins
def app_page() -> Response:
    """Show what the app needs to be told, and ask for its first code."""
    return _app_page()


@blueprint.post("/app/confirm")
@for_admins
def confirm() -> Response:
    """Confirm the app by its first code, and show the recovery codes once."""
    key, now = current_vault().roster_key(), current_clock().now()
    try:
        changed = confirm_own_app(
            identity, key, current_account(), request.form.get("code", ""), now
        )
    except WrongCodeError as error:
        return _app_page(error)
    except AccountError as error:
        return back(told(error))
    return _codes_page(changed, APP_ADDED)


@blueprint.post("/codes")
@for_admins
def renew_codes() -> Response:
    """Make new recovery codes, and show them once."""
    key, now = current_vault().roster_key(), current_clock().now()
    try:
        changed = renew_own_codes(identity, key, current_account(), now)
    except AccountError as error:
        return back(told(error))
    return _codes_page(changed, CODES_RENEWED)


@blueprint.post("/app/remove")
@for_admins
def remove() -> Response:
    """Remove the app and its recovery codes."""
    try:
        changed = remove_own_app(identity, current_account(), current_clock().now())
    except AccountError as error:
        return back(told(error))
    keep_and_tell(changed, APP_REMOVED)
    return back(_("The app is removed. Your password is enough again."))


def _app_page(error: AccountError | None = None) -> Response:
    who, settings = current_account(), current_app.config["CHORUS"]
    with identity.read() as session:
        waiting = own_app_to_set_up(session, current_vault().roster_key(), who)
    if waiting is None:
        return redirect(ACCOUNT_PATH)
    code = segno.make(waiting.uri(f"Chorus, {settings.organisation}"), error="m", micro=False)
    page = render_template(
        "accounts/app.html",
        picture=code.svg_data_uri(scale=4, border=4, light="#fff"),
        key=" ".join(waiting.key[at : at + 4] for at in range(0, len(waiting.key), 4)),
        error=error and told(error),
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)


def _codes_page(changed: Changed, change: str) -> Response:
    keep_and_tell(changed, change)
    return make_response(render_template("accounts/codes.html", codes=changed.codes))


def keep_and_tell(changed: Changed, change: str) -> None:
    """Give the browser its new session, and tell the owner of the account by mail."""
    keep(changed.token)
    tell_owner(
        identity,
        current_vault().roster_key(),
        current_account().account_id,
        change,
        mailer=current_mailer(),
        sender=sender_of(current_app.config["CHORUS"]),
    )


def back(words: str) -> Response:
    """Lead to the page of the account, which says `words`."""
    flash(words)
    return redirect(ACCOUNT_PATH)
