"""Error pages say calmly what to do, in every process and whoever asks."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask, render_template

from app import create_app
from config import Settings
from tests.applications import FixedClock

STATUSES = (400, 403, 404, 405, 410, 413, 429, 500)


def page_of(app: Flask, status: int) -> str:
    with app.app_context():
        return render_template("errors/page.html", status=HTTPStatus(status))


def test_every_status_has_words_of_its_own(app: Flask) -> None:
    headings = {
        page_of(app, status).partition("<h1>")[2].partition("</h1>")[0]
        for status in (*STATUSES, 418)
    }
    assert len(headings) == len(STATUSES) + 1
    assert not [heading for heading in headings if "!" in heading or not heading]


def test_the_casting_process_answers_with_a_page_too(settings: Settings, clock: FixedClock) -> None:
    cast = create_app(replace(settings, identity_url="nowhere://"), {"cast"}, clock=clock)
    answer = cast.test_client().get("/no-such-page")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h1>There is no page here</h1>" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_fault_of_ours_is_owned_and_tells_nothing(app: Flask) -> None:
    app.testing = False

    def _fail() -> str:
        raise RuntimeError("secret of the program")

    app.add_url_rule("/static/fault", "static.fault", _fail)
    answer = app.test_client().get("/static/fault")
    assert answer.status_code == 500
    assert "It is not your doing" in answer.text
    assert "secret" not in answer.text
