"""Bodies first: a request's body is awaited before it takes one of the few places at work.

The server hands a request on when its head is there. Whoever sends the body byte by byte would hold
a place that others need, for as long as they like. Source: decision 114.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, request

from app.batching import BusyError

MOST_AWAITED = 96
PATIENCE_SECONDS = 0.25  # for many who come at once and send at once
_TOO_MANY = "chorus.too_many"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BodiesFirst:
    """A WSGI application before which slow senders wait without being in anybody's way.

    :param at_work: how many requests are answered at the same time.
    :param longest_body: bytes; a longer body is left to the application, which takes it from those
        who are signed in and refuses it unread from others.
    :param awaited: how many bodies may be on their way; who comes then is told to come again.
    """

    def __init__(
        self, application: Application, at_work: int, longest_body: int, awaited: int = MOST_AWAITED
    ) -> None:
        self._application = application
        self._longest_body = longest_body
        self._at_work = BoundedSemaphore(at_work)
        self._awaited = BoundedSemaphore(awaited)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Await the body, then answer when it is this request's turn."""
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and 0 < int(length) <= self._longest_body:
            self._await_body(environ, int(length))
        with self._at_work:
            return self._application(environ, start_response)

    def _await_body(self, environ: dict[str, Any], length: int) -> None:
        if not self._awaited.acquire(timeout=PATIENCE_SECONDS):
            environ[_TOO_MANY] = True
            return
        try:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        finally:
            self._awaited.release()


def threads_for(at_work: int) -> int:
    """Return how many threads a process needs: for bodies, for turns, and for who waits for one."""
    return MOST_AWAITED + 2 * at_work


def await_bodies_first(app: Flask, at_work: int, longest_body: int) -> None:
    """Let `app` answer so many requests at the same time, none before its body is there."""
    app.wsgi_app = BodiesFirst(app.wsgi_app, at_work, longest_body)  # type: ignore[method-assign]

    @app.before_request
    def _refuse() -> None:
        if _TOO_MANY in request.environ:
            raise BusyError
