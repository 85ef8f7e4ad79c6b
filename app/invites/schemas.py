"""What check and paper take and give. Source: PROTOCOL, names on the wire."""

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from app.wire import SIGNATURE_BYTES, Bytes

TOKEN_BYTES = 16
X_BYTES = 4
Y_BYTES = 32
CELL_MAXIMUM = 65535
STATES = ("open", "taken", "revoked", "closed")


class WholeNumber(fields.Integer):
    """A whole number as JSON knows it: 2.0 is one, 2.5 and "2" are none."""

    def _validated(self, value: Any) -> Any:
        whole = isinstance(value, float) and value.is_integer()
        return super()._validated(int(value) if whole else value)


_cell = WholeNumber(required=True, strict=True, validate=validate.Range(min=0, max=CELL_MAXIMUM))


class CheckSchema(Schema):
    """A link that asks whether it is still good."""

    token = Bytes(TOKEN_BYTES, required=True)
    cell = _cell


class CheckAnswerSchema(Schema):
    """Whether the link is still good."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))


class PaperSchema(Schema):
    """A link that takes its paper; x and y are absent for a token-only link."""

    token = Bytes(TOKEN_BYTES, required=True)
    cell = _cell
    x = Bytes(X_BYTES)
    y = Bytes(Y_BYTES)
    blinded = Bytes(SIGNATURE_BYTES, required=True)

    class Meta:
        json_schema: ClassVar = {"dependentRequired": {"x": ["y"], "y": ["x"]}}


class PaperAnswerSchema(Schema):
    """The blind signature."""

    blind_sig = Bytes(SIGNATURE_BYTES, required=True)
