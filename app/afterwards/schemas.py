"""What the request for results takes and gives. Source: decision 090."""

from marshmallow import Schema, fields, validate

from app.afterwards.service import PENDING, PUBLISHED
from app.invites.schemas import CheckSchema


class OutcomeAskedSchema(CheckSchema):
    """A link that asks what the group said."""


class WrittenSchema(Schema):
    """What was done about it."""

    text = fields.String(required=True)
    day = fields.Date(required=True)


class OutcomeSchema(Schema):
    """The stored tables of all who were asked; nothing of them before they are published."""

    state = fields.String(required=True, validate=validate.OneOf((PENDING, PUBLISHED)))
    closed_on = fields.Date(required=True, allow_none=True)
    table = fields.Dict(required=True, allow_none=True)
    done = fields.Nested(WrittenSchema, required=True, allow_none=True)
