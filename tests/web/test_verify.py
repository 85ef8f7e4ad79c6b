"""`flask chorus verify` passes an honest Chorus, and names what is wrong with a changed one."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from app import create_app
from app.clock import current_clock
from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.release import Release
from app.verifying.bundle import rebuild_checks
from config import Settings
from crypto import links
from crypto.encoding import canonical_json, encode_base64url
from tests import rounds
from tests.databases import development_settings
from tests.pages.live import served, started

PAGES = ("/r/AAAAAAAAAAAAAAAAAAAAAA", "/m/AAAAAAAAAAAAAAAAAAAAAA")


@dataclass
class Instance:
    """A served Chorus with a closed and an open round, and somebody else's checkout."""

    app: Flask
    url: str
    opened: rounds.OpenRound
    closed: rounds.OpenRound
    outsider: Flask

    def link(self, pool_id: bytes | None = None) -> str:
        """Return a whole link, as it stands in a mail."""
        link = next(iter(self.opened.links.values()))
        return self.url + links.link_path(pool_id or self.opened.pool_id, link)

    def run(self, arguments: Sequence[str]) -> Result:
        """Run a command of the checkout, away from the served application's context."""
        return Context().run(self.outsider.test_cli_runner().invoke, args=arguments)

    def verify(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and the checks of the command."""
        arguments = ["chorus", "verify", self.url, "--no-rebuild", "--json", *options]
        result = self.run(arguments)
        content = json.loads(result.output)
        assert content["ok"] is (result.exit_code == 0)
        return result.exit_code, content["checks"]

    def failures(self, *options: str) -> set[str]:
        """Return "kind: what" of all that failed, without the rounds' names."""
        code, checks = self.verify(*options)
        failed = [check for check in checks if not check["ok"]]
        assert code == (1 if failed else 0)
        assert len({check["kind"] for check in failed}) <= 1  # it ends at the first kind
        return {f"{check['kind']}: {check['what'].split(', ')[-1]}" for check in failed}


@pytest.fixture(scope="module")
def two_rounds(
    sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, rounds.OpenRound, rounds.OpenRound]:
    """Databases with a round that is open and one that is closed."""
    folder, mailer = tmp_path_factory.mktemp("two_rounds"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, app.app_context():
        rounds.import_people(app, folder, rounds.roster_csv({"North": 6, "South": 6}))
        closed = rounds.launch(app, mailer)
        rounds.answer(closed, list(closed.links)[:7])
        rounds.close(closed)
        current_clock().advance(days=7)  # type: ignore[attr-defined]
        opened = rounds.launch(app, mailer)
        settings: Settings = app.config["CHORUS"]
    return settings, opened, closed


@pytest.fixture
def instance(
    two_rounds: tuple[Settings, rounds.OpenRound, rounds.OpenRound], tmp_path: Path
) -> Iterator[Instance]:
    """An honest instance, and a checkout on a machine that has no database."""
    settings, opened, closed = two_rounds
    outsider = create_app(development_settings(tmp_path / "outsider"))
    with (
        started(settings, tmp_path, MemoryMailer()) as app,
        app.app_context(),
        served(app) as url,
    ):
        yield Instance(app, url, opened, closed, outsider)
    assert not list((tmp_path / "outsider").glob("*.sqlite3"))


def answer_otherwise(
    app: Flask,
    path: str,
    change: Callable[[bytes], bytes],
    more: Sequence[tuple[str, str]] = (),
) -> None:
    """Let the served instance lie: what it answers at `path` is changed on its way out."""
    honest = app.wsgi_app

    def lying(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] != path:
            return honest(environ, start)
        held: list[Any] = []
        body = b"".join(honest(environ, lambda *head: held.append(head)))
        changed = change(body)
        status, headers = held[0][:2]
        own = [*more, ("Content-Length", str(len(changed)))]
        kept = [pair for pair in headers if pair[0] not in dict(own)]
        start(status, [*kept, *own])
        return [changed]

    app.wsgi_app = lying  # type: ignore[method-assign,assignment]


def api(opened: rounds.OpenRound, what: str) -> str:
    return f"/api/v1/pools/{encode_base64url(opened.pool_id)}/{what}"


def test_an_honest_instance_passes_every_check(instance: Instance) -> None:
    code, checks = instance.verify("--link", instance.link())
    assert [check for check in checks if not check["ok"]] == []
    assert code == 0
    kinds = [check["kind"] for check in checks]
    assert set(kinds) == {
        "bundle", "page", "manifest", "form", "threshold", "times", "cells", "keys", "sums",
        "audit", "link",
    }  # fmt: skip
    assert kinds.count("sums") == 3  # two of the closed round, none told of the open one


def test_it_prints_a_line_for_each_check_and_says_how_many(instance: Instance) -> None:
    arguments = ["chorus", "verify", instance.url, "--no-rebuild"]
    result = instance.run(arguments)
    *lines, last = result.output.splitlines()
    assert result.exit_code == 0
    assert all(line.startswith("ok    ") for line in lines)
    assert last == f"{len(lines)} checks, all fit."


@pytest.mark.parametrize("name", ["respond.js", "chorus.css"])
def test_one_changed_byte_of_the_bundle_is_named(
    instance: Instance, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "static"
    shutil.copytree(str(instance.app.static_folder), folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    instance.app.static_folder = str(folder)
    assert instance.failures() == {f"bundle: /static/{name} as in the source"}


def test_a_file_that_is_served_but_not_in_the_source_is_named(
    instance: Instance, tmp_path: Path
) -> None:
    folder = tmp_path / "static"
    shutil.copytree(str(instance.app.static_folder), folder)
    (folder / "more.js").write_text("0")
    instance.app.static_folder = str(folder)
    assert instance.failures() == {"bundle: /static/more.js as in the source"}


def test_a_bundle_file_that_is_kept_from_the_list_is_named(instance: Instance) -> None:
    def shorter(body: bytes) -> bytes:
        facts = json.loads(body)
        facts["bundle"] = [one for one in facts["bundle"] if "respond" not in one["path"]]
        return json.dumps(facts).encode()

    answer_otherwise(instance.app, "/trust.json", shorter)
    assert instance.failures() == {"bundle: files of the source that are not listed"}


@pytest.mark.parametrize("path", PAGES)
def test_a_changed_page_is_named(instance: Instance, path: str) -> None:
    answer_otherwise(instance.app, path, lambda body: body.replace(b".js", b"2.js"))
    assert instance.failures() == {f"page: {path} as in the source"}


@pytest.mark.parametrize("path", PAGES)
def test_what_a_browser_without_script_reads_is_the_operators(
    instance: Instance, path: str
) -> None:
    def helplines(body: bytes) -> bytes:
        return body.replace(b"</noscript>", b"<p>Call 123.</p></noscript>")

    answer_otherwise(instance.app, path, helplines)
    assert instance.failures() == set()


@pytest.mark.parametrize("end", [b"</noscript>", b"</noscript >", b"</NOSCRIPT x>"])
def test_a_script_can_not_hide_behind_it(instance: Instance, end: bytes) -> None:
    def hide(body: bytes) -> bytes:
        script = b"<script src=/static/more.js></script><noscript>"
        return body.replace(b"<noscript>", b"<noscript>" + end + script)

    answer_otherwise(instance.app, PAGES[0], hide)
    assert instance.failures() == {f"page: {PAGES[0]} as in the source"}


def test_a_weaker_policy_or_a_cookie_with_the_page_is_named(instance: Instance) -> None:
    headers = [("Content-Security-Policy", "script-src *"), ("Set-Cookie", "who=1")]
    answer_otherwise(instance.app, PAGES[0], bytes, headers)
    assert instance.failures() == {"page: Content-Security-Policy", "page: cookies with it"}


@pytest.mark.parametrize("which", ["opened", "closed"])
def test_a_manifest_that_is_not_the_stated_one_is_named(instance: Instance, which: str) -> None:
    path = api(getattr(instance, which), "manifest")
    answer_otherwise(instance.app, path, lambda body: body.replace(b'"k":5', b'"k":4'))
    assert instance.failures() == {"manifest: SHA-256", "manifest: fingerprint", "manifest: k"}


def test_a_form_that_was_changed_after_the_start_is_named(instance: Instance) -> None:
    path = api(instance.opened, "form")
    answer_otherwise(instance.app, path, lambda body: body.replace(b"energy", b"enargy", 1))
    assert instance.failures() == {"form: against the manifest", "form: against /trust"}


def stored_manifest(opened: rounds.OpenRound, **changed: Any) -> None:
    """Change a manifest in the database, so that /trust states the changed one's hash."""
    with ballots.begin() as session:
        row = session.get_one(PoolPublic, opened.pool_id)
        row.manifest = canonical_json({**json.loads(row.manifest), **changed})


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"k": 3}, "threshold: k is at least 4"),
        ({"k_before": 4}, "threshold: k was lowered and says so"),
        ({"closes": ["2026-05-11T19:10:00Z"]}, "times: opening and closing"),
        ({"cells": [{"id": "program"}, {"id": "North"}]}, "cells: names that lead to nobody"),
        ({"audience": ["mentor", "manager"]}, "cells: who sees the result"),
        ({"mode": "open"}, "keys: with sound keys"),
        ({"pad": 512}, "form: answers are padded to one size"),
    ],
)
def test_a_round_that_was_frozen_against_the_rules_is_named(
    instance: Instance, changed: dict[str, Any], failure: str
) -> None:
    stored_manifest(instance.opened, **changed)
    assert instance.failures() == {failure}


