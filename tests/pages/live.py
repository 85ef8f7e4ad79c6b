"""The application of a scene behind a real port, and a browser page that looks at it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from app.mail.mailer import Mailer
from config import Settings
from tests import databases
from tests.applications import A_MONDAY, FixedClock, application
from tests.conftest import PATIENCE_MILLISECONDS

# The browser says so of every answer from 400 on and of broken connections: the test made those.
_NOT_LOADED = "Failed to load resource"


@contextmanager
def started(template: Settings, folder: Path, mailer: Mailer) -> Iterator[Flask]:
    """Give an application on fresh SQLite files."""
    settings = databases.copied_sqlite(template, folder / "data")
    with application(settings, FixedClock(A_MONDAY), mailer) as app:
        yield app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Give the address at which `app` answers, on a port that was free."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:  # else a test that fails would never end
        server.shutdown()
        thread.join()
        server.server_close()


class Watched:
    """A browser's page, and what its console complained of since it was last asked."""

    def __init__(self, browser: Browser, locale: str = "en-GB") -> None:
        self.page: Page = browser.new_page(locale=locale)
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)
        self._complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complaints.append(str(error)))

    def complaints(self) -> list[str]:
        """Return errors and breaches of the content policy, and forget them."""
        heard, self._complaints[:] = list(self._complaints), []
        return heard

    def _hear(self, message: ConsoleMessage) -> None:
        asked_for = message.text.startswith(_NOT_LOADED) and "/static/" not in _place(message)
        if message.type in ("error", "warning") and not asked_for:
            self._complaints.append(f"{message.text} ({_place(message)})")


def _place(message: ConsoleMessage) -> str:
    return message.location["url"]
