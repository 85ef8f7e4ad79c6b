"""The one table of every route, role and state: which status each gets, or where it is led.

A row's path names places of a scene in braces (see tests/pages/scenes.py). Within a scene the rows
are asked in the table's order, so what a row changes stands for those after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

ANONYMOUS, MENTOR, OTHER_MENTOR = "anonymous", "mentor", "mentor of another group"
ADMIN, FORMER_ADMIN = "admin", "deactivated admin"
ROLES = (ANONYMOUS, MENTOR, OTHER_MENTOR, ADMIN, FORMER_ADMIN)

NEW = "new"  # an installation without programs
EMPTY = "empty"  # a program without rounds
WITHHELD, SHOWN, ERROR = "withheld", "shown", "error"
STATES = (NEW, EMPTY, WITHHELD, SHOWN, ERROR)

Answer = int | str  # a status, or where a redirect leads to (* stands for an id)
Answers = Mapping[str, Answer]

SIGN_IN = "/sign-in"
NOBODY = "/unsubscribe/nobody"
NO_DATA = "/your-data/nobody"
NEW_PROGRAM = {"name": "Fresh", "time_zone": "Europe/Berlin", "k": "5", "open_days": "4"}
TERMS = {"name": "Renamed", "time_zone": "Europe/Lisbon", "k": "6", "open_days": "3"}
SCHEDULE = {"every_weeks": "2", "weekday": "2", "local_time": "10:30"}
WHO5 = {"instrument": "who5"}
GOAL = {"target": "pulse_belonging", "direction": "up", "points": "8", "due_on": "2026-11-04"}
ANSWERED = {"of": "own-comments", "item": "pulse_comment", "all": "1"}
RATED = {"skill_leadership": "4", "skill_functional": "2"}
SAID, GOT_IT = {"of": "own-comments", "item": "skill_keep", "all": "1"}, {"acknowledge": "2"}
DUE, DONE = "2026-05-20", "2026-05-04"
ACTION = {"action": "Two quiet hours on Fridays.", "due_on": DUE}
WISH = {"name": "Sam Reed", "reach": "+00 111 22 33", "when": "week", "about": ""}
ONE_PERSON = {"name": "Ida Falk", "time_zone": "Europe/Berlin", "language": "de"}
PASSWORDS = {"password": "nine quiet otters", "again": "nine quiet otters"}


@dataclass(frozen=True)
class Row:
    """A request and what each role is answered.

    :ivar form: what a POST sends, with the form's token; `json` names a body of the scene instead.
    :ivar tokenless: a form that is good without its token.
    """

    method: str
    path: str
    state: str
    answers: Answers
    form: Mapping[str, str] | None = None
    json: str | None = None
    tokenless: bool = False

    @property
    def is_page(self) -> bool:
        """Return whether a browser shows the answer to people as a page of its own."""
        programs = ("/api/", "/healthz", "/readyz", "/metrics", "/static/", "/trust.json")
        files = ("}/download", ".csv", ".xlsx")
        mail = "/html" in self.path  # a part of its reader's page
        bare = mail or self.path.partition("?")[0].endswith(files)
        shown = not bare and not self.path.startswith(programs)
        return shown and isinstance(self.answers[self.viewer], int)

    @property
    def viewer(self) -> str:
        """Return the role to look at the answer with: one that is let in rather than refused."""
        answers = self.answers
        let_in = [role for role in ROLES if answers[role] not in (SIGN_IN, 403)]
        refused = [role for role in ROLES if answers[role] == 403]
        return (sorted(let_in, key=lambda role: answers[role] != 200) or refused or [ANONYMOUS])[0]


def everybody(answer: Answer) -> Answers:
    """Return the answer that depends on no role."""
    return dict.fromkeys(ROLES, answer)


def admins(answer: Answer) -> Answers:
    """Return what is answered where only admins may go."""
    return {
        ANONYMOUS: SIGN_IN,
        MENTOR: 403,
        OTHER_MENTOR: 403,
        ADMIN: answer,
        FORMER_ADMIN: SIGN_IN,
    }


def own(answer: Answer) -> Answers:
    """Return what is answered about the account of whoever is signed in."""
    return {**everybody(answer), ANONYMOUS: SIGN_IN, FORMER_ADMIN: SIGN_IN}


def its_mentor(answer: Answer) -> Answers:
    """Return what is answered about a circle that `MENTOR` mentors; to other mentors it isn't."""
    return {
        ANONYMOUS: SIGN_IN,
        MENTOR: answer,
        OTHER_MENTOR: 404,
        ADMIN: 403,
        FORMER_ADMIN: SIGN_IN,
    }


def its_subject(answer: Answer) -> Answers:
    """Return what is answered about a cycle that `MENTOR` is a subject of; others have none."""
    return {**its_mentor(answer), OTHER_MENTOR: 403}


def get(path: str, state: str, answers: Answers) -> Row:
    """Return a row that reads."""
    return Row("GET", path, state, answers)


def post(path: str, state: str, answers: Answers, **fields: str) -> Row:
    """Return a row that sends a form."""
    return Row("POST", path, state, answers, form=fields)


def click(path: str, state: str, answers: Answers, **fields: str) -> Row:
    """Return a row that sends a form which is good without its token."""
    return Row("POST", path, state, answers, form=fields, tokenless=True)