def test_a_round_with_another_rounds_key_is_named(instance: Instance) -> None:
    with ballots.begin() as session:
        row = session.get_one(PoolPublic, instance.closed.pool_id)
        key = json.loads(row.manifest)["hpke_pub"]
    stored_manifest(instance.opened, hpke_pub=key)
    assert instance.failures() == {"keys: keys of its own"}


@pytest.mark.parametrize("name", ["ballots_le_papers", "papers_le_invited"])
def test_a_round_whose_sums_do_not_hold_is_named(instance: Instance, name: str) -> None:
    with identity.begin() as session:
        row = session.get_one(Release, instance.closed.pool_id)
        row.tables = {**row.tables, "checks": {**row.tables["checks"], name: False}}
    what = name.replace("_le_", " <= ")
    assert instance.failures() == {f"sums: {what}"}


def test_a_link_that_pins_another_manifest_is_named(instance: Instance) -> None:
    stored_manifest(instance.opened, round="another")
    assert instance.failures() == set()  # nobody without a link can tell
    assert instance.failures("--link", instance.link()) == {"link: it pins this round's manifest"}


def test_a_link_is_told_apart_from_a_damaged_or_foreign_one(instance: Instance) -> None:
    damaged = instance.link()[:-1]
    assert instance.failures("--link", damaged) == {"link: its code is whole"}
    foreign = instance.link().replace(instance.url, "http://127.0.0.1:9")
    assert instance.failures("--link", foreign) == {"link: it leads to this address"}
    nowhere = instance.link(bytes(16))
    assert instance.failures("--link", nowhere) == {"link: its round is here"}


