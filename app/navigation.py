"""The places that somebody may go to: those of every day, and the rest under one word."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext as _

from app.accounts.roles import signed_in
from app.accounts.sessions import SignedIn


@dataclass(frozen=True)
class Place:
    """A link of the navigation; `current` is "page" here, "true" on a page beneath it."""

    path: str
    label: str
    current: str | None


@dataclass(frozen=True)
class Navigation:
    """The places of every day, and those that are seldom wanted."""

    daily: tuple[Place, ...]
    seldom: tuple[Place, ...]

    @property
    def here(self) -> str:
        """Return the word for where somebody is; empty if it is none of these places."""
        return next((place.label for place in (*self.daily, *self.seldom) if place.current), "")

    @property
    def seldom_current(self) -> bool:
        """Return whether somebody is at one of the places that are seldom wanted."""
        return any(place.current for place in self.seldom)


def start_navigation(app: Flask) -> None:
    """Let templates of `app` ask where whoever is signed in may go."""
    app.jinja_env.globals["navigation"] = _navigation


def _navigation() -> Navigation | None:
    account = signed_in()
    if account is None:
        return None
    return Navigation(
        daily=tuple(_place(path, label) for path, label in _daily(account)),
        seldom=tuple(_place(path, label) for path, label in _seldom(account)),
    )


def _daily(account: SignedIn) -> Iterator[tuple[str, str]]:
    if account.admin:
        yield "/programs", _("Programs")
        yield "/people", _("People")
        yield "/calendar", _("Calendar")
        yield "/alerts", _("Alerts")
        yield "/forms", _("Forms")
    if account.group_ids:
        yield "/circles", _("My circles")
    if account.subject:
        yield "/feedback", _("Feedback")
    if not account.admin:
        yield "/account", _("Your account")


def _seldom(account: SignedIn) -> Iterator[tuple[str, str]]:
    if account.admin:
        yield "/settings", _("Settings")
        yield "/health", _("Health")
        yield "/audit", _("Audit")
        yield "/account", _("Your account")


def _place(path: str, label: str) -> Place:
    if request.path == path:
        return Place(path, label, "page")
    return Place(path, label, "true" if request.path.startswith(f"{path}/") else None)
