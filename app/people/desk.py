"""What the roster's pages share: who acts, and how somebody unknown is answered."""

from datetime import datetime

from flask import current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.accounts.roles import current_account
from app.clock import current_clock
from app.people.service import UnknownPersonError


def who() -> tuple[datetime, str]:
    """Return when something is done and by whom, for the audit log."""
    return current_clock().now(), current_account().account_id


def unknown_person(_error: UnknownPersonError) -> ResponseReturnValue:
    """Answer with the page for what isn't there."""
    return current_app.handle_user_exception(NotFound())
