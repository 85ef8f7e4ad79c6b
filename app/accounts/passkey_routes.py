"""What the script of two pages asks about passkeys, in JSON; all its sentences are said here."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.account_routes import back, keep_and_tell
from app.accounts.browser import enter, keep_challenge, take_challenge
from app.accounts.errors import AccountError
from app.accounts.passkey_service import (
    add_own_passkey,
    begin_adding,
    begin_sign_in,
    remove_own_passkey,
    sign_in_with_passkey,
)
from app.accounts.passkeys import RelyingParty, relying_party
from app.accounts.roles import (
    ACCOUNT_PATH,
    SIGN_IN_PATH,
    current_account,
    for_everybody_signed_in,
    public,
)
from app.accounts.second_step_routes import TRIES
from app.clock import current_clock
from app.extensions import identity
from app.languages import told
from app.mail.account_letters import PASSKEY_ADDED, PASSKEY_REMOVED
from app.vault import current_vault

blueprint = Blueprint("passkeys", __name__)
own = Blueprint("own_passkeys", __name__, url_prefix=f"{ACCOUNT_PATH}/passkeys")
Answer = tuple[Response, HTTPStatus] | Response


@blueprint.post(f"{SIGN_IN_PATH}/passkey/options")
@public
def ask() -> Answer:
    """Give a challenge to sign in with."""
    tries, now = current_app.extensions[TRIES], current_clock().now()
    try:
        challenge, options = begin_sign_in(identity, tries.passkeys, _party(), now)
    except AccountError as error:
        return _refused(error, HTTPStatus.TOO_MANY_REQUESTS)
    keep_challenge(challenge)
    return jsonify(options)


@blueprint.post(f"{SIGN_IN_PATH}/passkey")
@public
def sign_in() -> Answer:
    """Sign in with a passkey, and say where to go on."""
    challenge, now = take_challenge(), current_clock().now()
    try:
        entry = sign_in_with_passkey(
            identity, _party(), now, challenge=challenge, answer=_credential()
        )
    except AccountError as error:
        return _refused(error)
    return jsonify(to=enter(entry).location)


@own.post("/options")
@for_everybody_signed_in
def ask_for_new() -> Answer:
    """Give a challenge to a device that is to keep a new key."""
    key, now = current_vault().roster_key(), current_clock().now()
    try:
        challenge, options = begin_adding(identity, key, _party(), current_account(), now)
    except AccountError as error:
        return _refused(error)
    keep_challenge(challenge)
    return jsonify(options)


@own.post("")
@for_everybody_signed_in
def add() -> Answer:
    """Store a new passkey, and say where to go on."""
    key, now = current_vault().roster_key(), current_clock().now()
    try:
        changed = add_own_passkey(
            identity,
            key,
            _party(),
            current_account(),
            now,
            challenge=take_challenge(),
            answer=_credential(),
            name=str(_body().get("name", "")),
        )
    except AccountError as error:
        return _refused(error)
    keep_and_tell(changed, PASSKEY_ADDED)
    flash(_("The passkey is added. It signs you in by itself."))
    return jsonify(to=ACCOUNT_PATH)


@own.post("/<string:passkey_id>/remove")
@for_everybody_signed_in
def remove(passkey_id: str) -> Response:
    """Remove one passkey."""
    try:
        changed = remove_own_passkey(identity, current_account(), current_clock().now(), passkey_id)
    except AccountError as error:
        return back(told(error))
    if changed is None:
        return redirect(ACCOUNT_PATH)
    keep_and_tell(changed, PASSKEY_REMOVED)
    return back(_("The passkey is removed. Delete it on your device, too."))


def passkeys_work() -> bool:
    """Return whether a device can keep a key for the address of these pages."""
    return relying_party(current_app.config["CHORUS"]) is not None


def _party() -> RelyingParty:
    party = relying_party(current_app.config["CHORUS"])
    if party is None:
        abort(404)
    return party


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _credential() -> dict[str, Any]:
    credential = _body().get("credential")
    return credential if isinstance(credential, dict) else {}


def _refused(error: AccountError, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Answer:
    return jsonify(message=told(error)), status
