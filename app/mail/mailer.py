"""Mailers: how a finished message leaves. One connection can carry many messages."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from app.mail.maildir import store_message
from app.mail.pace import Pace
from config import Settings

_KEY = "chorus.mailer"
_TIMEOUT_SECONDS = 30
# RFC 5321: the relay shuts down, or has too little room. Some answer so to each mail after so many
# over one connection. 452 may mean one full mailbox as well; it is tried again, as everything here.
_ABOUT_THE_RELAY = frozenset({421, 452})


class MailDelayedError(Exception):
    """The relay did not take the message now; it may take it later."""


class RelayUnavailableError(MailDelayedError):
    """The relay can't be used now, for whomever the message is."""


class MailRefusedError(Exception):
    """The relay will not take the message."""


@dataclass(frozen=True)
class Mail:
    """A finished message: `content` is its bytes, headers and all; never kept, never logged."""

    sender: str
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


class Connection(Protocol):
    """An open way out."""

    def send(self, mail: Mail) -> None:
        """Return once the message is taken.

        :raises MailDelayedError: if this recipient or message is put off (4xx).
        :raises MailRefusedError: if this recipient or message is refused (5xx).
        :raises RelayUnavailableError: for everything that is not about this message.
        """


class Mailer(Protocol):
    """Opens connections.

    :ivar connections: how many may be open for one launch.
    """

    connections: int

    def connect(self) -> AbstractContextManager[Connection]:
        """Give an open connection.

        :raises MailDelayedError: if the relay can't be reached now.
        """


class SmtpMailer:
    """Hands messages to an SMTP relay: smtp:// (STARTTLS where offered) or smtps://."""

    def __init__(self, url: str, connections: int = 1, pace: Pace | None = None) -> None:
        self._url = urlsplit(url)
        self._pace = pace or Pace(0)
        self.connections = connections

    @contextmanager
    def connect(self) -> Iterator["SmtpConnection"]:
        """Give a connection to the relay."""
        connection = SmtpConnection(self._open, self._pace)
        try:
            yield connection
        finally:
            connection.close()

    def _open(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "127.0.0.1", self._url.port or 0
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=_TIMEOUT_SECONDS, context=context
            )
        else:
            client = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
            client.ehlo()
            if client.has_extn("starttls"):
                client.starttls(context=ssl.create_default_context())
        client.ehlo()
        if self._url.username:
            client.login(unquote(self._url.username), unquote(self._url.password or ""))
        return client


class SmtpConnection:
    """One SMTP conversation, opened at the first message and again after a break."""

    def __init__(self, open_client: Callable[[], smtplib.SMTP], pace: Pace) -> None:
        self._open_client = open_client
        self._pace = pace
        self._client: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> None:
        """Return once the relay has answered 250."""
        self._pace.wait_for_turn()
        try:
            if self._client is None:
                self._client = self._open_client()
            # Protocol: Launch. Bounces carry headers only, so no link comes back in one.
            options = ["RET=HDRS"] if self._client.has_extn("dsn") else []
            self._client.sendmail(mail.sender, [mail.recipient], mail.content, options)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise self._error(codes[0] if codes else 500) from None
        except smtplib.SMTPDataError as answer:
            raise self._error(answer.smtp_code) from None
        except (OSError, smtplib.SMTPException):
            # Login, sender, quota, connection: a 5xx of these says nothing about the recipient.
            self._drop()
            raise RelayUnavailableError from None

    def close(self) -> None:
        """Say goodbye to the relay."""
        if self._client is not None:
            try:
                self._client.quit()
            except (OSError, smtplib.SMTPException):
                self._client.close()
            self._client = None

    def _error(self, code: int) -> Exception:
        """Return what an answer about one message comes to."""
        if code in _ABOUT_THE_RELAY:
            self._drop()
            return RelayUnavailableError()
        return MailDelayedError() if 400 <= code < 500 else MailRefusedError()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class MaildirMailer:
    """Puts messages into a Maildir (development)."""

    connections = 1

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def connect(self) -> Iterator["MaildirMailer"]:
        """Give the mailer itself; a folder needs no connection."""
        yield self

    def send(self, mail: Mail) -> None:
        """Store the message.

        :raises MailDelayedError: if the folder can't be written now.
        """
        try:
            store_message(self._path, mail.content)
        except OSError:
            raise MailDelayedError from None


class MemoryMailer:
    """Keeps messages in a list (tests and demo)."""

    connections = 1

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    @contextmanager
    def connect(self) -> Iterator["MemoryMailer"]:
        """Give the mailer itself."""
        yield self

    def send(self, mail: Mail) -> None:
        """Keep the message."""
        self.mails.append(mail)


def make_mailer(settings: Settings) -> Mailer:
    """Return the mailer that the settings name."""
    if settings.mailer == "maildir":
        return MaildirMailer(settings.inbox)
    if settings.mailer == "memory":
        return MemoryMailer()
    pace = Pace(settings.mail_per_minute)
    return SmtpMailer(settings.smtp_url, settings.mail_connections, pace)


def set_mailer(app: Flask, mailer: Mailer) -> None:
    """Give `app` the mailer that `current_mailer` will return."""
    app.extensions[_KEY] = mailer


def current_mailer() -> Mailer:
    """Return the current application's mailer."""
    mailer: Mailer = current_app.extensions[_KEY]
    return mailer
