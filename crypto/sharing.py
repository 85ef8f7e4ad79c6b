"""Shamir's secret sharing over the order of P-256: any k shares open, fewer say nothing."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crypto.errors import InvalidShareError, InvalidThresholdError

# The order of P-256's group. Source: FIPS 186-5, SP 800-186 section 3.2.1.3.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
X_BYTES = 4
Y_BYTES = 32
SHARE_BYTES = X_BYTES + Y_BYTES


@dataclass(frozen=True)
class Share:
    """A point of the secret polynomial.

    :param x: 1 to 2**32 - 1.
    :param y: 0 to ORDER - 1; hidden from repr.
    :raises InvalidShareError: if either is out of range.
    """

    x: int
    y: int = field(repr=False)

    def __post_init__(self) -> None:
        if not (0 < self.x < 1 << 8 * X_BYTES and 0 <= self.y < ORDER):
            raise InvalidShareError

    def to_bytes(self) -> bytes:
        """Return x (4 bytes) || y (32 bytes), big-endian."""
        return self.x.to_bytes(X_BYTES) + self.y.to_bytes(Y_BYTES)

    @classmethod
    def from_bytes(cls, value: bytes) -> "Share":
        """Return the share that to_bytes wrote.

        :raises InvalidShareError: if there are not 36 bytes, or a part is out of range.
        """
        if len(value) != SHARE_BYTES:
            raise InvalidShareError
        return cls(int.from_bytes(value[:X_BYTES]), int.from_bytes(value[X_BYTES:]))


def split(secret: int, k: int, n: int) -> list[Share]:
    """Return `n` shares of `secret`, any `k` of which give it back.

    :param secret: 0 to ORDER - 1.
    :raises InvalidThresholdError: unless 1 <= k <= n.
    :raises InvalidShareError: if the secret is out of range.

    Source: Shamir (1979), doi:10.1145/359168.359176.
    """
    if not 1 <= k <= n:
        raise InvalidThresholdError
    if not 0 <= secret < ORDER:
        raise InvalidShareError
    # The highest coefficient may be 0: drawn without exception, k - 1 shares fit every secret.
    coefficients = [secret, *(secrets.randbelow(ORDER) for _ in range(k - 1))]
    return [Share(x, _value_at(coefficients, x)) for x in _distinct_places(n)]


def combine(shares: Iterable[Share]) -> int:
    """Return the secret of `shares`; all of them count, and fewer than k give a wrong one.

    :raises InvalidShareError: if there is none, or two share an x.
    """
    points = list(shares)
    places = [share.x for share in points]
    if not points or len(set(places)) != len(places):
        raise InvalidShareError
    return sum(share.y * _weight(share.x, places) for share in points) % ORDER


def _distinct_places(n: int) -> list[int]:
    """Return `n` distinct non-zero 32-bit numbers, random, so that x tells no one's turn."""
    places: set[int] = set()
    while len(places) < n:
        places.add(1 + secrets.randbelow((1 << 8 * X_BYTES) - 1))
    return list(places)


def _value_at(coefficients: Sequence[int], x: int) -> int:
    """Return the polynomial's value at `x`, constant term first (Horner)."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * x + coefficient) % ORDER
    return value


def _weight(x: int, places: Iterable[int]) -> int:
    """Return Lagrange's weight at 0 of the point at `x` among `places`."""
    above, below = 1, 1
    for other in places:
        if other != x:
            above = above * other % ORDER
            below = below * (other - x) % ORDER
    return above * pow(below, -1, ORDER) % ORDER
