"""No link, token, share or key is written anywhere but into the mail that carries it."""

import base64
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.clock import MovableClock
from app.demo.respondent import link_in
from app.mail.mailer import MemoryMailer
from config import Settings
from crypto import links, receipts
from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link
from crypto.sharing import ORDER, Share
from tests import databases, rounds
from tests.http_respondent import RefusedError, request
from tests.privacy.dumps import as_bytes, dump, files_below, places_of
from tests.privacy.processes import Running, product, served
from tests.privacy.wire import Respondent, api, engines, respondent

K = 5
AT_ONCE = 50
PATIENCE_SECONDS = 90


def polynomial(shares: list[Share]) -> list[int]:
    """Return the coefficients of the polynomial through `shares`, the pool's scalar first."""
    found = [0] * len(shares)
    for share in shares:
        basis, below = [1], 1
        for other in shares:
            if other.x != share.x:
                lower = [0, *basis]
                basis = [a - other.x * b for a, b in zip(lower, [*basis, 0], strict=True)]
                below = below * (share.x - other.x) % ORDER
        weight = share.y * pow(below, -1, ORDER)
        found = [(sum_ + weight * term) % ORDER for sum_, term in zip(found, basis, strict=True)]
    return found


def secrets_of(mailed: Iterable[Link]) -> dict[str, bytes]:
    """Return what only the mails, and for a moment the launching process, may know."""
    found: dict[str, bytes] = {}
    shares = []
    for at, link in enumerate(mailed):
        assert link.share is not None
        shares.append(link.share)
        found[f"token {at}"] = link.token
        found[f"y {at}"] = link.share.y.to_bytes(32)
        found[f"y {at} in decimal"] = str(link.share.y).encode()
        found[f"share {at}"] = link.share.to_bytes()
        found[f"code {at}"] = links.encode_link(link).encode()
    for power, coefficient in enumerate(polynomial(shares[:K])):
        found[f"coefficient {power}"] = coefficient.to_bytes(32)
        found[f"coefficient {power} in decimal"] = str(coefficient).encode()
    return found


def traces_of(person: Respondent, blind_signature: bytes) -> dict[str, bytes]:
    """Return what a respondent's browser made, which must not stay anywhere."""
    prepared = person.prepared
    w = receipts.withdrawal_of(prepared.receipt, person.pool_id)
    return {
        "receipt": prepared.receipt.encode(),
        "receipt as written": receipts.format_receipt(prepared.receipt).encode(),
        "w": w,
        "prefix": prepared.input_msg[:32],
        "blinded": prepared.blinded[:64],
        "inverse": prepared.inverse[:64],
        "blind signature": blind_signature[:64],
        "signature": decode_base64url(person.ballot_body(blind_signature)["sig"])[:64],
    }


def heaps_of(running: Running) -> dict[str, bytes]:
    """Return every place where a secret could have been left: files, rows, output."""
    rows = {
        f"row of {value.table}.{value.column}, {at}": as_bytes(value.content)
        for engine in engines()
        for at, value in enumerate(dump(engine))
    }
    files = files_below(running.data, without="inbox")
    return {**rows, **files, "output": running.output()}


def found_in(needles: dict[str, bytes], heaps: dict[str, bytes]) -> dict[str, list[str]]:
    """Return where which secret stands; empty if none does."""
    found = {name: places_of(secret, heaps) for name, secret in needles.items()}
    return {name: places for name, places in found.items() if places}


def launched(
    running: Running, folder: Path, zone: str = "Europe/Berlin"
) -> tuple[bytes, dict[str, Link]]:
    """Launch a round in a served product, through its commands, and return what was mailed."""
    roster = folder / "roster.csv"
    people = rounds.roster_csv({"North": 6}).replace("Europe/Berlin", zone)
    roster.write_text(people, encoding="utf-8")
    running.run("people", "import", str(roster))
    running.run("rounds", "launch", rounds.PROGRAM)
    return running.links()


