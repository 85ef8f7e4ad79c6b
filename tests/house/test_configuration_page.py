"""docs/configuration.md names every setting that the program and its tests read, and no other."""

import re
from pathlib import Path

from configuration.secrets import FROM_FILES

ROOT = Path(__file__).parents[2]


def named(pattern: str, *paths: str) -> set[str]:
    """Return what `pattern` finds in the files."""
    return {
        found for path in paths for found in re.findall(pattern, (ROOT / path).read_text("utf-8"))
    }


def test_the_page_and_the_program_name_the_same_settings() -> None:
    read = {f"CHORUS_{name}" for name in named(r'reader\.\w+\(\s*"([A-Z_]+)"', "config.py")}
    read |= named(
        r'"(CHORUS_[A-Z_]+)"', "config.py", "configuration/secrets.py", "tests/databases.py"
    )
    keys = named(r'_key_from\(source, "(CHORUS_[A-Z_]+)"', "configuration/secrets.py")
    read |= {name + way for name in keys for way in ("_FILE", "_COMMAND")}
    read |= {f"{name}_FILE" for name in FROM_FILES}
    told = named(r"`(CHORUS_[A-Z_]+)`", "docs/configuration.md")
    assert {"CHORUS_ENV", "CHORUS_DATA", "CHORUS_MASTER_KEY_FILE"} <= read
    assert told == read
