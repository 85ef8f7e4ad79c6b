"""Programs with released rounds, made by the product's own tabulation from made-up answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.extensions import ballots, identity
from app.forms.service import current_form, form_of_program
from app.launching.manifest import cell_ids
from app.models.ballots.comment import Comment
from app.models.columns import random_id
from app.models.identity.form import Form as FormRow
from app.models.identity.group import Group
from app.models.identity.pool import Pool
from app.models.identity.pool_cell import PoolCell
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.opening.comments import comment_rows
from app.opening.replies import add_reply_key
from app.vault import current_vault
from crypto.receipts import mailbox_access, make_mailbox, new_receipt
from surveys.answers import Answers, Mailbox
from surveys.cell_tree import CellNode
from surveys.form_wire import form_from_wire, form_to_wire
from surveys.instruments import form_of, instrument
from surveys.items import Form
from surveys.sentiment import score
from surveys.tabulation import Release as Tabulation
from surveys.tabulation import release
from surveys.tally import Tally

FIRST_DAY = date(2026, 1, 5)
EVERY = timedelta(weeks=2)
EVERYBODY_ELSE = ""  # people without a cell of their own


@dataclass(frozen=True)
class Answered:
    """How many answered in a group, what they chose on every scale, and what they wrote."""

    people: int
    rating: int = 4
    lower: Mapping[str, int] = field(default_factory=dict)
    comment: str | None = None


def add_program(name: str = "Onboarding", k: int = 5, time_zone: str = "Europe/Berlin") -> str:
    """Return the id of a new program without groups."""
    with identity.begin() as session:
        program = Program(name=name, time_zone=time_zone, k=k)
        session.add(program)
        session.flush()
        return program.id


def add_group(program_id: str, name: str) -> str:
    """Return the id of a new group."""
    with identity.begin() as session:
        group = Group(program_id=program_id, name=name)
        session.add(group)
        session.flush()
        return group.id


def program_of(group_id: str) -> str:
    """Return the id of a group's program."""
    with identity.begin() as session:
        return session.scalars(select(Group.program_id).where(Group.id == group_id)).one()


def add_released_round(
    program_id: str,
    answered: Mapping[str, Answered],
    *,
    papers: Sequence[int] | None = None,
    seed: int = 1,
    asked: Sequence[str] | None = None,
    chosen: bool = False,
) -> str:
    """Return the id of a closed round with its release, two weeks after the one before.

    :param answered: by group id; each has a cell of its own, EVERYBODY_ELSE is cell 0.
    :param papers: taken in each cell; by default as many as ballots.
    :param asked: ids of the questions of the pulse; by default those it starts with.
    :param chosen: whether it asks what is chosen for the program instead.
    """
    groups = sorted(group for group in answered if group != EVERYBODY_ELSE)
    by_index = [answered.get(EVERYBODY_ELSE, Answered(0)), *(answered[group] for group in groups)]
    pool_id = Random(f"{program_id} {seed} {random_id()}").randbytes(16)
    with identity.begin() as session:
        form_row = current_form(session) if asked is None else _form_asking(session, asked)
        if chosen:
            form_row = form_of_program(session, program_id)
        form = form_from_wire(form_row.body)
        earlier = select(Round).where(Round.program_id == program_id, Round.cycle_id.is_(None))
        number = len(session.scalars(earlier).all()) + 1
        closed_on = FIRST_DAY + number * EVERY
        closes_at = datetime.combine(closed_on, time(9), UTC)
        k = session.get_one(Program, program_id).k
        round_ = Round(
            program_id=program_id,
            form_id=form_row.id,
            number=number,
            state="closed",
            k=k,
            opens_at=closes_at - timedelta(days=4),
            closes_at=closes_at,
            invited=40,
        )
        session.add(round_)
        session.flush()
        session.add(Pool(pool_id=pool_id, round_id=round_.id, state="ended", closes_at=closes_at))
        session.flush()
        session.add_all(
            PoolCell(pool_id=pool_id, index=index, group_id=group or None, invited=8)
            for index, group in enumerate([EVERYBODY_ELSE, *groups])
        )
        result = tabulated(form, by_index, pool_id, k, papers, seed)
        session.add(published(pool_id, closed_on, result))
        round_id = round_.id
    keep_comments(pool_id, result)
    return round_id


