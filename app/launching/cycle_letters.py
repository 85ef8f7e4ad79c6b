"""What the letters of a feedback cycle say of it, and the values in each rater's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.languages import language
from app.launching.freeze import Invitee
from app.launching.letters import round_facts
from app.launching.raters import Subject
from app.launching.records import AddressedLink
from app.mail.facts import RoundFacts
from app.mail.feedback_letters import AskedAbout
from app.mail.feedback_words import shared_name
from app.mail.message_ids import message_id
from app.mail.sender import Sender
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.program import Program
from app.models.identity.round import Round
from surveys.items import Form, in_language
from surveys.raters import worded


@dataclass(frozen=True)
class PoolAsked:
    """A pool of a cycle as its mails need it; the shared one has no subject."""

    round: Round
    pool_id: bytes
    subject: Subject | None = field(repr=False)
    fingerprint: str

    def asked(self, about: str) -> AskedAbout:
        """Return how a mail speaks of it, in the language that is spoken now."""
        shared = self.subject is None
        name = shared_name(about) if self.subject is None else self.subject.name
        return AskedAbout(name, shared, self.fingerprint)


@dataclass(frozen=True)
class RaterLinks:
    """The links of one rater, for one mail; they exist in this process's memory and in the mail.

    :ivar invitee: the rater, as frozen in the first of their pools.
    :ivar links: by pool, in the order of the mail.
    """

    person_id: str
    invitee: Invitee = field(repr=False)
    links: tuple[tuple[PoolAsked, AddressedLink], ...] = field(repr=False)

    @property
    def token_hashes(self) -> tuple[bytes, ...]:
        """Return what their invitations are found by."""
        return tuple(link.token_hash for _, link in self.links)

    @property
    def pools(self) -> tuple[bytes, ...]:
        """Return the pools in which this rater is asked, in the order of the mail."""
        return tuple(pool.pool_id for pool, _ in self.links)


def cycle_facts(
    program: Program,
    cycle: FeedbackCycle,
    told: Round,
    form: Form,
    *,
    joined: int | None = None,
    left: int | None = None,
) -> RoundFacts:
    """Return what the letters of a cycle say of it, in the language spoken now, whoever it is of.

    :param told: one of its rounds that go on together: the times are its, the people the cycle's.
    """
    title = worded(form, cycle.about, shared=True).title
    facts = round_facts(program, told, form, joined=joined, left=left, fingerprint="")
    written_in, words = in_language(title, language())
    foreign = "" if written_in == language() else written_in
    return replace(facts, form_title=words, title_language=foreign, invited=cycle.invited)


def first_mail_id(secret_key: str, first: str, person_id: str, sender: Sender) -> str:
    """Return the Message-ID of a rater's mail, so that a reminder can answer it.

    :param first: the cycle; for a mail that replaces links of it, the first of the rounds in it.
    """
    return message_id(secret_key.encode(), "feedback", first, person_id, sender.domain)


def in_order(pools: Sequence[PoolAsked]) -> list[PoolAsked]:
    """Return pools as mails list them: by name, what is shared last."""
    return sorted(pools, key=_place)


def _place(pool: PoolAsked) -> tuple[bool, str]:
    return (True, "") if pool.subject is None else (False, pool.subject.name)
