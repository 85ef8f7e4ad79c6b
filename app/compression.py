"""What is public and the same for everyone, compressed for browsers that take that.

Nothing else is compressed: the length of a page with something secret in it could tell of it.
"""

import gzip
from http import HTTPStatus

from flask import Flask, Response, request

PUBLIC = frozenset(
    {"static", "respond.page", "mailbox.mailbox_page", "ballots.manifest", "ballots.form"}
)
_WORDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
_KEY = "chorus.compressed"
_LEAST_BYTES = 500  # what is smaller fits into one packet anyway


def compress_what_is_public(app: Flask) -> None:
    """Let `app` send what everybody gets compressed; a file is compressed once."""
    files: dict[tuple[str, str], bytes] = app.extensions.setdefault(_KEY, {})

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.endpoint not in PUBLIC or response.status_code != HTTPStatus.OK:
            return response
        if not (response.mimetype or "").startswith(_WORDS):
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0 or (response.content_length or 0) < _LEAST_BYTES:
            return response
        opened = getattr(response.response, "close", None)
        if opened is not None:
            response.call_on_close(opened)  # the file, which is not read where it is kept already
        response.direct_passthrough = False
        etag, _weak = response.get_etag()
        if etag is None:
            packed = gzip.compress(response.get_data(), mtime=0)
        else:
            name = (request.path, etag)
            packed = files.get(name) or gzip.compress(response.get_data(), mtime=0)
            files[name] = packed
            response.set_etag(etag, weak=True)
        response.set_data(packed)
        response.headers["Content-Encoding"] = "gzip"
        return response
