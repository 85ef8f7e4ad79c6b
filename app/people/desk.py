"""What the roster's pages share: who acts, for what, and how somebody unknown is answered."""

from datetime import datetime

from flask import current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.accounts.roles import current_account
from app.clock import current_clock
from app.extensions import identity
from app.people.service import UnknownPersonError
from app.people.setting_up import SettingUp, setting_up


def who() -> tuple[datetime, str]:
    """Return when something is done and by whom, for the audit log."""
    return current_clock().now(), current_account().account_id


def asked_setup(program_id: str) -> SettingUp | None:
    """Return the program for which people are added, if somebody came from setting one up."""
    with identity.read() as session:
        return setting_up(session, program_id)


def unknown_person(_error: UnknownPersonError) -> ResponseReturnValue:
    """Answer with the page for what isn't there."""
    return current_app.handle_user_exception(NotFound())
