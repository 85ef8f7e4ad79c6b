"""Structured logs: only fields on a list get out, so an address, token or answer can't."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

# Counts, names of steps and random identifiers of rounds and programs; nothing else is printed.
ALLOWED_FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "part",
        "job",
        "step",
        "round",
        "program",
        "count",
        "seconds",
        "error",
        "version",
        "port",
    }
)


def configure_logs(level: str) -> None:
    """Send JSON lines at `level` and above to standard error, allowed fields only.

    Messages of libraries are reduced to their logger's name and level: a driver's or mail
    library's message may quote an address.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_: _Lines(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryFormatter())
    root = logging.getLogger()
    root.handlers = [
        kept for kept in root.handlers if not isinstance(kept.formatter, _LibraryFormatter)
    ]
    root.addHandler(handler)
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))


def keep_allowed_fields(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Return `event` without the fields that are not on the list."""
    return {name: value for name, value in event.items() if name in ALLOWED_FIELDS}


class _Lines(structlog.PrintLogger):
    """Prints lines; what can't be written is dropped, since work that is logged must go on."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = msg


class _LibraryFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"event": "library message", "logger": record.name, "level": record.levelname}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)
