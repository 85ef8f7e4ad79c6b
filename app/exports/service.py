"""Use case: what an admin takes away of a program's results, or of one of its groups'."""

from app.exports.entries import entries_of
from app.exports.files import Export, make_export
from app.extensions import Store
from app.models.identity.form import Form as FormRow
from app.models.identity.program import Program
from app.results.pages import ResultsPage, program_page
from app.results.report import NoSuchReleaseError
from app.results.schemas import read_round
from app.results.service import RoundName
from app.rounds.fingerprints import fingerprints_of
from app.vault import Vault
from surveys.form_wire import form_from_wire
from surveys.items import Form


def exported(
    identity: Store,
    ballots: Store,
    vault: Vault,
    account_id: str,
    program: Program,
    group_id: str | None,
    round_name: RoundName | None,
    *,
    organisation: str,
    every: bool,
    comments: bool,
) -> tuple[ResultsPage, Export]:
    """Return the page that is exported, and its content: the page as this admin sees it.

    :param every: every released round, the latest first, each as its own page shows it.
    :raises NoSuchReleaseError: if there is nothing of this round or group.
    """

    def page_of(name: RoundName | None) -> ResultsPage:
        return program_page(identity, ballots, vault, account_id, program, group_id, name)

    page = page_of(round_name)
    if page.report is None:
        raise NoSuchReleaseError
    pages = [page_of(read_round(choice.value)) for choice in page.rounds] if every else [page]
    entries = [
        entry
        for shown in pages
        for entry in entries_of(
            shown, _form_of(identity, shown), comments=comments, trend=not every
        )
    ]
    round_id = page.report.release.round_id
    fingerprint = fingerprints_of(identity, ballots, [round_id]).get(round_id, "")
    return page, make_export(page, entries, organisation, fingerprint, every)


def _form_of(identity: Store, page: ResultsPage) -> Form:
    """Return the form of the round that a page shows.

    :raises NoSuchReleaseError: if it shows none.
    """
    if page.report is None:
        raise NoSuchReleaseError
    with identity.read() as session:
        return form_from_wire(session.get_one(FormRow, page.report.release.form_id).body)
