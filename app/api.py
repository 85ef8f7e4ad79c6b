"""The pool API and its OpenAPI document."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin, OpenAPIConverter
from flask import Flask
from flask_smorest import Api

from app.wire import ErrorSchema, PoolIdConverter, pool_id_description

_KEY = "chorus.api"


class _SchemaConverter(OpenAPIConverter):  # type: ignore[misc]
    """Adds to a schema's description what its Meta says beyond its fields."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        described: dict[str, Any] = super().schema2jsonschema(schema)
        return described | getattr(schema.Meta, "json_schema", {})


class _SchemaPlugin(MarshmallowPlugin):  # type: ignore[misc]
    Converter = _SchemaConverter


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
    app.url_map.converters["pool_id"] = PoolIdConverter
    api = PoolApi(app, spec_kwargs={"marshmallow_plugin": _SchemaPlugin()})
    api.register_converter(PoolIdConverter, pool_id_description)
    app.extensions[_KEY] = api


def api_of(app: Flask) -> Api:
    """Return the API of `app`."""
    api: Api = app.extensions[_KEY]
    return api
