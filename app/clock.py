"""What time it is; only development has a clock that can be moved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from flask import Flask, current_app

_KEY = "chorus.clock"


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class StillClock:
    """A clock that says what it was told (tests, and the demo's past)."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Set the time to `moment`."""
        self._now = moment


class MovableClock:
    """The machine's time plus an offset in a file that web and worker share (development)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Return the machine's time in UTC, moved by the stored offset."""
        return datetime.now(UTC) + self._offset()

    def move_to(self, moment: datetime) -> None:
        """Set the clock to `moment`; it goes on from there. It never goes back."""
        offset = max(self._offset(), moment - datetime.now(UTC))
        self._path.write_text(str(offset.total_seconds()), encoding="ascii")

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._path.read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError):
            return timedelta()


def set_clock(app: Flask, clock: Clock) -> None:
    """Give `app` the clock that `current_clock` will return."""
    app.extensions[_KEY] = clock


def current_clock() -> Clock:
    """Return the current application's clock."""
    clock: Clock = current_app.extensions[_KEY]
    return clock
