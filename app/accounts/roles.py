"""Who may open what: every view says so itself, and what says nothing is refused.

A view that an admin and a mentor may both open carries both marks.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, abort, current_app, redirect, request
from flask import session as cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.sessions import ADMIN, MENTOR, SUBJECT, SignedIn
from app.extensions import csrf

# These rooms know no account and read no cookie; "static" is Flask's own endpoint.
OPEN_BLUEPRINTS = (
    "respond",
    "ballots",
    "mailbox",
    "plain",
    "contact",
    "mailboxes",
    "invites",
    "outcomes",
    "health",
    "api-docs",
    "static",
)
SIGN_IN_PATH = "/sign-in"
ACCOUNT_PATH = "/account"
SETTING_UP = frozenset({"account", "own_passkeys"})  # where an admin who owes a factor gets one
WANTED = "wanted"
_LONGEST_WANTED = 300  # it stands in a cookie
_PUBLIC = "public"
_NUL = "\0"
_MARK = "chorus_open_to"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that everybody may open."""
    return _mark(view, _PUBLIC)


def for_admins(view: View) -> View:
    """Mark a view that admins may open."""
    return _mark(view, ADMIN)


def for_mentors(view: View) -> View:
    """Mark a view that whoever mentors a group now may open; which group is the view's to check."""
    return _mark(view, MENTOR)


def for_subjects(view: View) -> View:
    """Mark a view that whoever feedback is about may open; which cycle is the view's to check."""
    return _mark(view, SUBJECT)


def for_everybody_signed_in(view: View) -> View:
    """Mark a view about the own account, which each who has one may open."""
    return for_admins(for_mentors(for_subjects(view)))


def _mark(view: View, role: str) -> View:
    setattr(view, _MARK, open_to(view) | {role})
    return view


def open_to(view: Callable[..., Any]) -> frozenset[str]:
    """Return the marks of a view; none means that nobody may open it."""
    marks: frozenset[str] = getattr(view, _MARK, frozenset())
    return marks


def is_open_endpoint(endpoint: str) -> bool:
    """Return whether the endpoint belongs to the rooms that know no account."""
    return endpoint.partition(".")[0] in OPEN_BLUEPRINTS


def is_for_everybody(endpoint: str | None, view: Callable[..., Any] | None) -> bool:
    """Return whether a view answers everybody alike: no account may be read for it."""
    if endpoint is None or view is None:
        return True
    return is_open_endpoint(endpoint) or _PUBLIC in open_to(view)


def signed_in() -> SignedIn | None:
    """Return who is signed in, or None."""
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None


def current_account() -> SignedIn:
    """Return who is signed in, for views that only admins or mentors reach."""
    account = signed_in()
    if account is None:
        abort(403)
    return account


def install_guard(app: Flask) -> None:
    """Refuse every request of `app` that no mark allows, and every form without its token."""

    @app.before_request
    def _guard() -> Response | None:
        if request.endpoint is None or is_open_endpoint(request.endpoint):
            return None  # an unknown address is answered by 404 or 405
        csrf.protect(apply_exemptions=True)
        _refuse_nul()
        allowed = open_to(current_app.view_functions[request.endpoint])
        if _PUBLIC in allowed:
            return None
        account = signed_in()
        if account is None:
            _remember_wanted()
            return redirect(SIGN_IN_PATH)
        if not allowed & account.roles:
            # Which page, never who asked: many of these lines are somebody who looks for doors.
            structlog.get_logger().warning("page refused", step=request.endpoint)
            abort(403)
        if owes_factor(account) and request.blueprint not in SETTING_UP:
            return redirect(ACCOUNT_PATH)
        return None


def _refuse_nul() -> None:
    """Refuse a character that no person types, and that PostgreSQL takes into no text."""
    if _NUL in request.path:
        abort(404)
    sent = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any(_NUL in value for _name, value in sent):
        abort(400)


def owes_factor(account: SignedIn) -> bool:
    """Return whether the operator wants a second factor that this admin did not sign in with."""
    wanted: bool = current_app.config["CHORUS"].admin_second_factor
    return wanted and account.admin and not account.strong


def want(path: str) -> None:
    """Go on at `path` after the next sign-in."""
    cookie[WANTED] = path


def _remember_wanted() -> None:
    """Keep where a link from a mail led to, to go on there after signing in."""
    wanted = request.full_path.rstrip("?")
    if request.method == "GET" and len(wanted) <= _LONGEST_WANTED:
        want(wanted)