def test_after_a_launch_no_token_share_or_key_is_in_any_file_row_or_log(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    running = product(settings)
    with served(running):
        pool_id, mailed = launched(running, tmp_path)
        assert len(mailed) == 7
        needles = secrets_of(mailed.values())
        # A control: token, y and share of each link stand in the mails.
        assert len(found_in(needles, files_below(running.data / "inbox"))) >= 3 * len(mailed)
        assert found_in(needles, heaps_of(running)) == {}

        person = respondent(pool_id, next(iter(mailed.values())))
        traces = traces_of(person, answer(running, person))
        assert found_in(needles | traces, heaps_of(running)) == {}
    said = running.output().decode()
    assert encode_base64url(pool_id) not in said  # no line says who opened what
    assert "/api/" not in said.replace("/api/v1/openapi.json", "")
    databases.dispose_engines()
    assert found_in(needles | traces, heaps_of(running)) == {}


def test_after_reminders_with_links_no_token_is_in_any_file_row_or_log(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    running = product(settings)
    clock = MovableClock(running.data / "clock")
    clock.move_to(monday_after(clock.now()))
    with served(running):
        pool_id, mailed = launched(running, tmp_path, zone="UTC")  # a zone without holidays
        for link in list(mailed.values())[:K]:
            answer(running, respondent(pool_id, link))
        clock.move_to(monday_after(clock.now()) - timedelta(days=5) + timedelta(hours=8))
        reminders = wait_for_reminders(running, len(mailed))
        needles = {}
        for at, (pool, link) in enumerate(map(link_in, reminders)):
            assert pool == pool_id and link.share is None
            needles |= {f"token {at}": link.token, f"code {at}": links.encode_link(link).encode()}
        assert len(needles) == 2 * len(mailed)
        # A control: they stand in the mails.
        assert set(found_in(needles, files_below(running.data / "inbox"))) == set(needles)
        assert found_in(needles, heaps_of(running)) == {}
    databases.dispose_engines()
    assert found_in(needles, heaps_of(running)) == {}


def monday_after(now: datetime) -> datetime:
    """Return nine o'clock of the next Monday."""
    day = now + timedelta(days=7 - now.weekday())
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def wait_for_reminders(running: Running, wanted: int) -> list[bytes]:
    """Return the reminders with a link, once the worker has sent as many as wanted."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        mails = [path.read_bytes() for path in (running.data / "inbox" / "new").iterdir()]
        found = [mail for mail in mails if b"Subject: Re: " in mail and b"/r/" in mail]
        if len(found) >= wanted or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def answer(running: Running, person: Respondent) -> bytes:
    """Take the paper and cast the ballot over HTTP; return the blind signature."""
    base = running.url
    request(f"{base}/r/{encode_base64url(person.pool_id)}")
    given = json.loads(request(base + api(person.pool_id, "paper"), person.paper_body()))
    blind_signature = decode_base64url(given["blind_sig"])
    request(base + api(person.pool_id, "ballot"), person.ballot_body(blind_signature))
    return blind_signature


def test_fifty_requests_at_once_to_a_served_product_give_one_paper(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    running = product(settings)
    with served(running):
        pool_id, mailed = launched(running, tmp_path)
        person = respondent(pool_id, next(iter(mailed.values())))
        start = threading.Barrier(AT_ONCE)
        answers: list[str] = []

        def ask(turn: int) -> None:
            blinded = encode_base64url((1000 + turn).to_bytes(256))
            start.wait()
            try:
                path = running.url + api(pool_id, "paper")
                given = json.loads(request(path, person.paper_body(blinded=blinded)))
                answers.append(given["blind_sig"])
            except RefusedError as error:
                answers.append(error.name)

        threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == AT_ONCE
    assert answers.count("already_taken") == AT_ONCE - 1


def test_libraries_at_their_most_talkative_say_no_secret(
    settings: Settings, mailer: MemoryMailer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, mailer=mailer)
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm"):
        caplog.set_level(logging.DEBUG, logger=name)
    with app.app_context():
        rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
        opened = rounds.launch(app, mailer)
        person = respondent(opened.pool_id, next(iter(opened.links.values())))
        client = app.test_client()
        signature = person.take_paper(client)
        assert person.cast(client, signature).status_code == 204
        databases.dispose_engines()
    text = caplog.text.encode()
    assert b"INSERT INTO invitation" in text  # a control: it did talk
    needles = secrets_of(opened.links.values()) | traces_of(person, signature)
    assert found_in(needles, {"logs": text}) == {}


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda secret: secret,
    "hex": lambda secret: secret.hex().encode(),
    "upper hex": lambda secret: secret.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64url": lambda secret: base64.urlsafe_b64encode(secret).rstrip(b"="),
    "base64 after one byte": lambda secret: base64.b64encode(b"1" + secret + b"zz"),
    "base64url after two": lambda secret: base64.urlsafe_b64encode(b"12" + secret + b"z"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("length", [16, 32, 36])
def test_the_search_finds_a_secret_that_was_planted(
    tmp_path: Path, spelling: str, length: int
) -> None:
    secret = secrets.token_bytes(length)
    planted = b"before " + SPELLINGS[spelling](secret) + b" after"
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "job").write_bytes(planted)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "mail").write_bytes(planted)
    heaps = files_below(tmp_path, without="inbox")
    assert places_of(secret, heaps) == ["queue/job"]


def test_the_polynomial_that_is_searched_for_is_the_pools() -> None:
    shares = [Share(x, (7 + 3 * x + 2 * x * x) % ORDER) for x in (1, 2, 5)]
    assert polynomial(shares) == [7, 3, 2]
