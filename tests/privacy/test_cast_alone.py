"""The casting process needs nothing of the people's database, and has no way to it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.clock import current_clock
from app.extensions import ballots, db, identity, keys
from config import Settings
from crypto.encoding import encode_base64url
from tests import databases
from tests.applications import FixedClock
from tests.http_respondent import RefusedError, request
from tests.privacy.dumps import dump
from tests.privacy.processes import granian, product, served
from tests.privacy.wire import Respondent, api, respondent
from tests.rounds import OpenRound

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def person(opened: OpenRound) -> Respondent:
    """Someone who can answer."""
    return respondent(opened.pool_id, next(iter(opened.links.values())))


def serials() -> list[bytes]:
    """Return the serials of the ballots that are stored."""
    return [value.content for value in dump(ballots.engine) if value.column == "serial"]


def test_the_cast_part_has_the_ballots_database_and_no_other(
    opened: OpenRound,
    person: Respondent,
    client: FlaskClient,
    settings: Settings,
    clock: FixedClock,
) -> None:
    signature = person.take_paper(client)
    alone = create_app(settings, parts={"cast"}, clock=clock)
    with alone.app_context():
        assert set(db.engines) == {"ballots"}
        for store in (identity, keys):
            with pytest.raises(KeyError):
                _ = store.engine
        databases.dispose_engines()
    urls = [str(value) for name, value in alone.config.items() if name.startswith("SQLALCHEMY_")]
    for url in (settings.identity_url, settings.keys_url):
        assert not any(url in configured for configured in urls)
    assert not {"chorus.vault", "chorus.mailer"} & set(alone.extensions)
    browser = alone.test_client()
    assert browser.get(f"/r/{encode_base64url(opened.pool_id)}").status_code == 200
    assert browser.get(api(opened.pool_id, "manifest")).data == person.manifest
    assert browser.get(api(opened.pool_id, "form")).status_code == 200
    assert person.cast(browser, signature).status_code == 204
    for name in ("check", "paper"):
        assert browser.post(api(opened.pool_id, name), json=person.paper_body()).status_code == 404
    with alone.app_context():
        databases.dispose_engines()


def test_a_cast_process_serves_while_people_and_keys_are_out_of_reach(
    app: Flask, settings: Settings, tmp_path: Path, opened: OpenRound, person: Respondent
) -> None:
    signature = person.take_paper(app.test_client())
    behind = current_clock().now() - datetime.now(UTC)  # the process's time is to be the test's
    (settings.data / "clock").write_text(str(behind.total_seconds()), encoding="ascii")
    never = tmp_path / "never.sqlite3"
    running = product(
        settings,
        CHORUS_PARTS="cast",
        CHORUS_IDENTITY_URL=f"sqlite:///{never}",
        CHORUS_KEYS_URL=NOWHERE,
    )
    assert serials() == []
    with served(running, *granian(running)):
        assert request(running.url + api(opened.pool_id, "manifest")) == person.manifest
        assert request(running.url + api(opened.pool_id, "form"))
        assert b"<main" in request(f"{running.url}/r/{encode_base64url(opened.pool_id)}")
        assert b"ready" in request(f"{running.url}/readyz")
        body = person.ballot_body(signature)
        assert request(running.url + api(opened.pool_id, "ballot"), body) == b""
        with pytest.raises(RefusedError, match="404"):
            request(running.url + api(opened.pool_id, "paper"), person.paper_body())
    assert len(serials()) == 1
    assert not never.exists()
