"""Every screen, in the order in which somebody meets it, and docs/screens.md made from them."""

from dataclasses import dataclass

HEAD = """# Screens

Every screen on a phone and on a desk, made from the demo by `make screenshots`, and looked at one
by one. The demo's people and answers are invented.
"""


@dataclass(frozen=True)
class Screen:
    """A screen: whose it is, the name of its pictures, and what it is for."""

    whose: str
    name: str
    title: str


EMPLOYEE, MENTOR, ADMIN, EVERYBODY = "Employee", "Mentor", "Admin", "Everybody"
DEVELOPMENT = "Development"

SCREENS = (
    Screen(EMPLOYEE, "invitation", "The mail that asks"),
    Screen(EMPLOYEE, "employee", "Before the first question: who sees it, how, when"),
    Screen(EMPLOYEE, "preview", "What they will see, on the same page"),
    Screen(EMPLOYEE, "question", "A question"),
    Screen(EMPLOYEE, "comment", "A comment, and a warning before a name leaves"),
    Screen(EMPLOYEE, "thanks", "Thank you, and the receipt"),
    Screen(EMPLOYEE, "employee-arabic", "The first view in Arabic"),
    Screen(EMPLOYEE, "replies", "Coming back with the receipt"),
    Screen(EMPLOYEE, "lost", "A mail that never came"),
    Screen(EMPLOYEE, "mails", "Pausing or stopping the mails"),
    Screen(EMPLOYEE, "data", "What is kept about oneself"),
    Screen(EMPLOYEE, "erase", "Before data are erased"),
    Screen(EMPLOYEE, "plain", "Answering without JavaScript"),
    Screen(EMPLOYEE, "contact", "Asking to be contacted, with one's name"),
    Screen(MENTOR, "circle", "How is my circle, what changed, what to talk about next"),
    Screen(MENTOR, "circle-below", "Each question, themes, comments"),
    Screen(MENTOR, "agreed", "What a circle agreed on"),
    Screen(MENTOR, "session", "Asking a circle how its meeting was"),
    Screen(MENTOR, "feedback-self", "Feedback about oneself: first, how do you see yourself?"),
    Screen(MENTOR, "feedback", "Feedback about oneself: six skills as others see them"),
    Screen(ADMIN, "overview", "All programs, the neediest first"),
    Screen(ADMIN, "program", "A program"),
    Screen(ADMIN, "results", "Results of a program"),
    Screen(ADMIN, "calendar", "Rounds of all programs"),
    Screen(ADMIN, "alerts", "The alert desk"),
    Screen(ADMIN, "alert", "An alert, what was seen, what was done"),
    Screen(ADMIN, "program-new", "Setting up a program"),
    Screen(ADMIN, "setup-people", "Setting up: its people"),
    Screen(ADMIN, "setup-circles", "Setting up: its circles"),
    Screen(ADMIN, "setup-questions", "Setting up: what is asked"),
    Screen(ADMIN, "setup-schedule", "Setting up: when"),
    Screen(ADMIN, "setup-review", "Setting up: looking it over, with what would be shown"),
    Screen(ADMIN, "launch", "Before a round is launched"),
    Screen(ADMIN, "cancel", "Before a round is cancelled"),
    Screen(ADMIN, "forecast", "What would be shown"),
    Screen(ADMIN, "people", "People"),
    Screen(ADMIN, "person", "A person"),
    Screen(ADMIN, "person-new", "Adding somebody by hand"),
    Screen(ADMIN, "groups", "The groups of a program"),
    Screen(ADMIN, "group", "A group, and moving people"),
    Screen(ADMIN, "import", "Importing a roster"),
    Screen(ADMIN, "import-preview", "What an import would change"),
    Screen(ADMIN, "questions", "What a program asks"),
    Screen(ADMIN, "forms", "Forms of one's own"),
    Screen(ADMIN, "goals", "What a program wants to move"),
    Screen(ADMIN, "cycles", "Peer feedback of a program"),
    Screen(ADMIN, "cycle-new", "Before feedback is asked for"),
    Screen(ADMIN, "program-settings", "Settings of a program"),
    Screen(ADMIN, "settings", "What the operator has set"),
    Screen(ADMIN, "health", "How the installation is doing"),
    Screen(ADMIN, "audit", "The audit log"),
    Screen(ADMIN, "account-app", "Setting up a second factor"),
    Screen(ADMIN, "account-codes", "Recovery codes, shown once"),
    Screen(ADMIN, "sign-in-code", "Signing in: the second factor"),
    Screen(EVERYBODY, "sign-in", "Signing in"),
    Screen(EVERYBODY, "account", "One's own account: how one signs in, and where one is signed in"),
    Screen(EVERYBODY, "example", "What a mentor sees, with invented answers"),
    Screen(EVERYBODY, "example-withheld", "The same, where too few have answered"),
    Screen(EVERYBODY, "example-team", "What the program team sees, with invented answers"),
    Screen(EVERYBODY, "privacy", "What happens with your data"),
    Screen(EVERYBODY, "trust", "How we make sure, and how to check it"),
    Screen(DEVELOPMENT, "inbox", "The mails of the demo"),
    Screen(DEVELOPMENT, "gallery", "Every kind of mail, in every language"),
)


def page_of_screens() -> str:
    """Return docs/screens.md."""
    parts = [HEAD]
    for whose in dict.fromkeys(screen.whose for screen in SCREENS):
        parts.append(f"## {whose}\n\n| screen | phone | desk |\n|---|---|---|")
        parts.append("\n".join(_line(screen) for screen in SCREENS if screen.whose == whose) + "\n")
    return "\n".join(parts)


def _line(screen: Screen) -> str:
    pictures = (
        f"![{screen.title}, {size}](screenshots/{screen.name}-{size}.webp)"
        for size in ("phone", "desk")
    )
    return f"| {screen.title} | {' | '.join(pictures)} |"