def click_at(path: str, leads_to: str, **fields: str) -> Row:
    """Return a row that sends such a form with fields, and leads everybody somewhere."""
    return Row("POST", path, SHOWN, everybody(leads_to), form=fields, tokenless=True)


def call(path: str, state: str, answer: int, body: str) -> Row:
    """Return a row that sends the scene's JSON of this name, in which no role counts."""
    return Row("POST", f"/api/v1/pools/{path}", state, everybody(answer), json=body)


_VISITORS = (
    get(
        "/",
        SHOWN,
        {
            ANONYMOUS: SIGN_IN,
            MENTOR: "/circles",
            OTHER_MENTOR: "/circles",
            ADMIN: "/programs",
            FORMER_ADMIN: SIGN_IN,
        },
    ),
    get("/sign-in", SHOWN, everybody(200)),
    post("/sign-in", ERROR, everybody(403), address="admin@corp.example", password="wrong"),
    post("/sign-in/link", SHOWN, everybody("/sign-in/sent"), address="nobody@corp.example"),
    get("/sign-in/sent", SHOWN, everybody(200)),
    get("/sign-in/{sign_in}", SHOWN, everybody(200)),
    post("/sign-in/{sign_in}", SHOWN, everybody("/circles")),
    get("/sign-in/nosuchlink", ERROR, everybody(410)),
    post("/sign-in/nosuchlink", ERROR, everybody(410)),
    get("/set-password/{set_password}", SHOWN, everybody(200)),
    post("/set-password/{set_password}", ERROR, everybody(422), password="short", again="short"),
    post("/set-password/{set_password}", SHOWN, everybody("/programs"), **PASSWORDS),
    get("/set-password/nosuchlink", ERROR, everybody(410)),
    post("/set-password/nosuchlink", ERROR, everybody(410), **PASSWORDS),
    get("/trust", NEW, everybody(200)),
    get("/trust", SHOWN, everybody(200)),
    get("/trust?page=99", SHOWN, everybody(200)),
    get("/trust?page=x", ERROR, everybody(404)),
    get("/privacy", NEW, everybody(200)),
    get("/privacy", SHOWN, everybody(200)),
    get("/trust.json", SHOWN, everybody(200)),
    get("/trust.json?audit=x", ERROR, everybody(404)),
    get("/example", NEW, everybody(200)),
    get("/example", SHOWN, everybody(200)),
    get("/example/withheld", SHOWN, everybody(200)),
    get("/example/team", SHOWN, everybody(200)),
    get("/lost", SHOWN, everybody(200)),
    click_at("/lost", "/lost/sent", address="north.1@example.org"),
    click_at("/lost", "/lost/sent", address="nobody@corp.example"),
    get("/lost/sent", SHOWN, everybody(200)),
    get("/unsubscribe/{person}", SHOWN, everybody(200)),
    click("/unsubscribe/{person}", SHOWN, everybody(200)),
    click("/unsubscribe/{person}/undo", SHOWN, everybody(200)),
    click("/unsubscribe/{person}/pause", SHOWN, everybody(200), months="3"),
    click("/unsubscribe/{person}/pause", ERROR, everybody(422), months="2"),
    click("/unsubscribe/{person}/data", SHOWN, everybody(200)),
    get(NOBODY, ERROR, everybody(404)),
    click(NOBODY, ERROR, everybody(404)),
    click(f"{NOBODY}/undo", ERROR, everybody(404)),
    click(f"{NOBODY}/pause", ERROR, everybody(404), months="3"),
    click(f"{NOBODY}/data", ERROR, everybody(404)),
    get("/your-data/{data}", SHOWN, everybody(200)),
    click("/your-data/{data}", SHOWN, everybody(200)),
    click("/your-data/{data}/download", SHOWN, everybody(200)),
    get("/your-data/{data}/erase", SHOWN, everybody(200)),
    click("/your-data/{leaving}/erase", SHOWN, everybody(200)),
    get(NO_DATA, ERROR, everybody(410)),
    click(NO_DATA, ERROR, everybody(410)),
    click(f"{NO_DATA}/download", ERROR, everybody(410)),
    get(f"{NO_DATA}/erase", ERROR, everybody(410)),
    click(f"{NO_DATA}/erase", ERROR, everybody(410)),
)

_OWN_ACCOUNTS = (
    get("/sign-in/code", SHOWN, everybody(SIGN_IN)),
    post("/sign-in/code", ERROR, everybody(403), code="123456"),
    get("/account", SHOWN, own(200)),
    get("/account/app", NEW, admins("/account")),
    post("/account/app", SHOWN, admins("/account/app")),
    get("/account/app", EMPTY, admins(200)),
    post("/account/app/confirm", ERROR, admins(422), code="000 000"),
    post("/account/app/remove", ERROR, admins("/account")),
    post("/account/codes", ERROR, admins("/account")),
    *(
        post(f"{path}{end}", ERROR, answers)  # no device answers here; tests/web/test_passkeys.py
        for path, answers in (("/sign-in/passkey", everybody(404)), ("/account/passkeys", own(404)))
        for end in ("/options", "")
    ),
    post("/account/passkeys/nosuchpasskey/remove", ERROR, own("/account")),
    post("/account/sessions/nosuchsession/end", ERROR, own("/account")),
    post("/account/sessions/end", SHOWN, own("/account")),
    get("/account/password", SHOWN, admins(200)),
    post("/account/password", ERROR, admins(422), password="short", again="short"),
    post("/account/again", SHOWN, own(SIGN_IN)),
)

