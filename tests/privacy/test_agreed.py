"""What a circle agreed on is read by those who mentor it now, and by nobody else."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.agreed_action import AgreedAction
from app.models.identity.group import Group
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor
from tests.groups import group_named

ROSTER = rounds.roster_csv({"North": 6, "South": 6})
SECRET = "Kestrels in the archive"


def test_no_admin_no_other_mentor_and_no_member_reads_or_changes_it(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, opened.links)
    rounds.close(opened)
    north, mentor = group_named("North"), app.test_client()
    sign_in_mentor(mentor, "mentor.north@example.org")
    path = f"/circles/{north}/agreed"
    assert post(app, mentor, path, {"agreed": SECRET}).status_code == 302
    assert SECRET in mentor.get(f"/circles/{north}").text
    with identity.begin() as session:
        action = session.scalars(select(AgreedAction.id)).one()
    admin, other, member = (app.test_client() for _ in range(3))
    sign_in_admin(admin)
    sign_in_mentor(other, "mentor.south@example.org")
    sign_in_mentor(member, "north.1@example.org")
    steps = f"{path}/{action}"
    for reader, status in ((admin, 403), (other, 404), (member, 403)):
        assert reader.get(path).status_code == status
        assert post(app, reader, path, {"agreed": "x"}).status_code == status
        assert post(app, reader, steps, {"step": "erase"}).status_code == status
    assert post(app, other, f"/circles/{group_named('South')}/agreed/{action}", {"step": "erase"})
    assert SECRET in mentor.get(path).text
    assert all(SECRET.encode() not in page for page in pages_of_admins(app, admin, north))


def pages_of_admins(app: Flask, admin: FlaskClient, group: str) -> list[bytes]:
    """Return every page without a place in its path, and those about the circle's program."""
    with identity.begin() as session:
        program = session.get_one(Group, group).program_id
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and "/dev" not in rule.rule
    ]
    home = f"/programs/{program}"
    paths += [home, f"{home}/results", f"{home}/results?group={group}"]
    return [admin.get(path).data for path in paths]


def test_whoever_stops_mentoring_stops_reading_and_the_next_mentor_goes_on(
    app: Flask, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    north, mentor = group_named("North"), app.test_client()
    sign_in_mentor(mentor, "mentor.north@example.org")
    path = f"/circles/{north}/agreed"
    post(app, mentor, path, {"agreed": SECRET})
    handed = ROSTER.replace("mentor.north@example.org", "next.north@example.org")
    rounds.import_people(app, tmp_path, handed)
    assert mentor.get(path).status_code in (302, 403, 404)
    successor = app.test_client()
    sign_in_mentor(successor, "next.north@example.org")
    assert SECRET in successor.get(path).text


def test_nobody_stands_beside_what_was_agreed() -> None:
    columns = {"id", "group_id", "words", "agreed_on", "looked_at", "outcome"}
    assert set(AgreedAction.__table__.columns.keys()) == columns
