"""The product as an operator runs it, and an installed Chromium to meet it with."""

import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import PATIENCE_MILLISECONDS
from tests.forked import Forked, run_chorus, serving

START_SECONDS = 240  # the demo is made first, on two cores that others use too
PHONE = {"width": 390, "height": 780}


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A fresh browser at phone width."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    yield _watched(context)
    context.close()


def _watched(context: BrowserContext) -> Page:
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context.new_page()


@dataclass(frozen=True)
class Product:
    """A running Chorus: where it is, and its operator's terminal."""

    url: str
    data: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a `flask chorus` command and return what it printed."""
        finished = run_chorus(self.environment, *arguments)
        assert finished.code == 0, finished.stdout + finished.stderr
        return finished.stdout

    def mails(self) -> list[EmailMessage]:
        """Return every mail that the development mail server took, in no order."""
        folder = self.data / "inbox" / "new"
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(folder.glob("*"))
        ]

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """Return the mail to `address` whose subject holds `subject`, waiting for it a little."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for mail in self.mails():
                if mail["To"] == address and subject in mail["Subject"]:
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} about {subject}")


def link_of(mail: EmailMessage, path: str) -> str:
    """Return the link in the text of `mail` whose path begins with `path`."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"http://\S+{path}\S*", body.get_content())
    assert found is not None, body.get_content()
    return found[0]


def free_ports() -> tuple[int, int]:
    """Return two ports of this machine on which nothing listens."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def environment_for(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a product whose data live in `data`."""
    web, mail = free_ports()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHORUS_")}
    return {
        **kept,
        "CHORUS_DATA": str(data),
        "CHORUS_PORT": str(web),
        "CHORUS_SMTP_URL": f"smtp://127.0.0.1:{mail}",
        **more,
    }


@pytest.fixture
def unserved(tmp_path: Path) -> Product:
    """A product whose commands work and that nobody serves yet."""
    environment = environment_for(tmp_path / "data")
    url = f"http://127.0.0.1:{environment['CHORUS_PORT']}"
    return Product(url, tmp_path / "data", environment)


class Served:
    """Starts `flask chorus serve` for a product, and ends it with all its children."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._process: Forked | None = None

    def __enter__(self) -> None:
        log = self._product.data.parent / "serve.log"
        self._process = Forked(serving, (), self._product.environment, (log, log))
        self._wait()

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def _wait(self) -> None:
        port = int(self._product.environment["CHORUS_PORT"])
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            assert self._process is not None
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        log = (self._product.data.parent / "serve.log").read_text()
        raise AssertionError(f"the product did not start:\n{log}")
