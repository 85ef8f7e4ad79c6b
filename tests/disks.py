"""A small filesystem of a test's own, which it can fill to the last byte."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_ONCE = 2**20


def mount_fault() -> str | None:
    """Return why no filesystem can be mounted, or None."""
    if os.geteuid() == 0:
        return None
    return "only root mounts a filesystem; try this file by itself: unshare -rm pytest FILE"


class Disk:
    """A filesystem in memory that has room for what a test needs, and no more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    def fill(self, leave: int = 0) -> None:
        """Take all room but for `leave` bytes, as a log or a dump that nobody looks after does."""
        with self._filling.open("ab", buffering=0) as file:
            size = _AT_ONCE
            while size:
                try:
                    file.write(bytes(size))
                except OSError as fault:
                    if fault.errno != errno.ENOSPC:
                        raise
                    size //= 2
            if leave:
                file.truncate(file.tell() - leave)

    def make_room(self) -> None:
        """Delete what took the room, as an operator does."""
        self._filling.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a filesystem of so many megabytes on a new folder; it is gone afterwards."""
    folder.mkdir(mode=0o700)
    size = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "chorus-test", folder], check=True)
    try:
        yield Disk(folder)
    finally:
        # Lazily: a process that is still ending may hold a file.
        subprocess.run(["umount", "--lazy", folder], check=True)
