"""A person's own data: a mailed link shows, exports and erases; a mail's token alone does not."""

import json
import re
import string
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.extensions import identity
from app.mail.mailer import MemoryMailer, RelayUnavailableError
from app.mail.unsubscribe import unsubscribe_token
from app.models.identity.base import Identity
from app.people.service import person_by_address
from app.vault import current_vault
from crypto import envelope
from tests import rounds
from tests.applications import FixedClock
from tests.rounds import OpenRound

WHO, MENTOR = "north.1@example.org", "mentor.north@example.org"


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of a circle of nine and its mentor."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    return rounds.launch(app, mailer)


@pytest.fixture
def link(client: FlaskClient, mailer: MemoryMailer, opened: OpenRound) -> str:
    """The address that was mailed to somebody who asked for their data."""
    return mailed_link(client, mailer, WHO)


def id_of(address: str) -> str:
    with identity.read() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
    assert person is not None
    return person.id


def foot(client: FlaskClient, address: str) -> str:
    """Return the path at the foot of somebody's mails."""
    secret_key = client.application.config["CHORUS"].secret_key
    return f"/unsubscribe/{unsubscribe_token(secret_key, id_of(address))}"


def mailed_link(client: FlaskClient, mailer: MemoryMailer, address: str) -> str:
    answer = client.post(f"{foot(client, address)}/data")
    assert answer.status_code == 200
    mail = mailer.mails[-1]
    assert mail.recipient == address
    found = re.search(r"/your-data/[^\s\"<=]+", mail.content.decode().replace("=\r\n", ""))
    assert found is not None
    return found[0]


def dumped() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the identity database, by table."""
    with identity.read() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f'select * from "{name}"'))), key=repr)
            for name in Identity.metadata.tables
        }


def test_opening_any_address_shows_no_data_and_changes_nothing(
    client: FlaskClient, link: str
) -> None:
    before = dumped()
    for path in (foot(client, WHO), link, f"{link}/erase"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = client.open(path, method=method)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert not re.search("Person 1|north.1@|North|Onboarding", answer.text)
    assert client.get(f"{link}/download").status_code == 405
    assert dumped() == before


def test_the_token_of_a_mail_opens_no_data(client: FlaskClient, link: str) -> None:
    before = dumped()
    token = foot(client, WHO).rpartition("/")[2]
    for path in (
        f"/your-data/{token}",
        f"/your-data/{token}/download",
        f"/your-data/{token}/erase",
    ):
        assert client.post(path).status_code == 410
    assert dumped() == before


def test_the_page_and_the_file_say_what_is_kept(client: FlaskClient, link: str) -> None:
    page = client.post(link)
    assert page.status_code == 200
    for fact in (WHO, "Person 1 North", "Europe/Berlin", "Onboarding · North: member", "round 1"):
        assert fact in re.sub("</?bdi>", "", page.text)
    file = client.post(f"{link}/download")
    assert file.mimetype == "application/json"
    assert "attachment" in file.headers["Content-Disposition"]
    assert json.loads(file.text) == {
        "v": 1,
        "name": "Person 1 North",
        "address": WHO,
        "language": "",
        "time_zone": "Europe/Berlin",
        "left_on": None,
        "mails_stopped": False,
        "mails_paused_until": None,
        "address_unreachable": False,
        "mails_came_back": [],
        "places": [
            {"program": "Onboarding", "group": "North", "role": "member", "mentor_since": None}
        ],
        "asked_in": [
            {
                "program": "Onboarding",
                "round": 1,
                "closes_at": "2026-05-08T09:00:00+00:00",
                "open": True,
                "feedback": False,
            }
        ],
        "rated_in": [],
        "rated_themselves": [],
        "signs_in_as": None,
    }


@pytest.mark.parametrize("age", [{"minutes": 59}, {"minutes": 60}])
def test_the_link_works_for_an_hour(
    client: FlaskClient, clock: FixedClock, link: str, age: dict[str, float]
) -> None:
    clock.advance(**age)
    status = 200 if age["minutes"] < 60 else 410
    assert client.get(link).status_code == status
    assert client.post(link).status_code == status
    assert client.post(f"{link}/download").status_code == status
    assert client.get(f"{link}/erase").status_code == status


def test_a_damaged_link_opens_nothing(client: FlaskClient, link: str) -> None:
    other = link.replace(id_of(WHO), id_of(MENTOR))
    assert other != link
    ends = (link[:-1] + end for end in string.ascii_letters + string.digits if end != link[-1])
    for damaged in (*ends, other, "/your-data/x"):
        assert client.get(damaged).status_code == 410
        assert client.post(damaged).status_code == 410
        assert client.post(f"{damaged}/erase").status_code == 410


def test_at_most_three_links_an_hour_are_mailed(
    client: FlaskClient, clock: FixedClock, mailer: MemoryMailer, opened: OpenRound
) -> None:
    before = len(mailer.mails)
    path = f"{foot(client, WHO)}/data"
    pages = {client.post(path).text for _ in range(5)}
    assert len(mailer.mails) == before + 3
    assert len(pages) == 1
    clock.advance(hours=1)
    client.post(path)
    assert len(mailer.mails) == before + 4


def test_erasing_leaves_nothing_that_leads_to_the_person(
    client: FlaskClient, mailer: MemoryMailer, link: str
) -> None:
    gone = id_of(WHO)
    lookup = envelope.lookup(current_vault().roster_key(), WHO)
    answer = client.post(f"{link}/erase")
    assert answer.status_code == 200
    assert mailer.mails[-1].recipient == WHO
    assert b"erased" in mailer.mails[-1].content
    rows = dumped()
    assert [name for name in rows if name != "audit_entry" and gone in repr(rows[name])] == []
    assert [name for name in rows if repr(lookup) in repr(rows[name])] == ["suppressed_address"]
    assert rows["suppressed_address"] == [(lookup,)]
    assert rows["audit_entry"][-1][2:5] == ("the person", "forgot a person", f"person {gone}")
    for path in (link, f"{link}/erase"):
        assert client.post(path).status_code == 410
    assert client.get(foot_of(client, gone)).status_code == 404


def foot_of(client: FlaskClient, person_id: str) -> str:
    secret_key = client.application.config["CHORUS"].secret_key
    return f"/unsubscribe/{unsubscribe_token(secret_key, person_id)}"


def test_a_relay_that_is_away_is_said_and_erases_nothing(
    client: FlaskClient, mailer: MemoryMailer, opened: OpenRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _away() -> None:
        raise RelayUnavailableError

    monkeypatch.setattr(mailer, "connect", _away)
    answer = client.post(f"{foot(client, WHO)}/data")
    assert "The mail could not be sent" in answer.text
