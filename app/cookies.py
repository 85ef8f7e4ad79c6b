"""The one cookie of whoever signs in; where people answer there is none to read or to set."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

_WITHOUT = "/api/"


class StaffCookies(SecureCookieSessionInterface):
    """Flask's signed cookie, on the pages alone.

    On the pool API nothing may depend on a cookie (Protocol: Cast), so none is looked at.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a page's request; None where there is none."""
        return None if request.path.startswith(_WITHOUT) else super().open_session(app, request)
