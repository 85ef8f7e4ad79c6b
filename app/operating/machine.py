"""What can be seen of this machine: room on the disk, who may read the files."""

import hmac
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from app.operating.checks import Check
from config import Settings

_LOW, _NEARLY_NONE = 0.15, 0.05  # of the disk
_LABEL = b"chorus/same settings\x00"


def check_disk(folder: Path) -> Check:
    """Return whether there is room where the data folder lies."""
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    said = f"{usage.free / 2**30:.1f} GiB free ({free:.0%}) where the data folder lies."
    if free >= _LOW:
        return Check("Disk", "good", said)
    todo = "Make room: a full disk stops papers and ballots."
    return Check("Disk", "bad" if free < _NEARLY_NONE else "look", said, todo)


def check_files(settings: Settings) -> Check:
    """Return whether only the owner reads the data folder and what lies in it."""
    paths = [settings.data, *_kept_files(settings)]
    open_ = [path for path in paths if path.exists() and path.stat().st_mode & 0o007]
    if settings.data.stat().st_mode & stat.S_IXOTH == 0:
        open_ = []  # nobody else comes so far
    if not open_:
        return Check("Files", "good", "Nobody else on this machine reads the data folder.")
    names = ", ".join(path.name for path in open_)
    said = f"Everybody on this machine may read: {names}."
    verdict = "look" if settings.development else "bad"
    return Check("Files", verdict, said, f"chmod 700 {settings.data}")


def _kept_files(settings: Settings) -> Iterator[Path]:
    for url in (settings.identity_url, settings.ballots_url, settings.keys_url):
        place = make_url(url)
        if place.drivername == "sqlite" and place.database:
            yield Path(place.database)


def check_separate(settings: Settings) -> Check:
    """Return whether the three databases are three, and of one kind."""
    urls = [
        make_url(url) for url in (settings.identity_url, settings.ballots_url, settings.keys_url)
    ]
    places = {(url.host, url.port, url.query.get("host"), url.database) for url in urls}
    if len(places) < len(urls):
        said, todo = "Two of them are the same.", "Give each an address of its own."
        return Check("Three databases", "bad", said, todo)
    if len({url.get_backend_name() for url in urls}) > 1:
        said = "Some are SQLite files and some on PostgreSQL."
        return Check("Three databases", "look", said, "Use one kind for all three: docs/scale.md")
    return Check("Three databases", "good", "Each has a place of its own.")


def fingerprint(settings: Settings) -> str:
    """Return 8 hex digits that are the same where secrets and addresses are, and tell neither."""
    shared = (settings.base_url, settings.mail_from, settings.master_key.hex())
    message = _LABEL + "\x00".join(shared).encode()
    return hmac.digest(settings.secret_key.encode(), message, "sha256")[:4].hex()
