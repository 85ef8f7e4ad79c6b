"""Limits on tries: what each one offers, and those in one process's memory; they keep no address.

These are for what must leave nothing on a disk, not even that somebody asked (decision 112).
"""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from app.accounts.errors import TooManyTriesError

_MOST_BUCKETS = 10_000  # about 2 MB; the longest untouched one goes first


class Limit(Protocol):
    """Whatever limits tries, wherever it counts them."""

    def take(self, address: str, now: datetime, /) -> None:
        """Count one try; see TryLimit."""

    def forget(self, address: str, /) -> None:
        """Forget the tries; see TryLimit."""


@dataclass(frozen=True)
class _Bucket:
    since: datetime
    count: int


class TryLimit:
    """At most `most` tries in `period` for each address."""

    def __init__(self, most: int, period: timedelta) -> None:
        self._most = most
        self._period = period
        # Protocol 4: buckets are keyed by HMAC under a random key of this process.
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, now: datetime) -> None:
        """Count one try for `address`.

        :raises TooManyTriesError: if there were `most` already.
        """
        name = self._name(address)
        with self._lock:
            bucket = self._buckets.pop(name, None)
            if bucket is None or now >= bucket.since + self._period:
                bucket = _Bucket(now, 0)
            refused = bucket.count >= self._most
            self._buckets[name] = bucket if refused else _Bucket(bucket.since, bucket.count + 1)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        if refused:
            raise TooManyTriesError

    def forget(self, address: str) -> None:
        """Forget the tries for `address`, after one that succeeded."""
        with self._lock:
            self._buckets.pop(self._name(address), None)

    def _name(self, address: str) -> bytes:
        return hmac.digest(self._key, address.strip().casefold().encode(), "sha256")
