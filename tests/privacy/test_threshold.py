"""Promise 2 and 3: fewer than k answers are destroyed unread; after a close no answer exists."""

import json
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from app.extensions import ballots, identity, keys
from app.jobs.upkeep import shuffle_storage
from app.jobs.workplace import current_workplace
from app.models.ballots.ballot import Ballot
from app.models.identity.group import Group
from app.models.identity.pool_cell import PoolCell
from app.models.identity.release import Release
from app.models.identity.share import Share
from app.models.keys.data_key import DataKey
from app.models.keys.signing_key import SigningKey
from config import Settings
from tests import databases, rounds
from tests.accounts import sign_in_mentor
from tests.privacy.dumps import files_below
from tests.privacy.stored import heap_of
from tests.rounds import OpenRound

K = 5
LOW = dict.fromkeys(rounds.GOOD, 1)
HIGH = dict.fromkeys(rounds.GOOD, 5)
TEXT = "We have far too many meetings."


def secrets_of(opened: OpenRound) -> dict[str, list[bytes]]:
    """Return, by table, the bytes that must be gone after the close."""
    with ballots.begin() as session:
        sealed = session.scalars(select(Ballot.sealed)).all()
    with identity.begin() as session:
        shares = session.scalars(select(Share.share)).all()
    with keys.begin() as session:
        wrapped = session.scalars(
            select(DataKey.wrapped).where(DataKey.pool_id == opened.pool_id)
        ).all()
        signing = session.scalars(select(SigningKey.private_key)).all()
    return {
        # Heads and tails: a long value is cut where a page ends.
        "ballot": [part for content in sealed for part in (content[65:129], content[-64:])],
        "share": [content[5:] for content in shares if content],
        "data_key": [content[5:] for content in wrapped],
        "signing_key": [content[64:128] for content in signing],
    }


def left_in_files(settings: Settings, secrets: Mapping[str, list[bytes]]) -> dict[str, int]:
    """Return how many of the secrets still stand in the databases' files, by table."""
    engines: dict[str, tuple[str, Engine]] = {
        "ballot": ("ballots", ballots.engine),
        "share": ("identity", identity.engine),
        "data_key": ("keys", keys.engine),
        "signing_key": ("keys", keys.engine),
    }
    found = {}
    for table, (name, engine) in engines.items():
        heap = heap_of(engine, settings, name, table)
        found[table] = sum(content in heap for content in secrets[table])
    return found


@pytest.mark.parametrize("answers", [K - 1, K])
def test_after_a_close_nothing_is_left_to_read(
    app: Flask, opened: OpenRound, settings: Settings, answers: int
) -> None:
    values = {**rounds.GOOD, "pulse_comment": TEXT}
    rounds.answer(opened, list(opened.links)[:answers], values)
    secrets = secrets_of(opened)
    assert {name: len(found) for name, found in secrets.items()} == {
        "ballot": 2 * answers,
        "share": answers,
        "data_key": 2,
        "signing_key": 1,
    }
    if settings.ballots_url.startswith("sqlite"):  # a control: they stand there before
        assert left_in_files(settings, secrets)["signing_key"] == 1
        assert left_in_files(settings, secrets)["ballot"] > 0
    rounds.close(opened)
    cells = rounds.results(app, opened)["release"]["cells"]
    assert ("score" in cells["program"]) is (answers >= K)
    for table, store in ((Ballot, ballots), (Share, identity), (DataKey, keys), (SigningKey, keys)):
        with store.begin() as session:
            pool_rows = select(table.pool_id).where(table.pool_id == opened.pool_id)
            assert session.scalars(pool_rows).all() == []
    assert shuffle_storage(current_workplace())
    assert left_in_files(settings, secrets) == dict.fromkeys(secrets, 0)


def test_what_fewer_than_k_wrote_stands_in_no_file(
    app: Flask, opened: OpenRound, settings: Settings
) -> None:
    rounds.answer(opened, list(opened.links)[: K - 1], {**HIGH, "pulse_comment": TEXT})
    rounds.close(opened)
    databases.dispose_engines()
    heaps = files_below(settings.data)
    assert [name for name, heap in heaps.items() if TEXT.encode() in heap] == []
    with identity.begin() as session:
        release = session.scalars(select(Release)).one()
        assert release.comments is None
        assert TEXT not in json.dumps(release.tables)


def outputs(app: Flask, opened: OpenRound, mentor: str) -> tuple[str, str, str]:
    """Return the stored tables, the command's JSON and the mentor's page, without identifiers."""
    with identity.begin() as session:
        stored = session.get_one(Release, opened.pool_id).tables
        group = session.scalars(
            select(Group.id)
            .join(PoolCell, PoolCell.group_id == Group.id)
            .where(PoolCell.pool_id == opened.pool_id)
        ).one()
    printed = rounds.run(app, "results", opened.id, "--json")
    browser = app.test_client()
    sign_in_mentor(browser, mentor)
    page = browser.get(f"/circles/{group}")
    assert page.status_code == 200
    text = page.text.partition("<main")[2]
    assert "Sign out" not in text
    # The browser's own form token, and the fingerprint that everybody who was asked has.
    for alone in (r'name="csrf_token" value="[^"]+"', r"fingerprint(?: [0-9a-f]{4}){8}"):
        text, found = re.subn(alone, "", text)
        assert found
    for own, same in (
        (opened.id, "ROUND"),
        (group, "GROUP"),
        ("Alpha", "PROGRAM"),
        ("Omega", "PROGRAM"),
        ("North", "CIRCLE"),
        ("South", "CIRCLE"),
    ):
        text, printed = text.replace(own, same), printed.replace(own, same)
    return json.dumps(stored), printed, text


@pytest.mark.parametrize(("answers", "alike"), [(K - 1, True), (K, False)])
def test_changed_answers_change_an_output_only_where_it_is_shown(
    app: Flask, two_rounds: tuple[OpenRound, OpenRound], answers: int, alike: bool
) -> None:
    alpha, omega = two_rounds
    rounds.answer(alpha, _members(alpha)[:answers], {**LOW, "pulse_comment": TEXT})
    rounds.answer(omega, _members(omega)[:answers], HIGH)
    rounds.close(alpha)
    rounds.close(omega)
    low = outputs(app, alpha, "mentor.north@example.org")
    high = outputs(app, omega, "mentor.south@example.org")
    assert [one == other for one, other in zip(low, high, strict=True)] == [alike] * 3


def _members(opened: OpenRound) -> list[str]:
    return [address for address, link in opened.links.items() if link.cell == 1]
