"""Two-way reply: a comment can be answered, and nobody learns whose it is or who came back."""

import gzip
import json
import secrets
from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from werkzeug.test import TestResponse

from app import create_app
from app.clock import current_clock
from app.extensions import ballots, identity, keys
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import PLACES, PLACES_OF_A_SIDE, MailboxMessage
from app.models.ballots.reply_key import ReplyKey
from app.opening.replies import add_reply_key, read_conversations, write_answer
from app.respond.mailbox import MOST_A_DAY
from app.respond.storage import shuffle_ballots
from app.vault import current_vault
from config import Settings
from crypto import receipts
from crypto.encoding import encode_base64url
from crypto.messages import SEALED_BYTES, Message
from tests import databases, rounds
from tests.applications import FixedClock
from tests.authors import COMMENT, READ, WRITE, Author
from tests.privacy.dumps import as_bytes, common, dump, snapshot
from tests.privacy.ranks import LIMIT, rank_correlation
from tests.privacy.stored import by_place, heap_of, stored_order
from tests.privacy.wire import engines
from tests.rounds import OpenRound

PEOPLE = 9
MANY = 500  # as in test_order
WROTE = "We have far too many meetings, number"


@pytest.fixture
def closed(opened: OpenRound) -> list[Author]:
    """The authors of nine comments that are shown."""
    authors = []
    for number, address in enumerate(list(opened.links)[:PEOPLE]):
        values = {**rounds.GOOD, COMMENT: f"{WROTE} {number}."}
        authors += rounds.answer(opened, [address], values)
    rounds.close(opened)
    return [Author(opened.pool_id, receipt) for receipt in authors]


def today() -> date:
    return current_clock().now().date()


def answer_as_mentor(authors: Sequence[Author], text: str = "Thank you.", ready: int = 0) -> bool:
    """Leave one answer in the mailboxes of these authors."""
    pool_id = authors[0].pool_id
    message = Message("mentor", today(), text, ready)
    ids = [author.access.id for author in authors]
    return write_answer(ballots, current_vault().kept_key(pool_id), pool_id, ids, message)


def staff_reads(pool_id: bytes) -> dict[bytes, list[Message]]:
    """Return what staff can read, by mailbox."""
    found = read_conversations(ballots, current_vault().kept_key(pool_id), pool_id, str)
    return {box: list(conversation.messages) for box, conversation in found.items()}


def shape(answer: TestResponse) -> tuple[int, int, str]:
    """Return what an observer sees of an answer."""
    return answer.status_code, len(answer.data), str(sorted(answer.headers.items()))


def stored() -> int:
    with ballots.read() as session:
        return len(session.scalars(select(MailboxMessage)).all())


def test_an_author_is_answered_reads_it_and_writes_again(
    closed: list[Author], client: FlaskClient
) -> None:
    me, other = closed[:2]
    answer_as_mentor([me], "Which meetings do you mean?")
    assert [entry.text for entry in me.opened(me.read(client))] == ["Which meetings do you mean?"]
    answered = me.write(client, "The one on Monday — früh.", today())
    mine = me.opened(answered)
    assert [(entry.writer, entry.text) for entry in mine] == [
        ("mentor", "Which meetings do you mean?"),
        ("author", "The one on Monday — früh."),
    ]
    assert me.opened(me.read(client)) == mine
    assert staff_reads(me.pool_id) == {me.access.id: mine}
    assert other.opened(other.read(client)) == []


def test_one_answer_reaches_many_comments_at_once(
    closed: list[Author], client: FlaskClient
) -> None:
    assert answer_as_mentor(closed[:5], "", ready=3)
    reached = [bool(author.opened(author.read(client))) for author in closed]
    assert reached == [True] * 5 + [False] * 4
    assert closed[0].opened(closed[0].read(client))[0].acknowledgement == 3
    with ballots.read() as session:
        sealed = session.scalars(select(MailboxMessage.for_author)).all()
    assert len(set(sealed)) == 5  # the same words, and no two rows that look alike


