"""Whatever is sent to a page, by whomever: no fault of ours, no script, no way out, no trace."""

import os
from collections.abc import Iterator
from email import message_from_bytes
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.mail.mailer import MemoryMailer
from tests.accounts import form_token
from tests.logged import logged
from tests.pages.hostile import (
    ELSEWHERE,
    METHODS,
    VALUES,
    Known,
    as_bytes,
    encoded,
    faults_of,
    learn,
    rule_of,
)
from tests.pages.scenes import Scene, client_of, full_scene
from tests.pages.table import ADMIN, ANONYMOUS, ROLES, TABLE, Row

# `make fuzz` asks for all, with every value in every place; a usual run for one in some.
ROUNDS = int(os.environ.get("CHORUS_FUZZ", "1"))
STEP = 1 if ROUNDS > 1 else 5
_AWAY = ("/sign-", "/set-password", "/account")  # a browser that sent there may be signed out
_HEADERS = (
    {"Host": ELSEWHERE},
    {"X-Forwarded-Host": ELSEWHERE, "X-Forwarded-Proto": "gopher", "Forwarded": "host=x;for=\x7f"},
    {"Accept-Language": "x" * 9000},
    {"Accept-Language": "de;q=NaN, \xff, ../../etc, *;q=9e999"},
    {"Cookie": "session=.eJxNyz0KgDAMQOG7dA7S1P7o7lkCwQSCxYqtgx5e3Hzw4Zt7=; session=\xff"},
    {"Cookie": "=; ;;;\x01=2"},
    {"If-None-Match": '"' * 500, "If-Modified-Since": "yesterday", "Range": "bytes=9-1"},
    {"Content-Type": "multipart/form-data; boundary=", "Accept-Encoding": "gzip;q=x, \xff"},
    {"Content-Type": "application/json; charset=utf-7", "Accept": "*/*;q=x"},
)


class Browsers:
    """A signed-in browser for each role, with its form token; a new one where it was signed out."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._kept: dict[str, tuple[FlaskClient, str]] = {}

    def of(self, role: str) -> tuple[FlaskClient, str]:
        """Return the browser of a role and the token for its forms."""
        if role not in self._kept:
            client = client_of(self._app, role)
            self._kept[role] = (client, form_token(self._app, client))
        return self._kept[role]

    def send(
        self, role: str, method: str, path: str, form: dict[str, str] | None = None
    ) -> list[str]:
        """Return what is wrong with the answer to a request."""
        client, token = self.of(role)
        more = {}
        if form is not None:
            more["data"] = encoded({"csrf_token": token, **form})
            more["content_type"] = "application/x-www-form-urlencoded"
        said = f"{role}: {method} {path[:120]} {str(form)[:160]}"
        faults = asked(client, method, path, said, **more)
        if method == "POST" and path.startswith(_AWAY):
            self._kept.pop(role)
        return faults


def asked(client: FlaskClient, method: str, path: str, said: str, **more: object) -> list[str]:
    """Return what is wrong with an answer; an error that nobody caught is wrong, too."""
    try:
        answer: TestResponse = client.open(path, method=method, **more)
    except Exception as error:  # whatever got out is what is looked for
        return [f"{said}: {type(error).__name__}: {str(error)[:200]}"]
    return [f"{said}: {fault}" for fault in faults_of(answer)]


@pytest.fixture
def scene(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> Scene:
    """An installation that has something in every state."""
    return full_scene(app, mailer, tmp_path)


def rows_of(scene: Scene) -> Iterator[tuple[Row, str]]:
    """Yield the table's rows that this scene has, with their paths; the API's are not pages."""
    for row in TABLE:
        try:
            path = row.path.format_map(scene.places)
        except KeyError:
            continue
        if row.json is None:
            yield row, path


def names_of_pages(app: Flask, browsers: Browsers, scene: Scene) -> Known:
    """Return the names of fields and parameters that pages show and the table sends."""
    known = Known()
    for row, path in rows_of(scene):
        rule = rule_of(app, path, row.method)
        if row.form is not None and rule is not None:
            known.fields.setdefault(rule, set()).update(row.form)
        if row.method == "GET":
            client, _ = browsers.of(row.viewer)
            answer = client.get(path)
            if answer.mimetype == "text/html":
                learn(app, known, path, answer.text)
    return known


def hostile_paths(row: Row, scene: Scene, value: str) -> Iterator[str]:
    """Yield the row's path with a hostile value in each of its places."""
    for name in scene.places:
        if "{" + name + "}" in row.path:
            put = {**scene.places, name: quote(as_bytes(value), safe="") or "%20"}
            yield row.path.format_map(put)


