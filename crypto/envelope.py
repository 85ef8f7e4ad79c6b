"""Encryption at rest: blobs bound to their place, data keys wrapped, values to look up by."""

import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.encoding import require_length
from crypto.errors import DecryptionError, WrongKeyError

VERSION = b"\x01"
KEY_ID_BYTES = 4
SECRET_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
LOOKUP_LABEL = b"chorus/v1/lookup\0"
MASTER_ID_LABEL = b"chorus/v1/master-id\0"
WRAPPED_TABLE = "data_key"
WRAPPED_COLUMN = "secret"

_NONCE_AT = len(VERSION) + KEY_ID_BYTES
_CIPHERTEXT_AT = _NONCE_AT + NONCE_BYTES


@dataclass(frozen=True)
class DataKey:
    """A key for values at rest; `id` (4 bytes) names it in each blob, `secret` has 32 bytes.

    :ivar former: keys in whose place this one came: it reads what is under them, and writes none.
    :ivar former_lookups: secrets of 32 bytes under which look-up values were made before.
    :raises InvalidLengthError: if id or secret has another length.
    """

    id: bytes
    secret: bytes = field(repr=False)
    former: tuple["DataKey", ...] = field(default=(), repr=False)
    former_lookups: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        require_length(self.id, KEY_ID_BYTES)
        require_length(self.secret, SECRET_BYTES)

    @classmethod
    def generate(cls) -> "DataKey":
        """Return a new random key; its id is random too, so the store keeps it unique."""
        return cls(secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_master(cls, secret: bytes) -> "DataKey":
        """Return the master key of `secret` (32 bytes), its id derived, as nothing stores one."""
        return cls(_derive(secret, MASTER_ID_LABEL, KEY_ID_BYTES), secret)


def encrypt(key: DataKey, plaintext: bytes, *, table: str, column: str, row: bytes) -> bytes:
    """Return 0x01 || key id 4 || nonce 12 || ciphertext || tag 16, bound to its place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key.secret).encrypt(nonce, plaintext, _place(table, column, row))
    return VERSION + key.id + nonce + sealed


def decrypt(key: DataKey, blob: bytes, *, table: str, column: str, row: bytes) -> bytes:
    """Return the plaintext of a blob that was encrypted for this place.

    :raises WrongKeyError: if the blob names neither this key nor a former one.
    :raises DecryptionError: if it is damaged, or stands in another place than it was made for.
    """
    named = key_id_of(blob)
    found = key if named == key.id else next((one for one in key.former if one.id == named), None)
    if found is None:
        raise WrongKeyError
    nonce, sealed = blob[_NONCE_AT:_CIPHERTEXT_AT], blob[_CIPHERTEXT_AT:]
    try:
        return AESGCM(found.secret).decrypt(nonce, sealed, _place(table, column, row))
    except InvalidTag:
        raise DecryptionError from None


def key_id_of(blob: bytes) -> bytes:
    """Return the id of the key that a blob names, to find the key by.

    :raises DecryptionError: if this is no blob of this version.
    """
    if len(blob) < _CIPHERTEXT_AT + TAG_BYTES or not blob.startswith(VERSION):
        raise DecryptionError
    return blob[len(VERSION) : _NONCE_AT]


def wrap(master: DataKey, key: DataKey, *, context: bytes) -> bytes:
    """Return `key` encrypted under `master`, as a blob.

    :param context: whose key it is, such as a pool id and "sealed"; the same for unwrap.
    """
    return encrypt(
        master, key.secret, table=WRAPPED_TABLE, column=WRAPPED_COLUMN, row=key.id + context
    )


def unwrap(master: DataKey, blob: bytes, *, key_id: bytes, context: bytes) -> DataKey:
    """Return the data key `key_id` that wrap encrypted.

    :raises WrongKeyError: if it was wrapped under another master key.
    :raises DecryptionError: if blob, id and context do not belong together.
    """
    secret = decrypt(
        master,
        blob,
        table=WRAPPED_TABLE,
        column=WRAPPED_COLUMN,
        row=require_length(key_id, KEY_ID_BYTES) + context,
    )
    return DataKey(key_id, secret)


def lookup(key: DataKey, normalised: str) -> bytes:
    """Return 32 bytes by which an encrypted `normalised` text is found again.

    The HMAC key is derived from `key`, so the column of look-ups says nothing to whoever holds
    one blob's plaintext, and rotating the master key leaves it as it is.
    """
    return hmac.digest(lookup_secret(key), normalised.encode(), "sha256")


def lookups(key: DataKey, normalised: str) -> list[bytes]:
    """Return all values by which a text may be found: under this key, and under those before it."""
    former = [*(lookup_secret(one) for one in key.former), *key.former_lookups]
    return [
        lookup(key, normalised),
        *(hmac.digest(secret, normalised.encode(), "sha256") for secret in former),
    ]


def lookup_secret(key: DataKey) -> bytes:
    """Return the 32 bytes from which `key` makes look-up values; they open nothing."""
    return _derive(key.secret, LOOKUP_LABEL, SECRET_BYTES)


def _derive(secret: bytes, label: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=label).derive(secret)


def _place(table: str, column: str, row: bytes) -> bytes:
    """Return table, column and row, each behind its length, so that no two places look alike."""
    parts = (table.encode(), column.encode(), row)
    return b"".join(len(part).to_bytes(4) + part for part in parts)