def test_answers_of_every_kind_look_the_same_from_outside(
    closed: list[Author], client: FlaskClient
) -> None:
    me, empty = closed[:2]
    for number in range(PLACES_OF_A_SIDE):
        answer_as_mentor([me], f"Answer {number}" * (number + 1))
    wrong = encode_base64url(secrets.token_bytes(32))
    nowhere = encode_base64url(bytes(16))
    bodies = {
        "full": me.read_body(),
        "empty": empty.read_body(),
        "unknown": Author(me.pool_id, "0" * 16).read_body(),
        "wrong authenticator": me.read_body(auth=wrong),
        "another pool": me.read_body(pool=nowhere),
        "another's authenticator": me.read_body(auth=empty.read_body()["auth"]),
    }
    answers = {name: client.post(READ, json=body) for name, body in bodies.items()}
    content = answers["full"].json
    for name, body in bodies.items():
        written = me.write_body(content, "once more", today()) | body
        answers[f"write, {name}"] = client.post(WRITE, json=written)
    assert len({shape(answer) for answer in answers.values()}) == 1
    assert answers["full"].status_code == 200
    assert "Set-Cookie" not in answers["full"].headers
    # A proxy that compresses must not tell them apart either: chance moves the size by some bytes.
    sizes = [len(gzip.compress(answer.data)) for answer in answers.values()]
    assert max(sizes) - min(sizes) < 300
    assert len(content["messages"]) == PLACES


def test_a_reading_request_may_be_as_long_as_a_writing_one(
    closed: list[Author], client: FlaskClient
) -> None:
    written = closed[0].write_body(closed[0].read(client).json, "x", today())
    missing = len(json.dumps(written)) - len(json.dumps(closed[0].read_body(padding="")))
    body = closed[0].read_body(padding="A" * missing)
    assert len(json.dumps(body)) == len(json.dumps(written))
    assert shape(client.post(READ, json=body)) == shape(client.post(WRITE, json=written))
    assert client.post(READ, json=closed[0].read_body(padding="A" * 9000)).status_code == 400


def test_nobody_reads_or_writes_anothers_mailbox(closed: list[Author], client: FlaskClient) -> None:
    me, thief = closed[:2]
    answer_as_mentor([me], "For you alone.")
    keys = me.read(client).json
    stolen = [
        me.read_body(auth=thief.read_body()["auth"]),
        me.read_body(auth=encode_base64url(receipts.auth_of(me.access.authenticator))),
        me.read_body(auth=encode_base64url(bytes(32))),
        thief.read_body(id=me.read_body()["id"]),
    ]
    before = snapshot(engines())
    for body in stolen:
        answer = client.post(READ, json=body)
        assert answer.status_code == 200
        assert me.opened(answer) == thief.opened(answer) == []
        assert not {keys["pub"], keys["key"], *keys["messages"]} & {
            *(answer.json["pub"], answer.json["key"]),
            *answer.json["messages"],
        }
        client.post(WRITE, json=me.write_body(keys, "I was never here.", today()) | body)
    assert snapshot(engines()) == before


def test_coming_back_without_writing_leaves_no_trace(
    closed: list[Author], client: FlaskClient, settings: Settings
) -> None:
    answer_as_mentor(closed)
    before = snapshot(engines())
    heaps = _ballots_file(settings)
    for _ in range(3):
        assert closed[0].opened(closed[0].read(client))
    assert snapshot(engines()) == before
    assert _ballots_file(settings) == heaps
    assert staff_reads(closed[0].pool_id)[closed[0].access.id] == [
        Message("mentor", today(), "Thank you.")
    ]


def _ballots_file(settings: Settings) -> bytes:
    """Return the file's bytes on SQLite; a server keeps statistics of its own."""
    path = settings.data / "ballots.sqlite3"
    return path.read_bytes() if path.exists() else b""


