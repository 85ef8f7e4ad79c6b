"""The privacy page says what is set, not what was once written down."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.models.identity.program import Program
from tests.accounts import sign_in_admin


def words(client: FlaskClient) -> str:
    """Return the page as it is read."""
    page = client.get("/privacy")
    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def set_to(app: Flask, **settings: object) -> None:
    app.config["CHORUS"] = replace(app.config["CHORUS"], **settings)


def add_programs(*thresholds: int) -> None:
    with identity.begin() as session:
        session.add_all(
            Program(name=f"Program {k}", time_zone="Europe/Paris", k=k) for k in thresholds
        )


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"keep_comments_months": 7}, "Comments 7 months"),
        ({"keep_comments_months": 1}, "Comments 1 month "),
        ({"keep_leavers_days": 31}, "after you have left 31 days"),
        ({"organisation": "Harbour & Sons"}, "Harbour & Sons asks you"),
        ({"mail_from": "Chorus <listen@harbour.example>"}, "come from listen@harbour.example"),
        ({"contact": "dpo@harbour.example"}, "write to: dpo@harbour.example"),
        ({"support": (("Helpline", "116 123"),)}, "Helpline: 116 123"),
    ],
)
def test_it_says_what_is_set(app: Flask, setting: dict[str, object], said: str) -> None:
    client = app.test_client()
    assert said not in words(client)
    set_to(app, **setting)
    assert said in words(client)


def test_it_tells_of_the_form_without_javascript_where_there_is_one(app: Flask) -> None:
    client = app.test_client()
    for offered in (True, False):
        set_to(app, plain_form=offered)
        assert ("a second way to answer" in words(client)) is offered


def test_it_promises_no_more_people_than_the_program_that_asks_for_fewest(app: Flask) -> None:
    client = app.test_client()
    assert "totals of at least 5 people" in words(client)
    add_programs(9, 6)
    assert "totals of at least 6 people" in words(client)
    add_programs(4)
    assert "totals of at least 4 people" in words(client)


def test_it_is_the_same_for_everyone_and_leaves_no_cookie(app: Flask) -> None:
    visitor, admin = app.test_client(), app.test_client()
    sign_in_admin(admin)
    assert visitor.get("/privacy").data == admin.get("/privacy").data
    assert "Set-Cookie" not in visitor.get("/privacy").headers