def published(pool_id: bytes, closed_on: date, result: Tabulation) -> Release:
    """Return the release of a pool as it stands after its close."""
    return Release(
        pool_id=pool_id,
        state="published",
        closed_on=closed_on,
        tables=result.tables,
        comments=None,
    )


def keep_comments(pool_id: bytes, result: Tabulation) -> None:
    """Keep the comments that a release shows, with the key that opens them."""
    if result.comments:
        current_vault().create_pool_keys(pool_id)
        rows = comment_rows(current_vault(), pool_id, result.comments)
        with ballots.begin() as session:
            session.execute(insert(Comment), rows)
            add_reply_key(session, current_vault(), pool_id)


def _form_asking(session: Session, asked: Sequence[str]) -> FormRow:
    """Return a version of the pulse of its own, with these questions."""
    body = form_to_wire(form_of(instrument("pulse"), (), asked))
    versions = session.scalars(select(FormRow).where(FormRow.instrument == "pulse")).all()
    found = next((row for row in versions if row.body == body), None)
    if found is None:
        first = current_form(session)
        version = 1 + max(first.version, *(row.version for row in versions), 0)
        found = FormRow(instrument="pulse", version=version, kind=first.kind, body=body)
        session.add(found)
        session.flush()
    return found


def answer_otherwise(round_id: str, answered: Answered, seed: int = 1) -> None:
    """Tabulate a round's answers again, as if the program's people had answered like this."""
    with identity.begin() as session:
        round_ = session.get_one(Round, round_id)
        pool_id = session.scalars(select(Pool.pool_id).where(Pool.round_id == round_id)).one()
        form = form_from_wire(session.get_one(FormRow, round_.form_id).body)
        result = tabulated(form, [answered], pool_id, round_.k, None, seed)
        session.get_one(Release, pool_id).tables = result.tables


def tabulated(
    form: Form,
    by_index: Sequence[Answered],
    pool_id: bytes,
    k: int,
    papers: Sequence[int] | None,
    seed: int,
    *,
    of_program: bool = True,
) -> Tabulation:
    """Return what a close makes of these answers."""
    tally = _tally(form, by_index, pool_id)
    names = cell_ids(len(by_index) - 1)
    tree = CellNode(
        names[0], 0, tuple(CellNode(name, at) for at, name in enumerate(names[1:], start=1))
    )
    return release(
        tally,
        tree,
        k,
        list(tally.ballots) if papers is None else papers,
        scorer=score,
        mask=str,
        rng=Random(seed),
        of_program=of_program,
    )


def _mailboxes(pool_id: bytes, values: Mapping[str, object]) -> dict[str, Mailbox]:
    """Return a mailbox for each comment; nobody has its receipt."""
    items = [item for item, value in values.items() if isinstance(value, str)]
    made = {item: make_mailbox(mailbox_access(new_receipt(), pool_id, item)) for item in items}
    return {item: Mailbox(box.id, box.auth, box.pub, box.key) for item, box in made.items()}


def _tally(form: Form, by_index: Sequence[Answered], pool_id: bytes) -> Tally:
    tally = Tally(form, len(by_index))
    scales = [item.id for item in form.items if item.type == "scale"]
    comments = [item.id for item in form.items if item.type == "comment"]
    for cell, group in enumerate(by_index):
        for person in range(group.people):
            values: dict[str, object] = dict.fromkeys(scales, group.rating) | dict(group.lower)
            if group.comment is not None:
                values |= dict.fromkeys(comments, f"{group.comment} ({person})")
            tally.add(Answers(cell, values, _mailboxes(pool_id, values)))
    return tally
