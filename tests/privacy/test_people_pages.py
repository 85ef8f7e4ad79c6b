"""The roster's pages say the same of everybody, whatever they did in a round or wish of mails."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.roster_upload import RosterUpload
from app.people.service import person_by_address
from app.vault import current_vault
from tests import rounds
from tests.accounts import form_token, sign_in_admin
from tests.applications import FixedClock
from tests.privacy.dumps import dump

NAME = "Person 1 North"


def pages(app: Flask, paths: list[str]) -> list[str]:
    """Return the pages as an admin sees them, without the browser's own token."""
    client = app.test_client()
    sign_in_admin(client)
    token = form_token(app, client)
    shown = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.text.replace(token, "")
        shown.append("".join(line for line in text.splitlines() if "csrf_token" not in line))
    return shown


def test_no_page_about_people_tells_who_answered_paused_or_stopped(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8, "South": 6}))
    opened = rounds.launch(app, mailer)
    with identity.read() as session:
        program = session.scalars(select(Program.id)).one()
        group = session.scalars(select(Group.id).where(Group.name == "North")).one()
        person = person_by_address(session, current_vault().roster_key(), "north.1@example.org")
        assert person is not None
    paths = [
        "/people",
        f"/people?program={program}",
        f"/people/{person.id}",
        f"/people/{person.id}/place?program={program}",
        f"/people/{person.id}/leave",
        f"/programs/{program}/groups",
        f"/programs/{program}/groups/{group}",
        "/health",
    ]
    before = pages(app, paths)
    assert NAME in before[2]
    rounds.answer(opened, list(opened.links)[:7])
    ahead = clock.now().date() + timedelta(days=40)
    with identity.begin() as session:
        session.execute(update(Invitation).values(reminders=1, lost_mails=1))
        session.get_one(Person, person.id).unsubscribed = True
        others = select(Person.id).where(Person.id != person.id).limit(3)
        session.execute(update(Person).where(Person.id.in_(others)).values(paused_until=ahead))
    assert pages(app, paths) == before


def test_a_roster_that_waits_stands_nowhere_in_clear(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    sign_in_admin(client)
    content = b"Email,Name,Program,Group\nquince@corp.example,Quince Quimby,Quarry,Quorum\n"
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    with path.open("rb") as file:
        data = {"csrf_token": form_token(app, client), "file": (file, "roster.csv")}
        assert client.post("/people/import", data=data).status_code == 302
    with identity.read() as session:
        assert session.scalars(select(RosterUpload)).one().content
    everything = " ".join(repr(value.content) for value in dump(identity.engine))
    assert "roster_upload" in {value.table for value in dump(identity.engine)}
    for word in ("quince", "Quimby", "Quarry", "Quorum"):
        assert word not in everything
