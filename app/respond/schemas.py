"""What cast, withdraw and the mailboxes take and give. Source: PROTOCOL, names on the wire."""

from marshmallow import Schema, fields, validate

from app.models.ballots.mailbox_message import PLACES
from app.wire import Bytes
from crypto import messages, receipts
from crypto.ballots import PADS, POOL_ID_BYTES
from crypto.sealing import OVERHEAD, POINT_BYTES

INPUT_MSG_BYTES = 97
WITHDRAWAL_BYTES = 32
AUTHENTICATOR_BYTES = 32
MOST_PADDING = 8192
SEALED_BYTES = tuple(pad + OVERHEAD for pad in PADS)


class BallotSchema(Schema):
    """A signed paper and the sealed response."""

    input_msg = Bytes(INPUT_MSG_BYTES, required=True)
    sig = Bytes(required=True)  # of whatever length: it is a bad signature, not a bad length
    sealed = Bytes(*SEALED_BYTES, required=True)


class WithdrawSchema(Schema):
    """What only the holder of the receipt can derive."""

    w = Bytes(WITHDRAWAL_BYTES, required=True)


class MailboxSchema(Schema):
    """What only the holder of the receipt can derive, for one comment."""

    pool = Bytes(POOL_ID_BYTES, required=True)
    id = Bytes(messages.MAILBOX_ID_BYTES, required=True)
    auth = Bytes(AUTHENTICATOR_BYTES, required=True)


class ReadMailboxSchema(MailboxSchema):
    """Reading; the padding makes the request as long as one that writes."""

    padding = fields.String(load_default="", validate=validate.Length(max=MOST_PADDING))


class WriteMailboxSchema(MailboxSchema):
    """One message, sealed once for each side."""

    for_author = Bytes(messages.SEALED_BYTES, required=True)
    for_staff = Bytes(messages.SEALED_BYTES, required=True)


class MailboxContentSchema(Schema):
    """What lies in a mailbox; random where there is nothing, and always of one size."""

    pub = Bytes(POINT_BYTES, required=True)
    key = Bytes(receipts.MAILBOX_KEY_BYTES, required=True)
    reply_key = Bytes(POINT_BYTES, required=True)
    messages = fields.List(
        Bytes(messages.SEALED_BYTES),
        required=True,
        validate=validate.Length(equal=PLACES),
        metadata={"description": "the oldest first; what does not open is none"},
    )
