"""What is public and the same for everyone, compressed for browsers that take that.

Nothing else is compressed: the length of a page with something secret in it could tell of it.
"""

import gzip
from collections.abc import Callable
from http import HTTPStatus

import brotli
from flask import Flask, Response, request

PUBLIC = frozenset(
    {"static", "respond.page", "mailbox.mailbox_page", "ballots.manifest", "ballots.form"}
)
_WORDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
_KEY = "chorus.compressed"
_LEAST_BYTES = 300  # packed, what is smaller is hardly smaller
# What is made anew for each request is packed within a millisecond; the script takes 0.2 s.
_QUICK, _BEST = 5, 11


def _brotli(content: bytes, quality: int) -> bytes:
    packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
    return packed


def _gzip(content: bytes, _quality: int) -> bytes:
    return gzip.compress(content, mtime=0)


# The better first. Browsers take Brotli where nobody on the way can read along: with https.
_WAYS: dict[str, Callable[[bytes, int], bytes]] = {"br": _brotli, "gzip": _gzip}


def compress_what_is_public(app: Flask) -> None:
    """Let `app` send what everybody gets compressed; a file is compressed once each way."""
    files: dict[tuple[str, str, str], bytes] = app.extensions.setdefault(_KEY, {})

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.endpoint not in PUBLIC or response.status_code != HTTPStatus.OK:
            return response
        if not (response.mimetype or "").startswith(_WORDS):
            return response
        response.vary.add("Accept-Encoding")
        way = _way_taken()
        if way is None or (response.content_length or 0) < _LEAST_BYTES:
            return response
        opened = getattr(response.response, "close", None)
        if opened is not None:
            response.call_on_close(opened)  # the file, which is not read where it is kept already
        response.direct_passthrough = False
        etag, _weak = response.get_etag()
        if etag is None:
            packed = _WAYS[way](response.get_data(), _QUICK)
        else:
            name = (request.path, etag, way)
            packed = files.get(name) or _WAYS[way](response.get_data(), _BEST)
            files[name] = packed
            response.set_etag(etag, weak=True)
        response.set_data(packed)
        response.headers["Content-Encoding"] = way
        return response


def _way_taken() -> str | None:
    return next((way for way in _WAYS if request.accept_encodings[way] > 0), None)
