"""A browser's side of a session: its cookie holds one random token."""

from flask import Request, redirect
from flask import session as cookie
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app.accounts.roles import SIGN_IN_PATH, WANTED
from app.accounts.service import Entry
from app.accounts.sessions import SignedIn, close_session, find_signed_in
from app.clock import current_clock
from app.extensions import identity
from app.outages import has_no_room
from crypto.encoding import decode_base64url, encode_base64url

CODE_PATH = f"{SIGN_IN_PATH}/code"
_FIELD, _HALF, _CHALLENGE = "token", "half", "challenge"


def load_signed_in(_request: Request) -> SignedIn | None:
    """Return who this browser's cookie stands for, read from the database at this request."""
    token = cookie.get(_FIELD)
    return None if token is None else _holder(token)


def enter(entry: Entry) -> Response:
    """Give the browser its new session; nothing that stood in its cookie before lives on.

    With half a sign-in it is led to where the other half is asked for.
    """
    wanted = cookie.get(WANTED)
    cookie.clear()
    if not entry.whole:
        cookie[_HALF] = entry.token
        if wanted:
            cookie[WANTED] = wanted
        return redirect(CODE_PATH)
    keep(entry.token)
    return redirect(wanted or home(_holder(entry.token)))


def keep(token: str) -> None:
    """Give the browser a session in place of its earlier one."""
    cookie[_FIELD] = token


def keep_challenge(challenge: bytes) -> None:
    """Let this browser, and no other, answer a challenge."""
    cookie[_CHALLENGE] = encode_base64url(challenge)


def take_challenge() -> bytes:
    """Return the challenge that this browser was given, once; empty if it has none."""
    return decode_base64url(str(cookie.pop(_CHALLENGE, "")))


def half_token() -> str:
    """Return the token of half a sign-in, empty if this browser has none."""
    return str(cookie.get(_HALF, ""))


def leave() -> Response:
    """End this browser's session, if it has one."""
    with identity.begin() as session:
        close_session(session, cookie.get(_FIELD, ""))
    cookie.clear()
    return redirect(SIGN_IN_PATH)


def home(account: SignedIn | None) -> str:
    """Return the path where this account's work is."""
    if account is None:
        return SIGN_IN_PATH
    if account.admin:
        return "/programs"
    return "/feedback" if account.subject and not account.group_ids else "/circles"


def session_secret() -> str:
    """Return the token of this browser's session, for what has to end with it."""
    return str(cookie.get(_FIELD, ""))


def _holder(token: str) -> SignedIn | None:
    found = None
    try:
        with identity.begin() as session:
            found = find_signed_in(session, token, current_clock().now())
    except DBAPIError as fault:
        # Whoever is to read on these pages that a disk is full must get in: only when they were
        # here last isn't noted.
        if not has_no_room(fault):
            raise
    return found
