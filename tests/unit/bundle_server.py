"""A small service that speaks the pool API, for the page alone: it opens each ballot it is sent."""

import hashlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import serialization
from jinja2 import Environment, FileSystemLoader

from crypto import ballots, blind, links, sealing, sharing
from crypto.encoding import decode_base64url, encode_base64url
from tests.unit.bundle_runtime import STATIC

TEMPLATES = STATIC.parent / "templates"
PAD = 2048
K = 4
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_WORDS = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


@cache
def respondents_page() -> str:
    """Return the page as the service renders it."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_null_translations()  # type: ignore[attr-defined]  # the page is English
    page = environment.get_template("respond/page.html")
    return page.render(url_for=lambda _endpoint, filename: f"/static/{filename}")


def canonical(value: Any) -> bytes:
    """Return canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sample_form() -> dict[str, Any]:
    """Return a form with every type of item, its title in two languages."""
    labels = [{"id": str(i), "text": {"en": word}} for i, word in enumerate(_WORDS, 1)]
    topics = [{"id": "time", "text": {"en": "Time"}}, {"id": "rest", "text": {"en": "Rest"}}]
    scale = {"type": "scale", "min": 1, "max": 5, "labels": labels}
    ends = [{"id": "0", "text": {"en": "empty"}}, {"id": "10", "text": {"en": "overfull"}}]
    return {
        "v": 1,
        "title": {"en": "How have the last two weeks been?", "de": "Wie waren die zwei Wochen?"},
        "items": [
            {"id": "calm", "text": {"en": "I felt calm.", "de": "Ich war ruhig."}, **scale},
            {"id": "help", "text": {"en": "I had help."}, "cant_say": True, **scale},
            {
                "id": "load",
                "type": "scale",
                "text": {"en": "How full were your days?"},
                "min": 0,
                "max": 10,
                "labels": ends,
            },
            {"id": "topic", "type": "multiple", "text": {"en": "Next topic?"}, "options": topics},
            {"id": "keep", "type": "comment", "text": {"en": "What to keep?"}, "max_length": 200},
        ],
        "support": [{"label": {"en": "Company doctor"}, "contact": "+49 30 1234567"}],
        "notice": {"en": "Our own questions. Not validated.", "de": "Eigene Fragen."},
    }


def refusal(status: HTTPStatus, name: str) -> tuple[int, bytes]:
    """Return status and body of an error, of the one shape that the service gives them."""
    message = "One sentence for a person."
    body = {"code": int(status), "status": status.phrase, "message": message}
    return int(status), canonical({**body, "errors": {"name": name}})


class SamplePool:
    """A pool with its keys, the papers it gave out and the ballots it opened."""

    def __init__(self, **more: Any) -> None:
        """Make a pool; `more` is what its manifest says beside the usual."""
        self.id = os.urandom(16)
        self.signing_key = blind.generate_key()
        self.opening_key = sealing.generate_key()
        self.form = canonical(sample_form())
        self.manifest = canonical({**self._manifest(), **more})
        self.manifest_hash = hashlib.sha256(self.manifest).digest()
        self.papers: dict[str, str | None] = {}
        self.opened: dict[bytes, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
        # Names of endpoints whose answer is lost on the way.
        self.lost: set[str] = set()
        # What an endpoint answers instead: a status and the name of the error.
        self.refused: dict[str, tuple[HTTPStatus, str]] = {}

    def _manifest(self) -> dict[str, Any]:
        der = self.signing_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "v": 1,
            "pool": encode_base64url(self.id),
            "round": "r",
            "k": K,
            "invited_band": "k-9",
            "opens": "2026-06-01T08:00:00Z",
            "closes": ["2026-06-12T16:00:00Z"],
            "mode": "sealed",
            "cells": [{"id": "program"}, {"id": "group"}],
            "audience": ["mentor", "admin"],
            "pad": PAD,
            "rsa_spki": encode_base64url(der),
            "hpke_pub": encode_base64url(sealing.public_point(self.opening_key)),
            "form_sha256": encode_base64url(hashlib.sha256(self.form).digest()),
        }

    def invite(self, *, with_share: bool = True, cell: int = 1) -> str:
        """Return the path and code of a new link; cell 0 is the program's."""
        secret = sealing.scalar_of(self.opening_key)
        share = sharing.split(secret, K, K)[0] if with_share else None
        link = links.Link(os.urandom(16), cell, self.manifest_hash[:16], share)
        self.papers[encode_base64url(link.token)] = None
        return links.link_path(self.id, link)

    def answer(self, name: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return status and body for a POST, as PROTOCOL.md names them."""
        if name in self.refused:
            return refusal(*self.refused[name])
        if name == "check":
            state = "taken" if self.papers[body["token"]] else "open"
            return 200, canonical({"state": state})
        if name == "paper":
            kept = self.papers[body["token"]]
            if kept not in (None, body["blinded"]):
                return refusal(HTTPStatus.CONFLICT, "already_taken")
            self.papers[body["token"]] = body["blinded"]
            signed = blind.blind_sign(self.signing_key, decode_base64url(body["blinded"]))
            return 200, canonical({"blind_sig": encode_base64url(signed)})
        if name == "ballot":
            self._open(*(decode_base64url(body[part]) for part in ("input_msg", "sig", "sealed")))
        return 204, b""

    def _open(self, input_msg: bytes, signature: bytes, sealed: bytes) -> None:
        blind.verify(self.signing_key.public_key(), input_msg, signature)
        serial = ballots.parse_input_msg(input_msg).serial
        info = ballots.sealing_info(self.manifest_hash, serial)
        plaintext = sealing.unseal(self.opening_key, sealed, info)
        self.opened[serial] = json.loads(ballots.unpad(plaintext, PAD))


def _handler(pool: SamplePool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep test output quiet."""

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if self.path.startswith("/r/"):
                self.reply(200, respondents_page().encode(), "text/html; charset=utf-8")
            elif self.path.startswith("/static/"):
                file = STATIC / name
                self.reply(200, file.read_bytes(), _KINDS[file.suffix])
            else:
                self.note(name, {})
                self.reply(200, pool.manifest if name == "manifest" else pool.form)

        def do_POST(self) -> None:
            name = self.path.rpartition("/")[2]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.note(name, body)
            answer = pool.answer(name, body)
            if name in pool.lost:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self.reply(*answer)

        def note(self, name: str, body: dict[str, Any]) -> None:
            pool.requests.append((name, self.path, body, dict(self.headers)))

        def reply(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

    return Handler


@contextmanager
def served(pool: SamplePool) -> Iterator[str]:
    """Serve the page and `pool` on a free port; yield the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(pool)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
