"""One clock: whoever wants the time asks app/clock.py, so that a test or development can move it.

So a wrong clock is wrong for the whole program alike, and decision 117 guards all of it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_floors import OURS, ROOT

# What reads a clock, and from which of its names; `time.monotonic` and the like tell no date.
_CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime"},
    "func": {"now", "clock_timestamp", "current_timestamp", "current_date", "localtimestamp"},
}
_IN_SQL = ("now()", "clock_timestamp", "statement_timestamp", "current_timestamp", "current_date")
ALLOWED = {
    "app/clock.py": "it is the clock",
    "app/mail/sender.py": "a mail's date, which relays compare with their own",
    "app/mail/maildir.py": "names of files in the development inbox, as Maildir wants them",
    "app/jobs/bounces.py": "the age of files, whose times are the machine's",
    "app/jobs/workplace.py": "the database's time, with which the clock is compared",
    "app/operating/postgresql.py": "the database's time, with which the clock is compared",
}


def clocks_read(path: Path) -> Iterator[int]:
    """Give the line of everything in a file that asks a clock other than the program's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=asked):
                reads = asked in _CLOCKS.get(owner, ())
            case ast.ImportFrom(module="time", names=names):
                reads = any(one.name in _CLOCKS["time"] for one in names)
            case ast.Constant(value=str(words)):
                reads = any(asked in words.lower() for asked in _IN_SQL)
            case _:
                continue
        if reads:
            yield node.lineno


def ours() -> Iterator[tuple[str, Path]]:
    """Give every file of the program, with its name."""
    for name in OURS:
        whole = ROOT / name
        for path in whole.rglob("*.py") if whole.is_dir() else [whole.with_suffix(".py")]:
            yield str(path.relative_to(ROOT)), path


def test_the_time_is_asked_of_one_clock() -> None:
    readers = {name: list(clocks_read(path)) for name, path in ours()}
    assert {name: lines for name, lines in readers.items() if lines and name not in ALLOWED} == {}
    assert [name for name in ALLOWED if not readers[name]] == []  # nobody is excused for nothing