_RESPONDENTS = (
    get("/r/{pool}", SHOWN, everybody(200)),
    get("/plain", SHOWN, everybody(200)),
    click("/plain", ERROR, everybody(422)),
    get("/contact", SHOWN, everybody(200)),
    Row("POST", "/contact", SHOWN, everybody(200), form=WISH, tokenless=True),
    click("/contact", ERROR, everybody(422)),
    get("/r/nosuchpool", ERROR, everybody(200)),  # the page is the same; its script finds out
    get("/api/v1/openapi.json", SHOWN, everybody(200)),
    get("/api/v1/pools/{pool}/manifest", SHOWN, everybody(200)),
    get("/api/v1/pools/nosuchpool/manifest", ERROR, everybody(404)),
    get("/api/v1/pools/{pool}/form", SHOWN, everybody(200)),
    get("/api/v1/pools/nosuchpool/form", ERROR, everybody(404)),
    call("{pool}/check", SHOWN, 200, "check"),
    call("{pool}/check", ERROR, 400, "nothing"),
    call("nosuchpool/check", ERROR, 404, "check"),
    call("{pool}/results", SHOWN, 404, "check"),  # this round is for mentors and admins alone
    call("{pool}/results", ERROR, 400, "nothing"),
    call("nosuchpool/results", ERROR, 404, "check"),
    call("{pool}/paper", SHOWN, 200, "paper"),
    call("{pool}/paper", ERROR, 400, "nothing"),
    call("{pool}/paper", ERROR, 409, "another paper"),
    call("nosuchpool/paper", ERROR, 404, "paper"),
    call("{pool}/ballot", SHOWN, 204, "ballot"),
    call("{pool}/ballot", SHOWN, 200, "ballot"),  # repeated
    call("{pool}/ballot", ERROR, 400, "nothing"),
    call("nosuchpool/ballot", ERROR, 404, "ballot"),
    call("{pool}/withdraw", SHOWN, 204, "withdraw"),
    call("{pool}/withdraw", ERROR, 400, "nothing"),
    call("nosuchpool/withdraw", ERROR, 404, "withdraw"),
)

_MAILBOXES = (
    get("/m/{pool}", SHOWN, everybody(200)),
    get("/m/nosuchpool", ERROR, everybody(200)),  # the same page, too
    Row("POST", "/api/v1/mailbox/read", SHOWN, everybody(200), json="read mailbox"),
    Row("POST", "/api/v1/mailbox/read", ERROR, everybody(400), json="nothing"),
    Row("POST", "/api/v1/mailbox/write", SHOWN, everybody(200), json="write mailbox"),
    Row("POST", "/api/v1/mailbox/write", ERROR, everybody(400), json="nothing"),
)

_MENTORS = (
    get("/circles", NEW, admins(403)),
    get(
        "/circles",
        SHOWN,
        {**its_mentor(200), OTHER_MENTOR: "/circles/*"},  # led to the only one
    ),
    get("/circles/{empty_group}", EMPTY, its_mentor(200)),
    get("/circles/{withheld_group}", WITHHELD, its_mentor(200)),
    get("/circles/{silent_group}", WITHHELD, its_mentor(200)),
    get("/circles/{shown_group}", SHOWN, its_mentor(200)),
    get("/circles/{shown_group}?round=1", SHOWN, its_mentor(200)),
    get("/circles/{shown_group}?round=99", ERROR, its_mentor(404)),
    get("/circles/{open_group}", EMPTY, {**its_mentor(404), OTHER_MENTOR: 200}),
    get("/circles/nosuchgroup", ERROR, its_mentor(404)),
    post("/circles/{shown_group}/answers", SHOWN, its_mentor(200), **ANSWERED),
    post("/circles/{shown_group}/answers", ERROR, its_mentor(422), **ANSWERED, send="1"),
    post("/circles/{shown_group}/answers", ERROR, its_mentor("/circles/{shown_group}*"), of="x"),
    post(
        "/circles/{shown_group}/answers",
        SHOWN,
        its_mentor("/circles/{shown_group}*"),
        **ANSWERED,
        acknowledge="2",
    ),
    post("/circles/{empty_group}/answers", EMPTY, its_mentor("/circles/{empty_group}*")),
    post("/circles/nosuchgroup/answers", ERROR, its_mentor(404)),
)

