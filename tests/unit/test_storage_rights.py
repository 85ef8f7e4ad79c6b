"""The table of rights names what there is, and the command says what it can't do."""

import pytest
from flask import Flask

from app.storage.grants import TABLES
from app.storage.rights import CAST, REST, RIGHTS, ROLES, WEB, rights_of


@pytest.mark.parametrize("process", ROLES)
@pytest.mark.parametrize("base", TABLES)
def test_every_table_that_the_rights_name_exists(process: str, base: str) -> None:
    assert set(RIGHTS[process][base]) - {REST} <= set(TABLES[base])


def test_only_with_the_form_without_javascript_the_pages_role_casts() -> None:
    tables = TABLES["ballots"]
    assert "ballot" not in rights_of(WEB, "ballots", tables)
    assert rights_of(WEB, "ballots", tables, plain_form=True)["ballot"] == ("SELECT", "INSERT")


def test_a_new_table_of_ballots_or_of_people_is_nothing_to_the_casting_process() -> None:
    assert [REST in RIGHTS[CAST][base] for base in TABLES] == [False] * len(TABLES)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_sqlite_has_no_roles_to_give_rights_to(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["chorus", "databases", "grants"])
    assert said.exit_code == 1 and "Only PostgreSQL knows roles" in said.output
