"""Check that what browsers are served is what the source says, byte for byte."""

import hashlib
import re
import shutil

# Node, on the sources of this very checkout.
import subprocess  # nosec B404
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.verifying.checks import Check, Checks, same
from app.verifying.fetching import Fetched, Site

_MINUTES = 5
# What a browser is told to keep to: a weaker policy would let a foreign script in.
_NOSCRIPT = re.compile(rb"<noscript>.*?</noscript", re.DOTALL | re.IGNORECASE)
_MONTHS = re.compile(rb' data-keep-months="[0-9]+"')
_POLICIES = ("Content-Security-Policy", "Referrer-Policy", "Cache-Control")


def bundle_checks(site: Site, stated: Sequence[Mapping[str, Any]], source: Path) -> Checks:
    """Yield whether each file is served as stated, and as it lies in the source.

    :param stated: files with path, size and hash, as /trust.json lists them.
    :param source: the folder of the checkout that holds app/static.
    """
    listed = {entry["path"]: entry for entry in stated}
    for path, entry in sorted(listed.items()):
        served = hashlib.sha256(site.fetch(path).content).hexdigest()
        yield same("bundle", f"{path} as stated", entry["sha256"], served)
        own = source / "app" / path.removeprefix("/")
        kept = hashlib.sha256(own.read_bytes()).hexdigest() if _inside(own, source) else "no file"
        yield same("bundle", f"{path} as in the source", kept, served)
    ours = {
        f"/static/{path.relative_to(source / 'app/static').as_posix()}"
        for path in (source / "app/static").rglob("*")
        if path.is_file()
    }
    yield same("bundle", "files of the source that are not listed", [], sorted(ours - set(listed)))


def _inside(path: Path, source: Path) -> bool:
    static = (source / "app/static").resolve()
    return path.is_file() and path.resolve().is_relative_to(static)


def page_checks(path: str, served: Fetched, ours: bytes, headers: Mapping[str, str]) -> Checks:
    """Yield whether a page for respondents, and what its browser is told, are the source's.

    :param ours: the page as this checkout makes it.
    :param headers: what this checkout sends along with it.
    """
    alike = _with_a_script(served.content) == _with_a_script(ours)
    yield Check("page", f"{path} as in the source", alike)
    for name in _POLICIES:
        yield same("page", f"{path}, {name}", headers.get(name), served.headers.get(name))
    yield same("page", f"{path}, cookies with it", None, served.headers.get("Set-Cookie"))


def _with_a_script(page: bytes) -> bytes:
    """Return a page without what is the operator's to set: words for browsers without a script.

    A browser that runs scripts ends those at the first `</noscript`, however it goes on.
    """
    return _MONTHS.sub(b"", _NOSCRIPT.sub(b"", page))


def rebuild_checks(source: Path) -> Checks:
    """Yield whether the sources of this checkout build the files that lie in it."""
    folder = source / "frontend"
    npm = shutil.which("npm")
    if npm is None or not (folder / "node_modules").is_dir():
        need = "npm" if npm is None else "`npm ci` in frontend/"
        yield Check("rebuild", "left out", True, f"needs {need}")
        return
    finished = subprocess.run(  # nosec B603
        [npm, "run", "--silent", "check"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60 * _MINUTES,
    )
    said = "" if finished.returncode == 0 else (finished.stderr or finished.stdout).strip()[-300:]
    yield Check("rebuild", "the sources build these very files", finished.returncode == 0, said)