def test_a_links_secret_is_sent_nowhere(instance: Instance) -> None:
    asked: list[str] = []
    honest = instance.app.wsgi_app

    def listening(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        asked.append(f"{environ} {body!r}")
        return honest(environ, start)

    instance.app.wsgi_app = listening  # type: ignore[method-assign,assignment]
    link = instance.link()
    assert instance.failures("--link", link) == set()
    secret = link.partition("#")[2]
    token = encode_base64url(next(iter(instance.opened.links.values())).token)
    assert len(asked) > 10
    assert not any(secret in one or token[:-1] in one for one in asked)


def head_of(instance: Instance) -> str:
    _, checks = instance.verify()
    found: str = next(check["found"] for check in checks if check["kind"] == "audit")
    return found


def test_an_audit_log_goes_on_from_a_noted_end(instance: Instance) -> None:
    noted = head_of(instance)
    with instance.app.app_context():
        rounds.run(instance.app, "admin", "add", "new@corp.example")
    assert head_of(instance) != noted
    assert instance.failures("--audit-head", noted) == set()


def test_an_audit_log_that_was_cut_or_written_anew_is_named(instance: Instance) -> None:
    noted = head_of(instance)
    number = int(noted.partition(":")[0])
    with identity.begin() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.number == number).values(digest=bytes(32))
        )
    failed = {f"audit: entry {number} is the one noted"}
    assert instance.failures("--audit-head", noted) == failed
    with identity.begin() as session:
        last = session.scalars(select(AuditEntry).where(AuditEntry.number == number)).one()
        session.delete(last)
    assert instance.failures("--audit-head", noted) == failed | {"audit: nothing was cut off"}


@pytest.mark.parametrize("noted", ["12", "x:ab", ":", "12:"])
def test_a_mark_that_can_not_be_read_says_how_to_write_it(instance: Instance, noted: str) -> None:
    code, checks = instance.verify("--audit-head", noted)
    assert code == 1
    assert checks[-1]["found"].startswith("Write the noted end of the audit log as NUMBER:DIGEST")


@pytest.mark.parametrize(("code", "ok"), [(0, True), (1, False)])
def test_the_sources_are_built_anew_where_npm_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ok: bool
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f'#!/bin/sh\necho "$PWD $*" >&2\nexit {code}\n')
    npm.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(npm))
    (tmp_path / "frontend/node_modules").mkdir(parents=True)
    (check,) = rebuild_checks(tmp_path)
    assert check.ok is ok
    assert check.found == ("" if ok else f"{tmp_path}/frontend run --silent check")


def test_without_npm_it_says_that_nothing_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "frontend").mkdir()
    assert [check.found for check in rebuild_checks(tmp_path)] == ["needs `npm ci` in frontend/"]
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert [check.found for check in rebuild_checks(tmp_path)] == ["needs npm"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "ftp://127.0.0.1", "nonsense"])
def test_an_address_where_nothing_is_ends_with_a_sentence(instance: Instance, url: str) -> None:
    instance.url = url
    assert instance.failures() == {"fetch: the facts can be read"}