_SUBJECTS = (
    get("/feedback", NEW, admins(403)),
    get("/feedback", SHOWN, its_subject(200)),
    get("/feedback/{asking}", EMPTY, its_subject(200)),
    get("/feedback/{called_off}", EMPTY, its_subject(200)),
    get("/feedback/{unseen}", WITHHELD, its_subject(200)),
    get("/feedback/{unread}", SHOWN, its_subject(200)),
    get("/feedback/{seen}", SHOWN, its_subject(200)),
    get("/feedback/nosuchcycle", ERROR, its_subject(404)),
    post("/feedback/{asking}/self", ERROR, its_subject(422)),
    post("/feedback/{asking}/self", SHOWN, its_subject("/feedback/{asking}"), **RATED),
    post("/feedback/nosuchcycle/self", ERROR, its_subject(404), **RATED),
    post("/feedback/{seen}/answers", SHOWN, its_subject(200), **SAID),
    post("/feedback/{seen}/answers", SHOWN, its_subject("/feedback/{seen}"), **SAID, **GOT_IT),
    post("/feedback/{seen}/answers", ERROR, its_subject(422), **SAID, send="1"),
    post("/feedback/nosuchcycle/answers", ERROR, its_subject(404), **SAID),
    get("/programs/{shown}/feedback/{seen}/profile", SHOWN, admins(200)),
    get("/programs/{shown}/feedback/{unseen}/profile", WITHHELD, admins(200)),
    get("/programs/{silent}/feedback/{asking}/profile", EMPTY, admins(200)),
    get("/programs/{silent}/feedback/{seen}/profile", ERROR, admins(404)),
    get("/programs/nosuchprogram/feedback/{seen}/profile", ERROR, admins(404)),
)

_SESSIONS = (
    get("/circles/{shown_group}/agreed", SHOWN, its_mentor(200)),
    get("/circles/nosuchgroup/agreed", ERROR, its_mentor(404)),
    post("/circles/{shown_group}/agreed", ERROR, its_mentor(422), agreed="Ask A Mentor"),
    post("/circles/nosuchgroup/agreed", ERROR, its_mentor(404), agreed="Walk"),
    post(
        "/circles/{shown_group}/agreed",
        SHOWN,
        its_mentor("/circles/{shown_group}*"),
        agreed="Walk on Fridays.",
    ),
    post(
        "/circles/{shown_group}/agreed/{agreed}",
        SHOWN,
        its_mentor("/circles/{shown_group}*"),
        step="goes on",
    ),
    post("/circles/{shown_group}/agreed/{agreed}", ERROR, its_mentor(400), step="praise"),
    post("/circles/nosuchgroup/agreed/{agreed}", ERROR, its_mentor(404), step="done"),
    get("/circles/{open_group}/session", SHOWN, {**its_mentor(404), OTHER_MENTOR: 200}),
    get("/circles/{shown_group}/session", ERROR, its_mentor(200)),  # says why it can't be
    get("/circles/nosuchgroup/session", ERROR, its_mentor(404)),
    post(
        "/circles/{open_group}/session",
        SHOWN,
        {**its_mentor(404), OTHER_MENTOR: "/circles/{open_group}"},
        closes="2",
    ),
    post("/circles/{shown_group}/session", ERROR, its_mentor(422)),
    post("/circles/nosuchgroup/session", ERROR, its_mentor(404)),
    get("/programs/{ready}/groups/{ready_group}/session", SHOWN, admins(200)),
    get("/programs/{shown}/groups/{ready_group}/session", ERROR, admins(404)),
    post(
        "/programs/{ready}/groups/{ready_group}/session",
        SHOWN,
        admins("/programs/{ready}/results?group={ready_group}"),
    ),
    post("/programs/{shown}/groups/{shown_group}/session", ERROR, admins(422)),
    post("/programs/{shown}/groups/nosuchgroup/session", ERROR, admins(404)),
)

