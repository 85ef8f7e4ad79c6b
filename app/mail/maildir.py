"""A folder of mails (Maildir): each is a file that is there whole or not at all."""

import os
import secrets
import time
from pathlib import Path


def store_message(folder: Path, content: bytes) -> str:
    """Store `content` in the Maildir at `folder`; it is on the disk when the name comes back.

    Names begin with the time of storing, so that sorting them sorts the mails.

    :raises OSError: if it can't be stored; nothing of it is left in ``new`` then.
    """
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    name = f"{seconds}.M{nanoseconds:09}P{os.getpid()}R{secrets.token_hex(4)}.chorus"
    partial = folder / "tmp" / name
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(folder / "new" / name)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(folder / "new")
    return name


def message_files(folder: Path) -> list[Path]:
    """Return the files of the mails in the Maildir at `folder`, the newest first."""
    files = [
        path
        for name in ("new", "cur")
        if (folder / name).is_dir()
        for path in (folder / name).iterdir()
        if not path.name.startswith(".")
    ]
    return sorted(files, key=lambda path: path.name, reverse=True)


def _sync_folder(folder: Path) -> None:
    # The file's own sync doesn't cover its new name.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
