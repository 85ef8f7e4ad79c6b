"""What a circle says of its session is its mentors' and the program team's, and nobody else's."""

from pathlib import Path

from flask import Flask

from app.mail.mailer import MemoryMailer
from tests import rounds
from tests.accounts import sign_in_mentor
from tests.groups import circle_page, group_named, session_round

SAID = {"session_useful": 2, "session_agreement": 2, "session_next": "Kestrels in the archive"}
ROSTER = rounds.roster_csv({"North": 9, "South": 9})
NORTH, SOUTH = ("mentor.north@example.org", "North"), ("mentor.south@example.org", "South")


def test_a_session_shows_others_not_one_byte_and_a_later_mentor_nothing(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    client = app.test_client()
    sign_in_mentor(client, NORTH[0])
    before = circle_page(app, *SOUTH)
    opened = session_round(app, client, f"/circles/{group_named('North')}/session", mailer)
    assert NORTH[0] not in opened.links  # whoever sees the result is not asked
    assert circle_page(app, *SOUTH) == before
    later = ROSTER.replace("Person 1 North,Onboarding,North,member", "Now,Onboarding,North,mentor")
    rounds.import_people(app, tmp_path, later)
    sent = len(mailer.mails)
    rounds.answer(opened, list(opened.links)[1:], SAID)
    rounds.close(opened)
    assert [mail.recipient for mail in mailer.mails[sent:]] == [NORTH[0]]
    assert SAID["session_next"] in circle_page(app, *NORTH)[1]
    assert circle_page(app, *SOUTH) == before
    assert circle_page(app, *SOUTH, "?round=s1")[0] == 404
    member = ("north.1@example.org", "North")
    assert circle_page(app, *member, "?round=s1")[0] == 404
    assert "No results yet" in circle_page(app, *member)[1]
