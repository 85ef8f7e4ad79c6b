"""Protocol 4: a backup tells nothing of who has answered, and comes back on either database."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import create_app
from app.backups.contents import LEFT_OUT, METADATA, tables_of
from app.extensions import ballots, identity, keys
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.comment import Comment
from app.models.identity.bounce import Bounce
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.person import Person
from app.models.identity.round import Round
from config import Settings
from crypto.encoding import encode_base64url
from tests import databases, feedback, rounds
from tests.applications import FixedClock
from tests.privacy.dumps import dump
from tests.rounds import COMMENTED, OpenRound

TELLING = ("share", "ballot", "signing_key", "invitation_link", "bounce")


@pytest.fixture
def published(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of the past with comments, and a mailbox that was written to."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 11}))
    past = rounds.launch(app, mailer)
    rounds.answer(past, past.links, COMMENTED)
    rounds.close(past)
    return past


@pytest.fixture
def opened(published: OpenRound, app: Flask, clock: FixedClock, mailer: MemoryMailer) -> OpenRound:
    """The round after it, under way."""
    clock.advance(days=14)
    return rounds.launch(app, mailer)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what stands in every file of a backup, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def telling_values(opened: OpenRound) -> list[bytes]:
    """Return every value from which somebody could tell who answered, or what."""
    found = [
        value.content
        for store in (identity, ballots, keys)
        for value in dump(store.engine)
        if value.table in TELLING and value.column not in ("pool_id", "invitation_hash")
    ]
    with identity.begin() as session:
        found += session.scalars(
            select(Invitation.blinded_hash).where(Invitation.blinded_hash.is_not(None))
        )
    with keys.engine.connect() as connection:
        query = "SELECT wrapped FROM data_key WHERE purpose = 'sealed'"
        found += connection.exec_driver_sql(query).scalars()
    return [bytes(value) for value in found if isinstance(value, bytes | memoryview) and value]


def places(values: list[bytes], files: dict[str, bytes]) -> set[str]:
    """Return the files in which one of the values stands, in whatever spelling."""
    found = set()
    for value in values:
        core = value[:24]
        spelt = [encode_base64url(bytes(pad) + core)[4:-4].encode() for pad in range(3)]
        needles = [core, core.hex().encode(), *spelt]
        found |= {name for name, data in files.items() if any(word in data for word in needles)}
    return found


def test_every_table_is_kept_or_left_out_on_purpose() -> None:
    tables = {name for metadata in METADATA.values() for name in metadata.tables}
    assert set(LEFT_OUT) < tables
    kept = {table.name for database in METADATA for table in tables_of(database)}
    assert kept == {
        *("account", "alert", "audit_entry", "form", "invitation", "membership", "notice"),
        *("person", "pool", "pool_cell", "program", "program_goal", "program_group", "release"),
        *("round", "schedule", "suppressed_address", "comment", "mailbox_message", "pool_public"),
        *("reply_key", "data_key", "alert_action", "alert_event", "program_form", "feedback_cycle"),
        *("own_form", "self_assessment", "agreed_action", "follow_up"),
        *("second_factor", "recovery_code", "passkey"),  # a restore must not leave passwords alone
    }


def test_a_backup_is_the_same_whoever_has_answered(
    app: Flask, opened: OpenRound, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    rounds.run(app, "backup", str(before))
    rounds.answer(opened, list(opened.links)[:7], COMMENTED)
    with identity.begin() as session:
        session.execute(update(Round).where(Round.id == opened.id).values(k_reached=True))
        session.execute(update(Invitation).where(Invitation.state == "open").values(reminders=1))
        person = session.scalars(select(Person.id)).first()
        session.add(Bounce(person_id=person, day=current_workplace().now().date()))
        for invitation in session.scalars(select(Invitation).where(Invitation.state == "open")):
            invitation.state = "revoked"
            link = secrets.token_bytes(32)
            session.add(
                InvitationLink(
                    token_hash=link,
                    pool_id=invitation.pool_id,
                    invitation_hash=invitation.token_hash,
                )
            )
    rounds.run(app, "backup", str(after))
    was, became = files_of(before), files_of(after)
    assert was.keys() == became.keys()
    changed = {name for name in was if was[name] != became[name]}
    # The audit log says that a backup was made; manifests have a random name.
    expected = {f"{database}/manifest.json" for database in METADATA}
    assert changed == {"identity/audit_entry.jsonl", *expected}
    entries = [files["identity/audit_entry.jsonl"].splitlines() for files in (was, became)]
    assert entries[1][:-1] == entries[0]
    assert json.loads(entries[1][-1])["act"] == "made a backup"
    for name in expected:
        said = [json.loads(files[name]) for files in (was, became)]
        for one in said:
            one["tables"].pop("audit_entry", None)
            assert len(one.pop("backup")) == 16
        assert said[0] == said[1], name


def test_no_taken_flag_ballot_share_or_key_of_an_open_round_stands_in_any_byte(
    app: Flask, opened: OpenRound, tmp_path: Path
) -> None:
    stop = threading.Event()
    busy = threading.Thread(target=_answer_until, args=(app, opened, stop))
    busy.start()
    output = rounds.run(app, "backup", str(tmp_path / "copy"))
    stop.set()
    busy.join(60)
    files = files_of(tmp_path / "copy")
    values = telling_values(opened)
    assert len(values) > 4
    assert places(values, files) == set()
    assert b"taken" not in files["identity/invitation.jsonl"]
    planted = {**files, "planted": b"x" + encode_base64url(b"ab" + values[-1]).encode()}
    assert places(values, planted) == {"planted"}
    for path in (tmp_path / "copy").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    for text in (output, files["README.txt"].decode()):
        assert "1 round was open." in " ".join(text.split())
        assert "stopped and replaced" in " ".join(text.split())


def _answer_until(app: Flask, opened: OpenRound, stop: threading.Event) -> None:
    with app.app_context():
        for address in list(opened.links):
            rounds.answer(opened, [address], COMMENTED)
            if stop.is_set():
                break


def test_nothing_in_a_backup_follows_the_order_of_arrival(
    app: Flask, opened: OpenRound, tmp_path: Path
) -> None:
    rounds.run(app, "backup", str(tmp_path / "copy"))
    for name, content in files_of(tmp_path / "copy").items():
        if not name.endswith(".jsonl"):
            continue
        table = METADATA[name.partition("/")[0]].tables[Path(name).stem]
        columns = [column.name for column in table.primary_key]
        found = [[json.loads(line)[column] for column in columns] for line in content.splitlines()]
        assert sorted(map(_as_stored, found)) == list(map(_as_stored, found)), name


def _as_stored(key: list[object]) -> list[object]:
    # base64url does not sort as its bytes do
    return [_bytes(part) if isinstance(part, str) else part for part in key]


def _bytes(text: str) -> bytes:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    looks_encoded = len(text) in (22, 43) and set(text) <= set(alphabet)
    return bytes(alphabet.index(sign) for sign in text) if looks_encoded else text.encode()


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Settings:
    """Empty databases of the other kind, with the same secrets."""
    folder = tmp_path / "elsewhere"
    if settings.identity_url.startswith("sqlite"):
        template = request.getfixturevalue("postgresql_template")
        folder.mkdir()
        fresh = databases.emptied_postgresql(template, folder)
    else:
        fresh = databases.copied_sqlite(request.getfixturevalue("sqlite_template"), folder)
    return replace(fresh, master_key=settings.master_key, secret_key=settings.secret_key)


@contextmanager
def machine(settings: Settings, clock: FixedClock, mailer: MemoryMailer) -> Iterator[Flask]:
    """Another machine's application."""
    application = create_app(settings, clock=clock, mailer=mailer)
    with application.app_context():
        yield application
        databases.dispose_engines()


