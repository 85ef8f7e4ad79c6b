"""Clients that are slow, send too much or nonsense, or all come at once, are in nobody's way."""

import json
import secrets
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from app import MAX_BODY_BYTES
from app.mail.mailer import MemoryMailer
from bench.clients import Conversation, Reply, hold_all, post
from crypto.encoding import encode_base64url
from tests.faults.conftest import Serve
from tests.faults.crowd import answered_round
from tests.faults.processes import Installation
from tests.faults.storage import left_of
from tests.http_respondent import paper_body

pytestmark = pytest.mark.slow
SLOW, BYTES_EACH = 50, 3
AT_ONCE = 500
PATIENCE_SECONDS = 20.0
AT_ONCE_SECONDS = 3.0  # what a request may take at most while slow ones are under way
CHECK = f"/api/v1/pools/{'A' * 22}/check"
GOOD_CHECK = json.dumps({"token": "A" * 22, "cell": 0}).encode()


def ask(port: int, body: bytes = GOOD_CHECK, method: str = "POST", path: str = CHECK) -> Reply:
    """Return the answer to one request on a connection of its own."""
    begun = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request(method, path, body or None, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return Reply(answer.status, content, time.monotonic() - begun)


@contextmanager
def begun_requests(port: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Give connections on which only the beginning of a request was sent."""
    with ExitStack() as ending:
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW)]
        for line in lines:
            ending.callback(line.close)
            line.sendall(beginning)
        yield lines


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "beginning",
    [post(CHECK, GOOD_CHECK)[:20], post(CHECK, GOOD_CHECK)[: -len(GOOD_CHECK) + 1]],
    ids=["in the head", "in the body"],
)
def test_fifty_who_send_a_byte_a_second_keep_nobody_else_waiting(
    installation: Installation, serve: Serve, beginning: bytes
) -> None:
    serve()
    port = installation.settings.port
    rest = post(CHECK, GOOD_CHECK)[len(beginning) :]
    with begun_requests(port, beginning) as slow:
        for number in range(BYTES_EACH):
            for line in slow:
                line.sendall(rest[number : number + 1])
            for reply in (ask(port), ask(port, b"", "GET", "/healthz")):
                assert reply.status in (200, 404)
                assert reply.seconds < AT_ONCE_SECONDS
            time.sleep(1)
        for line in slow:  # and each of them is answered once it has said all
            line.sendall(rest[BYTES_EACH:])
            line.settimeout(PATIENCE_SECONDS)
            assert b" 404 " in line.recv(4096).split(b"\r\n")[0]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_too_long_is_refused_before_it_is_sent(
    installation: Installation, serve: Serve
) -> None:
    serve()
    request = post(CHECK, GOOD_CHECK).replace(
        f"Content-Length: {len(GOOD_CHECK)}".encode(),
        f"Content-Length: {MAX_BODY_BYTES + 1}".encode(),
    )
    with socket.create_connection(("127.0.0.1", installation.settings.port)) as line:
        line.settimeout(PATIENCE_SECONDS)
        line.sendall(request)  # and nothing of the rest
        answer = b""
        while not answer.rstrip().endswith(b"}"):
            answer += line.recv(4096)
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"too_large" in answer


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nonsense_is_refused_by_name_and_the_product_goes_on(
    installation: Installation, serve: Serve
) -> None:
    serve()
    port = installation.settings.port
    for body in (b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"token": 1e999}', b"{}"):
        reply = ask(port, body)
        assert (reply.status, json.loads(reply.body)["errors"]["name"]) == (
            400,
            "malformed_request",
        ), body[:20]
    assert ask(port).status == 404  # a good request to a pool that is not there
    assert "Traceback" not in installation.log_text


def test_five_hundred_at_once_with_one_link_get_one_paper(
    app: Flask, mailer: MemoryMailer, installation: Installation, serve: Serve, tmp_path: Path
) -> None:
    opened, (address,) = answered_round(app, mailer, tmp_path, absent=1)
    before = left_of(opened.pool_id)["shares"]
    serve()
    path = f"/api/v1/pools/{encode_base64url(opened.pool_id)}/paper"
    seen: Counter[tuple[int, str]] = Counter()

    def take() -> Conversation:
        blinded = b"\0" + secrets.token_bytes(255)  # below any modulus
        reply = yield post(path, json.dumps(paper_body(opened.links[address], blinded)).encode())
        name = json.loads(reply.body).get("errors", {"name": "given"})["name"]
        seen[reply.status, name] += 1

    hold_all(installation.settings.port, [take() for _ in range(AT_ONCE)], AT_ONCE)
    assert seen.total() == AT_ONCE
    assert seen[200, "given"] == 1
    assert set(seen) <= {(200, "given"), (409, "already_taken"), (503, "busy")}
    assert seen[409, "already_taken"] > 0
    assert left_of(opened.pool_id)["shares"] == before + 1
    assert ask(installation.settings.port, b"", "GET", "/healthz").status == 200
    assert "Traceback" not in installation.log_text
