"""What pages cost: results over a year of rounds, and what a respondent's phone has to load."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from bench.pairs import Line, compare, line
from bench.stage import fresh_application
from crypto.encoding import encode_base64url
from tests import accounts, releases
from tests.releases import EVERYBODY_ELSE, Answered

ROUNDS = 26  # a year, every two weeks
MANY, FEW = 1_000_000, 10_000  # ballots behind a page
SHARE_OF_GROUP = 0.2
PAGES = 5
TIMES = 7
SLOWEST_PAGES_A_SECOND = 20.0  # 50 ms each
MOST_BYTES = 60_000
_LOADED = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def run() -> Iterator[Line]:
    """Yield three lines; baselines are the limits to keep: 50 ms, the small page, 60 kB."""
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
        size = _loaded_bytes(app.test_client())
        yield line("respondent_page", size, "bytes, gzip", MOST_BYTES, MOST_BYTES / size)


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


def _loaded_bytes(client: FlaskClient) -> int:
    """Return what a respondent's page weighs, each part compressed, in the longest language."""
    page = client.get(f"/r/{encode_base64url(bytes(16))}").get_data()
    loaded = sorted(set(_LOADED.findall(page.decode())))
    assert loaded
    parts = [page, *(client.get(path).get_data() for path in loaded)]
    languages = Path(client.application.static_folder or "").glob("texts-*.js")
    longest = max(len(gzip.compress(file.read_bytes())) for file in languages)
    return longest + sum(len(gzip.compress(part)) for part in parts)
