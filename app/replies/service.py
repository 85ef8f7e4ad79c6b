"""Use cases: find the comments that somebody may answer, and leave an answer in their mailboxes."""

from datetime import date

from app.extensions import Store
from app.opening.replies import write_answer
from app.replies.schemas import Answer, Wish
from app.results.comments import CommentText
from app.results.handles import Handles, StaleHandleError
from app.results.pages import ResultsPage
from app.results.report import CommentList
from app.vault import Vault
from crypto.messages import Message

OWN, PROGRAM = "own-comments", "program-comments"


class NothingChosenError(Exception):
    """Choose at least one comment."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


def chosen_comments(page: ResultsPage, handles: Handles, wish: Wish) -> tuple[CommentText, ...]:
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
    page: ResultsPage,
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
    if page.report is None:
        raise StaleHandleError
    pool_id = page.report.release.pool_id
    message = Message(writer, today, answer.text, answer.acknowledgement)
    ids = [comment.id for comment in comments]
    return write_answer(ballots, vault.kept_key(pool_id), pool_id, ids, message)


def question_of(page: ResultsPage, wish: Wish) -> str:
    """Return the question that the list of a wish belongs to."""
    return next((entry.question for entry in _lists(page, wish) if entry.item == wish.item), "")


def _about(page: ResultsPage, wish: Wish) -> tuple[CommentText, ...]:
    chosen = tuple(
        comment
        for entry in _lists(page, wish)
        if entry.item == wish.item
        for comment in entry.about(wish.theme)
    )
    if not chosen:
        raise StaleHandleError
    return chosen


def _offered(page: ResultsPage, wish: Wish) -> dict[bytes, CommentText]:
    return {
        comment.id: comment
        for entry in _lists(page, wish)
        if entry.item == wish.item
        for comment in entry.answerable
    }


def _lists(page: ResultsPage, wish: Wish) -> tuple[CommentList, ...]:
    if page.report is None:
        return ()
    lists = {OWN: page.report.own_comments, PROGRAM: page.report.program_comments}
    return lists.get(wish.of, ())
