"""A refusal is a line of the log that says what was refused and when, and names nobody."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts import add_mentor, post, sign_in_mentor
from tests.logged import logged


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_refused_pages_and_sign_ins_are_logged_without_a_name(
    app: Flask, client: FlaskClient
) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    typed = {"address": "somebody@corp.example", "password": "three quiet otters"}
    with logged() as log:
        assert client.get("/audit").status_code == 403
        assert post(app, app.test_client(), "/sign-in", typed).status_code == 403
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert all(line.pop("timestamp") for line in lines)
    assert lines == [
        {"event": "page refused", "step": "accounts.audit", "level": "warning"},
        {"event": "sign-in refused", "error": "WrongCredentialsError", "level": "warning"},
    ]
