"""A group and what its mentor or an admin gets to see of it, for tests of rounds."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.pool import Pool
from tests.accounts import post, sign_in_mentor
from tests.rounds import OpenRound, link_in


def group_named(name: str) -> str:
    """Return the id of the group with this name."""
    with identity.begin() as session:
        return session.scalars(select(Group.id).where(Group.name == name)).one()


def circle_page(app: Flask, address: str, group: str, query: str = "") -> tuple[int, str]:
    """Return status and content of a circle's page for the mentor of this address.

    The form tokens, which are the browser's own, are left out.
    """
    client = app.test_client()
    sign_in_mentor(client, address)
    answer = client.get(f"/circles/{group_named(group)}{query}")
    return answer.status_code, re.sub(r"csrf_token.*", "", answer.text.partition("<main")[2])


def session_round(app: Flask, client: FlaskClient, path: str, mailer: MemoryMailer) -> OpenRound:
    """Ask a circle on its page how its session was, let the worker send it, and return the round.

    :param path: of the page, on which the browser's account may ask.
    """
    before = len(mailer.mails)
    assert post(app, client, path, {"closes": "1"}).status_code == 302
    run_due_work(current_workplace())
    opened = [(mail.recipient, *link_in(mail.content)) for mail in mailer.mails[before:]]
    pool_id = opened[0][1]
    with identity.begin() as session:
        round_id = session.get_one(Pool, pool_id).round_id
    return OpenRound(round_id, pool_id, {who: link for who, _, link in opened})
