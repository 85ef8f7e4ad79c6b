"""Domain error -> HTTP, one table; only this file knows statuses. Messages are the errors' own."""

from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

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
    WireError,
)

_WIRE: dict[type[WireError], tuple[HTTPStatus, str]] = {
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
}
_STATUS_NAMES = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}


def register_errors(app: Flask) -> None:
    """Answer every error of `app`: JSON of one shape for the API, a page for people."""

    @app.errorhandler(WireError)
    def _wire(error: WireError) -> Response:
        status, name = _WIRE[type(error)]
        return _json(status, name, str(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return error  # a redirect
        status = HTTPStatus(error.code)
        if request.path.startswith("/api/"):
            name = _STATUS_NAMES.get(status, status.phrase.lower().replace(" ", "_"))
            response = _json(status, name, error.description or status.phrase)
        else:
            page = render_template("errors/page.html", status=status)
            response = Response(page, status, mimetype="text/html")
        for header, value in error.get_headers(request.environ):
            if header in ("Allow", "Retry-After"):
                response.headers[header] = value
        return response


def _json(status: HTTPStatus, name: str, message: str) -> Response:
    response = jsonify(
        code=int(status), status=status.phrase, message=message, errors={"name": name}
    )
    response.status_code = int(status)
    return response
