"""Use cases: find the comments that somebody may answer, and leave an answer in their mailboxes."""

from datetime import date

from flask_babel import gettext as _

from app.extensions import Store
from app.opening.replies import write_answer
from app.replies.schemas import Answer, Wish
from app.results.comments import CommentText
from app.results.handles import CommentPage, Handles, StaleHandleError
from app.vault import Vault
from crypto.messages import Message


class NothingChosenError(Exception):
    """No comment was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one comment."))


def chosen_comments(page: CommentPage, handles: Handles, wish: Wish) -> tuple[CommentText, ...]:
    """Return the comments that are meant; all of them stand on the page for whoever reads it now.

    :raises NothingChosenError: if none is chosen.
    :raises StaleHandleError: if one is named as no comment of this page is, or can't be answered,
        or a theme is meant that the page doesn't show.
    """
    offered = _offered(page, wish)
    if wish.names is None and wish.theme:
        chosen = _about(page, wish)
    elif wish.names is None:
        chosen = tuple(offered.values())
    else:
        ids = dict.fromkeys(handles.comment(name) for name in wish.names)
        if not set(ids) <= set(offered):
            raise StaleHandleError
        chosen = tuple(offered[comment_id] for comment_id in ids)
    if not chosen:
        raise NothingChosenError
    return chosen


def leave_answer(
    ballots: Store,
    vault: Vault,
    page: CommentPage,
    comments: tuple[CommentText, ...],
    answer: Answer,
    writer: str,
    today: date,
) -> bool:
    """Leave an answer in the mailboxes of these comments; return whether each had a place for it.

    :param writer: "mentor" or "admin"; no name goes along.
    :raises StaleHandleError: if the page has no results.
    :raises KeyGoneError: if their retention has ended meanwhile.
    """
    pool_id = page.pool_id
    if pool_id is None:
        raise StaleHandleError
    message = Message(writer, today, answer.text, answer.acknowledgement)
    ids = [comment.id for comment in comments]
    return write_answer(ballots, vault.kept_key(pool_id), pool_id, ids, message)


def question_of(page: CommentPage, wish: Wish) -> str:
    """Return the question that the list of a wish belongs to."""
    lists = page.comments_of(wish.of)
    return next((entry.question for entry in lists if entry.item == wish.item), "")


def _about(page: CommentPage, wish: Wish) -> tuple[CommentText, ...]:
    chosen = tuple(
        comment
        for entry in page.comments_of(wish.of)
        if entry.item == wish.item
        for comment in entry.about(wish.theme)
    )
    if not chosen:
        raise StaleHandleError
    return chosen


def _offered(page: CommentPage, wish: Wish) -> dict[bytes, CommentText]:
    return {
        comment.id: comment
        for entry in page.comments_of(wish.of)
        if entry.item == wish.item
        for comment in entry.answerable
    }
