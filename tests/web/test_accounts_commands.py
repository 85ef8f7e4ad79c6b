"""`flask chorus admin` makes, resets, deactivates and lists admins, and says what went wrong."""

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.account import Account
from app.models.identity.audit_entry import AuditEntry

ADMIN = "admin@corp.example"
SECOND = "second@corp.example"


def chorus(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["chorus", "admin", *words])


def acts() -> list[tuple[str, str]]:
    with identity.begin() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        return [(row.actor, row.act) for row in rows]


def test_add_prints_a_link_that_opens(app: Flask) -> None:
    result = chorus(app, "add", "Admin@Corp.Example")
    assert result.exit_code == 0
    assert "once, for 48 hours" in result.output
    link = re.search(r"http://127\.0\.0\.1:8000(/set-password/\S+)", result.output)
    assert link is not None
    assert app.test_client().get(link[1]).status_code == 200
    with identity.begin() as session:
        account = session.scalars(select(Account)).one()
    assert b"admin" not in account.address
    assert acts() == [("operator", "added an admin")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "no address"), "This is not a mail address: it has no @."),
        (("add", ADMIN), "This address is an admin's already"),
        (("reset", SECOND), "No active admin has this address."),
        (("deactivate", SECOND), "No active admin has this address."),
        (("deactivate", ADMIN), "This is the last active admin; add another one first."),
    ],
)
def test_what_cannot_be_done_is_named_and_changes_nothing(
    app: Flask, words: tuple[str, ...], sentence: str
) -> None:
    chorus(app, "add", ADMIN)
    result = chorus(app, *words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert acts() == [("operator", "added an admin")]
    assert chorus(app, "list").output == f"{ADMIN}  no password yet\n"


def test_deactivate_spares_the_last_and_add_brings_back(app: Flask) -> None:
    chorus(app, "add", ADMIN)
    chorus(app, "add", SECOND)
    assert chorus(app, "deactivate", ADMIN).exit_code == 0
    assert chorus(app, "deactivate", SECOND).exit_code == 1
    assert chorus(app, "list").output == f"{ADMIN}  deactivated\n{SECOND}  no password yet\n"
    assert chorus(app, "add", ADMIN).exit_code == 0
    assert f"{ADMIN}  no password yet" in chorus(app, "list").output
    assert [act for _, act in acts()] == [
        "added an admin",
        "added an admin",
        "deactivated an admin",
        "added an admin",
    ]


def test_without_an_admin_the_list_says_how_to_add_one(app: Flask) -> None:
    assert "flask chorus admin add" in chorus(app, "list").output
