"""What the kernel says of a running process: its environment, its files, its connections."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LOCAL, _REMOTE, _INODE = 1, 2, 9  # columns of /proc/net/tcp
STOPPED = "T"


def descendants(pid: int) -> Iterator[int]:
    """Give a process's children, theirs, and so on."""
    for task in (_PROC / str(pid) / "task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from descendants(child)


def environment_of(pid: int) -> dict[str, str]:
    """Return the variables that a process was started with."""
    entries = (_PROC / str(pid) / "environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if entry)


def state_of(pid: int) -> str:
    """Return the letter of a process's state."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]


def open_files(pid: int) -> set[str]:
    """Return what a process has open, sockets as `socket:[inode]`."""
    found = set()
    for entry in (_PROC / str(pid) / "fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(entry.readlink()))
    return found


def local_ports(pid: int, remote_port: int) -> set[int]:
    """Return the local ports of a process's connections to a port."""
    mine = open_files(pid)
    found = set()
    for line in (_PROC / str(pid) / "net" / "tcp").read_text().splitlines()[1:]:
        columns = line.split()
        remote = int(columns[_REMOTE].rpartition(":")[2], 16)
        if f"socket:[{columns[_INODE]}]" in mine and remote == remote_port:
            found.add(int(columns[_LOCAL].rpartition(":")[2], 16))
    return found