def test_a_backup_comes_back_on_the_other_kind_of_database(
    app: Flask,
    published: OpenRound,
    opened: OpenRound,
    elsewhere: Settings,
    clock: FixedClock,
    mailer: MemoryMailer,
    tmp_path: Path,
) -> None:
    rounds.answer(opened, list(opened.links)[:6], COMMENTED)
    cycle = feedback.launch(mailer, "mentors")
    with ballots.begin() as session:
        comment = session.scalars(select(Comment)).first()
        assert comment is not None
    expected = rounds.run(app, "results", published.id, "--json")
    people = {
        bytes(value.content)
        for value in dump(identity.engine)
        if value.column == "name" and value.table == "person"
    }
    rounds.run(app, "backup", str(tmp_path / "copy"))
    mailer = MemoryMailer()
    with machine(elsewhere, clock, mailer) as restored:
        output = rounds.run(restored, "restore", str(tmp_path / "copy"))
        assert "Rounds that were open are stopped and replaced" in output
        assert rounds.run(restored, "results", published.id, "--json") == expected
        assert people == {
            bytes(value.content)
            for value in dump(identity.engine)
            if value.column == "name" and value.table == "person"
        }
        rounds.run(restored, "audit", "check")
        run_due_work(current_workplace())
        listed = json.loads(rounds.run(restored, "rounds", "list", "--json"))
        states = {entry["id"]: entry["state"] for entry in listed if entry["cycle"] is None}
        about = [entry["state"] for entry in listed if entry["cycle"] == cycle.id]
        assert sorted(about) == [*["aborted"] * len(cycle.pools), *["open"] * len(cycle.pools)]
        assert states[published.id] == "closed"
        assert states[opened.id] == "aborted"
        assert sorted(states.values()) == ["aborted", "closed", "open"]
        assert len(mailer.mails) == len(opened.links) + len(cycle.links)
        assert all(b"replaces" in mail.content for mail in mailer.mails)
        refused = restored.test_cli_runner().invoke(
            args=["chorus", "restore", str(tmp_path / "copy")]
        )
        assert refused.exit_code == 1
        assert "holds something else already" in refused.output


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("a byte", "is not what the backup wrote"),
        ("a file", "is not what the backup wrote"),
        ("the manifest", "is no finished backup"),
        ("the keys", "There are no keys in this backup"),
        ("the master key", "wrapped under another master key"),
        ("the version", "by another version of Chorus"),
        ("half of another", "come from two backups"),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_not_a_whole_backup_is_refused_and_changes_nothing(
    app: Flask,
    published: OpenRound,
    settings: Settings,
    sqlite_template: Settings,
    clock: FixedClock,
    tmp_path: Path,
    damage: str,
    sentence: str,
) -> None:
    copy, other = tmp_path / "copy", tmp_path / "other"
    rounds.run(app, "backup", str(copy))
    fresh = databases.copied_sqlite(sqlite_template, tmp_path / "fresh")
    fresh = replace(fresh, master_key=settings.master_key)
    people = copy / "identity" / "person.jsonl"
    if damage == "a byte":
        people.write_bytes(people.read_bytes().replace(b"active", b"actove", 1))
    elif damage == "a file":
        people.unlink()
    elif damage == "the manifest":
        (copy / "identity" / "manifest.json").unlink()
    elif damage == "the keys":
        (copy / "keys").rename(tmp_path / "kept-apart")
    elif damage == "the master key":
        fresh = replace(fresh, master_key=secrets.token_bytes(32))
    elif damage == "the version":
        manifest = copy / "ballots" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"revision": "', '"revision": "9'))
    else:
        rounds.run(app, "backup", str(other))
        (copy / "identity").rename(tmp_path / "away")
        (other / "identity").rename(copy / "identity")
    with machine(fresh, clock, MemoryMailer()) as restored:
        before = [dump(store.engine) for store in (identity, ballots, keys)]
        result = restored.test_cli_runner().invoke(args=["chorus", "restore", str(copy)])
        assert result.exit_code == 1
        assert sentence in result.output
        assert [dump(store.engine) for store in (identity, ballots, keys)] == before
        if damage == "the keys":
            newer = str(tmp_path / "kept-apart")
            assert "All is back" in rounds.run(restored, "restore", str(copy), "--keys", newer)


def test_a_backup_wants_a_folder_of_its_own(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    result = app.test_cli_runner().invoke(args=["chorus", "backup", str(tmp_path / "full")])
    assert result.exit_code == 1
    assert "the folder is not empty" in result.output
    rounds.run(app, "backup", "--without-keys", str(tmp_path / "new"))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "README.txt",
        "ballots",
        "identity",
    ]
