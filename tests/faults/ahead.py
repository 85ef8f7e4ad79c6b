"""Migrations that a next version might bring, one of each kind that may run while people answer."""

import shutil
from pathlib import Path

from app.databases import MIGRATIONS, newest_revision

AHEAD = Path(__file__).parent / "ahead_versions"


def folder_ahead(folder: Path) -> Path:
    """Return a new folder of migrations: the program's own, and after them those of AHEAD."""
    made = folder / "migrations"
    shutil.copytree(MIGRATIONS, made, ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted(AHEAD.glob("*.py")):
        words = path.read_text(encoding="utf-8").replace("HEAD", str(newest_revision()))
        (made / "versions" / path.name).write_text(words, encoding="utf-8")
    return made