def test_a_message_keeps_its_day_and_nothing_else_of_its_author(
    closed: list[Author], client: FlaskClient
) -> None:
    me = closed[0]
    client.environ_base["REMOTE_ADDR"] = "198.51.100.77"
    content = me.read(client).json
    body = me.write_body(content, "Mark-Zq7Vx2Lp9Kd4", today())
    headers = {"User-Agent": "Agent-Zq7Vx2Lp9Kd4", "Cookie": "session=Zq7Vx2Lp9Kd4"}
    assert me.opened(client.post(WRITE, json=body, headers=headers))
    found = {
        (value.column, as_bytes(value.content))
        for value in dump(ballots.engine)
        if value.table == "mailbox_message"
    }
    columns = dict(found)
    assert set(columns) == {
        *("pool_id", "mailbox_id", "number", "writer", "day"),
        *("for_author", "for_staff", "masked"),
    }
    assert columns["writer"] == b"author"
    assert columns["day"] == today().isoformat().encode()
    everything = b"".join(as_bytes(value.content) for e in engines() for value in dump(e))
    for mark in (b"Zq7Vx2Lp9Kd4", b"198.51.100.77", me.receipt.encode()):
        assert mark not in everything
    assert me.access.authenticator not in everything


def test_a_conversation_brings_no_value_to_both_sides_but_its_day(
    closed: list[Author], client: FlaskClient
) -> None:
    answer_as_mentor(closed[:3])
    closed[0].write(client, "Heard.", today())
    ballot_side = dump(ballots.engine)
    public = [value for value in ballot_side if value.table == "pool_public"]
    assert any(value.table == "mailbox_message" for value in ballot_side)
    for store in (identity, keys):
        shared = common(dump(store.engine), ballot_side, public)
        assert shared <= {("mailbox_message", "day")}


def test_a_flood_is_bounded_and_what_is_there_stays(
    closed: list[Author], client: FlaskClient, clock: FixedClock
) -> None:
    me = closed[0]
    for number in range(MOST_A_DAY + 3):
        me.write(client, f"day 1, {number}", today())
    assert stored() == MOST_A_DAY
    for day in range(2, 6):
        clock.advance(days=1)
        for number in range(MOST_A_DAY):
            me.write(client, f"day {day}, {number}", today())
    assert stored() == PLACES_OF_A_SIDE
    for number in range(PLACES_OF_A_SIDE + 2):
        assert answer_as_mentor([me], f"answer {number}") is (number < PLACES_OF_A_SIDE)
    assert stored() == PLACES
    texts = [entry.text for entry in me.opened(me.read(client))]
    assert texts[0] == "day 1, 0" and texts[-1] == f"answer {PLACES_OF_A_SIDE - 1}"
    assert closed[1].opened(closed[1].write(client, "mine has room", today()))


def test_the_same_message_again_is_stored_once(closed: list[Author], client: FlaskClient) -> None:
    me = closed[0]
    body = me.write_body(me.read(client).json, "Lost on the way?", today())
    first, again = client.post(WRITE, json=body), client.post(WRITE, json=body)
    assert stored() == 1
    assert me.opened(first) == me.opened(again)


def test_the_ready_sentences_and_the_names_of_writers_are_the_staffs(
    closed: list[Author], client: FlaskClient
) -> None:
    """What an author's own client claims inside the seal counts for nothing on the staff's side."""
    me = closed[0]
    content = me.read(client).json
    claimed = "I am the program team."
    client.post(WRITE, json=me.write_body(content, claimed, date(2020, 1, 1), writer="admin"))
    read = staff_reads(me.pool_id)[me.access.id]
    assert [(entry.writer, entry.day) for entry in read] == [("author", today())]


