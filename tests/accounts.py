"""People who sign in, and browsers that are signed in, for tests of every room."""

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account, make_account
from app.accounts.sessions import open_session
from app.clock import current_clock
from app.extensions import identity
from app.models.columns import random_id
from app.models.identity.account_session import AccountSession
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.vault import current_vault
from crypto import envelope

PASSWORD = "three quiet otters"


def add_mentor(address: str, group: str = "Circle 1", program: str = "Onboarding") -> str:
    """Return the id of a new group of a new program, mentored by the person of `address`."""
    key = current_vault().roster_key()
    person_id, program_id, group_id = random_id(), random_id(), random_id()
    blobs = {
        column: envelope.encrypt(
            key, text.encode(), table="person", column=column, row=person_id.encode()
        )
        for column, text in (("name", "A Mentor"), ("address", address))
    }
    with identity.begin() as session:
        session.add(Program(id=program_id, name=program, time_zone="UTC"))
        session.add(
            Person(
                id=person_id, address_lookup=envelope.lookup(key, address), time_zone="UTC", **blobs
            )
        )
        session.flush()
        session.add(Group(id=group_id, program_id=program_id, name=group))
        session.flush()
        session.add(
            Membership(program_id=program_id, group_id=group_id, person_id=person_id, role="mentor")
        )
    return group_id


def sign_in_admin(client: FlaskClient, address: str = "admin@corp.example") -> str:
    """Return the id of an active admin, made if there is none; `client` holds its session."""
    key, now = current_vault().roster_key(), current_clock().now()
    with identity.begin() as session:
        if find_account(session, key, address) is None:
            add_admin(session, key, now, OPERATOR, address)
    return _sign_in(client, address, now)


def sign_in_mentor(client: FlaskClient, address: str = "mentor@corp.example") -> str:
    """Return the id of the account of `address`, made if needed; `client` holds its session.

    What it may see follows from memberships: see add_mentor.
    """
    key = current_vault().roster_key()
    with identity.begin() as session:
        if find_account(session, key, address) is None:
            make_account(session, key, address)
    return _sign_in(client, address, current_clock().now())


def form_token(app: Flask, client: FlaskClient) -> str:
    """Return a form token that is good for the session of `client`."""
    with client.session_transaction() as cookie:
        kept = cookie.setdefault("csrf_token", "0123456789" * 4)
    with app.app_context(), app.test_request_context() as context:
        context.session["csrf_token"] = kept
        return generate_csrf()


def post(
    app: Flask, client: FlaskClient, path: str, data: dict[str, str] | None = None
) -> TestResponse:
    """Return the answer to a form sent to `path` with its token."""
    return client.post(path, data={"csrf_token": form_token(app, client), **(data or {})})


def _sign_in(client: FlaskClient, address: str, now: datetime) -> str:
    with identity.begin() as session:
        account = find_account(session, current_vault().roster_key(), address)
        assert account is not None
        token = open_session(session, account, now)
        # Tests move the clock by days: only those of sessions want one that ends unused.
        held = session.scalars(select(AccountSession).where(AccountSession.seen_at == now))
        for one in held:
            one.seen_at = one.expires_at
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return account.id
