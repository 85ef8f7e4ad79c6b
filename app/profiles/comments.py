"""The comments that a release of peer feedback shows, under the questions of their cycle."""

from collections.abc import Callable
from dataclasses import dataclass

from app.extensions import Store
from app.models.identity.feedback_cycle import FeedbackCycle
from app.results.cells import WITHHELD, CellResult, read_cell
from app.results.comments import comment_texts
from app.results.report import CommentList, comment_lists
from app.results.service import ReleasedRound
from app.vault import Vault
from surveys.cell_tree import ROOT_CELL
from surveys.items import Form
from surveys.raters import worded


@dataclass(frozen=True)
class CommentRoom:
    """What comments are read with; `mask` hides the roster's names in what came later."""

    ballots: Store
    vault: Vault
    mask: Callable[[str], str]


def read_comments(
    room: CommentRoom,
    cycle: FeedbackCycle,
    form: Form,
    released: ReleasedRound | None,
    *,
    shared: bool = False,
) -> tuple[CellResult, tuple[CommentList, ...]]:
    """Return what a release shows, and its comments by question; all withheld without one.

    :param shared: whether it is that of all who have too few raters.
    """
    asked = worded(form, cycle.about, shared=shared)
    if released is None:
        return WITHHELD, comment_lists(asked, WITHHELD, ROOT_CELL, ())
    texts = comment_texts(room.ballots, room.vault, released.pool_id, room.mask)
    cell = read_cell(released.cell())
    return cell, comment_lists(asked, cell, ROOT_CELL, texts)