_PROGRAMS = (
    get("/programs", NEW, admins(200)),
    get("/programs", SHOWN, admins(200)),
    get("/programs?q=shown&state=declining", SHOWN, admins(200)),
    get("/settings", SHOWN, admins(200)),
    get("/health", NEW, admins(200)),
    get("/health", SHOWN, admins(200)),
    get("/calendar", NEW, admins(200)),
    get("/calendar", SHOWN, admins(200)),
    get("/calendar?month=2026-02", SHOWN, admins(200)),
    get("/calendar?month=nonsense", SHOWN, admins(200)),
    get("/programs/new", SHOWN, admins(200)),
    post("/programs/new", SHOWN, admins("/programs/*/setup/people"), **NEW_PROGRAM),
    post("/programs/new", ERROR, admins(422), **NEW_PROGRAM | {"name": "", "k": "3"}),
    get("/programs/{empty}", EMPTY, admins(200)),
    get("/programs/{open}", EMPTY, admins(200)),
    get("/programs/{cancelling}", EMPTY, admins(200)),
    get("/programs/{silent}", WITHHELD, admins(200)),
    get("/programs/{shown}", SHOWN, admins(200)),
    get("/programs/nosuchprogram", ERROR, admins(404)),
    get("/programs/{empty}/results", EMPTY, admins(200)),
    get("/programs/{silent}/results", WITHHELD, admins(200)),
    get("/programs/{withheld}/results?group={withheld_group}", WITHHELD, admins(200)),
    get("/programs/{shown}/results", SHOWN, admins(200)),
    get("/programs/{shown}/results?group={shown_group}&round=1", SHOWN, admins(200)),
    get("/programs/{shown}/results?round=99", ERROR, admins(404)),
    get("/programs/{shown}/results?group={empty_group}", ERROR, admins(404)),
    get("/programs/nosuchprogram/results", ERROR, admins(404)),
    get("/programs/{empty}/results/export", EMPTY, admins(200)),
    get("/programs/{shown}/results/export", SHOWN, admins(200)),
    get("/programs/{shown}/results/export?group=nosuchgroup", ERROR, admins(404)),
    get("/programs/{empty}/results/export.csv", ERROR, admins(404)),
    get("/programs/{withheld}/results/export.csv?group={withheld_group}", WITHHELD, admins(200)),
    get("/programs/{shown}/results/export.csv?every=yes&comments=yes", SHOWN, admins(200)),
    get("/programs/nosuchprogram/results/export.xlsx", ERROR, admins(404)),
    get("/programs/{shown}/results/export.xlsx?group={shown_group}", SHOWN, admins(200)),
    get("/programs/{ready}/forecast", EMPTY, admins(200)),
    get("/programs/{shown}/forecast", SHOWN, admins(200)),
    get("/programs/{open}/forecast", SHOWN, admins(200)),
    get("/programs/nosuchprogram/forecast", ERROR, admins(404)),
    get("/programs/{ready}/rounds/new?closes=3&again=14", SHOWN, admins(200)),
    get("/programs/{ready}/rounds/new?group={ready_group}&closes=2", SHOWN, admins(200)),
    get("/programs/{ready}/rounds/new?closes=4", ERROR, admins(422)),
    get("/programs/{empty}/rounds/new", ERROR, admins(422)),
    get("/programs/{ready}/rounds/new/mail?group={ready_group}&language=ar", SHOWN, admins(200)),
    get("/programs/{ready}/rounds/new/mail/html?language=ar", SHOWN, admins(200)),
    post(
        "/programs/{ready}/rounds/new/mail?language=de",
        SHOWN,
        admins("/programs/{ready}/rounds/new/mail?language=de"),
    ),
    get("/programs/{empty}/rounds/new/mail", ERROR, admins("/programs/{empty}/rounds/new")),
    get("/programs/{empty}/rounds/new/mail/html", ERROR, admins("/programs/{empty}/rounds/new")),
    post("/programs/{empty}/rounds/new/mail", ERROR, admins("/programs/{empty}/rounds/new")),
    get("/programs/nosuchprogram/rounds/new/mail", ERROR, admins(404)),
    get("/programs/nosuchprogram/rounds/new", ERROR, admins(404)),
    post("/programs/{withheld}/results/answers", SHOWN, admins(200), **ANSWERED),
    post("/programs/{withheld}/results/answers", ERROR, admins(422), **ANSWERED, send="1"),
    post(
        "/programs/{withheld}/results/answers",
        SHOWN,
        admins("/programs/{withheld}/results*"),
        **ANSWERED,
        acknowledge="3",
    ),
    post("/programs/nosuchprogram/results/answers", ERROR, admins(404)),
    post("/programs/{ready}/rounds", SHOWN, admins("/programs/{ready}")),
    post("/programs/{empty}/rounds", ERROR, admins(422)),
    post("/programs/nosuchprogram/rounds", ERROR, admins(404)),
    get("/programs/{shown}/afterwards", SHOWN, admins(200)),
    get("/programs/nosuchprogram/afterwards", ERROR, admins(404)),
    post("/programs/{shown}/afterwards", SHOWN, admins("/programs/{shown}"), tell="yes"),
    post("/programs/nosuchprogram/afterwards", ERROR, admins(404), tell="yes"),
    get("/programs/{shown}/rounds/{shown_round}/done", SHOWN, admins(200)),
    get("/programs/{open}/rounds/{round}/done", ERROR, admins(404)),
    post("/programs/{shown}/rounds/{shown_round}/done", ERROR, admins(422), text="w" * 2001),
    post(
        "/programs/{shown}/rounds/{shown_round}/done",
        SHOWN,
        admins("/programs/{shown}/results"),
        text="Two quiet hours on Fridays.",
    ),
    post("/programs/{open}/rounds/{round}/done", ERROR, admins(404), text="Nothing yet."),
    get("/programs/{open}/rounds/{round}/codes", SHOWN, admins(200)),
    get("/programs/{open}/rounds/nosuchround/codes", ERROR, admins(404)),
    post("/programs/{open}/rounds/nosuchround/codes", ERROR, admins(404)),
    post("/programs/{open}/rounds/{round}/codes", SHOWN, admins(200)),
    get("/programs/{open}/rounds/{round}/cancel", SHOWN, admins(200)),
    get("/programs/{open}/rounds/nosuchround/cancel", ERROR, admins(404)),
    get("/programs/{cancelling}/rounds/{cancelled_round}/cancel", ERROR, admins(409)),
    post("/programs/{open}/rounds/{round}/cancel", SHOWN, admins("/programs/{open}")),
    post("/programs/{open}/rounds/nosuchround/cancel", ERROR, admins("/programs/{open}")),
    post("/programs/nosuchprogram/rounds/{round}/cancel", ERROR, admins(404)),
    get("/programs/{shown}/settings", SHOWN, admins(200)),
    get("/programs/nosuchprogram/settings", ERROR, admins(404)),
    get(f"/programs/{{shown}}/settings/review?{urlencode(TERMS)}", SHOWN, admins(200)),
    get("/programs/{shown}/settings/review?k=3", ERROR, admins(422)),
    get(f"/programs/nosuchprogram/settings/review?{urlencode(TERMS)}", ERROR, admins(404)),
    post("/programs/{empty}/settings", SHOWN, admins("/programs/{empty}/settings"), **TERMS),
    post("/programs/{empty}/settings", ERROR, admins(422), **TERMS | {"k": "3"}),
    post("/programs/nosuchprogram/settings", ERROR, admins(404), **TERMS),
    get("/programs/{empty}/setup/people", EMPTY, admins(200)),
    get("/programs/{ready}/setup/people", EMPTY, admins(200)),
    get("/programs/{empty}/setup/circles", EMPTY, admins(200)),
    get("/programs/{ready}/setup/circles", EMPTY, admins(200)),
    get("/programs/{empty}/setup/questions", EMPTY, admins(200)),
    get("/programs/{empty}/setup/schedule", EMPTY, admins(200)),
    get("/programs/{empty}/setup/review", EMPTY, admins(200)),
    get("/programs/{ready}/setup/review", EMPTY, admins(200)),
    *(
        get(f"/programs/nosuchprogram/setup/{step}", ERROR, admins(404))
        for step in ("people", "circles", "questions", "schedule", "review")
    ),
    post(
        "/programs/{empty}/setup/schedule",
        SHOWN,
        admins("/programs/{empty}/setup/review"),
        **SCHEDULE | {"every_weeks": "0"},
    ),
    post("/programs/{empty}/setup/schedule", ERROR, admins(422), **SCHEDULE | {"weekday": "9"}),
    post("/programs/nosuchprogram/setup/schedule", ERROR, admins(404), **SCHEDULE),
    post("/programs/{shown}/schedule", SHOWN, admins("/programs/{shown}"), **SCHEDULE),
    post("/programs/{shown}/schedule", ERROR, admins(422), **SCHEDULE | {"local_time": ""}),
    post("/programs/nosuchprogram/schedule", ERROR, admins(404), **SCHEDULE),
)

