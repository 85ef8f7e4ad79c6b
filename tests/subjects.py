"""People whom peer feedback is about, and what they read of it."""

import re

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.models.columns import random_id
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.people.personal import sealed_columns
from app.vault import current_vault
from tests.accounts import post

WITHOUT = {"without": "1"}


def add_person(address: str, name: str = "Sam Reed") -> str:
    """Return the id of a new person."""
    person_id = random_id()
    columns = sealed_columns(current_vault().roster_key(), person_id, name, address)
    with identity.begin() as session:
        session.add(Person(id=person_id, time_zone="UTC", **columns))
    return person_id


def join(program_id: str, group_id: str, person_id: str, role: str = "mentor") -> None:
    """Make somebody a mentor or member of a group."""
    with identity.begin() as session:
        session.add(
            Membership(program_id=program_id, group_id=group_id, person_id=person_id, role=role)
        )


def main(client: FlaskClient, path: str) -> str:
    """Return what the main part of a page says, without tags."""
    answer = client.get(path)
    assert answer.status_code == 200, (answer.status_code, answer.location)
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main ")[2].partition(">")[2])
    return re.sub(r"\s+", " ", text).replace("&#39;", "'")


def read_on(app: Flask, client: FlaskClient, cycle: str) -> str:
    """Return a report's page, after going on without rating oneself."""
    post(app, client, f"/feedback/{cycle}/self", WITHOUT)
    return main(client, f"/feedback/{cycle}")
