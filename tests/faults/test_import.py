"""An import killed at any point leaves nothing, and the same import does it all afterwards."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import identity
from app.models.identity.base import Identity
from tests import rounds
from tests.faults.processes import Installation

pytestmark = pytest.mark.slow
FIRST = rounds.roster_csv({"North": 6, "South": 4})
# West comes, South goes, and everybody else is called otherwise.
THEN = rounds.roster_csv({"North": 6, "West": 5}).replace("Person", "Member")
MOMENTS = [
    "DELETE FROM membership",
    "UPDATE invitation",
    "UPDATE person SET name",
    "INSERT INTO person",
    "INSERT INTO membership",
    "INSERT INTO audit_entry",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_that_is_killed_leaves_nothing_and_is_done_by_the_next(
    app: Flask, installation: Installation, tmp_path: Path, moment: str
) -> None:
    rounds.import_people(app, tmp_path, FIRST)
    before = dumped()
    file = tmp_path / "then.csv"
    file.write_text(THEN, encoding="utf-8")
    importing = ("people", "import", str(file), "--yes")
    installation.run_and_kill("statement", moment, *importing)
    assert dumped() == before
    installation.run(*importing)
    assert dumped() != before
    assert "The roster already says this." in rounds.run(app, *importing)


def dumped() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the identity database, by table."""
    with identity.read() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f'select * from "{name}"'))), key=repr)
            for name in Identity.metadata.tables
        }
