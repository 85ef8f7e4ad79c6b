"""A large roster keeps nobody waiting: all that takes long is done before anything is locked."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select, update
from werkzeug.test import TestResponse

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.base import Identity
from app.models.identity.person import Person
from app.models.identity.roster_upload import RosterUpload
from app.people import import_routes, import_rows, importing, stored
from app.people.importing import ReadyImport
from crypto import envelope
from tests import rounds
from tests.accounts import form_token, sign_in_admin
from tests.privacy.wire import respondent


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """A browser in which an admin is signed in."""
    client = app.test_client()
    sign_in_admin(client)
    return client


def send(app: Flask, admin: FlaskClient, content: bytes) -> Callable[[], TestResponse]:
    """Send a file and look at its preview; return what agrees to it."""
    data = {"csrf_token": form_token(app, admin), "file": (io.BytesIO(content), "people.csv")}
    where = admin.post("/people/import", data=data).location
    mark = re.search(r'name="mark" value="(\w+)"', admin.get(where).text)
    assert mark is not None
    agreed = {"csrf_token": form_token(app, admin), "mark": mark[1], "leavers": "yes"}
    return lambda: admin.post(where, data=agreed)


def roster(people: int, name: str = "Person") -> bytes:
    """Return a roster of so many."""
    rows = (f"p{at}@corp.example,{name} {at},Later,Group {at // 8}\n" for at in range(people))
    return ("Email,Name,Program,Group\n" + "".join(rows)).encode()


def count(table: type[Identity]) -> int:
    """Return how many rows a table has."""
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("room", "work"),
    [(stored, "open_name"), (import_rows, "sealed_columns")],
    ids=["names are opened", "names are sealed"],
)
def test_papers_are_given_out_while_an_import_is_made_ready(
    app: Flask,
    client: FlaskClient,
    admin: FlaskClient,
    mailer: MemoryMailer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    work: str,
) -> None:
    people = rounds.roster_csv({"North": 6})
    rounds.import_people(app, tmp_path, people)
    opened = rounds.launch(app, mailer)
    waiting = [respondent(opened.pool_id, link) for link in opened.links.values()]
    more = "".join(f"p{at}@example.org,P {at},Later,A,member,\n" for at in range(20))
    agree = send(app, admin, (people + more).encode())
    usual = getattr(room, work)

    def meanwhile(*arguments: object) -> object:
        if waiting:
            waiting.pop().take_paper(client)
        return usual(*arguments)

    monkeypatch.setattr(room, work, meanwhile)
    assert agree().status_code == 302
    assert waiting == []
    assert count(Person) == 7 + 20


class Writing:
    """What is done while a transaction writes to the identity database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.slow: list[str] = []
        self._open = False
        for name in ("encrypt", "decrypt", "lookup"):
            monkeypatch.setattr(envelope, name, self._noting(name, getattr(envelope, name)))

    def begun(self, connection: Connection) -> None:
        """Note that a transaction begins."""
        if not connection.get_execution_options().get("chorus_read_only"):
            self._open = True
            self.statements.clear()

    def said(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Note a statement."""
        if self._open:
            self.statements.append(statement)

    def ended(self, _connection: object) -> None:
        """Note that a transaction has ended."""
        self._open = False

    def _noting(self, name: str, usual: Callable[..., object]) -> Callable[..., object]:
        def noted(*arguments: object, **place: object) -> object:
            if self._open:
                self.slow.append(name)
            return usual(*arguments, **place)

        return noted


@pytest.fixture
def writing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writing]:
    """What is done while the identity database is written to, from now on."""
    noted = Writing(monkeypatch)
    moments = {
        "begin": noted.begun,
        "before_cursor_execute": noted.said,
        "commit": noted.ended,
        "rollback": noted.ended,
    }
    for moment, note in moments.items():
        event.listen(identity.engine, moment, note)
    yield noted
    for moment, note in moments.items():
        event.remove(identity.engine, moment, note)


def test_writing_takes_as_many_statements_for_many_people_as_for_few_and_no_cryptography(
    app: Flask, admin: FlaskClient, writing: Writing
) -> None:
    needed = []
    for people in (20, 200):
        for name in ("Person", "Other"):
            agree = send(app, admin, roster(people, name))
            writing.slow.clear()
            assert agree().status_code == 302
            assert writing.slow == []
            needed.append(len(writing.statements))
        assert send(app, admin, roster(1, "Other"))().status_code == 302
        needed.append(len(writing.statements))
    assert needed[:3] == needed[3:]


def test_what_was_changed_while_an_import_was_made_ready_is_not_overwritten(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(app, admin, roster(3))().status_code == 302
    agree = send(app, admin, roster(4))
    usual = import_routes.ready_import

    def then_somebody_moves(*arguments: Any, **more: Any) -> ReadyImport:
        ready = usual(*arguments, **more)
        with identity.begin() as session:
            session.execute(update(Person).values(time_zone="Asia/Tokyo"))
        return ready

    monkeypatch.setattr(import_routes, "ready_import", then_somebody_moves)
    refused = agree()
    assert refused.status_code == 409 and "The roster has changed" in refused.text
    assert (count(Person), count(RosterUpload)) == (3, 1)


def test_an_import_that_fails_at_its_end_can_be_agreed_to_again(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree = send(app, admin, roster(3))
    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(importing, "record", Mock(side_effect=OSError))
        agree()
    assert (count(Person), count(RosterUpload)) == (0, 1)
    assert agree().status_code == 302
    assert (count(Person), count(RosterUpload)) == (3, 0)
    assert agree().location == "/people/import"
