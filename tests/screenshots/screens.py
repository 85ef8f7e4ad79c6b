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

SCREENS = (
    Screen(EMPLOYEE, "invitation", "The mail that asks"),
    Screen(EMPLOYEE, "employee", "Before the first question: who sees it, how, when"),
    Screen(EMPLOYEE, "example", "What a mentor will see, with invented answers"),
    Screen(EMPLOYEE, "example-withheld", "The same, where too few have answered"),
    Screen(EMPLOYEE, "question", "A question"),
    Screen(EMPLOYEE, "comment", "A comment, and a warning before a name leaves"),
    Screen(EMPLOYEE, "thanks", "Thank you, and the receipt"),
    Screen(EMPLOYEE, "replies", "Coming back with the receipt"),
    Screen(EMPLOYEE, "lost", "A mail that never came"),
    Screen(EMPLOYEE, "mails", "Pausing or stopping the mails"),
    Screen(MENTOR, "circle", "How is my circle, what changed, what to talk about next"),
    Screen(MENTOR, "circle-below", "Each question, themes, comments"),
    Screen(MENTOR, "feedback-self", "Feedback about oneself: first, how do you see yourself?"),
    Screen(MENTOR, "feedback", "Feedback about oneself: six skills as others see them"),
    Screen(MENTOR, "session", "Asking a circle how its meeting was"),
    Screen(ADMIN, "overview", "All programs, the neediest first"),
    Screen(ADMIN, "program", "A program"),
    Screen(ADMIN, "program-new", "Setting up a program"),
    Screen(ADMIN, "forecast", "What would be shown"),
    Screen(ADMIN, "launch", "Before a round is launched"),
    Screen(ADMIN, "results", "Results of a program"),
    Screen(ADMIN, "questions", "What a program asks"),
    Screen(ADMIN, "goals", "What a program wants to move"),
    Screen(ADMIN, "cycles", "Peer feedback of a program"),
    Screen(ADMIN, "alerts", "The alert desk"),
    Screen(ADMIN, "alert", "An alert, what was seen, what was done"),
    Screen(ADMIN, "forms", "Forms of one's own"),
    Screen(ADMIN, "audit", "The audit log"),
    Screen(EVERYBODY, "sign-in", "Signing in"),
    Screen(EVERYBODY, "privacy", "What happens with your data"),
    Screen(EVERYBODY, "trust", "How we make sure, and how to check it"),
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
