"""Every route answers every role, in every state, as the table says, and no route is missing."""

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.mail.mailer import MemoryMailer
from tests.accounts import form_token
from tests.pages.scenes import Scene, client_of, full_scene, new_scene
from tests.pages.table import EMPTY, ERROR, NEW, ROLES, SHOWN, STATES, TABLE, WITHHELD, Row

_WITHOUT_BODY = {"HEAD", "OPTIONS"}  # they follow from GET and from the route itself
_WITH_RESULTS = {
    "/circles/<group_id>",
    "/feedback/<cycle_id>",
    "/programs/<program_id>",
    "/programs/<program_id>/results",
    "/programs/<program_id>/feedback/<cycle_id>/profile",
}


def route_of(app: Flask, row: Row) -> tuple[str, str]:
    """Return method and rule of the route that a row asks.

    :raises NotFound, MethodNotAllowed: if there is none.
    """
    path = urlsplit(row.path).path
    rule, _ = app.url_map.bind("").match(path, method=row.method, return_rule=True)
    return row.method, rule.rule


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_route_stands_in_the_table_and_every_row_has_its_route(app: Flask) -> None:
    asked = {route_of(app, row) for row in TABLE}
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - _WITHOUT_BODY
    }
    assert asked == served


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_route_is_asked_in_the_states_that_it_can_be_in(app: Flask) -> None:
    states: dict[tuple[str, str], set[str]] = {}
    for row in TABLE:
        assert row.state in STATES and set(row.answers) == set(ROLES), row
        states.setdefault(route_of(app, row), set()).add(row.state)
    guessable = [route for route in states if "<" in route[1]]
    assert [route for route in guessable if ERROR not in states[route]] == []
    for rule in _WITH_RESULTS:
        assert states["GET", rule] >= {EMPTY, WITHHELD, SHOWN, ERROR}, rule


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, role: str
) -> None:
    early = list(_wrong_answers(app, new_scene(), role, [NEW]))
    scene = full_scene(app, mailer, tmp_path)
    assert early + list(_wrong_answers(app, scene, role, set(STATES) - {NEW})) == []


def _wrong_answers(app: Flask, scene: Scene, role: str, states: Collection[str]) -> Iterator[str]:
    """Ask every row of these states and yield what was answered otherwise."""
    for row in TABLE:
        if row.state not in states:
            continue
        client, path = client_of(app, role), row.path.format_map(scene.places)
        if row.form is not None and not row.tokenless:
            status = client.post(path, data=row.form).status_code
            if status != 400:
                yield f"{row.method} {row.path} without its token: {status}"
        answer = _ask(app, client, row, path, scene)
        wanted = row.answers[role]
        if not _fits(answer, wanted, scene):
            said = f"{answer.status_code} {answer.location or answer.text[:200]}"
            yield f"{row.method} {row.path} ({row.state}): {said}, not {wanted}"


def _ask(app: Flask, client: FlaskClient, row: Row, path: str, scene: Scene) -> TestResponse:
    if row.json is not None:
        return client.post(path, json=scene.bodies[row.json])
    if row.form is None:
        return client.open(path, method=row.method)
    token = {} if row.tokenless else {"csrf_token": form_token(app, client)}
    return client.post(path, data={**row.form, **token})


def _fits(answer: TestResponse, wanted: int | str, scene: Scene) -> bool:
    if isinstance(wanted, int):
        return answer.status_code == wanted
    leads = wanted.format_map(scene.places)
    return answer.status_code == 302 and fnmatchcase(answer.location or "", leads)
