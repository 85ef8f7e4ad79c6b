"""What cast and withdraw take. Source: PROTOCOL, names on the wire."""

from marshmallow import Schema

from app.wire import Bytes

INPUT_MSG_BYTES = 97
WITHDRAWAL_BYTES = 32


class BallotSchema(Schema):
    """A signed paper and the sealed response."""

    input_msg = Bytes(INPUT_MSG_BYTES, required=True)
    sig = Bytes(required=True)
    sealed = Bytes(required=True)


class WithdrawSchema(Schema):
    """What only the holder of the receipt can derive."""

    w = Bytes(WITHDRAWAL_BYTES, required=True)
