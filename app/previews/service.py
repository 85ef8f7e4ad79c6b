"""The invitation of a round that could be sent now, with links that lead nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.accounts.directory import address_of
from app.extensions import Store
from app.forms.service import frozen_form
from app.languages import speaking
from app.launching.letters import round_facts
from app.mail.facts import RoundFacts
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from app.mail.message_ids import fresh_message_id
from app.mail.sender import Sender
from app.models.identity.account import Account
from app.programs.planning import plan_round
from app.programs.schemas import Wish
from app.programs.service import find_program
from app.rounds.service import draft_round
from crypto.envelope import DataKey

# As long as a real one, and good for nothing: no round has this id, and no form this code.
_POOL, _CODE = "A" * 22, "A" * 95
_FINGERPRINT = " ".join(["0000"] * 8)
_STOP = "unsubscribe/nobody"


@dataclass(frozen=True)
class Previewed:
    """A round that could be sent now, and what its mail would say.

    :ivar reads: the language in which the mail is written.
    """

    program: str
    wish: Wish
    facts: RoundFacts
    reads: str


def preview(
    session: Session,
    program_id: str,
    wish: Wish,
    reads: str,
    now: datetime,
    roster_key: DataKey,
    support: Sequence[tuple[str, str]],
) -> Previewed:
    """Return what the mail would say of the round that is wished for, in a language.

    How the crowd changed since last time is counted at the launch, and stands in no preview.

    :raises UnknownProgramError: if there is no such program.
    :raises RoundError, SurveyError, UnknownGroupError: if it couldn't be sent as things are.
    """
    program = find_program(session, program_id)
    plan = plan_round(session, program, wish, now, roster_key, support)
    form = frozen_form(plan.form, support)
    draft = draft_round(
        session, program, plan.form, now, group_id=plan.group_id, again_after=wish.again_after
    )
    draft.invited, draft.printed_codes = plan.people + wish.printed, wish.printed
    draft.replaces_earlier = False
    with speaking(reads) as language:
        facts = round_facts(program, draft, form, joined=None, left=None, fingerprint=_FINGERPRINT)
    return Previewed(program.name, wish, replace(facts, circle=plan.group), language)


def write(previewed: Previewed, sender: Sender, recipient: str, *, test: bool) -> Mail:
    """Return the mail, with links that lead nowhere.

    :param test: whether it goes out to be looked at; then it says so itself.
    """
    with speaking(previewed.reads):
        letter = InvitationLetter(sender, previewed.facts, test=test)
    return letter.compose(
        recipient,
        link=f"{sender.base_url}/r/{_POOL}#{_CODE}",
        unsubscribe_url=f"{sender.base_url}/{_STOP}",
        message_id=fresh_message_id(sender.domain),
        bounces_to=sender.bare_address,
    )


def note_test(
    identity: Store, key: DataKey, account_id: str, program_id: str, now: datetime
) -> str:
    """Return the admin's own address, to which a test mail goes, and write that down."""
    with identity.begin() as session:
        record(session, now, account_id, "sent themselves a test mail", f"program {program_id}")
        return address_of(key, session.get_one(Account, account_id))
