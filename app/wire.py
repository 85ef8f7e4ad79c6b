"""What the pool API's two rooms share: byte fields in base64url, and the errors on the wire."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.routing import UnicodeConverter

from app.batching import Refusal
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError

POOL_ID_BYTES = 16
SIGNATURE_BYTES = 256  # Protocol: Blind signature, RSA-2048
_BAD_LENGTH = "bad length"
_BASE64URL = "A-Za-z0-9_-"
# Unused bits are 0, so the last of 2 or 3 characters over is one of a few.
_LAST = {0: "", 1: "[AQgw]", 2: "[AEIMQUYcgkosw048]"}
_ANY_LENGTH = f"([{_BASE64URL}]{{4}})*([{_BASE64URL}]{_LAST[1]}|[{_BASE64URL}]{{2}}{_LAST[2]})?"


class WireError(Refusal):
    """Something in a request to the pool API can't be accepted."""


class MalformedRequestError(WireError):
    """The request is not JSON of the form that the API description gives."""


class DamagedLinkError(WireError):
    """This link is damaged: copy it again from the mail, whole."""


class BadLengthError(WireError):
    """A value in the request is not base64url of the length that it must have."""


class BadSignatureError(WireError):
    """The paper's signature was not made for this round."""


class UnknownPoolError(WireError):
    """There is no such round here."""


class UnknownTokenError(WireError):
    """This link is not one of this round's."""


class AlreadyTakenError(WireError):
    """This link has been used."""


class SerialUsedError(WireError):
    """Another ballot was already cast with this paper."""


class NotOpenError(WireError):
    """This link is no longer good: the round was stopped or the invitation withdrawn."""


class ClosedError(WireError):
    """The round is closed."""


def parse_pool_id(text: str) -> bytes:
    """Return the 16 bytes that `text` in a path stands for.

    :raises UnknownPoolError: if it can't be the name of a pool.
    """
    try:
        pool_id = decode_base64url(text)
    except CryptoError:
        raise UnknownPoolError from None
    if len(pool_id) != POOL_ID_BYTES:
        raise UnknownPoolError
    return pool_id


class PoolIdConverter(UnicodeConverter):
    """A pool's id in a path: any text, so that what is no id gets the API's own error."""


def pool_id_description(_converter: PoolIdConverter) -> dict[str, str]:
    """Return the schema of a pool's id in the API's document."""
    return {"type": "string", "pattern": f"^{spelling(POOL_ID_BYTES)}$"}


def spelling(length: int) -> str:
    """Return the pattern of `length` bytes in canonical base64url without padding."""
    whole, over = divmod(length, 3)
    characters = 4 * whole + over
    return f"[{_BASE64URL}]{{{characters}}}{_LAST[over]}"


class Bytes(fields.Field[bytes]):
    """Bytes in base64url without padding, of one of the `lengths` where any is given."""

    def __init__(self, *lengths: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lengths = lengths
        pattern = "|".join(map(spelling, lengths)) or _ANY_LENGTH
        self.metadata.update(type="string", pattern=f"^({pattern})$")

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else encode_base64url(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> bytes:
        if not isinstance(value, str):
            raise ValidationError("This is no text.")
        try:
            decoded = decode_base64url(value)
        except CryptoError:
            raise ValidationError(_BAD_LENGTH) from None
        if self._lengths and len(decoded) not in self._lengths:
            raise ValidationError(_BAD_LENGTH)
        return decoded


class ErrorNameSchema(Schema):
    """The name that a program can rely on."""

    name = fields.String(required=True)


class ErrorSchema(Schema):
    """The one shape of every error."""

    code = fields.Integer(required=True, metadata={"description": "HTTP status"})
    status = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "one sentence for a person"})
    errors = fields.Nested(ErrorNameSchema, required=True)


class WireParser(FlaskParser):
    """Reads request bodies; a fault becomes a named wire error that repeats no value."""

    DEFAULT_VALIDATION_STATUS = HTTPStatus.BAD_REQUEST

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise the wire error for what the schema found."""
        raise BadLengthError if _BAD_LENGTH in str(error.messages) else MalformedRequestError

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the body; what is nested too deep or holds a monstrous number is malformed."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            raise MalformedRequestError from None

    def _handle_invalid_json_error(self, error: Any, req: Request, *_: Any, **__: Any) -> NoReturn:
        raise MalformedRequestError


class WireBlueprint(Blueprint):
    """A blueprint of the pool API."""

    ARGUMENTS_PARSER = WireParser()

    def arguments(self, schema: type[Schema], **kwargs: Any) -> Callable[[Any], Any]:
        """Decorate a view that takes a body of `schema`, made once instead of at each request."""
        decorate: Callable[[Any], Any] = super().arguments(schema(), **kwargs)
        return decorate
