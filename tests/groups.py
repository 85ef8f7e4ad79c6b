"""A group and what its mentor or an admin gets to see of it, for tests of rounds."""

from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.group import Group
from tests.accounts import sign_in_mentor


def group_named(name: str) -> str:
    """Return the id of the group with this name."""
    with identity.begin() as session:
        return session.scalars(select(Group.id).where(Group.name == name)).one()


def circle_page(app: Flask, address: str, group: str, query: str = "") -> tuple[int, str]:
    """Return status and content of a circle's page for the mentor of this address.

    Around the content stands the browser's own form token, which is left out.
    """
    client = app.test_client()
    sign_in_mentor(client, address)
    answer = client.get(f"/circles/{group_named(group)}{query}")
    return answer.status_code, answer.text.partition("<main")[2]
