"""What cast and withdraw take. Source: PROTOCOL, names on the wire."""

from marshmallow import Schema

from app.wire import Bytes
from crypto.ballots import PADS
from crypto.sealing import OVERHEAD

INPUT_MSG_BYTES = 97
WITHDRAWAL_BYTES = 32
SEALED_BYTES = tuple(pad + OVERHEAD for pad in PADS)


class BallotSchema(Schema):
    """A signed paper and the sealed response."""

    input_msg = Bytes(INPUT_MSG_BYTES, required=True)
    sig = Bytes(required=True)  # of whatever length: it is a bad signature, not a bad length
    sealed = Bytes(*SEALED_BYTES, required=True)


class WithdrawSchema(Schema):
    """What only the holder of the receipt can derive."""

    w = Bytes(WITHDRAWAL_BYTES, required=True)
