"""The audit log names nobody in the database, and reads in plain words on its page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.audit import OPERATOR, PAGE_LENGTH, record
from app.accounts.errors import RevealingAuditError
from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program import Program
from tests.accounts import add_mentor, sign_in_admin
from tests.applications import FixedClock


def test_the_page_names_accounts_and_programs_the_database_does_not(
    client: FlaskClient, clock: FixedClock
) -> None:
    add_mentor("mentor@corp.example", program="Onboarding")
    account_id = sign_in_admin(client, "admin@corp.example")
    with identity.begin() as session:
        program_id = session.scalars(select(Program.id)).one()
        record(session, clock.now(), account_id, "set k to 6", f"program {program_id}")
    page = client.get("/audit")
    cells = [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", page.text)]
    assert cells == [
        "4 May 2026, 09:00",
        "admin@corp.example",
        "set k to 6",
        "program Onboarding",
        "4 May 2026, 09:00",
        "operator",
        "added an admin",
        "admin@corp.example",
    ]
    with identity.begin() as session:
        rows = session.scalars(select(AuditEntry)).all()
    assert not [row for row in rows if "@" in row.subject or "Onboarding" in row.subject]


@pytest.mark.parametrize(
    ("act", "subject"), [("added a@b.example", "x"), ("added an admin", "a@b.example")]
)
def test_an_entry_with_an_address_is_refused(
    app: Flask, clock: FixedClock, act: str, subject: str
) -> None:
    with pytest.raises(RevealingAuditError), identity.begin() as session:
        record(session, clock.now(), OPERATOR, act, subject)


def test_every_entry_is_on_exactly_one_page_newest_first(
    client: FlaskClient, clock: FixedClock
) -> None:
    sign_in_admin(client)
    with identity.begin() as session:
        for number in range(2 * PAGE_LENGTH - 1):
            record(session, clock.now(), OPERATOR, f"did {number}", "program x")
            session.flush()
    path, seen = "/audit", []
    while path:
        page = client.get(path).text
        seen.append(re.findall(r"did (\d+)", page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older[1] if older else ""
    assert [len(numbers) for numbers in seen] == [PAGE_LENGTH, PAGE_LENGTH - 1]
    assert [int(number) for numbers in seen for number in numbers] == list(
        reversed(range(2 * PAGE_LENGTH - 1))
    )


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=0"])
def test_an_odd_page_is_answered_calmly(client: FlaskClient, query: str) -> None:
    sign_in_admin(client)
    assert client.get(f"/audit?{query}").status_code == 200