_FEEDBACK = (
    get("/programs/{ready}/feedback", EMPTY, admins(200)),
    get("/programs/{asked}/feedback", SHOWN, admins(200)),
    get("/programs/nosuchprogram/feedback", ERROR, admins(404)),
    get("/programs/{ready}/feedback/new", SHOWN, admins(200)),
    get("/programs/{ready}/feedback/new?about=peers&closes=3&days=14", SHOWN, admins(200)),
    get("/programs/{ready}/feedback/new?about=circles", ERROR, admins(422)),
    get("/programs/{ready}/feedback/new?about=admins", ERROR, admins(422)),
    get("/programs/nosuchprogram/feedback/new", ERROR, admins(404)),
    post("/programs/{ready}/feedback", SHOWN, admins("/programs/{ready}/feedback")),
    post("/programs/{asked}/feedback", ERROR, admins(422)),
    post("/programs/nosuchprogram/feedback", ERROR, admins(404)),
    get("/programs/{asked}/feedback/{cycle}/cancel", SHOWN, admins(200)),
    get("/programs/{asked}/feedback/{ended_cycle}/cancel", ERROR, admins(409)),
    get("/programs/{ready}/feedback/{cycle}/cancel", ERROR, admins(404)),
    post("/programs/{asked}/feedback/{cycle}/cancel", SHOWN, admins("/programs/{asked}/feedback")),
    post("/programs/{ready}/feedback/{cycle}/cancel", ERROR, admins("/programs/{ready}/feedback")),
    post("/programs/nosuchprogram/feedback/{cycle}/cancel", ERROR, admins(404)),
)

_QUESTIONS = (
    get("/programs/{empty}/questions", EMPTY, admins(200)),
    get("/programs/{shown}/questions", SHOWN, admins(200)),
    get("/programs/nosuchprogram/questions", ERROR, admins(404)),
    get("/programs/{shown}/questions/new?instrument=who5", SHOWN, admins(200)),
    get("/programs/{shown}/questions/new?instrument=pulse", ERROR, admins(422)),
    get("/programs/nosuchprogram/questions/new?instrument=ons4", ERROR, admins(404)),
    post("/programs/{ready}/questions", SHOWN, admins("/programs/{ready}"), **WHO5),
    post("/programs/{shown}/questions", ERROR, admins(422), instrument="session"),
    post("/programs/nosuchprogram/questions", ERROR, admins(404), **WHO5),
)

_FORMS = (
    get("/forms", NEW, admins(200)),
    get("/forms", SHOWN, admins(200)),
    post("/forms", SHOWN, admins("/forms/*"), title="Ours", language="en"),
    post("/forms", ERROR, admins(422), title="Ours"),
    get("/forms/{own_form}", SHOWN, admins(200)),
    get("/forms/{unfinished_form}?checked=1", SHOWN, admins(200)),
    get("/forms/nosuchform", ERROR, admins(404)),
    post("/forms/{own_form}", ERROR, admins(409), revision="99", act="save"),
    post("/forms/{own_form}", SHOWN, admins("/forms/{own_form}"), revision="1", act="save"),
    post("/forms/nosuchform", ERROR, admins(404), revision="1", act="save"),
    get("/forms/{own_form}/preview", SHOWN, admins(200)),
    get("/forms/{own_form}/preview?language=de", SHOWN, admins(200)),
    get("/forms/nosuchform/preview", ERROR, admins(404)),
    post("/forms/{unfinished_form}/remove", SHOWN, admins("/forms")),
    post("/forms/nosuchform/remove", ERROR, admins(404)),
    get("/programs/{shown}/questions/new?instrument=own:{own_form}", SHOWN, admins(200)),
)

