"""Brings the databases of the current application up to date."""

from pathlib import Path

from flask_migrate import upgrade

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def prepare_databases() -> None:
    """Run every migration that has not run yet, in all three databases."""
    upgrade(directory=str(MIGRATIONS))
