"""Where the time of a paper, a ballot and a bare insert goes, layer by layer.

    python -m bench.profile intake_sqlite
    python -m bench.profile intake_postgresql

answers requests one after the other in one process, without a server before it and with nobody who
waits beside, and prints for each layer the microseconds of a request: those of this processor, and
those in which it waited for the database, its disk or the others of a batch.
"""

import argparse
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import nlargest
from io import BytesIO
from itertools import islice
from operator import itemgetter
from types import FrameType
from typing import Any

from flask import Flask

from bench.answers import OpenPool
from bench.bare import PATH, SIGNED_PATH, make_bare
from bench.installations import (
    POSTGRESQL_KIND,
    SQLITE,
    application_of,
    fault_of,
    installation,
)

REQUESTS = 600
WARM = 50  # what is made at the first requests is none of theirs
EVERY_SECONDS = 0.001
OTHER = "Chorus's own lines"
# The first that fits a frame names its layer, from the innermost frame outwards: the end of a
# folder or file, and the functions of it that are meant, if not all.
_LAYERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("waiting for others who write", "/app/batching.py", ("_write_all",)),
    ("blind signature", "/crypto/blind.py", ("blind_sign", "_root", "_random_factor", "_times")),
    ("checking a signature", "/crypto/blind.py", ("verify",)),
    ("keys and hashes", "/crypto/blind.py", ()),
    ("keys and hashes", "/crypto/envelope.py", ()),
    ("keys and hashes", "/crypto/links.py", ()),
    ("keys and hashes", "/crypto/sharing.py", ()),
    ("keys and hashes", "/app/key_provider.py", ()),
    ("database: driver, disk, server", "/sqlalchemy/engine/default.py", ("do_", "_load_", "fetch")),
    ("database: driver, disk, server", "/psycopg/", ()),
    ("database: driver, disk, server", "/sqlalchemy/engine/cursor.py", ("fetch",)),
    ("SQLAlchemy", "/sqlalchemy/", ()),
    ("body: JSON, marshmallow", "/marshmallow/", ()),
    ("body: JSON, marshmallow", "/webargs/", ()),
    ("body: JSON, marshmallow", "/flask_smorest/", ()),
    ("body: JSON, marshmallow", "/json/", ()),
    ("body: JSON, marshmallow", "/flask/json/", ()),
    ("body: JSON, marshmallow", "/app/wire.py", ()),
    ("body: JSON, marshmallow", "/crypto/encoding.py", ()),
    ("Flask and werkzeug", "/flask/", ()),
    ("Flask and werkzeug", "/werkzeug/", ()),
    ("headers and hooks", "/app/headers.py", ()),
    ("headers and hooks", "/app/compression.py", ()),
    ("headers and hooks", "/app/cookies.py", ()),
    ("headers and hooks", "/app/bodies.py", ()),
)


@dataclass
class Spent:
    """Seconds by layer: of this processor, and all; and of this processor by function."""

    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    all: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    lines: dict[str, float] = field(default_factory=lambda: defaultdict(float))


# Which clock ticks, what it sends, and what it counts.
_CLOCKS: dict[str, tuple[int, signal.Signals, Callable[[], float]]] = {
    "processor": (signal.ITIMER_PROF, signal.SIGPROF, time.process_time),
    "all": (signal.ITIMER_REAL, signal.SIGALRM, time.perf_counter),
}


@contextmanager
def sampled(spent: Spent, what: str) -> Iterator[None]:
    """Add to `spent` what is spent meanwhile, as a clock's ticks find it.

    A tick that comes while something outside of Python works or waits is seen once that is over;
    so each is worth the time since the last one.

    :param what: "processor" or "all": which clock ticks.
    """
    timer, number, clock = _CLOCKS[what]
    seconds: dict[str, float] = getattr(spent, what)
    seen = [clock()]

    def tick(_signal: int, frame: FrameType | None) -> None:
        since = clock() - seen[0]
        layer, line = _layer_of(frame)
        seconds[layer] += since
        if what == "processor":
            spent.lines[line] += since
        seen[0] = clock()

    usual = signal.signal(number, tick)
    signal.setitimer(timer, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, usual)