_GOALS = (
    get("/programs/{empty}/goals", EMPTY, admins(200)),
    get("/programs/{shown}/goals", SHOWN, admins(200)),
    get("/programs/nosuchprogram/goals", ERROR, admins(404)),
    get(f"/programs/{{shown}}/goals/new?{urlencode(GOAL)}", SHOWN, admins(200)),
    get(f"/programs/{{empty}}/goals/new?{urlencode(GOAL)}", EMPTY, admins(200)),
    get("/programs/{shown}/goals/new?target=pulse_belonging&points=8", ERROR, admins(422)),
    get(f"/programs/nosuchprogram/goals/new?{urlencode(GOAL)}", ERROR, admins(404)),
    post("/programs/{shown}/goals", SHOWN, admins("/programs/{shown}/goals"), **GOAL),
    post("/programs/{shown}/goals", ERROR, admins(422), **GOAL | {"points": "0"}),
    post("/programs/nosuchprogram/goals", ERROR, admins(404), **GOAL),
    get("/programs/{shown}/goals/{goal}", SHOWN, admins(200)),
    get("/programs/{shown}/goals/nosuchgoal", ERROR, admins(404)),
    post("/programs/{shown}/goals/{goal}", ERROR, admins(422), **GOAL | {"due_on": "soon"}),
    post("/programs/{shown}/goals/{goal}", SHOWN, admins("/programs/{shown}/goals"), **GOAL),
    post("/programs/{shown}/goals/{other_goal}/end", SHOWN, admins("/programs/{shown}/goals")),
    post("/programs/{shown}/goals/nosuchgoal", ERROR, admins("/programs/{shown}/goals"), **GOAL),
    post("/programs/{shown}/goals/nosuchgoal/end", ERROR, admins("/programs/{shown}/goals")),
)

_ALERTS = (
    get("/alerts", NEW, admins(200)),
    get("/alerts", SHOWN, admins(200)),
    get("/alerts/{alert}", SHOWN, admins(200)),
    get("/alerts/nosuchalert", ERROR, admins(404)),
    get("/alerts?state=overdue", SHOWN, admins(200)),
    post("/alerts/{alert}/seen", SHOWN, admins("/alerts/{alert}")),
    post("/alerts/nosuchalert/seen", ERROR, admins(404)),
    post("/alerts/{alert}/owner", SHOWN, admins("/alerts/{alert}"), owner="me"),
    post("/alerts/nosuchalert/owner", ERROR, admins(404), owner="me"),
    post("/alerts/{alert}/notes", SHOWN, admins("/alerts/{alert}"), note="They moved house."),
    post("/alerts/{alert}/notes", ERROR, admins(422), note=" "),
    post("/alerts/{alert}/actions", SHOWN, admins("/alerts/{alert}"), **ACTION),
    post("/alerts/{alert}/actions", ERROR, admins(422), **ACTION | {"due_on": "soon"}),
    post("/alerts/{alert}/actions/{planned}/due", SHOWN, admins("/alerts/{alert}"), due_on=DUE),
    post("/alerts/{alert}/actions/nosuchaction/due", ERROR, admins(404), due_on=DUE),
    post("/alerts/{alert}/actions/{planned}/done", ERROR, admins(422), done_on="now"),
    post("/alerts/{alert}/actions/{planned}/done", SHOWN, admins("/alerts/{alert}"), done_on=DONE),
    post(
        "/alerts/{alert}/actions/{finished}/verdict",
        SHOWN,
        admins("/alerts/{alert}"),
        verdict="helped",
    ),
    post("/alerts/{alert}/actions/nosuchaction/verdict", ERROR, admins(404), verdict="helped"),
    post("/alerts/digest", SHOWN, admins("/alerts"), digest="off"),
    get("/alerts/digest/{digest}", SHOWN, everybody(200)),
    click("/alerts/digest/{digest}", SHOWN, everybody(200)),
    get("/alerts/digest/nobody", ERROR, everybody(404)),
    click("/alerts/digest/nobody", ERROR, everybody(404)),
    get("/audit", NEW, admins(200)),
    get("/audit", SHOWN, admins(200)),
    get("/audit?kind=rounds", SHOWN, admins(200)),
)

