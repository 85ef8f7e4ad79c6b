"""Every kind of mail, written from sample facts in the language that is spoken meanwhile."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from types import MappingProxyType

from flask_babel import gettext as _

from app.languages import apart, language, short_day
from app.mail.account_letters import CHANGES, sign_in_changed_letter
from app.mail.alert_letters import alert_letter, digest_letter
from app.mail.facts import RoundFacts, audience
from app.mail.feedback_letters import AskedAbout, FeedbackLetter
from app.mail.feedback_threads import FeedbackThread
from app.mail.feedback_words import shared_name
from app.mail.letters import InvitationLetter
from app.mail.mailer import Mail
from app.mail.notes import (
    cancelled_feedback_letter,
    cancelled_letter,
    feedback_letter,
    results_letter,
)
from app.mail.personal_letters import (
    contact_letter,
    forgotten_letter,
    own_data_letter,
    sign_in_letter,
)
from app.mail.sender import Sender
from app.mail.threads import (
    ThreadLetter,
    link_reminder_letter,
    lost_mail_letter,
    lost_too_early_letter,
    nudge_letter,
)
from surveys.instruments import PEER_SKILLS, PULSE, form_of, instrument
from surveys.items import Form, in_language
from surveys.raters import CIRCLES, MENTORS, PEERS, worded

_BASE = "https://chorus.example.org"
_SENDER = Sender("Chorus <chorus@harbour.example>", "Harbour Logistics", _BASE)
_PROGRAM = "Onboarding circles"
_READER = "sam.reed@harbour.example"
_ID = "<sample@harbour.example>"
_LINK = f"{_BASE}/r/AAECAwQFBgcICQoLDA0ODw#{'AbC-_9' * 15}AbCd1"
_STOP = f"{_BASE}/unsubscribe/sample"
_PRINT = "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d"
_REST = {"unsubscribe_url": _STOP, "message_id": _ID, "bounces_to": "chorus@harbour.example"}
_ONCE = (datetime(2026, 6, 12, 15, tzinfo=UTC),)
_THRICE = (*_ONCE, datetime(2026, 6, 19, 15, tzinfo=UTC), datetime(2026, 6, 26, 15, tzinfo=UTC))
_ADA, _BEN = AskedAbout("Ada Abel", False, _PRINT), AskedAbout("Ben Größer", False, _PRINT)
_PAGE = f"{_BASE}/sample"


def _facts(form: Form, **changes: object) -> RoundFacts:
    written_in, title = in_language(form.title, language())
    facts: dict[str, object] = {
        "program": _PROGRAM,
        "form_title": title,
        "title_language": "" if written_in == language() else written_in,
        "questions": 5,
        "seconds": 40,
        "invited": 24,
        "joined": 2,
        "left": 1,
        "k": 5,
        "opens_at": datetime(2026, 6, 8, 7, tzinfo=UTC),
        "closes": _ONCE,
        "time_zone": "Europe/Berlin",
        "audience": audience(alone="circle" in changes),
        "replaces_earlier": False,
        "fingerprint": _PRINT,
        "support": (("Harbour Care", "+49 30 1234567"),),
    }
    return RoundFacts(**{**facts, **changes})  # type: ignore[arg-type]


def _check_in(**changes: object) -> RoundFacts:
    return _facts(form_of(instrument(PULSE), ()), **changes)


def _feedback(about: str, **changes: object) -> RoundFacts:
    form = worded(form_of(instrument(PEER_SKILLS), ()), about, shared=True)
    return _facts(form, questions=7, seconds=150, fingerprint="", **changes)


def _invitation(*, test: bool = False, **changes: object) -> Mail:
    letter = InvitationLetter(_SENDER, _check_in(**changes), test=test)
    return letter.compose(_READER, link=_LINK, **_REST)


def _thread(write: Callable[[Sender, RoundFacts], ThreadLetter], link: str = "") -> Mail:
    return write(_SENDER, _check_in()).compose(_READER, in_reply_to=_ID, link=link, **_REST)


def _shared(about: str) -> AskedAbout:
    return AskedAbout(shared_name(about), True, _PRINT)


def _first_feedback(about: str, *named: AskedAbout, **changes: object) -> Mail:
    asked = [*named, _shared(about)]
    letter = FeedbackLetter(_SENDER, _feedback(about, **changes), about, asked)
    return letter.compose(_READER, links=[_LINK] * len(asked), **_REST)


def _later_feedback(*, lost: bool) -> Mail:
    unlinked = [_BEN, _shared(MENTORS)]
    letter = FeedbackThread(_SENDER, _feedback(MENTORS), MENTORS, [_ADA], unlinked, lost=lost)
    return letter.compose(_READER, links=[_LINK], in_reply_to=_ID, **_REST)


def _contact() -> Mail:
    rows = (("Name", "Sam Reed"), ("Reach them", apart("+49 30 7654321")))
    return contact_letter(_SENDER, _READER, rows)


def _digest() -> Mail:
    day = short_day(date(2026, 5, 4))
    fallen = _("wellbeing has probably fallen since the round of %(day)s", day=day)
    due = _("an action was due on %(day)s", day=day)
    parts = [(_("Overdue"), [(_PROGRAM, due)], 3), (_("New"), [(_PROGRAM, fallen)], 0)]
    return digest_letter(_SENDER, _READER, parts, _PAGE, _STOP, _ID)


def _note(write: Callable[..., Mail], *more: str, **how: bool) -> Mail:
    return write(_SENDER, _READER, _PROGRAM, *more, _ID, **how)


SAMPLES: Mapping[str, Callable[[], Mail]] = MappingProxyType(
    {
        "invitation": _invitation,
        "invitation-first-time": partial(_invitation, joined=None, left=None, printed=3),
        "invitation-again": partial(_invitation, replaces_earlier=True),
        "invitation-test": partial(_invitation, test=True),
        "invitation-of-a-circle": partial(_invitation, circle="North", closes=_THRICE),
        "reminder": partial(_thread, nudge_letter),
        "reminder-with-a-link": partial(_thread, link_reminder_letter, _LINK),
        "lost-mail": partial(_thread, lost_mail_letter, _LINK),
        "lost-mail-too-early": partial(_thread, lost_too_early_letter),
        "feedback-about-mentors": partial(_first_feedback, MENTORS, _ADA),
        "feedback-about-circles": partial(_first_feedback, CIRCLES, closes=_THRICE[:2]),
        "feedback-about-peers": partial(_first_feedback, PEERS, _ADA, _BEN, replaces_earlier=True),
        "feedback-reminder": partial(_later_feedback, lost=False),
        "feedback-lost-mail": partial(_later_feedback, lost=True),
        "results": partial(_note, results_letter, _PAGE),
        "feedback-is-in": partial(_note, feedback_letter, _PAGE),
        "cancelled": partial(_note, cancelled_letter),
        "feedback-cancelled": partial(_note, cancelled_feedback_letter, whole=True),
        "feedback-cancelled-in-part": partial(_note, cancelled_feedback_letter, whole=False),
        **{
            f"signing-in-{change.replace(' ', '-')}": partial(
                sign_in_changed_letter, _SENDER, _READER, change, 9
            )
            for change in CHANGES
        },
        "sign-in": partial(sign_in_letter, _SENDER, _READER, _PAGE, 20),
        "own-data": partial(own_data_letter, _SENDER, _READER, _PAGE, 60),
        "erased": partial(forgotten_letter, _SENDER, _READER),
        "contact": _contact,
        "alert": partial(
            alert_letter, _SENDER, _READER, _PROGRAM, date(2026, 5, 4), "likely", _PAGE, _ID
        ),
        "digest": _digest,
    }
)
