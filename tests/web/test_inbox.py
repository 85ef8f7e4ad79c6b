"""The development inbox: what it shows, how a mail is fenced in, and that production has none."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.mail.letters import InvitationLetter
from app.mail.maildir import store_message
from config import Settings
from tests import databases
from tests.unit.mail_samples import BOUNCES_TO, LINK, STOP_URL, sample_facts, sample_sender


def _store(inbox: Path, recipient: str) -> str:
    letter = InvitationLetter(sample_sender(), sample_facts())
    mail = letter.compose(
        recipient,
        link=LINK,
        unsubscribe_url=STOP_URL,
        message_id="<a@b.org>",
        bounces_to=BOUNCES_TO,
    )
    return store_message(inbox, mail.content)


def test_the_inbox_lists_the_newest_mail_first(client: FlaskClient, settings: Settings):
    for recipient in ("first@example.org", "second@example.org", "third@example.org"):
        _store(settings.inbox, recipient)
    page = client.get("/dev/inbox").text
    assert page.index("third@") < page.index("second@") < page.index("first@")
    assert "How have the last two weeks been?" in page


def test_the_inbox_can_be_filtered_by_recipient(client: FlaskClient, settings: Settings):
    _store(settings.inbox, "first@example.org")
    _store(settings.inbox, "second@example.org")
    page = client.get("/dev/inbox?to=SECOND@").text
    assert "second@example.org" in page
    assert "first@example.org" not in page


def test_an_empty_inbox_says_how_to_fill_it(client: FlaskClient):
    assert "No mail yet." in client.get("/dev/inbox").text


def test_a_mail_is_shown_as_text_source_and_frame(client: FlaskClient, settings: Settings):
    name = _store(settings.inbox, "first@example.org")
    answer = client.get(f"/dev/inbox/{name}")
    assert f'href="{LINK}"' in answer.text
    assert "List-Unsubscribe-Post" in answer.text
    assert f'src="/dev/inbox/{name}/html"' in answer.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in answer.text
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_framed_mail_may_style_itself_and_nothing_else(client: FlaskClient, settings: Settings):
    name = _store(settings.inbox, "first@example.org")
    answer = client.get(f"/dev/inbox/{name}/html")
    rules = answer.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in rules
    assert "style-src 'unsafe-inline'" in rules
    assert "frame-ancestors 'self'" in rules
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in rules
    assert not any(rule.startswith(("script-src", "img-src", "connect-src")) for rule in rules)
    assert '<base target="_blank">' in answer.text


@pytest.mark.parametrize("name", ["nothing", "..", ".hidden", "%2e%2e%2fsecret.key", "a%00b"])
@pytest.mark.parametrize("rest", ["", "/html"])
def test_a_name_that_is_no_mail_is_not_found(
    client: FlaskClient, settings: Settings, name: str, rest: str
):
    _store(settings.inbox, "first@example.org")
    assert client.get(f"/dev/inbox/{name}{rest}").status_code == 404


def test_reading_changes_nothing(client: FlaskClient, settings: Settings):
    name = _store(settings.inbox, "first@example.org")
    before = sorted(settings.inbox.rglob("*"))
    for path in ("/dev/inbox", f"/dev/inbox/{name}", f"/dev/inbox/{name}/html"):
        assert client.get(path).status_code == 200
    assert sorted(settings.inbox.rglob("*")) == before


def test_production_has_no_inbox(app: Flask, settings: Settings):
    production = create_app(replace(settings, environment="production", mailer="smtp"))
    rules = [rule.rule for rule in production.url_map.iter_rules()]
    assert not any(rule.startswith("/dev") for rule in rules)
    assert any(rule.rule.startswith("/dev") for rule in app.url_map.iter_rules())
    with production.app_context():
        databases.dispose_engines()