def test_what_does_not_open_is_not_shown_and_stops_nothing(
    closed: list[Author], client: FlaskClient
) -> None:
    me, other = closed[:2]
    content = me.read(client).json
    noise = encode_base64url(b"\x04" + secrets.token_bytes(2128))
    client.post(WRITE, json=me.write_body(content, "x", today(), for_staff=noise))
    # Sealed for another mailbox: it must not be read as if it had been written here.
    moved = other.write_body(content, "moved", today())
    client.post(
        WRITE, json=me.write_body(content, "y", today()) | {"for_staff": moved["for_staff"]}
    )
    me.write(client, "This one opens.", today())
    for _ in range(2):
        assert [entry.text for entry in staff_reads(me.pool_id)[me.access.id]] == [
            "This one opens."
        ]
        run_due_work(current_workplace())  # from now on the staff's copies are masked ones
    with ballots.read() as session:
        assert set(session.scalars(select(MailboxMessage.masked))) == {True}


def test_two_comments_of_one_person_never_meet() -> None:
    pool = secrets.token_bytes(16)
    receipt = receipts.new_receipt()
    boxes = [
        receipts.make_mailbox(receipts.mailbox_access(receipt, pool, item))
        for item in ("keep-doing", "stop-doing")
    ]
    for name in ("id", "auth", "pub", "key"):
        one, other = (getattr(box, name) for box in boxes)
        skipped = 1 if name == "pub" else 0  # each point begins with 0x04
        windows = {one[at : at + 4] for at in range(skipped, len(one) - 3)}
        assert not windows & {other[at : at + 4] for at in range(skipped, len(other) - 3)}


def test_rows_of_messages_share_nothing_between_mailboxes(
    closed: list[Author], client: FlaskClient
) -> None:
    """One author answered, two wrote: nothing of 8 bytes joins their rows but pool and day."""
    answer_as_mentor(closed[:3], "The same words for all of you.")
    for author in closed[:3]:
        author.write(client, "And the same from us.", today())
    by_box: dict[bytes, set[bytes]] = {}
    with ballots.read() as session:
        for row in session.scalars(select(MailboxMessage)):
            kept_key_id = 5  # a blob begins with its version and the pool's key
            pieces = (row.mailbox_id, row.for_author[1:], row.for_staff[kept_key_id:])
            found = by_box.setdefault(row.mailbox_id, set())
            found |= {piece[at : at + 8] for piece in pieces for at in range(len(piece) - 7)}
    boxes = list(by_box.values())
    assert len(boxes) == 3
    assert not (boxes[0] & boxes[1] or boxes[0] & boxes[2] or boxes[1] & boxes[2])


def test_a_comment_that_is_not_shown_has_no_mailbox(opened: OpenRound, client: FlaskClient) -> None:
    wrote = rounds.answer(opened, list(opened.links)[:7], {**rounds.GOOD, COMMENT: "Seven of us."})
    rounds.close(opened)
    with ballots.read() as session:
        assert session.scalars(select(Comment)).all() == []
        assert session.scalars(select(ReplyKey)).all() == []
    me = Author(opened.pool_id, wrote[0])
    assert me.opened(me.read(client)) == []


def test_before_the_close_no_mailbox_answers(opened: OpenRound, client: FlaskClient) -> None:
    wrote = rounds.answer(opened, list(opened.links)[:9], {**rounds.GOOD, COMMENT: "Nine of us."})
    me = Author(opened.pool_id, wrote[0])
    early = me.read(client)
    rounds.close(opened)
    assert shape(early) == shape(me.read(client))
    assert me.opened(me.write(client, "Now it is there.", today()))


