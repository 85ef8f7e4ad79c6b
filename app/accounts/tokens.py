"""Random tokens of cookies and links; the database keeps their hashes only."""

import hashlib
import secrets

_TOKEN_BYTES = 32


def make_token() -> str:
    """Return a fresh token: 256 random bits in base64url."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """Return the 32 bytes under which a token is found; it is random, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()
