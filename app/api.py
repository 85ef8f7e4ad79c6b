"""The pool API and its OpenAPI document."""

from flask import Flask
from flask_smorest import Api

from app.wire import ErrorSchema

_KEY = "chorus.api"


class PoolApi(Api):  # type: ignore[misc]
    """flask-smorest's API without its error handlers, which would turn people's pages to JSON."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """Leave all errors to app.errors."""


def start_api(app: Flask) -> None:
    """Give `app` the API that its parts register on; its document is at /api/v1/openapi.json."""
    app.config.from_mapping(
        API_TITLE="Chorus",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.extensions[_KEY] = PoolApi(app)


def api_of(app: Flask) -> Api:
    """Return the API of `app`."""
    api: Api = app.extensions[_KEY]
    return api
