"""The shipped profile as production: roles by its script, each part under its own, a real round."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, func, select, text

from app.demo.respondent import PreparedBallot, prepare_ballot
from crypto.links import Link
from tests import rounds
from tests.clusters import DEPLOY, Server, cluster, initdb_fault
from tests.databases import BASES, need
from tests.faults.post_office import PostOffice
from tests.faults.processes import FLASK, free_port
from tests.forked import Finished, begin, run_chorus
from tests.http_respondent import RefusedError, ballot_body, paper_body, pool_url, request

pytestmark = pytest.mark.slow
SECONDS = 60.0


@dataclass(frozen=True)
class Profile:
    """The parts' environments, by role."""

    environments: Mapping[str, Mapping[str, str]]
    log: Path
    server: Server

    def run(self, *arguments: str) -> Finished:
        """Run a command of the operator, with the owner's addresses."""
        return run_chorus(self.environments["owner"], *arguments)

    def count(self, base: str, table: str) -> int:
        """Return how many rows a table has."""
        place = Path(self.environments["owner"][f"CHORUS_{base.upper()}_URL_FILE"])
        engine = create_engine(place.read_text(), poolclass=NullPool)  # closed at once
        with engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(text(table))) or 0


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[tuple[Profile, PostOffice]]:
    """A server with the shipped roles, up to date and with rights given; and a relay."""
    need(initdb_fault())
    office, port, secrets = PostOffice(), free_port(), tmp_path / "secrets"
    subprocess.run([DEPLOY / "make-secrets", secrets, "127.0.0.1"], check=True, capture_output=True)
    office.start()
    with ExitStack() as ending, cluster(port, secrets) as server:
        ending.callback(office.stop)
        environments = {
            role: environment(tmp_path, secrets, role, port, office.port)
            for role in ("owner", "web", "cast", "worker")
        }
        made = Profile(environments, tmp_path / "parts.log", server)
        for command in (("upgrade",), ("grants", "--apply")):
            done = made.run("databases", *command)
            assert done.code == 0, done
        yield made, office