_PEOPLE = (
    get("/people", NEW, admins(200)),
    get("/people", SHOWN, admins(200)),
    get("/people?state=left", NEW, admins(200)),
    get("/people?state=unreached&program={open}", SHOWN, admins(200)),
    get("/people?program={open}", SHOWN, admins(200)),
    get("/people?state=answered", ERROR, admins(404)),
    post("/people/find", SHOWN, admins(200), text="person north"),
    post("/people/find", SHOWN, admins("/people/*"), text="mentor@corp.example"),
    post("/people/find", NEW, admins(200), text="nobody"),
    get("/people/new", SHOWN, admins(200)),
    post("/people/new", SHOWN, admins("/people/*"), **ONE_PERSON, address="ida.falk@corp.example"),
    post("/people/new", ERROR, admins(422), **ONE_PERSON, address="ida"),
    get("/people/{somebody}", SHOWN, admins(200)),
    get("/people/{gone}", SHOWN, admins(200)),
    get("/people/nosuchperson", ERROR, admins(404)),
    post("/people/{somebody}", ERROR, admins(422), **ONE_PERSON, address="mentor@corp.example"),
    post("/people/nosuchperson", ERROR, admins(404), **ONE_PERSON, address="ida@corp.example"),
    get("/people/{somebody}/place?program={ready}", SHOWN, admins(200)),
    get("/people/{somebody}/place?program=nosuchprogram", ERROR, admins(404)),
    post("/people/{somebody}/place?program={ready}", ERROR, admins(422), role="mentor"),
    post("/people/nosuchperson/place?program={ready}", ERROR, admins(404), role="member"),
    post("/people/{somebody}/places/nosuchplace/end", ERROR, admins("/people/{somebody}")),
    get("/people/{somebody}/leave", SHOWN, admins(200)),
    get("/people/nosuchperson/leave", ERROR, admins(404)),
    post("/people/nosuchperson/leave", ERROR, admins(404)),
    post("/people/nosuchperson/return", ERROR, admins(404)),
    post("/people/nosuchperson/resume", ERROR, admins(404)),
    get("/people/import", NEW, admins(200)),
    get("/people/import", SHOWN, admins(200)),
    get("/people/import?setup={empty}", SHOWN, admins(200)),
    get("/people/import/template.csv", SHOWN, admins(200)),
    get("/people/import/template.xlsx", SHOWN, admins(200)),
    post("/people/import", ERROR, admins(422)),
    get("/people/import/{upload}", SHOWN, admins(200)),
    get("/people/import/{upload}?show=leaving&page=2", SHOWN, admins(200)),
    get("/people/import/{faulty}", SHOWN, admins(200)),
    get("/people/import/nosuchupload", ERROR, admins("/people/import")),
    get("/people/import/{faulty}/faults.csv", SHOWN, admins(200)),
    get("/people/import/nosuchupload/faults.csv", ERROR, admins("/people/import")),
    post("/people/import/{upload}", ERROR, admins(409), mark="another"),
    post("/people/import/nosuchupload", ERROR, admins("/people/import"), mark="another"),
    post("/people/import/nosuchupload/cancel", ERROR, admins("/people/import")),
    get("/programs/{ready}/groups", SHOWN, admins(200)),
    get("/programs/{empty}/groups", EMPTY, admins(200)),
    get("/programs/nosuchprogram/groups", ERROR, admins(404)),
    post("/programs/{ready}/groups", ERROR, admins(422), name=""),
    post("/programs/nosuchprogram/groups", ERROR, admins(404), name="East"),
    get("/programs/{ready}/groups/{ready_group}", SHOWN, admins(200)),
    get("/programs/{ready}/groups/none", SHOWN, admins(200)),
    get("/programs/nosuchprogram/groups/none", ERROR, admins(404)),
    get("/programs/{ready}/groups/nosuchgroup", ERROR, admins(404)),
    post("/programs/{ready}/groups/{ready_group}", ERROR, admins(422), name="=1+1"),
    post("/programs/{ready}/groups/nosuchgroup", ERROR, admins(404), name="East"),
    get("/programs/{ready}/groups/{ready_group}/close", SHOWN, admins(200)),
    get("/programs/{ready}/groups/nosuchgroup/close", ERROR, admins(404)),
    post("/programs/{ready}/groups/nosuchgroup/close", ERROR, admins(404)),
    post("/programs/{ready}/move?source={ready_group}", SHOWN, admins(200), everybody="yes"),
    post("/programs/{ready}/move", ERROR, admins("/programs/{ready}/groups/none")),
    post("/programs/nosuchprogram/move", ERROR, admins(404)),
)

_MACHINES = (
    get("/healthz", SHOWN, everybody(200)),
    get("/readyz", SHOWN, everybody(200)),
    get("/metrics", SHOWN, everybody(404)),  # no token is set
    get("/static/chorus.css", SHOWN, everybody(200)),
    get("/static/respond.css", SHOWN, everybody(200)),
    get("/static/nosuchfile", ERROR, everybody(404)),
)

_DEVELOPMENT = (
    get("/dev/inbox", NEW, everybody(200)),
    get("/dev/inbox", SHOWN, everybody(200)),
    get("/dev/inbox/{mail}", SHOWN, everybody(200)),
    get("/dev/inbox/nosuchmail", ERROR, everybody(404)),
    get("/dev/inbox/{mail}/html", SHOWN, everybody(200)),
    get("/dev/inbox/nosuchmail/html", ERROR, everybody(404)),
    get("/dev/mails", NEW, everybody(200)),
    get("/dev/mails/invitation?language=ar&look=dark&width=390", NEW, everybody(200)),
    get("/dev/mails/invitation/html?language=ar&look=dark", NEW, everybody(200)),
    get("/dev/mails/nosuchkind", ERROR, everybody(404)),
    get("/dev/mails/nosuchkind/html", ERROR, everybody(404)),
    post("/dev/colleagues", SHOWN, everybody("/dev/inbox")),
    post("/dev/clock", SHOWN, everybody("/dev/inbox")),
)

TABLE = (
    *_VISITORS,
    *_OWN_ACCOUNTS,
    *_RESPONDENTS,
    *_MAILBOXES,
    *_MENTORS,
    *_SUBJECTS,
    *_SESSIONS,
    *_PROGRAMS,
    *_FEEDBACK,
    *_QUESTIONS,
    *_FORMS,
    *_GOALS,
    *_ALERTS,
    *_PEOPLE,
    *_MACHINES,
    *_DEVELOPMENT,
    post("/sign-out", SHOWN, everybody(SIGN_IN)),
)
