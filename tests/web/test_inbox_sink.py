"""The development mail server: a mail that was answered 250 is in the Maildir, whole."""

import mailbox
import smtplib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from app.development.sink import make_sink
from app.mail.mailer import Mail, MailDelayedError, MaildirMailer, SmtpMailer

_MAIL = b"From: a@example.org\r\nTo: %s\r\nSubject: hello\r\n\r\n.dots stay\r\nand lines too\r\n"


def _mail(recipient: str) -> Mail:
    return Mail("a@example.org", recipient, _MAIL % recipient.encode())


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder that does not exist yet."""
    return tmp_path / "data" / "inbox"


@pytest.fixture
def sink(inbox: Path) -> Iterator[Controller]:
    """A running mail server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = make_sink(inbox, "127.0.0.1", port)
    controller.start()
    yield controller
    controller.stop()


def _send(sink: Controller, recipients: list[str]) -> None:
    with SmtpMailer(f"smtp://127.0.0.1:{sink.port}").connect() as connection:
        for recipient in recipients:
            connection.send(_mail(recipient))


def test_every_mail_that_was_taken_is_kept_byte_for_byte(sink: Controller, inbox: Path):
    everyone = [[f"p{lane}.{number}@example.org" for number in range(25)] for lane in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda recipients: _send(sink, recipients), everyone))
    kept = sorted(path.read_bytes() for path in (inbox / "new").iterdir())
    assert kept == sorted(_mail(recipient).content for lane in everyone for recipient in lane)
    assert list((inbox / "tmp").iterdir()) == []


def test_the_folder_is_a_maildir_that_others_can_read(sink: Controller, inbox: Path):
    _send(sink, ["ada@example.org"])
    (message,) = mailbox.Maildir(inbox, create=False)
    assert message["To"] == "ada@example.org"


def test_a_mail_that_cannot_be_stored_is_put_off_not_lost(sink: Controller, inbox: Path):
    inbox.parent.mkdir(parents=True)
    inbox.write_text("a file where the folder should be")
    with pytest.raises(MailDelayedError):
        _send(sink, ["ada@example.org"])
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPDataError) as answer:
            client.sendmail("a@example.org", ["ada@example.org"], _MAIL)
    assert answer.value.smtp_code == 451


def test_the_maildir_mailer_stores_the_same_way(inbox: Path):
    with MaildirMailer(inbox).connect() as connection:
        connection.send(_mail("ada@example.org"))
    (path,) = (inbox / "new").iterdir()
    assert path.read_bytes() == _mail("ada@example.org").content


def test_the_maildir_mailer_puts_off_what_it_cannot_store(inbox: Path):
    inbox.parent.mkdir(parents=True)
    inbox.write_text("a file where the folder should be")
    with MaildirMailer(inbox).connect() as connection, pytest.raises(MailDelayedError):
        connection.send(_mail("ada@example.org"))
