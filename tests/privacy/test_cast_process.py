"""A whole round with casting in a process of its own, and what that process can see."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.demo.respondent import prepare_ballot
from app.extensions import identity, keys
from app.serving.commands import children_of
from app.serving.environments import cast_environment
from config import Settings, load_settings
from crypto import receipts
from crypto.encoding import encode_base64url
from tests import rounds
from tests.databases import development_settings
from tests.http_respondent import RefusedError, ballot_body, paper_body, pool_url, request
from tests.privacy.proc import descendants, environment_of, local_ports, open_files
from tests.privacy.processes import SERVE, Running, free_port, product, served

POSTGRESQL_PORT = 5432
TOLD = {
    *("CHORUS_PARTS", "CHORUS_DATA", "CHORUS_HOST", "CHORUS_PORT"),
    *("CHORUS_BALLOTS_URL", "CHORUS_BASE_URL"),
}
SAID_ON_PAGES = {
    *("CHORUS_SUPPORT", "CHORUS_CONTACT"),
    *("CHORUS_PLAIN_FORM", "CHORUS_KEEP_COMMENTS_MONTHS"),
}
MAY_BE_TOLD = TOLD | {"CHORUS_ENV", "CHORUS_LOG_LEVEL"} | SAID_ON_PAGES


@pytest.fixture
def running(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Running]:
    """The product as `serve` runs it with a casting port; the pages' process leaves casting out."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    cast_port = free_port()
    started = product(
        settings,
        CHORUS_CAST_PORT=str(cast_port),
        CHORUS_PARTS="admin,invites",
        SPT_NOENV="1",  # else the server's title is written over what the kernel shows of it
    )
    with served(started, *SERVE):  # executed: the kernel is asked what it was told
        yield started


def processes(running: Running) -> dict[str, list[int]]:
    """Return the processes of each part that serves pages, by what they say they serve."""
    assert running.serving is not None
    found: dict[str, list[int]] = {"cast": [], "admin,invites": []}
    for pid in descendants(running.serving.pid):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"granian" in command or b"multiprocessing" in command:
            found[environment_of(pid)["CHORUS_PARTS"]].append(pid)
    return found


def answer_all(running: Running) -> None:
    """Answer with every link: people's half to the pages, the anonymous half to casting."""
    pool_id, links = running.links()
    cast = f"http://127.0.0.1:{running.environment['CHORUS_CAST_PORT']}"
    anonymous, identified = pool_url(cast, pool_id), pool_url(running.url, pool_id)
    assert b"<main" in request(f"{cast}/r/{encode_base64url(pool_id)}")
    manifest = request(f"{anonymous}/manifest")
    assert request(f"{anonymous}/form")
    for link in links.values():
        prepared = prepare_ballot(pool_id, manifest, link.cell, rounds.GOOD)
        paper = json.loads(request(f"{identified}/paper", paper_body(link, prepared.blinded)))
        body = ballot_body(manifest, prepared, paper["blind_sig"])
        assert request(f"{anonymous}/ballot", body) == b""
    withdrawal = receipts.withdrawal_of(prepared.receipt, pool_id)
    request(f"{anonymous}/withdraw", {"w": encode_base64url(withdrawal)})
    with pytest.raises(RefusedError, match="404"):
        request(f"{anonymous}/paper", paper_body(link, prepared.blinded))
    with pytest.raises(RefusedError, match="404"):
        request(f"{identified}/ballot", body)


def test_a_round_is_answered_through_two_processes_of_which_one_knows_no_people(
    app: Flask, settings: Settings, running: Running
) -> None:
    launched = running.run("rounds", "launch", rounds.PROGRAM)
    answer_all(running)
    parts = processes(running)
    assert len(parts["cast"]) >= 2  # the server and what it started
    for pid in parts["cast"]:
        told = environment_of(pid)
        assert {name for name in told if name.startswith("CHORUS_")} <= MAY_BE_TOLD
        assert not [name for name, value in told.items() if reveals(value, settings)]
    assert any(reveals(v, settings) for v in environment_of(parts["admin,invites"][0]).values())
    assert_nothing_open(settings, parts)
    round_id = launched.split()[launched.split().index("Round") + 1]
    running.run("rounds", "close", round_id)
    release = json.loads(running.run("results", round_id, "--json"))["release"]
    assert release["cells"]["program"]["ballots"]["n"] == "5-9"  # ten answered, one withdrew


