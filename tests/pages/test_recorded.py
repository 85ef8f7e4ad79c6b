"""Whatever an admin does on a page leaves a line in the audit log, with their account's id."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.directory import find_account
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.vault import current_vault
from tests.accounts import form_token
from tests.pages.scenes import client_of, full_scene
from tests.pages.table import ADMIN, ANONYMOUS, ERROR, SIGN_IN, TABLE, Row

# Acts of admins that leave no line. An answer to a comment keeps its writer's role and its day in
# the mailbox; a line with a time, on the side that knows people, would tell more (Protocol 4).
# Looking for somebody, looking at what a move would do, and beginning to set up an app changes
# nothing. Signing out is nobody else's business, here or in another browser.
UNRECORDED = {
    "/programs/{shown}/results/answers",
    "/programs/{withheld}/results/answers",
    "/people/find",
    *("/account/app", "/account/sessions/end", "/account/again"),
    "/programs/{ready}/move?source={ready_group}",
}


def is_act(row: Row) -> bool:
    """Return whether a row is something that only who signed in may do, done."""
    acts = row.method == "POST" and row.state != ERROR and row.path not in UNRECORDED
    return acts and row.answers[ANONYMOUS] == SIGN_IN and row.answers[ADMIN] not in (403, 404)


def lines() -> list[str]:
    """Return who acted, a line for each entry, oldest first."""
    with identity.read() as session:
        return list(session.scalars(select(AuditEntry.actor).order_by(AuditEntry.number)))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_act_of_an_admin_on_a_page_is_recorded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    scene = full_scene(app, mailer, tmp_path)
    rows = [row for row in TABLE if is_act(row) and row.path != "/sign-out"]
    assert len(rows) >= 6
    client = client_of(app, ADMIN)
    with identity.begin() as session:
        admin = find_account(session, current_vault().roster_key(), "admin@corp.example")
    assert admin is not None
    silent = []
    for row in rows:
        path = row.path.format_map(scene.places)
        before = len(lines())
        answer = client.post(path, data={**(row.form or {}), "csrf_token": form_token(app, client)})
        assert answer.status_code in (200, 302), (path, answer.text)
        if admin.id not in lines()[before:]:
            silent.append(row.path)
    assert silent == []
