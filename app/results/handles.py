"""Names for the comments of one page, so that a form can say which one is meant (D8)."""

import hmac
from dataclasses import dataclass
from typing import Protocol

from flask import current_app
from flask_babel import gettext as _

from app.accounts.browser import session_secret
from app.results.report import CommentList
from crypto import envelope
from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import CryptoError

_LABEL = b"chorus/v1/comment-handle\0"
_NO_ID = bytes(envelope.KEY_ID_BYTES)


class StaleHandleError(Exception):
    """A comment is named as this page names none."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This page was opened by another session, or is out of date. "
                "Choose the comment again."
            )
        )


class Handles:
    """Names of comments that hold for one session on one page and differ at each rendering.

    Two renderings, two sessions or two pages can't be joined by them: no comment has an id that
    stays (D8).
    """

    def __init__(self, secret_key: str, session: str, page: str) -> None:
        secret = hmac.digest(secret_key.encode(), _LABEL + session.encode(), "sha256")
        self._key = envelope.DataKey(_NO_ID, secret)
        self._page = page.encode()

    def name(self, comment_id: bytes) -> str:
        """Return a new name for a comment."""
        blob = envelope.encrypt(self._key, comment_id, table="comment", column="id", row=self._page)
        return encode_base64url(blob)

    def comment(self, name: str) -> bytes:
        """Return the comment that `name` was made for.

        :raises StaleHandleError: if it was made for another session or page, or not here.
        """
        try:
            blob = decode_base64url(name)
            return envelope.decrypt(self._key, blob, table="comment", column="id", row=self._page)
        except CryptoError:
            raise StaleHandleError from None


@dataclass(frozen=True)
class AnswerPlace:
    """Where the forms of a page of results send answers, and what they say besides.

    :ivar group: what an admin looks at, empty for the program and on a mentor's page.
    """

    action: str
    group: str
    round: str
    handles: Handles


class CommentPage(Protocol):
    """A page with comments that can be answered."""

    @property
    def pool_id(self) -> bytes | None:
        """Return the pool whose comments they are; None before there are any."""

    @property
    def answer_page(self) -> str:
        """Return what tells this page from all others."""

    @property
    def answer_round(self) -> str:
        """Return the number of its round, where a page shows one of several."""

    def comments_of(self, of: str) -> tuple[CommentList, ...]:
        """Return the lists of comments that the page calls `of`."""


def answer_place(page: CommentPage, action: str, group: str = "") -> AnswerPlace:
    """Return where answers to a page's comments go, for the session of this request."""
    secret_key = current_app.config["CHORUS"].secret_key
    handles = Handles(secret_key, session_secret(), page.answer_page)
    return AnswerPlace(action, group, page.answer_round, handles)
