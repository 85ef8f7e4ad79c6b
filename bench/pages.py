"""What pages cost: results over a year of rounds, and what a respondent's phone has to load."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright

from app.mail.mailer import MemoryMailer
from bench.pairs import Line, compare, line
from bench.stage import fresh_application
from crypto.encoding import encode_base64url
from crypto.links import encode_link
from tests import accounts, releases, rounds
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.pages.carried import BUDGET, LANGUAGES, carried
from tests.pages.live import served
from tests.releases import EVERYBODY_ELSE, Answered

ROUNDS = 26  # a year, every two weeks
MANY, FEW = 1_000_000, 10_000  # ballots behind a page
SHARE_OF_GROUP = 0.2
PAGES = 5
TIMES = 7
SLOWEST_PAGES_A_SECOND = 20.0  # 50 ms each


def run() -> Iterator[Line]:
    """Yield two lines; baselines are the limits to keep: 50 ms, and the small page."""
    with fresh_application() as app:
        many, few = (_Circle(app.test_client(), ballots) for ballots in (MANY, FEW))
        growth = compare(
            "results_page_growth",
            f"pages/s over {MANY} ballots; baseline over {FEW}",
            work=lambda: _look(many),
            limit=lambda: _look(few),
            times=TIMES,
        )
        rate = float(str(growth["value"]))
        yield line(
            "results_page", rate, "pages/s", SLOWEST_PAGES_A_SECOND, rate / SLOWEST_PAGES_A_SECOND
        )
        yield growth


class _Circle:
    """A circle in a program that had so many ballots in a year, and its mentor's browser."""

    def __init__(self, client: FlaskClient, ballots: int) -> None:
        address = f"mentor.of.{ballots}@corp.example"
        group_id = accounts.add_mentor(address, program=f"Program of {ballots}")
        each = ballots // ROUNDS
        inside = int(each * SHARE_OF_GROUP)
        answered = {group_id: Answered(inside), EVERYBODY_ELSE: Answered(each - inside, rating=3)}
        for number in range(ROUNDS):
            releases.add_released_round(releases.program_of(group_id), answered, seed=number)
        accounts.sign_in_mentor(client, address)
        self.client, self.path = client, f"/circles/{group_id}"


def _look(circle: _Circle) -> int:
    for _ in range(PAGES):
        with circle.client.application.app_context():  # each request with its own, as when served
            assert circle.client.get(circle.path).status_code == 200
    return PAGES


def respondents_way() -> Iterator[Line]:
    """Yield a line for each language: what comes from the link to the receipt, headers and all.

    The baseline is the limit to keep. Without an installed Chromium there is nothing to yield.
    """
    path, mailer = chromium_path(), MemoryMailer()
    if path is None:
        return
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each answer
    with fresh_application(mailer) as app, served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        for language, link in zip(LANGUAGES, _links(app, mailer, address), strict=False):
            size = carried(browser, link, language).total
            yield line(f"respondent_page_{language}", size, "bytes", BUDGET, BUDGET / size)
        browser.close()


def _links(app: Flask, mailer: MemoryMailer, address: str) -> Iterator[str]:
    """Yield the links of a round that was launched."""
    with tempfile.TemporaryDirectory() as folder:
        rounds.import_people(app, Path(folder), rounds.roster_csv({"North": 12}))
    opened = rounds.launch(app, mailer)
    for link in opened.links.values():
        yield f"{address}/r/{encode_base64url(opened.pool_id)}#{encode_link(link)}"
