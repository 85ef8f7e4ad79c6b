""" "I would like someone to contact me": one mail at once, with a name, and nothing else."""

from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.clock import current_clock
from app.extensions import db, identity
from app.forms.service import current_form, frozen_form
from app.mail.mailer import MemoryMailer, RelayUnavailableError, set_mailer
from config import CONTACT_LABEL, Settings
from tests import databases
from tests.privacy.dumps import snapshot

WISH = {
    "name": "Sam Reed",
    "reach": "+00 111 22 33\r\nBcc: someone@else.example",
    "when": "today",
    "about": "It is a lot.\n<b>Really</b>",
}


def engines() -> list:
    """Return all engines."""
    return list(db.engines.values())


def test_one_mail_goes_to_the_contact_and_nothing_is_stored(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, settings: Settings
) -> None:
    before = snapshot(engines())
    answer = client.post("/contact", data=WISH)
    assert answer.status_code == 200 and "It has been sent" in answer.text
    assert "Set-Cookie" not in answer.headers
    (mail,) = mailer.mails
    assert mail.recipient == settings.contact
    message = message_from_bytes(mail.content, policy=policy.default)
    text = message.get_body(("plain",)).get_content()
    assert all(words in text for words in ("Sam Reed", "+00 111 22 33", "today", "It is a lot."))
    assert message["Bcc"] is None and "Sam" not in str(message["Subject"])
    assert snapshot(engines()) == before


def test_the_first_sentence_says_that_it_is_not_anonymous(client: FlaskClient) -> None:
    page = client.get("/contact")
    first = page.text.partition("<p")[2]
    assert "This is not anonymous" in first[:120]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("missing", ["name", "reach"])
def test_what_is_missing_is_named_and_the_rest_stays(
    client: FlaskClient, mailer: MemoryMailer, missing: str
) -> None:
    answer = client.post("/contact", data={**WISH, missing: "  "})
    assert answer.status_code == 422 and f'href="#{missing}"' in answer.text
    assert "It is a lot." in answer.text
    assert mailer.mails == []


def test_a_relay_that_is_down_loses_nothing_that_was_typed(app: Flask, client: FlaskClient) -> None:
    class Down:
        @contextmanager
        def connect(self):
            raise RelayUnavailableError
            yield

    set_mailer(app, Down())
    answer = client.post("/contact", data=WISH)
    assert answer.status_code == 503 and "could not be sent" in answer.text
    assert "It is a lot." in answer.text and 'value="Sam Reed"' in answer.text


def test_a_flood_is_stopped_without_keeping_anybodys_address(
    client: FlaskClient, mailer: MemoryMailer
) -> None:
    answers = [client.post("/contact", data=WISH).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429] and len(mailer.mails) == 3
    assert client.post("/contact", data={**WISH, "reach": "room 4"}).status_code == 200


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_forms_lead_there_only_where_somebody_is_named(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    assert settings.support_panel[-1] == (CONTACT_LABEL, f"{settings.base_url}/contact")
    with identity.begin() as session:
        form = frozen_form(current_form(session), settings.support_panel)
    assert set(form.support[-1].label) == {"en", "de", "fr", "es", "ar"}
    silent = replace(settings, contact="")
    assert silent.support_panel == settings.support
    assert replace(settings, support=()).support_panel == ()  # helplines can't be left out
    other = create_app(silent)
    assert other.test_client().get("/contact").status_code == 404
    assert "/contact" not in other.test_client().get("/r/anypool").text
    assert "/contact" in client.get("/r/anypool").text
    assert current_clock()
    with other.app_context():
        databases.dispose_engines()