def _layer_of(frame: FrameType | None) -> tuple[str, str]:
    line = "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"
    while frame is not None:
        path, function = frame.f_code.co_filename, frame.f_code.co_name
        for layer, where, functions in _LAYERS:
            if where in path and (not functions or function.startswith(functions)):
                return layer, line
        if "/app/" in path or "/bench/" in path:
            return OTHER, line
        frame = frame.f_back
    return OTHER, line


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("name", choices=("intake_sqlite", "intake_postgresql"))
    parser.add_argument("--lines", type=int, default=0, help="also the functions that took most")
    asked = parser.parse_args()
    kind = SQLITE if asked.name == "intake_sqlite" else POSTGRESQL_KIND
    fault = fault_of(kind)
    if fault:
        parser.error(fault)
    with installation(kind) as installed, application_of(installed) as app:
        count = WARM + len(_CLOCKS) * REQUESTS
        answers = list(OpenPool(count).answers(count))
        bare = make_bare(installed.urls["bare"])
        kept = b'{"name": "%s", "content": "%s"}' % (b"n" * 22, b"c" * 11_000)
        found = {
            "paper": _spent(app, [_body(answer.paper) for answer in answers]),
            "ballot": _spent(app, [_body(answer.ballot) for answer in answers]),
            "bare insert": _spent(bare, [(PATH, kept)] * count),
            "bare, signed": _spent(bare, [(SIGNED_PATH, kept)] * count),
        }
    _print(found)
    for name, spent in found.items():
        for line, seconds in nlargest(asked.lines, spent.lines.items(), key=itemgetter(1)):
            where = line.rpartition("/site-packages/")[2]
            print(f"{name}: {1e6 * seconds / REQUESTS:.0f} us in {where}")
    return 0


def _spent(app: Flask, requests: Sequence[tuple[str, bytes]]) -> Spent:
    spent, left = Spent(), iter(requests)
    for request in islice(left, WARM):
        _ask(app.wsgi_app, *request)
    for what in _CLOCKS:
        with sampled(spent, what):
            for request in islice(left, REQUESTS):
                _ask(app.wsgi_app, *request)
    return spent


def _ask(application: Callable[..., Any], path: str, body: bytes) -> None:
    """Ask as the server does, for a reply that must be a good one."""
    said: list[str] = []
    reply = application(
        {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "bench",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "bench",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        },
        lambda status, headers, *rest: said.append(status),
    )
    b"".join(reply)
    reply.close()
    assert said[0][:3] in ("200", "204"), said


def _body(request: bytes) -> tuple[str, bytes]:
    """Return the path and the body of a whole request."""
    head, _, body = request.partition(b"\r\n\r\n")
    return head.split(b" ")[1].decode(), body


def _print(found: dict[str, Spent]) -> None:
    layers = sorted(
        {layer for spent in found.values() for layer in spent.all},
        key=lambda layer: -found["paper"].all[layer],
    )
    print("| microseconds: processor + waiting | " + " | ".join(found) + " |")
    print("|---" * (1 + len(found)) + "|")
    for layer in layers:
        cells = " | ".join(_cell(spent, (layer,)) for spent in found.values())
        print(f"| {layer} | {cells} |")
    print("| together | " + " | ".join(_cell(spent, layers) for spent in found.values()) + " |")


def _cell(spent: Spent, layers: Sequence[str]) -> str:
    used = sum(spent.processor[layer] for layer in layers)
    waited = max(0.0, sum(spent.all[layer] for layer in layers) - used)
    return f"{1e6 * used / REQUESTS:.0f} + {1e6 * waited / REQUESTS:.0f}"


if __name__ == "__main__":
    sys.exit(main())
