"""Receipts: the 16 characters with which a respondent comes back, and all that follows from them.

README.md beside this file states each label and encoding byte by byte.
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto import sealing
from crypto.ballots import POOL_ID_BYTES
from crypto.encoding import require_length
from crypto.errors import DamagedReceiptError, DecryptionError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
RECEIPT_CHARACTERS = 16
GROUP = 4
WITHDRAW_LABEL = b"chorus/v1/withdraw\0"
MAILBOX_ID_LABEL = b"chorus/v1/mailbox-id\0"
MAILBOX_AUTH_LABEL = b"chorus/v1/mailbox-auth\0"
MAILBOX_KEY_LABEL = b"chorus/v1/mailbox-key\0"
NONCE_BYTES = 12
MAILBOX_KEY_BYTES = NONCE_BYTES + sealing.SCALAR_BYTES + sealing.TAG_BYTES

# What a phone's keyboard or a mail program puts for a hyphen, and Crockford's look-alikes.
_READING = str.maketrans("OIL", "011", "-\u2010\u2011\u2012\u2013\u2014\u2212")


@dataclass(frozen=True)
class MailboxAccess:
    """What a receipt opens for one comment: id (16), authenticator (32), wrapping key (32)."""

    id: bytes
    authenticator: bytes = field(repr=False)
    wrapping_key: bytes = field(repr=False)


@dataclass(frozen=True)
class Mailbox:
    """What the ballot carries for one comment: id (16), auth (32), pub (65), key (60)."""

    id: bytes
    auth: bytes
    pub: bytes
    key: bytes


def new_receipt() -> str:
    """Return a random receipt, 16 characters for 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_CHARACTERS))


def parse_receipt(text: str) -> str:
    """Return the 16 characters of a receipt as a person typed it.

    Spaces and hyphens are dropped, lower case is raised, O is read as 0, I and L as 1.

    :raises DamagedReceiptError: if what is left is not 16 characters of the alphabet.
    """
    joined = "".join(text.split()).translate(_READING)
    # Upper-casing other alphabets could turn a foreign letter into one of ours.
    receipt = joined.upper().translate(_READING) if joined.isascii() else ""
    if len(receipt) != RECEIPT_CHARACTERS or not set(receipt) <= set(ALPHABET):
        raise DamagedReceiptError
    return receipt


def format_receipt(receipt: str) -> str:
    """Return the receipt in groups of four for reading: XXXX-XXXX-XXXX-XXXX."""
    return "-".join(receipt[at : at + GROUP] for at in range(0, RECEIPT_CHARACTERS, GROUP))


def withdrawal_of(receipt: str, pool_id: bytes) -> bytes:
    """Return w, 32 bytes: whoever shows it withdraws the ballot.

    :param receipt: as parse_receipt returns it.
    :param pool_id: 16 bytes.
    """
    return _derive(receipt, pool_id, WITHDRAW_LABEL, 32)


def serial_of(withdrawal: bytes) -> bytes:
    """Return the serial of the ballot that w (32 bytes) withdraws: SHA-256(w)."""
    return hashlib.sha256(require_length(withdrawal, 32)).digest()


def mailbox_access(receipt: str, pool_id: bytes, item_id: str) -> MailboxAccess:
    """Return what opens the mailbox of the comment on `item_id`.

    Each item has values of its own, so that two comments of one person never meet.
    """
    item = hashlib.sha256(item_id.encode()).digest()
    return MailboxAccess(
        id=_derive(receipt, pool_id, MAILBOX_ID_LABEL + item, 16),
        authenticator=_derive(receipt, pool_id, MAILBOX_AUTH_LABEL + item, 32),
        wrapping_key=_derive(receipt, pool_id, MAILBOX_KEY_LABEL + item, 32),
    )


def auth_of(authenticator: bytes) -> bytes:
    """Return what the server keeps of an authenticator (32 bytes): its SHA-256."""
    return hashlib.sha256(require_length(authenticator, 32)).digest()


def make_mailbox(access: MailboxAccess) -> Mailbox:
    """Return a mailbox with a fresh key for replies, wrapped so that only the receipt opens it."""
    private_key = sealing.generate_key()
    scalar = sealing.scalar_of(private_key).to_bytes(sealing.SCALAR_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Mailbox(
        id=access.id,
        auth=auth_of(access.authenticator),
        pub=sealing.public_point(private_key),
        key=nonce + AESGCM(access.wrapping_key).encrypt(nonce, scalar, None),
    )


def open_mailbox_key(access: MailboxAccess, key: bytes) -> EllipticCurvePrivateKey:
    """Return the private key that opens the replies in a mailbox.

    :param key: the mailbox's 60 bytes.
    :raises DecryptionError: if the receipt or a byte differs.
    """
    require_length(key, MAILBOX_KEY_BYTES)
    try:
        scalar = AESGCM(access.wrapping_key).decrypt(key[:NONCE_BYTES], key[NONCE_BYTES:], None)
    except InvalidTag:
        raise DecryptionError from None
    return sealing.private_key_from_scalar(int.from_bytes(scalar))


def _derive(receipt: str, pool_id: bytes, info: bytes, length: int) -> bytes:
    salt = require_length(pool_id, POOL_ID_BYTES)
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(receipt.encode("ascii"))
