"""A person's own page tells nobody whether they answered, and not even they can prove it."""

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.mail.unsubscribe import unsubscribe_token
from app.people.data_links import make_data_token
from app.people.service import person_by_address
from app.vault import current_vault
from tests import rounds
from tests.applications import FixedClock
from tests.rounds import OpenRound

WHO = "north.1@example.org"


def pages(app: Flask, client: FlaskClient, clock: FixedClock, address: str) -> dict[str, str]:
    """Return everything that somebody can be shown about themselves."""
    secret_key = app.config["CHORUS"].secret_key
    with identity.read() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
    assert person is not None
    foot = f"/unsubscribe/{unsubscribe_token(secret_key, person.id)}"
    link = f"/your-data/{make_data_token(secret_key, person.id, clock.now())}"
    return {
        "mails": client.get(foot).text,
        "door": client.get(link).text,
        "data": client.post(link).text,
        "file": client.post(f"{link}/download").text,
        "before erasing": client.get(f"{link}/erase").text,
    }


def test_no_page_or_file_changes_when_its_person_answers(
    app: Flask, client: FlaskClient, clock: FixedClock, opened: OpenRound
) -> None:
    before = pages(app, client, clock, WHO)
    assert "round 1: open until" in before["data"]
    rounds.answer(opened, [WHO])
    after = pages(app, client, clock, WHO)
    assert after == before
    # A control: the pages do change when something that they tell of changes.
    token = before["mails"].partition("/unsubscribe/")[2].partition('"')[0].partition("/")[0]
    client.post(f"/unsubscribe/{token}/pause", data={"months": 1})
    assert pages(app, client, clock, WHO)["data"] != after["data"]