def environment(
    folder: Path, secrets: Path, role: str, port: int, smtp_port: int
) -> dict[str, str]:
    """Return what a part is told, its addresses in files as the shipped ones are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHORUS_")}
    (folder / role).mkdir(mode=0o700)
    told = {}
    for base in BASES:
        url = secrets / f"{role}_{base}_url"
        if url.exists():
            here = folder / role / f"{base}.url"
            here.write_text(url.read_text().replace(":5432/", f":{port}/"))
            told[f"CHORUS_{base.upper()}_URL_FILE"] = str(here)
    if role != "cast":
        told |= {
            "CHORUS_MASTER_KEY_FILE": str(secrets / "master_key"),
            "CHORUS_SECRET_KEY_FILE": str(secrets / "secret_key"),
            "CHORUS_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        }
    return {
        **kept,
        **told,
        "CHORUS_ENV": "production",
        "CHORUS_DATA": str(folder / role),
        "CHORUS_PORT": str(free_port()),
        "CHORUS_PARTS": {"cast": "cast"}.get(role, "admin,invites"),
        "CHORUS_WEB_PROCESSES": "2",
        "CHORUS_WEB_THREADS": "4",
        "CHORUS_BASE_URL": "https://chorus.example.org",
        "CHORUS_MAIL_FROM": "Chorus <chorus@example.org>",
        "CHORUS_MAIL_DOMAINS": "example.org",
        "CHORUS_SUPPORT": "Helpline=116 123",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def parts(made: Profile) -> Iterator[dict[str, str]]:
    """Give where pages and casting are served; a worker runs beside them."""
    with ExitStack() as ending:
        for role, command in (("web", "web"), ("cast", "web"), ("worker", "worker")):
            process = begin((*FLASK, command), made.environments[role], made.log)
            ending.callback(process.kill)
        urls = {
            role: f"http://127.0.0.1:{made.environments[role]['CHORUS_PORT']}"
            for role in ("web", "cast")
        }
        for url in urls.values():
            wait_until(lambda url=url: is_ready(url), made)
        yield urls


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(is_so: Callable[[], bool], made: Profile) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, made.log.read_text()
        time.sleep(0.2)


def launched(made: Profile, office: PostOffice, folder: Path) -> list[tuple[bytes, Link]]:
    """Return the links of a round of seven, each with its pool."""
    roster = folder / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": 6}))
    assert made.run("people", "import", str(roster)).code == 0
    assert made.run("rounds", "launch", rounds.PROGRAM).code == 0
    sent = [(pool_id, link) for _, pool_id, link in office.links()]
    assert len(sent) == 7
    return sent


@dataclass
class Respondent:
    """One who answers in two steps, with the same words however often they are asked for."""

    urls: Mapping[str, str]
    pool_id: bytes
    link: Link
    manifest: bytes = b""
    prepared: PreparedBallot | None = None
    paper: str = ""

    def take_paper(self) -> None:
        if self.prepared is None:
            self.manifest = request(f"{pool_url(self.urls['cast'], self.pool_id)}/manifest")
            self.prepared = prepare_ballot(self.pool_id, self.manifest, self.link.cell, rounds.GOOD)
        body = paper_body(self.link, self.prepared.blinded)
        told = request(f"{pool_url(self.urls['web'], self.pool_id)}/paper", body)
        self.paper = json.loads(told)["blind_sig"]

    def cast(self) -> None:
        assert self.prepared is not None
        body = ballot_body(self.manifest, self.prepared, self.paper)
        request(f"{pool_url(self.urls['cast'], self.pool_id)}/ballot", body)


def insist(step: Callable[[], None]) -> None:
    """Ask again while the service is busy, as browsers do: it meets each dead connection once."""
    for _ in range(20):
        try:
            return step()
        except RefusedError as told:
            if told.name != "busy":
                raise
            time.sleep(0.1)
    return step()


def seen_by_doctor(made: Profile) -> dict[str, dict[str, str]]:
    """Return what the doctor says once it sees a worker."""
    checks: dict[str, dict[str, str]] = {}

    def worker_is_there() -> bool:
        found = json.loads(made.run("doctor", "--offline", "--json").stdout)["checks"]
        checks.update({one["name"]: one for one in found})
        return bool(checks["Workers"]["said"] == "1 running, one of them on watch.")

    wait_until(worker_is_there, made)
    return checks


def test_each_part_does_its_work_in_production_under_its_role(
    profile: tuple[Profile, PostOffice], tmp_path: Path
) -> None:
    made, office = profile
    sent = launched(made, office, tmp_path)
    with parts(made) as urls:
        for pool_id, link in sent:
            somebody = Respondent(urls, pool_id, link)
            somebody.take_paper()
            somebody.cast()
        checks = seen_by_doctor(made)
    bad = {name: one["said"] for name, one in checks.items() if one["verdict"] == "bad"}
    assert bad == {}
    for name in ("Copies of ballots", "Log of ballots", "Role, identity", "Keys", "Mail relay"):
        assert checks[name]["verdict"] == "good", checks[name]
    assert "job failed" not in made.log.read_text()


def test_a_database_server_that_dies_and_comes_back_costs_no_answer(
    profile: tuple[Profile, PostOffice], tmp_path: Path
) -> None:
    made, office = profile
    sent = launched(made, office, tmp_path)
    with parts(made) as urls:
        asked = [Respondent(urls, pool_id, link) for pool_id, link in sent]
        answered, with_paper, waiting = asked[:3], asked[3], asked[4:]
        for somebody in answered:
            somebody.take_paper()
            somebody.cast()
        with_paper.take_paper()
        made.server.crash()
        for step in (with_paper.cast, with_paper.take_paper):
            with pytest.raises(RefusedError) as told:
                step()
            assert (told.value.status, told.value.name) == (503, "busy")
        assert not any(map(is_ready, urls.values()))
        made.server.start()
        for url in urls.values():
            wait_until(lambda url=url: is_ready(url), made)
        signature = with_paper.paper
        for somebody in (with_paper, *waiting):
            insist(somebody.take_paper)
            insist(somebody.cast)
        assert with_paper.paper == signature
        seen_by_doctor(made)
    assert made.count("identity", "share") == made.count("ballots", "ballot") == len(sent)