def requests_of(
    known: Known, rule: str, row: Row, path: str, values: Iterator[str]
) -> Iterator[tuple[str, dict[str, str] | None]]:
    """Yield paths and forms in which one parameter or field is hostile, then all of them."""
    parameters = sorted(known.parameters.get(rule, set()))
    bare = path.partition("?")[0]
    fields = sorted(known.fields.get(rule, set()))
    form = None if row.form is None else dict(row.form)
    for name in parameters:
        yield f"{bare}?{encoded({name: next(values)})}", form
    for name in fields if form is not None else ():
        yield path, {**(form or {}), name: next(values)}
    if form is not None:
        yield path, {name: next(values) for name in fields}


def all_requests(
    known: Known, app: Flask, scene: Scene
) -> Iterator[tuple[str, str, str, dict[str, str] | None]]:
    """Yield role, method, path and form of each hostile request; each round has other values."""
    values, others = cycle(VALUES), cycle(ROLES)
    for row, path in list(rows_of(scene)) * ROUNDS:
        rule = rule_of(app, path, row.method)
        if rule is None:
            continue
        form = None if row.form is None else dict(row.form)
        for asked_at, fields in requests_of(known, rule, row, path, values):
            yield row.viewer, row.method, asked_at, fields
        for asked_at in hostile_paths(row, scene, next(values)):
            yield row.viewer, row.method, asked_at, form
        # Whoever may not open it gets its own refusal, whatever they send.
        hostile = dict.fromkeys(known.fields.get(rule, set()), next(values))
        yield next(others), row.method, path, None if form is None else hostile


def test_no_page_has_a_fault_whatever_is_sent(
    app: Flask, mailer: MemoryMailer, scene: Scene
) -> None:
    browsers = Browsers(app)
    known = names_of_pages(app, browsers, scene)
    before = len(mailer.mails)
    requests = islice(all_requests(known, app, scene), 0, None, STEP)
    with logged() as log:
        faults = [browsers.send(*each) for each in requests]
    assert [fault for each in faults for fault in each] == []
    assert len(faults) > 300
    assert_mails_are_whole(mailer, before)
    assert_nobody_is_named(log.getvalue())


def assert_mails_are_whole(mailer: MemoryMailer, before: int) -> None:
    """Every mail has the headers of ours alone, and goes to one address."""
    ours = {name.lower() for mail in mailer.mails[:before] for name in headers_of(mail.content)}
    for mail in mailer.mails[before:]:
        assert ELSEWHERE not in mail.recipient and len(mail.recipient.split()) == 1
        found = headers_of(mail.content)
        assert {name.lower() for name in found} <= ours | {"reply-to"}, found
        assert len(found) == len(set(found))


def headers_of(content: bytes) -> list[str]:
    return list(message_from_bytes(content).keys())


def assert_nobody_is_named(log: str) -> None:
    assert "page refused" in log
    assert "@" not in log and ELSEWHERE not in log and "<xss" not in log, log


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_method_and_no_header_is_answered_by_a_fault(app: Flask, scene: Scene) -> None:
    admin, stranger = client_of(app, ADMIN), client_of(app, ANONYMOUS)
    faults, headers = [], cycle(_HEADERS)
    pages = [path for row, path in rows_of(scene) if row.method == "GET"]
    for path in pages[:: min(STEP, 4)]:
        for method in METHODS:
            faults += asked(admin, method, path, f"{method} {path}")
        for client in (admin, stranger):
            sent = next(headers)
            faults += asked(client, "GET", path, f"{path} {sent}", headers=sent)
            sent = next(headers)
            faults += asked(client, "POST", path, f"{path} {sent}", headers=sent, data=b"\xff=%")
    assert faults == []
