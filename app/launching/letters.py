"""What the letters of a round say of it, and the values that stand in each person's own."""

from app.languages import language, mail_language
from app.mail.bounce_addresses import bounce_address
from app.mail.facts import RoundFacts, audience
from app.mail.message_ids import message_id
from app.mail.sender import Sender
from app.mail.unsubscribe import unsubscribe_token
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.closings import closes_ahead
from surveys.form_length import questions_in, seconds_to_answer
from surveys.items import Form, in_language


def round_facts(
    program: Program,
    launched: Round,
    form: Form,
    *,
    joined: int | None,
    left: int | None,
    fingerprint: str,
    circle: str | None = None,
) -> RoundFacts:
    """Return what the letters of a round say of it, in the language that is spoken now.

    :param circle: the name of the one group that is asked, for the mail that asks it.
    """
    reads = language()
    written_in, title = in_language(form.title, reads)
    return RoundFacts(
        program=program.name,
        form_title=title,
        title_language="" if written_in == reads else written_in,
        questions=questions_in(form.items),
        seconds=seconds_to_answer(form.items),
        invited=launched.invited,
        printed=launched.printed_codes,
        joined=joined,
        left=left,
        k=launched.k,
        opens_at=launched.opens_at,
        closes=closes_ahead(launched),
        time_zone=program.time_zone,
        audience=audience(alone=launched.group_id is not None, everyone=launched.tells_respondents),
        circle=circle,
        replaces_earlier=launched.replaces_earlier,
        fingerprint=fingerprint,
        support=tuple((in_language(line.label, reads)[1], line.contact) for line in form.support),
    )


def page_language(reads: str) -> str:
    """Return the language that a link asks the page for: that of its mail.

    English is what records had that named no language, and then the browser decides.
    """
    read = mail_language(reads)
    return "" if read == "en" else read


def invitation_id(room_key: str, launched: Round, person_id: str, sender: Sender) -> str:
    """Return the Message-ID of a person's invitation, so that a reminder can answer it."""
    return message_id(room_key.encode(), "invitation", launched.id, person_id, sender.domain)


def unsubscribe_url(sender: Sender, secret_key: str, person_id: str) -> str:
    """Return the address that stops the mails to a person."""
    return f"{sender.base_url}/unsubscribe/{unsubscribe_token(secret_key, person_id)}"


def bounces_to(sender: Sender, secret_key: str, person_id: str, *, telling: bool = False) -> str:
    """Return the envelope sender of the mails to a person; `telling` as in bounce_address."""
    return bounce_address(sender, secret_key, person_id, telling=telling)
