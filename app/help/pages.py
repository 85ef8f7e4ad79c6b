"""Puts the help of a screen at its end."""

from flask import Flask, request
from flask_babel.speaklater import LazyString

from app.help.texts import TEXTS


def register_help(app: Flask) -> None:
    """Let templates of `app` ask for the help of the screen that is shown."""
    app.jinja_env.globals["page_help"] = _of_this_page


def _of_this_page() -> tuple[LazyString, ...]:
    return TEXTS.get(request.endpoint or "", ())
