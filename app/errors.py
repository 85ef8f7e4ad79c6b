"""Domain error -> HTTP, one table; only this file knows statuses. Messages are the errors' own."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.batching import BusyError, Refusal
from app.key_provider import UnknownMasterKeyError
from app.languages import browsers_language
from app.outages import is_away, reason_of
from app.vault import RosterKeyLostError
from app.wire import (
    AlreadyTakenError,
    BadLengthError,
    BadSignatureError,
    ClosedError,
    DamagedLinkError,
    MalformedRequestError,
    NotOpenError,
    SerialUsedError,
    UnknownPoolError,
    UnknownTokenError,
)

_WIRE: dict[type[Refusal], tuple[HTTPStatus, str]] = {
    MalformedRequestError: (HTTPStatus.BAD_REQUEST, "malformed_request"),
    DamagedLinkError: (HTTPStatus.BAD_REQUEST, "damaged_link"),
    BadLengthError: (HTTPStatus.BAD_REQUEST, "bad_length"),
    BadSignatureError: (HTTPStatus.FORBIDDEN, "bad_signature"),
    UnknownPoolError: (HTTPStatus.NOT_FOUND, "unknown_pool"),
    UnknownTokenError: (HTTPStatus.NOT_FOUND, "unknown_token"),
    AlreadyTakenError: (HTTPStatus.CONFLICT, "already_taken"),
    SerialUsedError: (HTTPStatus.CONFLICT, "serial_used"),
    NotOpenError: (HTTPStatus.GONE, "not_open"),
    ClosedError: (HTTPStatus.GONE, "closed"),
    BusyError: (HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
}
_RETRY_AFTER_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: 2}
_STATUS_NAMES = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}


def register_errors(app: Flask) -> None:
    """Answer every error of `app`: JSON of one shape for the API, a page for people."""

    @app.errorhandler(Refusal)
    def _wire(error: Refusal) -> Response:
        status, name = _WIRE[type(error)]
        response = _json(status, name, str(error))
        if status in _RETRY_AFTER_SECONDS:
            response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS[status])
        return response

    @app.errorhandler(UnknownMasterKeyError)
    @app.errorhandler(RosterKeyLostError)
    def _keys(error: Exception) -> Response:
        structlog.get_logger().error("keys missing", error=type(error).__name__)
        return _unavailable()

    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> Response:
        if not is_away(error):
            raise error
        structlog.get_logger().warning("database away", error=reason_of(error))
        return _unavailable()

    def _unavailable() -> Response:
        if request.path.startswith("/api/"):
            return _wire(BusyError())
        page = _page(HTTPStatus.SERVICE_UNAVAILABLE)
        page.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS[HTTPStatus.SERVICE_UNAVAILABLE])
        return page

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return error  # a redirect
        status = HTTPStatus(error.code)
        if request.path.startswith("/api/"):
            name = _STATUS_NAMES.get(status, status.phrase.lower().replace(" ", "_"))
            response = _json(status, name, error.description or status.phrase)
        else:
            response = _page(status)
        for header, value in error.get_headers(request.environ):
            if header in ("Allow", "Retry-After"):
                response.headers[header] = value
        return response


def _page(status: HTTPStatus) -> Response:
    """Return the page about an error, in the browser's language: it may not need the database."""
    with force_locale(browsers_language()):
        page = render_template("errors/page.html", status=status)
    return Response(page, status, mimetype="text/html")


def _json(status: HTTPStatus, name: str, message: str) -> Response:
    response = jsonify(
        code=int(status), status=status.phrase, message=message, errors={"name": name}
    )
    response.status_code = int(status)
    return response