def reveals(value: str, settings: Settings) -> bool:
    """Return whether a variable leads to people or keys."""
    master = base64.urlsafe_b64encode(settings.master_key).decode().rstrip("=")
    secrets = (settings.identity_url, settings.keys_url, settings.secret_key, master, "smtp:")
    return any(secret in value for secret in secrets)


def assert_nothing_open(settings: Settings, parts: dict[str, list[int]]) -> None:
    """Look at files, and on PostgreSQL at whose connections the two databases serve."""
    private = ("identity.sqlite3", "keys.sqlite3", "master.key", "secret.key", "inbox")
    casting = {path for pid in parts["cast"] for path in open_files(pid)}
    assert not [path for path in casting if any(name in path for name in private)]
    if settings.identity_url.startswith("sqlite"):
        pages = {path for pid in parts["admin,invites"] for path in open_files(pid)}
        assert any("identity.sqlite3" in path for path in pages)  # the search finds what is there
        return
    clients: set[int] = set()
    for store in (identity, keys):
        with store.engine.connect() as connection:
            query = "SELECT client_port FROM pg_stat_activity WHERE datname = current_database()"
            clients |= set(connection.exec_driver_sql(query).scalars())
    ports = {
        part: {port for pid in pids for port in local_ports(pid, POSTGRESQL_PORT)}
        for part, pids in parts.items()
    }
    assert ports["cast"]
    assert not ports["cast"] & clients
    assert ports["admin,invites"] & clients


def test_in_production_the_pages_leave_casting_to_the_process_beside_them(tmp_path: Path) -> None:
    key = base64.urlsafe_b64encode(bytes(range(32))).decode()
    environ = {
        "PATH": "/bin",
        "CHORUS_ENV": "production",
        "CHORUS_DATA": str(tmp_path),
        "CHORUS_BASE_URL": "https://chorus.example.org",
        "CHORUS_MAIL_DOMAINS": "example.org",
        "CHORUS_SMTP_URL": "smtp://user:password@relay.example.org:25",
        "CHORUS_MAIL_FROM": "chorus@example.org",
        "CHORUS_SECRET_KEY": "a-secret-of-forty-random-characters-0123",
        "CHORUS_MASTER_KEY": key,
        "CHORUS_MASTER_KEY_PREVIOUS": key,
        "CHORUS_IDENTITY_URL": "postgresql+psycopg://people@db/people",
        "CHORUS_KEYS_URL": "postgresql+psycopg://keys@db/keys",
        "CHORUS_BALLOTS_URL": "postgresql+psycopg://ballots@db/ballots",
        "CHORUS_CAST_PORT": "8001",
        "CHORUS_SOMETHING_NEW": "a secret of tomorrow",
    }
    settings = development_settings(tmp_path, **environ, CHORUS_MAILER="smtp")
    children = {child.name: child.environment or {} for child in children_of(settings, environ)}
    assert children["web"]["CHORUS_PARTS"] == "admin,invites,plain"
    cast = children["cast"]
    assert {name for name in cast if name.startswith("CHORUS_")} == TOLD | {"CHORUS_ENV"}
    assert cast["CHORUS_PARTS"] == "cast"
    assert cast["CHORUS_PORT"] == "8001"
    assert cast["PATH"] == "/bin"
    assert development_settings(tmp_path, **{**cast, "CHORUS_MAILER": "smtp"}).secret_key == ""


def test_a_casting_process_makes_and_reads_no_secret(tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings = development_settings(data, CHORUS_PARTS="cast")
    assert not data.exists()
    secrets = (settings.secret_key, settings.master_key, settings.previous_master_key)
    assert secrets == ("", b"", b"")
    assert (settings.identity_url, settings.keys_url, settings.smtp_url) == ("", "", "")


def test_its_pages_say_what_the_others_say(settings: Settings) -> None:
    environ = {
        **{"CHORUS_SUPPORT": "Helpline=116 123", "CHORUS_CONTACT": "wellbeing@example.org"},
        **{"CHORUS_PLAIN_FORM": "true", "CHORUS_KEEP_COMMENTS_MONTHS": "3"},
        **{"CHORUS_CAST_PORT": "8001", "CHORUS_DATA": str(settings.data)},
    }
    main = load_settings(environ)
    casting = load_settings(cast_environment(environ, main))
    assert len(main.support_panel) == 2 and main.plain_form and main.keep_comments_months == 3
    assert casting.support_panel == main.support_panel
    assert casting.plain_form == main.plain_form
    assert casting.keep_comments_months == main.keep_comments_months
