"""The shipped proxy configuration writes down no visit, and finds every page (PROTOCOL 4)."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Settings
from crypto.encoding import encode_base64url
from tests import rounds
from tests.databases import need
from tests.http_respondent import answer_over_http
from tests.privacy.processes import free_port, product, served
from tests.proxy import CONFIGURATION, nginx_fault, proxy

LOGS = Path("/var/log/nginx")
MARK = "Ij0uRn3yMaRk"


def configuration() -> str:
    """Return the nginx configuration."""
    return re.sub(r"\s*#.*", "", CONFIGURATION.read_text(encoding="utf-8"))


def upstream_of(path: str) -> str:
    """Return where nginx sends a path: the first expression that fits, else the longest prefix."""
    places = re.findall(r"location (~ )?(\S+) \{(.*?)\}", configuration(), re.DOTALL)
    assert places
    expressions = [(name, body) for mark, name, body in places if mark and re.search(name, path)]
    prefixes = [(name, body) for mark, name, body in places if not mark and path.startswith(name)]
    body = expressions[0][1] if expressions else max(prefixes, key=lambda place: len(place[0]))[1]
    sent = re.search(r"proxy_pass http://(\w+);", body)
    assert sent is not None
    return sent[1]


def paths_of(settings: Settings, *parts: str) -> set[str]:
    """Return a path for each page of these parts."""
    rules = create_app(settings, parts=parts).url_map.iter_rules()
    own = [rule.rule for rule in rules if not rule.rule.startswith(("/static", "/healthz"))]
    return {re.sub(r"<[^>]+>", "x", rule) for rule in own}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_page_goes_to_the_process_that_serves_it(settings: Settings) -> None:
    shared = paths_of(settings, "cast") & paths_of(settings, "invites")
    casting = paths_of(settings, "cast") - shared
    assert {"/r/x", "/m/x", "/api/v1/pools/x/ballot", "/api/v1/mailbox/read"} <= casting
    assert {upstream_of(path) for path in casting} == {"chorus_cast"}
    others = paths_of(settings, "invites", "plain", "admin")
    assert {upstream_of(path) for path in others} == {"chorus"}


def test_no_visit_is_written_down_and_no_body_rests_on_a_disk() -> None:
    # For all places at once: the script of the respondent's page tells, too, that somebody came.
    before_servers = configuration().partition("upstream")[0]
    assert "access_log off;" in before_servers and "error_log /dev/null crit;" in before_servers
    assert configuration().count("_log ") == 2
    largest = re.findall(r"client_max_body_size (\w+);", configuration())
    assert largest == re.findall(r"client_body_buffer_size (\w+);", configuration())
    assert "proxy_max_temp_file_size 0;" in before_servers


def written(folder: Path) -> list[bytes]:
    """Return the lines that nginx has written beside what it was given.

    What later versions say of the configuration's `http2` at their start is no part of it.
    """
    given = {"nginx.conf", "certificate.pem", "key.pem", "nginx.pid"}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in given]
    lines = [line for path in files for line in path.read_bytes().splitlines()]
    return [line for line in lines if b'"listen ... http2"' not in line]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_requests_through_a_running_proxy_leave_no_trace(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(nginx_fault())
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    cast_port = free_port()
    started = product(settings, CHORUS_CAST_PORT=str(cast_port), CHORUS_PARTS="admin,invites")
    places = {"web": int(started.environment["CHORUS_PORT"]), "cast": cast_port}
    logs = {path: path.read_bytes() for path in LOGS.glob("*")} if LOGS.exists() else {}
    with served(started), proxy(tmp_path / "proxy", free_port(), places) as running:
        started.run("rounds", "launch", rounds.PROGRAM)
        pool_id, links = started.links()
        monkeypatch.setenv("SSL_CERT_FILE", str(running.folder / "certificate.pem"))
        for link in links.values():
            answer_over_http(f"https://localhost:{running.port}", pool_id, link, rounds.GOOD)
        page = f"/r/{encode_base64url(pool_id)}"
        assert running.ask(f"{page}?{MARK}", headers={"User-Agent": MARK})[0] == 200
        assert running.ask(f"/api/v1/pools/{MARK}/ballot", b"{}")[0] in (400, 404, 415, 422)
        large = MARK.encode() * 9000
        status, said = running.ask(f"/api/v1/pools/{MARK}/ballot", large)
        assert status == 413 and b"nginx" in said
        assert b"nginx" not in running.ask("/people/import", large)[1]  # Chorus itself answers
        inside = [running.status(path) for path in ("/metrics", "/readyz", "/healthz")]
        assert inside == [404, 404, 200]
    with proxy(tmp_path / "alone", free_port(), places) as running:
        assert running.status(f"{page}?{MARK}") == 502  # nobody is behind it: no line either
    for folder in (tmp_path / "proxy", tmp_path / "alone"):
        assert written(folder) == []
    if LOGS.exists():
        assert {path: path.read_bytes() for path in LOGS.glob("*")} == logs