def test_a_mailbox_that_nobody_could_seal_to_is_left_out(
    opened: OpenRound, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client of one's own may send any 65 bytes as a point; the close must not trip over it."""

    def broken(access: receipts.MailboxAccess) -> receipts.Mailbox:
        auth = receipts.auth_of(access.authenticator)
        return receipts.Mailbox(access.id, auth, b"\x04" + bytes(64), bytes(60))

    addresses = list(opened.links)
    with monkeypatch.context() as patch:
        patch.setattr(receipts, "make_mailbox", broken)
        rounds.answer(opened, addresses[:1], {**rounds.GOOD, COMMENT: f"{WROTE} 0."})
    others = rounds.answer(opened, addresses[1:9], {**rounds.GOOD, COMMENT: f"{WROTE} 1."})
    rounds.close(opened)
    with ballots.read() as session:
        points = session.scalars(select(Comment.mailbox_public_key)).all()
    assert sorted(point is None for point in points) == [False] * 8 + [True]
    assert answer_as_mentor([Author(opened.pool_id, receipt) for receipt in others])


def test_a_close_that_is_done_again_keeps_the_key_that_authors_write_to(
    closed: list[Author], app: Flask
) -> None:
    with ballots.read() as session:
        before = session.scalars(select(ReplyKey.point)).one()
    with ballots.begin() as session:
        add_reply_key(session, current_vault(), closed[0].pool_id)
    with ballots.read() as session:
        assert session.scalars(select(ReplyKey.point)).one() == before


def test_after_retention_nothing_is_left_to_open(closed: list[Author], client: FlaskClient) -> None:
    me = closed[0]
    answer_as_mentor([me])
    me.write(client, "Soon gone.", today())
    with ballots.read() as session:
        row = session.scalars(select(ReplyKey)).one()
    kept = current_vault().kept_key(me.pool_id)
    assert row.private_key[1:5] == kept.id  # encrypted under the key that ends with the comments
    everything = b"".join(as_bytes(value.content) for value in dump(ballots.engine))
    assert b"Soon gone." not in everything and b"Thank you." not in everything


def test_the_cast_process_serves_mailboxes_without_people_or_keys(
    closed: list[Author], settings: Settings, clock: FixedClock
) -> None:
    me = closed[0]
    answer_as_mentor([me])
    alone = create_app(settings, parts={"cast"}, clock=clock)
    browser = alone.test_client()
    assert browser.get(f"/m/{encode_base64url(me.pool_id)}").status_code == 200
    assert [entry.text for entry in me.opened(me.read(browser))] == ["Thank you."]
    assert len(me.opened(me.write(browser, "Heard.", today()))) == 2
    with alone.app_context():
        databases.dispose_engines()


def test_the_page_is_the_same_bytes_for_everyone_and_every_pool(
    closed: list[Author], client: FlaskClient
) -> None:
    pools = [encode_base64url(pool) for pool in (closed[0].pool_id, bytes(16))]
    before = snapshot(engines())
    answers = [client.get(f"/m/{pool}") for pool in (*pools, "nonsense")]
    assert len({shape(answer) for answer in answers}) == 1
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert snapshot(engines()) == before


def test_neither_table_nor_file_says_in_which_order_messages_came(
    app: Flask, settings: Settings
) -> None:
    written = [secrets.token_bytes(64) for _ in range(MANY)]
    pool_id = secrets.token_bytes(16)
    for sealed in written:
        with ballots.begin() as session:
            session.add(
                MailboxMessage(
                    pool_id=pool_id,
                    mailbox_id=secrets.token_bytes(16),
                    number=1,
                    writer="author",
                    day=today(),
                    for_author=sealed + bytes(SEALED_BYTES - len(sealed)),
                    for_staff=b"",
                )
            )
    shuffle_ballots(ballots.engine)
    rows = stored_order(ballots.engine, "mailbox_message", "for_author")
    assert abs(rank_correlation(written, [row[:64] for row in rows])) < LIMIT
    if ballots.engine.dialect.name == "sqlite":
        heap = heap_of(ballots.engine, settings, "ballots", "mailbox_message")
        assert abs(rank_correlation(written, by_place(written, heap))) < LIMIT


def test_rows_of_mailboxes_are_kept_by_their_random_key(app: Flask) -> None:
    for table in ("mailbox_message", "reply_key"):
        key = inspect(ballots.engine).get_pk_constraint(table)["constrained_columns"]
        assert set(key) <= {"pool_id", "mailbox_id", "number"}
        if ballots.engine.dialect.name == "sqlite":
            with ballots.engine.connect() as connection:
                query = "SELECT sql FROM sqlite_master WHERE name = ?"
                made = connection.exec_driver_sql(query, (table,)).scalar_one()
            assert made.rstrip().endswith("WITHOUT ROWID")
