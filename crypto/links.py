"""Links: the code behind a round's address, and the values by which a damaged one is noticed."""

import hashlib
from dataclasses import dataclass, field

from crypto.ballots import MANIFEST_HASH_BYTES, POOL_ID_BYTES
from crypto.encoding import decode_base64url, encode_base64url, require_length
from crypto.errors import DamagedLinkError, EncodingError, InvalidLengthError, InvalidShareError
from crypto.sharing import SHARE_BYTES, Share

TOKEN_LABEL = b"chorus/v1/token\0"
SHARE_LABEL = b"chorus/v1/share\0"
WITH_SHARE = b"\x01"
TOKEN_ONLY = b"\x02"
TOKEN_BYTES = 16
CELL_BYTES = 2
PIN_BYTES = 16

_LENGTHS = {
    WITH_SHARE: 1 + TOKEN_BYTES + SHARE_BYTES + CELL_BYTES + PIN_BYTES,
    TOKEN_ONLY: 1 + TOKEN_BYTES + CELL_BYTES + PIN_BYTES,
}


@dataclass(frozen=True)
class Link:
    """What an invitation's link says; token and share are hidden from repr.

    :param token: 16 bytes.
    :param cell: index in the manifest's cells, 0 to 65535.
    :param pin: mh[0:16], to check the manifest against.
    :param share: None in a token-only link.
    :raises DamagedLinkError: if a part has the wrong length or range.
    """

    token: bytes = field(repr=False)
    cell: int
    pin: bytes
    share: Share | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        lengths = (len(self.token), len(self.pin))
        if lengths != (TOKEN_BYTES, PIN_BYTES) or not 0 <= self.cell < 1 << 8 * CELL_BYTES:
            raise DamagedLinkError


def encode_link(link: Link) -> str:
    """Return the code of `link`: 95 characters with a share, 47 without."""
    head = TOKEN_ONLY if link.share is None else WITH_SHARE
    share = b"" if link.share is None else link.share.to_bytes()
    return encode_base64url(head + link.token + share + _cell(link.cell) + link.pin)


def parse_link(code: str) -> Link:
    """Return the link that `code` spells.

    :raises DamagedLinkError: if it is not exactly what encode_link writes.
    """
    try:
        value = decode_base64url(code)
        share_bytes = _share_length(value)
        share_at = 1 + TOKEN_BYTES
        cell_at = share_at + share_bytes
        pin_at = cell_at + CELL_BYTES
        return Link(
            token=value[1:share_at],
            cell=int.from_bytes(value[cell_at:pin_at]),
            pin=value[pin_at:],
            share=Share.from_bytes(value[share_at:cell_at]) if share_bytes else None,
        )
    except (EncodingError, InvalidShareError):
        raise DamagedLinkError from None


def link_path(pool_id: bytes, link: Link, language: str = "") -> str:
    """Return "/r/<pool_id>#<code>", what follows the host in a mailed link.

    :param language: of the mail, where it isn't the usual one: behind a full stop, which no code
        has, it tells the page and nobody else, since no fragment is sent (decision 089).
    """
    spoken = f".{language}" if language else ""
    pool = encode_base64url(require_length(pool_id, POOL_ID_BYTES))
    return f"/r/{pool}#{encode_link(link)}{spoken}"


def code_of(path: str) -> str:
    """Return the code in a link, without the language that may follow it; empty if it has none."""
    return path.partition("#")[2].partition(".")[0]


def token_hash(pool_id: bytes, token: bytes, cell: int) -> bytes:
    """Return what the invitation keeps of token and cell, 32 bytes.

    :raises InvalidLengthError: if pool_id or token is not 16 bytes, or the cell not 0 to 65535.
    """
    pool = require_length(pool_id, POOL_ID_BYTES)
    token = require_length(token, TOKEN_BYTES)
    return hashlib.sha256(TOKEN_LABEL + pool + token + _cell(cell)).digest()


def share_commit(pool_id: bytes, share: Share) -> bytes:
    """Return what the invitation keeps of its share, 32 bytes: it binds and tells nothing.

    :raises InvalidLengthError: if pool_id is not 16 bytes.
    """
    pool = require_length(pool_id, POOL_ID_BYTES)
    return hashlib.sha256(SHARE_LABEL + pool + share.to_bytes()).digest()


def manifest_hash(manifest: bytes) -> bytes:
    """Return mh, the SHA-256 of a manifest's bytes as served."""
    return hashlib.sha256(manifest).digest()


def pin_of(mh: bytes) -> bytes:
    """Return mh[0:16], the part of the manifest's hash that stands in each link."""
    return require_length(mh, MANIFEST_HASH_BYTES)[:PIN_BYTES]


def fingerprint(mh: bytes) -> str:
    """Return the round's fingerprint: mh[0:16] as 8 groups of 4 hex digits."""
    return pin_of(mh).hex(" ", 2)


def _share_length(value: bytes) -> int:
    """Return how many bytes of a link's code are its share: 36 or 0."""
    if _LENGTHS.get(value[:1]) != len(value):
        raise DamagedLinkError
    return SHARE_BYTES if value.startswith(WITH_SHARE) else 0


def _cell(cell: int) -> bytes:
    try:
        return cell.to_bytes(CELL_BYTES)
    except OverflowError:
        raise InvalidLengthError from None
