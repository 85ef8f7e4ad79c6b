"""What a process of the program would write to its log."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

from app.logs import configure_logs


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Keep the lines of the log meanwhile, each as it is written."""
    lines = io.StringIO()
    with redirect_stderr(lines):
        configure_logs("INFO")
        yield lines
    configure_logs("INFO")
